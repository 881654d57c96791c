use time::Duration;

/// How many failures one counter allows, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// With this many failures the delays begin.
    pub free: u32,
    /// The first delay; each further one is twice as long.
    pub first_delay: Duration,
    /// The longest delay.
    pub longest_delay: Duration,
    /// With this many failures in a row nothing is admitted any more.
    pub stop_after: Option<u32>,
    /// Failures count for this long; without it, until a success.
    pub window: Option<Duration>,
    /// A counter that rested for so long is forgotten, unless it stopped.
    pub forget_after: Duration,
}

impl Allowance {
    /// The delay after the failure that is this many beyond the free ones, from 1.
    pub(super) fn delay(&self, strikes: u32) -> Duration {
        let doubled = 1_i32.checked_shl(strikes.saturating_sub(1).min(30));
        let delay = doubled.and_then(|factor| self.first_delay.checked_mul(factor));
        delay.map_or(self.longest_delay, |delay| delay.min(self.longest_delay))
    }

    /// Whether this many failures are the end.
    pub(super) fn stops_at(&self, failures: u32) -> bool {
        self.stop_after.is_some_and(|stop| failures >= stop)
    }
}

/// All numbers of the throttle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Strangers at one account.
    pub account: Allowance,
    /// One known device at its account.
    pub device: Allowance,
    /// One client network at all accounts.
    pub network: Allowance,
    /// The most counters that are kept.
    pub capacity: u32,
    /// How much of an IPv6 address is the network, in bits.
    pub ipv6_prefix: u8,
}

impl Default for Limits {
    /// The decided numbers.
    ///
    /// At one account: 5 failures, then 30 s doubling up to 1 h, a stop at 100. For a known device
    /// the same with a stop at 20. From one network: 30 failures in 10 minutes, then 10 minutes
    /// doubling up to 6 hours with each trip. Accounts are forgotten after 30 days without an attempt,
    /// so that waiting a night buys nothing; networks after one.
    fn default() -> Self {
        let account = Allowance {
            free: 5,
            first_delay: Duration::seconds(30),
            longest_delay: Duration::HOUR,
            stop_after: Some(100),
            window: None,
            forget_after: Duration::days(30),
        };
        Self {
            account,
            device: Allowance {
                stop_after: Some(20),
                ..account
            },
            network: Allowance {
                free: 30,
                first_delay: Duration::minutes(10),
                longest_delay: Duration::hours(6),
                stop_after: None,
                window: Some(Duration::minutes(10)),
                forget_after: Duration::DAY,
            },
            capacity: 100_000,
            ipv6_prefix: 64,
        }
    }
}
