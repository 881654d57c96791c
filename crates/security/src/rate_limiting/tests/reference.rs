//! The arithmetic against a slow reference: every event kept, every bucket replayed from the beginning.

use super::*;
use proptest::prelude::*;

/// What happened to a key: when, and at what cost.
#[derive(Debug, Default)]
struct Reference {
    admitted: Vec<(i64, u32)>,
}

/// A bucket in numbers without any rounding: size, and units per span of milliseconds.
#[derive(Debug, Clone, Copy)]
struct Slow {
    size: u32,
    rate: u32,
    span: i64,
}

impl Slow {
    /// What is used at a moment, in units times `span`, by replaying all events.
    fn used(self, events: &[(i64, u32)], now: i64) -> i64 {
        let (mut used, mut last) = (0, 0);
        for (at, cost) in events.iter().copied().chain([(now, 0)]) {
            used = (used - (at - last) * i64::from(self.rate)).max(0);
            used += i64::from(cost.min(self.size)) * self.span;
            last = at;
        }
        used
    }

    fn has_room(self, events: &[(i64, u32)], cost: u32, now: i64) -> bool {
        let price = i64::from(cost.min(self.size)) * self.span;
        self.used(events, now) + price <= i64::from(self.size) * self.span
    }

    fn left(self, events: &[(i64, u32)], now: i64) -> i64 {
        (i64::from(self.size) * self.span - self.used(events, now)) / self.span
    }
}

fn slow(limits: &RateLimits) -> Vec<Slow> {
    let long = |rate: Option<u32>, span| {
        rate.map(|rate| Slow {
            size: rate,
            rate,
            span,
        })
    };
    let burst = Slow {
        size: limits.burst(),
        rate: limits.per_minute(),
        span: 60_000,
    };
    let others = [
        long(limits.per_hour(), 3_600_000),
        long(limits.per_day(), 86_400_000),
    ];
    [burst]
        .into_iter()
        .chain(others.into_iter().flatten())
        .collect()
}

/// Rates whose intervals are whole ticks, so that the reference needs no tolerance.
fn rate() -> impl Strategy<Value = u32> {
    proptest::sample::select(vec![
        1_u32, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 60, 100,
    ])
}

fn any_limits() -> impl Strategy<Value = RateLimits> {
    let long = || proptest::option::of(rate());
    (1_u32..40, rate(), long(), long())
        .prop_map(|(burst, minute, hour, day)| limits(burst, minute, hour, day))
}

proptest! {
    /// RL-4, RL-5: each decision and each remainder, over pauses from nothing to hours.
    #[test]
    fn every_decision_is_that_of_the_reference(
        limits in any_limits(),
        steps in proptest::collection::vec(
            (prop_oneof![Just(0_i64), 0..5_000_i64, 0..4_000_000_i64], 0_u32..6),
            1..120,
        ),
    ) {
        let store = MemoryRateLimits::default();
        let key = LimitKey::of_text(b"somebody", BucketClass::General);
        let slow = slow(&limits);
        let (mut reference, mut now) = (Reference::default(), 0);
        for (pause, cost) in steps {
            now += pause;
            let at = start() + Duration::milliseconds(now);
            let decision = store.take_now(key, &limits, cost, at);
            let expected = slow.iter().all(|slow| slow.has_room(&reference.admitted, cost, now));
            prop_assert_eq!(decision.is_admitted(), expected, "at {} for {}", now, cost);
            if expected {
                reference.admitted.push((now, cost));
                let left = slow.iter().map(|slow| slow.left(&reference.admitted, now)).min();
                prop_assert_eq!(Some(i64::from(decision.standing().remaining())), left);
            }
        }
    }

    /// B56: over any history, exactly the wait that was told is enough.
    #[test]
    fn the_wait_that_is_told_is_enough_and_no_longer_than_needed(
        limits in any_limits(),
        steps in proptest::collection::vec((0..30_000_i64, 1_u32..6), 1..60),
    ) {
        let store = MemoryRateLimits::default();
        let key = LimitKey::of_text(b"somebody", BucketClass::General);
        let mut now = start();
        for (pause, cost) in steps {
            now += Duration::milliseconds(pause);
            if let Decision::Refused { retry_after, .. } = store.take_now(key, &limits, cost, now) {
                prop_assert!(retry_after > Duration::ZERO);
                let early = now + retry_after - Duration::nanoseconds(16);
                prop_assert!(!store.take_now(key, &limits, cost, early).is_admitted());
                now += retry_after;
                prop_assert!(store.take_now(key, &limits, cost, now).is_admitted());
            }
        }
    }

    /// Whatever the clock does and whatever is given back: nothing panics, no bucket is fuller than full.
    #[test]
    fn no_clock_and_no_gift_overfills_a_bucket(
        limits in any_limits(),
        steps in proptest::collection::vec((any::<i32>(), any::<u32>(), any::<bool>()), 1..60),
    ) {
        let store = MemoryRateLimits::default();
        let key = LimitKey::of_text(b"somebody", BucketClass::General);
        for (second, cost, gives) in steps {
            let at = start() + Duration::seconds(second.into());
            if gives {
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                let given = std::pin::pin!(store.give_back(key, &limits, cost, at));
                prop_assert!(given.poll(&mut context).is_ready());
            }
            let decision = store.take_now(key, &limits, cost, at);
            let standing = decision.standing();
            prop_assert!(standing.remaining() <= standing.limit());
            if let Decision::Refused { retry_after, .. } = decision {
                prop_assert!(retry_after <= Duration::DAY + Duration::seconds(2));
            }
        }
    }
}
