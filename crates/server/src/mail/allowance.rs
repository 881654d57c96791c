//! So many messages of one kind to one address in an hour, and no more.
//!
//! 1. The hour slides: it is counted back from the message that is asked for.
//! 2. A refused message spends nothing.
//! 3. The table is bounded. When it is full, what ran out goes first, then those that have used the
//!    least: whoever makes up addresses can't push out a counter near its limit.

use super::letter::fingerprint;
use musicgen_security::authentication::accounts::EmailAddress;
use std::collections::HashMap;
use time::{Duration, OffsetDateTime};

const WINDOW: Duration = Duration::HOUR;

/// An address, hashed, and a kind.
type Key = ([u8; 16], &'static str);

pub(super) struct Allowance {
    an_hour: usize,
    capacity: usize,
    /// When messages went out, the oldest first.
    spent: HashMap<Key, Vec<OffsetDateTime>>,
}

impl Allowance {
    pub(super) fn new(an_hour: usize, capacity: usize) -> Self {
        Self {
            an_hour,
            capacity: capacity.max(1),
            spent: HashMap::new(),
        }
    }

    /// Takes one, if one is left.
    pub(super) fn take(
        &mut self,
        to: &EmailAddress,
        kind: &'static str,
        now: OffsetDateTime,
    ) -> bool {
        let key = (fingerprint(to), kind);
        if !self.spent.contains_key(&key) && self.spent.len() >= self.capacity {
            self.make_room(now);
        }
        let times = self.spent.entry(key).or_default();
        times.retain(|time| counts(*time, now));
        let left = times.len() < self.an_hour;
        if left {
            times.push(now);
        }
        left
    }

    /// Frees a sixteenth at once, so that the work is shared among many messages.
    fn make_room(&mut self, now: OffsetDateTime) {
        self.spent.retain(|_, times| {
            times.retain(|time| counts(*time, now));
            !times.is_empty()
        });
        let keep = self.capacity - (self.capacity / 16).max(1);
        if self.spent.len() <= keep {
            return;
        }
        let rank =
            |(key, times): (&Key, &Vec<OffsetDateTime>)| (times.len(), times.last().copied(), *key);
        let mut ranked: Vec<_> = self.spent.iter().map(rank).collect();
        ranked.sort_unstable();
        for (_, _, key) in ranked.drain(..self.spent.len() - keep) {
            self.spent.remove(&key);
        }
    }
}

/// A clock that was set back leaves times in the future; they count for an hour as well.
fn counts(time: OffsetDateTime, now: OffsetDateTime) -> bool {
    (now - time).abs() < WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: OffsetDateTime = time::macros::datetime!(2026-11-25 12:00 UTC);

    fn address(n: usize) -> EmailAddress {
        EmailAddress::parse(&format!("user{n}@example.com")).unwrap()
    }

    #[test]
    fn five_of_a_kind_an_hour_to_an_address() {
        let mut allowance = Allowance::new(5, 100);
        let mut take =
            |n, kind, minutes| allowance.take(&address(n), kind, NOON + Duration::minutes(minutes));
        assert!((0..5).all(|minute| take(1, "reset", minute)));
        assert!(!take(1, "reset", 5), "the sixth");
        assert!(take(1, "verify", 5), "another kind");
        assert!(take(2, "reset", 5), "another address");
        assert!(!take(1, "reset", 59), "still within the hour");
        assert!(take(1, "reset", 60), "the first is an hour old");
        assert!(!take(1, "reset", 60), "the second isn't");
        assert!(take(1, "reset", 61));
    }

    #[test]
    fn the_table_is_bounded_and_keeps_those_near_their_limit() {
        let mut allowance = Allowance::new(5, 64);
        let victim = address(0);
        assert!((0..5).all(|_| allowance.take(&victim, "reset", NOON)));
        for n in 1..10_000 {
            assert!(allowance.take(&address(n), "reset", NOON));
            assert!(allowance.spent.len() <= 64);
        }
        assert!(!allowance.take(&victim, "reset", NOON));
        let later = NOON + WINDOW;
        assert!(allowance.take(&victim, "reset", later));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_for_long() {
        let mut allowance = Allowance::new(1, 10);
        assert!(allowance.take(&address(1), "reset", NOON + Duration::days(1)));
        assert!(allowance.take(&address(1), "reset", NOON));
        assert!(!allowance.take(&address(1), "reset", NOON));
    }
}
