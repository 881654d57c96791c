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

    /// As a restart finds it.
    pub(super) fn restored(hour: u64, day: u64) -> Self {
        Self {
            minute: 0,
            hour: hour << SPARE,
            day: day << SPARE,
        }
    }

    /// The emptier of the long buckets, each.
    pub(super) fn merge(&mut self, other: &Self) {
        let changed = (self.hour | other.hour) & CHANGED;
        self.hour = self.hour.max(other.hour) & !CHANGED | changed;
        self.day = self.day.max(other.day);
    }

    pub(super) fn is_changed(&self) -> bool {
        self.hour & CHANGED != 0
    }

    pub(super) fn set_saved(&mut self) {
        self.hour &= !CHANGED;
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
    /// Says whether that changed what is long.
    pub(super) fn settle(&mut self, now: u64) -> bool {
        let depth = self.minute & ((1 << SPARE) - 1);
        let [minute, hour, day] = self.levels().0;
        // A unit may take a little longer than its share of the hour, by rounding.
        let (latest_hour, latest_day) = (now + HOUR + HOUR / 64, now + DAY + DAY / 64);
        let is_changed = hour > latest_hour || day > latest_day;
        let changed = self.hour & CHANGED | u64::from(is_changed);
        self.minute = minute.min(now + DAY) << SPARE | depth;
        self.hour = hour.min(latest_hour) << SPARE | changed;
        self.day = day.min(latest_day) << SPARE;
        is_changed
    }
}
