use super::{Allowance, Mark};
use time::{Duration, OffsetDateTime};

/// The failures of one account, device or network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// In a row, or in the window. Admitted attempts count until they turn out well.
    pub failures: u32,
    /// How often the free ones were used up: what the next delay grows with.
    pub strikes: u32,
    /// When the window began.
    pub since: OffsetDateTime,
    /// The last attempt that was admitted.
    pub last_at: OffsetDateTime,
    /// Nothing is admitted before this.
    pub blocked_until: Option<OffsetDateTime>,
}

/// What a counter that stopped weighs: more than any other.
const STOPPED: u32 = 1_000_000;

impl Counter {
    pub(super) fn new(now: OffsetDateTime) -> Self {
        Self {
            failures: 0,
            strikes: 0,
            since: now,
            last_at: now,
            blocked_until: None,
        }
    }

    /// How long nothing is admitted, if so. Where only a reset helps, the longest delay.
    pub(super) fn refusal(&self, allowance: &Allowance, now: OffsetDateTime) -> Option<Duration> {
        if allowance.stops_at(self.failures) {
            return Some(allowance.longest_delay);
        }
        let until = self.blocked_until.filter(|until| *until > now)?;
        // A clock that was set back doesn't lengthen a block.
        Some((until - now).min(allowance.longest_delay))
    }

    /// Counts an attempt.
    pub(super) fn count(&mut self, allowance: &Allowance, now: OffsetDateTime) -> Mark {
        if allowance
            .window
            .is_some_and(|window| now - self.since >= window)
        {
            self.failures = 0;
            self.since = now;
        }
        self.failures = self.failures.saturating_add(1);
        self.last_at = now;
        self.blocked_until = None;
        if self.failures >= allowance.free {
            self.strikes = self.strikes.saturating_add(1);
            self.blocked_until = Some(now + allowance.delay(self.strikes));
        }
        Mark {
            failures: self.failures,
            since: self.since,
        }
    }

    /// Forgets a successful attempt and, without a window, all that were counted before it.
    pub(super) fn take_back(&mut self, mark: Mark, allowance: &Allowance) {
        let had_tripped = self.failures >= allowance.free;
        if allowance.window.is_none() {
            self.failures = self.failures.saturating_sub(mark.failures);
            self.strikes = (self.failures + 1).saturating_sub(allowance.free);
        } else if self.since == mark.since {
            self.failures = self.failures.saturating_sub(1);
            if had_tripped && self.failures < allowance.free {
                self.strikes = self.strikes.saturating_sub(1);
            }
        }
        if self.failures < allowance.free {
            self.blocked_until = None;
        }
    }

    /// When it is forgotten; `None` while it is stopped.
    pub fn forget_at(&self, allowance: &Allowance) -> Option<OffsetDateTime> {
        if allowance.stops_at(self.failures) {
            return None;
        }
        let rested = self.last_at + allowance.forget_after;
        Some(self.blocked_until.map_or(rested, |until| until.max(rested)))
    }

    /// How near it is to its limit, in hundredths: what is evicted last.
    pub fn weight(&self, allowance: &Allowance) -> u32 {
        if allowance.stops_at(self.failures) {
            return STOPPED;
        }
        let of_free = self.failures.saturating_mul(100) / allowance.free.max(1);
        of_free
            .saturating_add(self.strikes.saturating_mul(100))
            .min(STOPPED - 1)
    }

    /// Whether nothing is left to remember.
    pub fn is_clear(&self) -> bool {
        self.failures == 0 && self.strikes == 0
    }
}
