//! The decision whether an order fits, made once for all stores.
//!
//! 1. Windows roll: what was reserved exactly one hour ago doesn't count for the hour any more.
//! 2. A cancelled job still counts as one generation of the hour, since its work may have been
//!    started; its seconds are given back. A failed job counts for nothing.
//! 3. The user's own limits are looked at before the queue that all share, so that whoever is over
//!    quota hears of it, and how long to wait, also while the queue is full.
//! 4. A refused order changes nothing.

use time::{Duration, OffsetDateTime};

/// The window of [`Limits::generations_per_hour`].
pub const fn hour() -> Duration {
    Duration::hours(1)
}

/// The window of [`Limits::audio_seconds_per_day`].
pub const fn day() -> Duration {
    Duration::hours(24)
}

/// What an owner may have; comes from the tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Jobs of all users that may wait at the same time.
    pub queue_capacity: u64,
    /// Accepted jobs in any hour.
    pub generations_per_hour: u64,
    /// Seconds of audio in any 24 hours.
    pub audio_seconds_per_day: u64,
    /// Jobs that run at the same time; 0 counts as 1, since a job that may never run would wait
    /// for ever.
    pub at_once: u32,
}

/// What an owner has used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Accepted generations of the last hour.
    pub generations: u64,
    /// Audio reserved or made in the last 24 hours, in milliseconds.
    pub audio_ms: u64,
}

impl Usage {
    /// Audio reserved or made in the last 24 hours, in seconds.
    pub fn audio_seconds(&self) -> f64 {
        self.audio_ms as f64 / 1000.0
    }
}

/// What an order asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Number of jobs.
    pub jobs: u64,
    /// Their audio together, in milliseconds.
    pub audio_ms: u64,
}

/// What doesn't fit. A store turns it into a [`Refusal`] by finding out when it will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// The queue that all share.
    Queue,
    /// The hour: this many of the oldest generations must leave the window first. `None`: waiting
    /// doesn't help.
    Hour(Option<u64>),
    /// The day: this many of the oldest milliseconds must leave the window first. `None`: waiting
    /// doesn't help.
    Day(Option<u64>),
}

/// Why an order was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Too many jobs wait.
    QueueFull,
    /// Too many generations in the last hour.
    HourlyLimit {
        /// Generations in any hour.
        limit: u64,
        /// When it would fit; a whole window when it never would.
        retry_after: Duration,
    },
    /// Too many seconds of audio in the last 24 hours.
    DailySeconds {
        /// Seconds in any 24 hours.
        limit: u64,
        /// Milliseconds used in the last 24 hours.
        used_ms: u64,
        /// When it would fit; a whole window when it never would.
        retry_after: Duration,
    },
    /// The idempotency key was used for another request within its life.
    IdempotencyConflict,
}

impl Limits {
    /// Decides whether `wanted` fits beside what is used and queued.
    pub fn check(&self, used: Usage, queued: u64, wanted: Wanted) -> Result<(), Excess> {
        let generations = used.generations.saturating_add(wanted.jobs);
        if generations > self.generations_per_hour {
            let fits_alone = wanted.jobs <= self.generations_per_hour;
            let too_many = generations - self.generations_per_hour;
            return Err(Excess::Hour(fits_alone.then_some(too_many)));
        }
        let daily_ms = self.audio_seconds_per_day.saturating_mul(1000);
        let audio_ms = used.audio_ms.saturating_add(wanted.audio_ms);
        if audio_ms > daily_ms {
            let fits_alone = wanted.audio_ms <= daily_ms;
            return Err(Excess::Day(fits_alone.then_some(audio_ms - daily_ms)));
        }
        if queued.saturating_add(wanted.jobs) > self.queue_capacity {
            return Err(Excess::Queue);
        }
        Ok(())
    }

    /// The refusal for an excess, given when the oldest entry that must leave was reserved.
    pub fn refusal(
        &self,
        excess: Excess,
        used: Usage,
        leaves: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Refusal {
        let wait = |window: Duration| {
            leaves.map_or(window, |at| {
                (at + window - now).clamp(Duration::ZERO, window)
            })
        };
        match excess {
            Excess::Queue => Refusal::QueueFull,
            Excess::Hour(_) => Refusal::HourlyLimit {
                limit: self.generations_per_hour,
                retry_after: wait(hour()),
            },
            Excess::Day(_) => Refusal::DailySeconds {
                limit: self.audio_seconds_per_day,
                used_ms: used.audio_ms,
                retry_after: wait(day()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        queue_capacity: 10,
        generations_per_hour: 3,
        audio_seconds_per_day: 90,
        at_once: 1,
    };

    #[test]
    fn at_above_and_below_each_limit() {
        let used = |generations, audio_ms| Usage {
            generations,
            audio_ms,
        };
        let wanted = |jobs, audio_ms| Wanted { jobs, audio_ms };
        for (name, used, queued, wanted, expected) in [
            ("nothing used", used(0, 0), 0, wanted(1, 1), Ok(())),
            ("hour below", used(1, 0), 0, wanted(1, 1), Ok(())),
            ("hour at", used(2, 0), 0, wanted(1, 1), Ok(())),
            (
                "hour above",
                used(3, 0),
                0,
                wanted(1, 1),
                Err(Excess::Hour(Some(1))),
            ),
            (
                "hour above by a batch",
                used(2, 0),
                0,
                wanted(3, 1),
                Err(Excess::Hour(Some(2))),
            ),
            (
                "hour never",
                used(0, 0),
                0,
                wanted(4, 1),
                Err(Excess::Hour(None)),
            ),
            ("day below", used(0, 59_999), 0, wanted(1, 30_000), Ok(())),
            ("day at", used(0, 60_000), 0, wanted(1, 30_000), Ok(())),
            (
                "day above",
                used(0, 60_001),
                0,
                wanted(1, 30_000),
                Err(Excess::Day(Some(1))),
            ),
            (
                "day never",
                used(0, 0),
                0,
                wanted(1, 90_001),
                Err(Excess::Day(None)),
            ),
            ("queue below", used(0, 0), 8, wanted(1, 1), Ok(())),
            ("queue at", used(0, 0), 9, wanted(1, 1), Ok(())),
            (
                "queue above",
                used(0, 0),
                10,
                wanted(1, 1),
                Err(Excess::Queue),
            ),
            (
                "queue above by a batch",
                used(0, 0),
                9,
                wanted(2, 1),
                Err(Excess::Queue),
            ),
            (
                "quota before queue",
                used(3, 0),
                10,
                wanted(1, 1),
                Err(Excess::Hour(Some(1))),
            ),
        ] {
            assert_eq!(LIMITS.check(used, queued, wanted), expected, "{name}");
        }
    }

    #[test]
    fn nothing_is_allowed_by_a_limit_of_zero_and_nothing_overflows() {
        let none = Limits {
            generations_per_hour: 0,
            ..LIMITS
        };
        let one = Wanted {
            jobs: 1,
            audio_ms: 1,
        };
        assert_eq!(
            none.check(Usage::default(), 0, one),
            Err(Excess::Hour(None))
        );
        let all = Limits {
            queue_capacity: u64::MAX,
            generations_per_hour: u64::MAX,
            audio_seconds_per_day: u64::MAX,
            at_once: u32::MAX,
        };
        assert_eq!(all.check(Usage::default(), 0, one), Ok(()));
    }

    #[test]
    fn the_wait_ends_when_the_oldest_entry_leaves_the_window() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let used = Usage {
            generations: 3,
            audio_ms: 0,
        };
        let refusal = |leaves| LIMITS.refusal(Excess::Hour(Some(1)), used, leaves, now);
        let expected = |retry_after| Refusal::HourlyLimit {
            limit: 3,
            retry_after,
        };
        let old = now - Duration::minutes(50);
        assert_eq!(refusal(Some(old)), expected(Duration::minutes(10)));
        assert_eq!(refusal(None), expected(Duration::HOUR));
    }
}
