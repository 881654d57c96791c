//! The arithmetic of buckets, without any store.
//!
//! A bucket is one number: when it is full again. Taking a unit moves that moment one interval into the
//! future, and is possible while the moment is no further away than the whole bucket is deep. (The
//! generic cell rate algorithm, ITU-T I.371 annex A; the moment is its theoretical arrival time.)

use super::{Decision, Policy, RateLimits, Standing, Window};
use time::{Duration, OffsetDateTime};

/// Moments and spans are counted in 16 ns, so that a moment leaves six bits of a word free until 2116.
const NANOSECONDS: u32 = 16;
pub(super) const SECOND: u64 = 1_000_000_000 / NANOSECONDS as u64;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;
/// The last moment that fits into 58 bits, with room for every bucket after it.
pub(super) const LAST: u64 = (1 << 58) - 1 - 2 * DAY;

/// A moment as a number; before 1970 it is 1970, after 2116 it is 2116.
pub(super) fn ticks(moment: OffsetDateTime) -> u64 {
    let seconds = u64::try_from(moment.unix_timestamp()).unwrap_or(0);
    let ticks = seconds.saturating_mul(SECOND);
    ticks
        .saturating_add(u64::from(moment.nanosecond() / NANOSECONDS))
        .min(LAST)
}

/// The moment of a number, to the millisecond that isn't before it.
pub(super) fn later_millisecond(ticks: u64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + span(ticks.next_multiple_of(SECOND / 1_000))
}

pub(super) fn span(ticks: u64) -> Duration {
    let rest = (ticks % SECOND) as i32 * NANOSECONDS as i32;
    Duration::new((ticks / SECOND) as i64, rest)
}

/// One bucket's size and rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bucket {
    /// How many units it holds.
    pub(super) quota: u32,
    /// In how many whole seconds it refills, rounded up.
    seconds: u32,
    /// How long one unit takes to come back, rounded up.
    interval: u64,
    /// How long all of them take.
    pub(super) depth: u64,
}

impl Bucket {
    /// A bucket that never refuses.
    pub(super) const NONE: Self = Self {
        quota: u32::MAX,
        seconds: 0,
        interval: 0,
        depth: 0,
    };

    pub(super) const fn new(quota: u32, rate: u32, window: u64) -> Self {
        // Rounded up: a limit may be a little stricter than its number, never looser.
        let interval = window.div_ceil(rate as u64);
        let depth = interval * quota as u64;
        Self {
            quota,
            seconds: depth.div_ceil(SECOND) as u32,
            interval,
            depth,
        }
    }

    pub(super) const fn limit(&self) -> Option<u32> {
        if self.interval == 0 {
            return None;
        }
        Some(self.quota)
    }

    /// What a cost takes of it.
    fn price(&self, cost: u32) -> u64 {
        u64::from(cost.min(self.quota)) * self.interval
    }

    /// How many units are left, and after how long there is one more.
    fn left(&self, full_at: u64, now: u64) -> (u32, u64) {
        let room = (now + self.depth).saturating_sub(full_at);
        let Some(units) = room.checked_div(self.interval) else {
            return (u32::MAX, 0);
        };
        let units = units.min(u64::from(self.quota));
        if units == u64::from(self.quota) {
            return (self.quota, 0);
        }
        (units as u32, (units + 1) * self.interval - room)
    }
}

/// When each bucket of a key is full again, in the order of [`Window::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Levels(pub(super) [u64; 3]);

impl Levels {
    /// Nothing was ever used.
    pub(super) const FULL: Self = Self([0; 3]);

    /// As they count now: a full bucket gets no fuller, an empty one no emptier. The second matters
    /// when a clock was set back or a limit was lowered.
    fn settled(self, limits: &RateLimits, now: u64) -> Self {
        let mut levels = self;
        for (full_at, bucket) in levels.0.iter_mut().zip(&limits.buckets) {
            *full_at = (*full_at).clamp(now, now + bucket.depth);
        }
        levels
    }

    /// Takes a cost from all buckets or from none, and says which. What is returned counts on.
    pub(super) fn take(self, limits: &RateLimits, cost: u32, now: u64) -> (Self, Decision) {
        let before = self.settled(limits, now);
        let mut after = before;
        let mut refused = None;
        let buckets = limits.buckets.iter().zip(Window::ALL);
        for (full_at, (bucket, window)) in after.0.iter_mut().zip(buckets) {
            *full_at += bucket.price(cost);
            let wait = full_at.saturating_sub(now + bucket.depth);
            // Of two that refuse for as long, the longer window is what a caller has to mind.
            if wait > 0 && refused.is_none_or(|(_, longest)| wait >= longest) {
                refused = Some((window, wait));
            }
        }
        let Some((window, wait)) = refused else {
            return (after, Decision::Admitted(after.standing(limits, now)));
        };
        let decision = Decision::Refused {
            standing: before.standing_in(window, limits, now),
            window,
            retry_after: span(wait),
        };
        (before, decision)
    }

    /// What taking would say.
    pub(super) fn look(self, limits: &RateLimits, cost: u32, now: u64) -> Decision {
        let (_, decision) = self.take(limits, cost, now);
        if !decision.is_admitted() {
            return decision;
        }
        Decision::Admitted(self.settled(limits, now).standing(limits, now))
    }

    /// Puts a cost back.
    pub(super) fn give_back(self, limits: &RateLimits, cost: u32, now: u64) -> Self {
        let mut levels = self.settled(limits, now);
        for (full_at, bucket) in levels.0.iter_mut().zip(&limits.buckets) {
            *full_at = full_at.saturating_sub(bucket.price(cost)).max(now);
        }
        levels
    }

    /// The bucket with the fewest units left; of several the longest window.
    fn standing(&self, limits: &RateLimits, now: u64) -> Standing {
        let mut tightest = (Window::Burst, u32::MAX, 0);
        let buckets = limits.buckets.iter().zip(Window::ALL);
        for (full_at, (bucket, window)) in self.0.iter().zip(buckets) {
            let (left, more_in) = bucket.left(*full_at, now);
            if left <= tightest.1 && bucket.limit().is_some() {
                tightest = (window, left, more_in);
            }
        }
        Standing::new(limits, tightest.0, tightest.1, span(tightest.2))
    }

    fn standing_in(&self, window: Window, limits: &RateLimits, now: u64) -> Standing {
        let [burst, hour, day] = &limits.buckets;
        let [burst_at, hour_at, day_at] = self.0;
        let (bucket, full_at) = match window {
            Window::Burst => (burst, burst_at),
            Window::Hour => (hour, hour_at),
            Window::Day => (day, day_at),
        };
        let (left, more_in) = bucket.left(full_at, now);
        Standing::new(limits, window, left, span(more_in))
    }
}

impl Standing {
    fn new(limits: &RateLimits, window: Window, remaining: u32, reset_after: Duration) -> Self {
        Self {
            policies: policies(limits),
            window,
            remaining,
            reset_after,
        }
    }
}

fn policies(limits: &RateLimits) -> [Option<Policy>; 3] {
    let [burst, hour, day] = &limits.buckets;
    [
        (Window::Burst, burst),
        (Window::Hour, hour),
        (Window::Day, day),
    ]
    .map(|(window, bucket)| {
        let quota = bucket.limit()?;
        Some(Policy {
            window,
            quota,
            seconds: bucket.seconds,
        })
    })
}

impl RateLimits {
    /// The limits as headers tell them.
    pub fn policies(&self) -> impl Iterator<Item = Policy> {
        policies(self).into_iter().flatten()
    }

    /// Where a key stands that used nothing.
    pub fn untouched(&self) -> Standing {
        Levels::FULL.settled(self, 0).standing(self, 0)
    }
}
