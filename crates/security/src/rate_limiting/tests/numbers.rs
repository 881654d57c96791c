use super::*;

#[test]
fn numbers_that_make_no_limits_are_refused() {
    use RateLimitsFault::{SlowBurst, TooLarge, Zero};
    const MOST: u32 = RateLimits::MOST;
    for (numbers, fault) in [
        ((1, 1, None, None), None),
        ((MOST, MOST, Some(MOST), Some(MOST)), None),
        ((1, 1, Some(1), Some(1)), None),
        ((0, 1, None, None), Some(Zero("burst"))),
        ((1, 0, None, None), Some(Zero("per_minute"))),
        ((1, 1, Some(0), None), Some(Zero("per_hour"))),
        ((1, 1, None, Some(0)), Some(Zero("per_day"))),
        ((MOST + 1, MOST, None, None), Some(TooLarge("burst"))),
        ((1, MOST + 1, None, None), Some(TooLarge("per_minute"))),
        ((1, 1, Some(u32::MAX), None), Some(TooLarge("per_hour"))),
        ((1, 1, None, Some(MOST + 1)), Some(TooLarge("per_day"))),
        ((1_440, 1, None, None), None),
        ((1_441, 1, None, None), Some(SlowBurst)),
    ] {
        let (burst, minute, hour, day) = numbers;
        let made = RateLimits::new(burst, minute, hour, day);
        assert_eq!(made.err(), fault, "{numbers:?}");
        if let Ok(made) = made {
            let told = (
                made.burst(),
                made.per_minute(),
                made.per_hour(),
                made.per_day(),
            );
            assert_eq!(told, numbers);
        }
    }
    let text = Zero("per_hour").to_string();
    assert_eq!(
        text,
        "per_hour is 0, which would let nobody in; leave it out for no such limit"
    );
}

/// Every rate lets through what it says and no more, to a third of a percent.
#[test]
fn rates_are_what_they_say() {
    let store = MemoryRateLimits::default();
    for (n, rate) in (0..).zip([1, 7, 60, 999, 5_000, 59_999, RateLimits::MOST]) {
        let limits = limits(1, rate, None, None);
        let key = LimitKey::of_account(uuid::Uuid::from_u128(n), BucketClass::General);
        let mut now = start();
        for _ in 0..100 {
            match store.take_now(key, &limits, 1, now) {
                Decision::Admitted(_) => {}
                Decision::Refused { retry_after, .. } => {
                    now += retry_after;
                    assert!(store.take_now(key, &limits, 1, now).is_admitted());
                }
            }
        }
        // The first two tries of the loop are one wait; so 99 intervals passed.
        let took = (now - start()).as_seconds_f64();
        let due = 99.0 * 60.0 / f64::from(rate);
        assert!(
            took >= due * 0.999_999 && took <= due * 1.003,
            "{rate}: {took} {due}"
        );
    }
}

#[test]
fn the_tighter_of_two_decisions() {
    let store = MemoryRateLimits::default();
    let key = |n| LimitKey::of_account(uuid::Uuid::from_u128(n), BucketClass::General);
    let wide = store.take_now(key(1), &limits(10, 60, None, None), 1, start());
    let tight = store.take_now(key(2), &limits(2, 60, None, None), 1, start());
    let minute = limits(1, 1, None, None);
    store.take_now(key(3), &minute, 1, start());
    let long = store.take_now(key(3), &minute, 1, start());
    let short = store.take_now(key(3), &minute, 1, start() + Duration::seconds(30));
    for (one, other, expected) in [
        (wide, tight, tight),
        (tight, long, long),
        (short, long, long),
        (wide, short, short),
    ] {
        assert_eq!(one.tighter(other), expected);
        assert_eq!(other.tighter(one), expected);
    }
}
