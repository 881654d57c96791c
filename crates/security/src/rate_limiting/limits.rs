use super::gcra::{Bucket, DAY, HOUR, MINUTE};

/// One of the buckets of [`RateLimits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// Holds `burst`, refills at `per_minute`.
    Burst,
    /// Holds what an hour refills.
    Hour,
    /// Holds what a day refills.
    Day,
}

impl Window {
    /// All, the shortest first.
    pub const ALL: [Self; 3] = [Self::Burst, Self::Hour, Self::Day];

    /// Its name in headers and problems. It says nothing about who is counted.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Burst => "burst",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

/// How much one key may use. See the rules of the [module](super).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    pub(super) buckets: [Bucket; 3],
    per_minute: u32,
}

/// Numbers that make no limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateLimitsFault {
    /// Zero would let nobody in, ever. To leave an hour or a day without a limit of its own, leave the
    /// number out; to close something, don't offer it.
    #[error("{0} is 0, which would let nobody in; leave it out for no such limit")]
    Zero(&'static str),
    /// More than [`RateLimits::MOST`].
    #[error("{0} is more than {most}", most = RateLimits::MOST)]
    TooLarge(&'static str),
    /// A burst that takes longer than a day to come back is a mistake in one of the two numbers.
    #[error("a burst takes longer than a day to refill at this rate a minute")]
    SlowBurst,
}

impl RateLimits {
    /// The most of each number: intervals are counted in 16 ns, and stay exact to 0.3 %.
    pub const MOST: u32 = 10_000_000;

    /// `burst` at once and `per_minute` a minute after that; not more than `per_hour` in an hour and
    /// `per_day` in a day on the average, where those are given.
    ///
    /// Within the first minute `burst + per_minute` fit through, within the first hour up to twice
    /// `per_hour`: what the bucket holds and what refills. Over any longer time it is the rate.
    pub const fn new(
        burst: u32,
        per_minute: u32,
        per_hour: Option<u32>,
        per_day: Option<u32>,
    ) -> Result<Self, RateLimitsFault> {
        let hour = match Self::window(per_hour, HOUR, "per_hour") {
            Ok(bucket) => bucket,
            Err(fault) => return Err(fault),
        };
        let day = match Self::window(per_day, DAY, "per_day") {
            Ok(bucket) => bucket,
            Err(fault) => return Err(fault),
        };
        if let Some(fault) = Self::fault(burst, "burst") {
            return Err(fault);
        }
        if let Some(fault) = Self::fault(per_minute, "per_minute") {
            return Err(fault);
        }
        let minute = Bucket::new(burst, per_minute, MINUTE);
        if minute.depth > DAY {
            return Err(RateLimitsFault::SlowBurst);
        }
        Ok(Self {
            buckets: [minute, hour, day],
            per_minute,
        })
    }

    const fn window(
        rate: Option<u32>,
        window: u64,
        name: &'static str,
    ) -> Result<Bucket, RateLimitsFault> {
        let Some(rate) = rate else {
            return Ok(Bucket::NONE);
        };
        match Self::fault(rate, name) {
            Some(fault) => Err(fault),
            None => Ok(Bucket::new(rate, rate, window)),
        }
    }

    const fn fault(number: u32, name: &'static str) -> Option<RateLimitsFault> {
        match number {
            0 => Some(RateLimitsFault::Zero(name)),
            1..=Self::MOST => None,
            _ => Some(RateLimitsFault::TooLarge(name)),
        }
    }

    /// How many fit through at once.
    pub const fn burst(&self) -> u32 {
        let [minute, _, _] = &self.buckets;
        minute.quota
    }

    /// How many a minute refill the burst.
    pub const fn per_minute(&self) -> u32 {
        self.per_minute
    }

    /// How many an hour.
    pub const fn per_hour(&self) -> Option<u32> {
        let [_, hour, _] = &self.buckets;
        hour.limit()
    }

    /// How many a day.
    pub const fn per_day(&self) -> Option<u32> {
        let [_, _, day] = &self.buckets;
        day.limit()
    }

    /// Whether something is limited that outlives a restart.
    pub(super) const fn are_long(&self) -> bool {
        self.per_hour().is_some() || self.per_day().is_some()
    }
}
