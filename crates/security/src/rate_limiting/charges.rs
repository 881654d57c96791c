use super::{BucketClass, LimitKey, RateClass, RateLimits, RateRules, Take};
use crate::authentication::Principal;
use crate::client_ip::ClientIp;

/// What counts as one caller without a credential. Requests whose address isn't known are counted
/// together, so that an address that can't be seen is no way around the limits.
fn network(client: Option<ClientIp>, class: BucketClass) -> LimitKey {
    match client {
        Some(client) => LimitKey::of_network(client, class),
        None => LimitKey::of_text(b"unknown address", class),
    }
}

/// A bucket, and what is taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charge {
    pub(super) bucket: RateBucket,
    pub(super) key: LimitKey,
    pub(super) limits: RateLimits,
    pub(super) cost: u32,
}

/// Which kind of bucket, for figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RateBucket {
    /// The guard against floods, of a network.
    Flood,
    /// Attempts to prove somebody, of a network or an account.
    Attempts,
    /// Of a network without a credential.
    Anonymous,
    /// Of an account.
    Account,
    /// Of an API key with limits of its own.
    ApiKey,
    /// Probes of a network.
    Probe,
}

impl RateBucket {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Flood,
        Self::Attempts,
        Self::Anonymous,
        Self::Account,
        Self::ApiKey,
        Self::Probe,
    ];

    /// The word in figures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Flood => "flood",
            Self::Attempts => "attempts",
            Self::Anonymous => "anonymous",
            Self::Account => "account",
            Self::ApiKey => "api_key",
            Self::Probe => "probe",
        }
    }
}

impl Charge {
    pub(super) fn take(&self) -> Take<'_> {
        Take {
            key: self.key,
            limits: &self.limits,
            cost: self.cost,
        }
    }

    /// The same at these limits.
    pub(super) fn at(self, limits: RateLimits) -> Self {
        Self { limits, ..self }
    }

    /// One from the guard against floods.
    pub(super) fn flood(client: Option<ClientIp>, rules: &RateRules) -> Self {
        Self::of_network(RateBucket::Flood, client, rules.flood, 1)
    }

    /// One attempt of a network.
    pub(super) fn attempt(client: Option<ClientIp>, rules: &RateRules) -> Self {
        let cost = RateClass::Auth.cost();
        Self::of_network(RateBucket::Attempts, client, rules.attempts, cost)
    }

    /// A request that nobody stands behind.
    pub(super) fn anonymous(client: Option<ClientIp>, class: RateClass, rules: &RateRules) -> Self {
        Self::of_network(RateBucket::Anonymous, client, rules.anonymous, class.cost())
    }

    fn of_network(
        bucket: RateBucket,
        client: Option<ClientIp>,
        limits: RateLimits,
        cost: u32,
    ) -> Self {
        let class = match bucket {
            RateBucket::Flood => BucketClass::Flood,
            RateBucket::Attempts => BucketClass::Attempts,
            RateBucket::Probe => BucketClass::Probe,
            _ => BucketClass::General,
        };
        Self {
            bucket,
            key: network(client, class),
            limits,
            cost,
        }
    }
}

/// What a request is charged with once it is known who sends it, the bucket that nobody can widen
/// first. A request of [`RateClass::Auth`] was taken from its network before.
pub(super) fn charges(
    principal: Option<&Principal>,
    client: Option<ClientIp>,
    class: RateClass,
    rules: &RateRules,
) -> [Option<Charge>; 2] {
    let cost = class.cost();
    if class == RateClass::None {
        let probe = Charge::of_network(RateBucket::Probe, client, rules.probe, cost);
        return [Some(probe), None];
    }
    let Some(principal) = principal else {
        let anonymous = || Charge::anonymous(client, class, rules);
        return [(class != RateClass::Auth).then(anonymous), None];
    };
    let account = principal.account_id();
    if class == RateClass::Auth {
        let attempts = Charge {
            bucket: RateBucket::Attempts,
            key: LimitKey::of_account(account, BucketClass::Attempts),
            limits: rules.attempts,
            cost,
        };
        return [Some(attempts), None];
    }
    let own = principal.own_limits();
    let limits = own.of_account_or(rules.of_tier(principal.tier()));
    let of_account = Charge {
        bucket: RateBucket::Account,
        key: LimitKey::of_account(account, BucketClass::General),
        limits,
        cost,
    };
    let of_key = own.of_key(limits).zip(principal.key_id());
    let of_key = of_key.map(|(limits, id)| Charge {
        bucket: RateBucket::ApiKey,
        key: LimitKey::of_api_key(id, BucketClass::General),
        limits,
        cost,
    });
    [Some(of_account), of_key]
}
