use crate::rate_limiting::RateLimits;
use crate::rate_limiting::gcra::{DAY, HOUR, Levels};

/// Bits of a word that the moment doesn't need.
const SPARE: u32 = 6;
const CHANGED: u64 = 1;
/// A rank that is a whole bucket.
const WHOLE: u32 = 1 << 20;

/// The buckets of a key in 24 bytes: three moments, and in what they leave free, how deep the minute's
/// bucket is and whether the long ones wait to be saved.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    /// With the logarithm of the bucket's depth: hours and days are as deep as they are long.
    minute: u64,
    /// With [`CHANGED`].
    hour: u64,
    day: u64,
}

impl State {
    /// Says whether that changed what is long.
    pub(super) fn set(&mut self, levels: Levels, limits: &RateLimits) -> bool {
        let [minute, hour, day] = levels.0;
        let [bucket, _, _] = &limits.buckets;
        let is_changed =
            limits.are_long() && [self.hour >> SPARE, self.day >> SPARE] != [hour, day];
        self.minute = minute << SPARE | u64::from(bucket.depth.max(1).ilog2());
        self.hour = hour << SPARE | self.hour & CHANGED | u64::from(is_changed);
        self.day = day << SPARE;
        is_changed
    }

    pub(super) fn levels(&self) -> Levels {
        Levels([self.minute, self.hour, self.day].map(|word| word >> SPARE))
    }

    pub(super) fn is_full(&self, now: u64) -> bool {
        self.levels().0.iter().all(|full_at| *full_at <= now)
    }

    /// How much of the bucket that is nearest to its limit is used, in parts of [`WHOLE`]. The minute's is
    /// guessed too high by less than two.
    pub(super) fn used(&self, now: u64) -> u32 {
        let [minute, hour, day] = self
            .levels()
            .0
            .map(|full_at| full_at.saturating_sub(now).min(DAY));
        let depth = self.minute & ((1 << SPARE) - 1);
        let whole = u64::from(WHOLE);
        let minute = (minute * whole) >> depth;
        let used = minute.max(hour * whole / HOUR).max(day * whole / DAY);
        used.min(whole) as u32
    }

    /// Cuts off what only a clock that has been set back can explain, so that it is forgotten in time.
    pub(super) fn settle(&mut self, now: u64) {
        let extra = self.minute & ((1 << SPARE) - 1);
        let changed = self.hour & CHANGED;
        let [minute, hour, day] = self.levels().0;
        self.minute = minute.min(now + DAY) << SPARE | extra;
        // A unit may take a little longer than its share of the hour, by rounding.
        self.hour = hour.min(now + HOUR + HOUR / 64) << SPARE | changed;
        self.day = day.min(now + DAY + DAY / 64) << SPARE;
    }
}
