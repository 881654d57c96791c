use super::RateLimits;
use crate::authorization::Tier;

/// What kind of request it is: which bucket it is taken from, and how much of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// Sign-in, registration, refresh: guesses.
    Auth,
    /// Reads.
    #[default]
    Read,
    /// Changes.
    Write,
    /// Generation.
    Generate,
    /// Probes, in a bucket of their own.
    None,
}

impl RateClass {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Auth,
        Self::Read,
        Self::Write,
        Self::Generate,
        Self::None,
    ];

    /// The word in the route table, the OpenAPI document and figures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Read => "read",
            Self::Write => "write",
            Self::Generate => "generate",
            Self::None => "none",
        }
    }

    /// How much of a bucket a request of this class takes. An order of music is minutes of a
    /// processor, everything else milliseconds (RL-8).
    pub fn cost(self) -> u32 {
        match self {
            Self::Auth | Self::Read | Self::Write | Self::None => 1,
            Self::Generate => 5,
        }
    }
}

/// How often anybody may call, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRules {
    /// A network without a credential.
    pub anonymous: RateLimits,
    /// An account of this tier.
    pub free: RateLimits,
    /// An account of this tier.
    pub premium: RateLimits,
    /// An account of this tier.
    pub enterprise: RateLimits,
    /// An account of this tier.
    pub internal: RateLimits,
    /// [`RateClass::Auth`], by network and by account.
    pub attempts: RateLimits,
    /// A network, whatever it asks for and whoever it is.
    pub flood: RateLimits,
    /// [`RateClass::None`], by network.
    pub probe: RateLimits,
}

const fn limits(
    burst: u32,
    per_minute: u32,
    per_hour: Option<u32>,
    per_day: Option<u32>,
) -> RateLimits {
    match RateLimits::new(burst, per_minute, per_hour, per_day) {
        Ok(limits) => limits,
        Err(_) => panic!("these numbers make no limits"),
    }
}

impl RateRules {
    /// The defaults. A guard against floods and attempts have no long windows: what they protect
    /// against is over in a minute.
    pub const DEFAULT: Self = Self {
        anonymous: limits(20, 60, Some(600), Some(5_000)),
        free: limits(20, 60, Some(1_000), Some(10_000)),
        premium: limits(40, 120, Some(5_000), Some(50_000)),
        enterprise: limits(150, 600, Some(20_000), Some(200_000)),
        internal: limits(500, 3_000, Some(100_000), Some(1_000_000)),
        attempts: limits(10, 10, None, None),
        flood: limits(500, 3_000, None, None),
        probe: limits(60, 600, None, None),
    };
}

impl Default for RateRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RateRules {
    /// What a tier allows.
    pub fn of_tier(&self, tier: Tier) -> RateLimits {
        match tier {
            Tier::Anonymous => self.anonymous,
            Tier::Free => self.free,
            Tier::Premium => self.premium,
            Tier::Enterprise => self.enterprise,
            Tier::Internal => self.internal,
        }
    }
}
