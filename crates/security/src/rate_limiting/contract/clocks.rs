use super::*;

pub(super) async fn a_clock_set_back_frees_nothing_and_locks_nobody_out<S: RateLimitStore>(
    store: &S,
) {
    let limits = limits(10, 60, Some(60), Some(240));
    for (n, back) in [
        (1, Duration::MILLISECOND),
        (2, Duration::MINUTE),
        (3, Duration::days(3)),
        (4, Duration::days(7_000)),
    ] {
        assert_eq!(admitted(store, key(n), &limits, 20, start()).await, 10);
        let mut now = start() - back;
        assert_eq!(admitted(store, key(n), &limits, 20, now).await, 0, "{back}");
        // The hour has 50 left or, after a longer step, counts as empty: one a minute, from now on.
        for _ in 0..10 {
            let (_, wait) = refusal(&take(store, key(n), &limits, now).await).expect("refused");
            assert!(wait <= Duration::minutes(6), "{back} {wait}");
            now += wait;
            assert_eq!(admitted(store, key(n), &limits, 5, now).await, 1, "{back}");
        }
    }
}

pub(super) async fn a_clock_set_forward_fills_buckets_and_no_more<S: RateLimitStore>(store: &S) {
    let limits = limits(10, 60, Some(15), None);
    for (n, forward) in [(1, Duration::hours(2)), (2, Duration::days(300_000))] {
        assert_eq!(admitted(store, key(n), &limits, 20, start()).await, 10);
        let then = start() + forward;
        assert_eq!(
            admitted(store, key(n), &limits, 20, then).await,
            10,
            "{forward}"
        );
        // And back: what was used there counts as used here.
        assert_eq!(
            admitted(store, key(n), &limits, 20, start()).await,
            0,
            "{forward}"
        );
        let rested = start() + Duration::HOUR + Duration::SECOND;
        assert_eq!(
            admitted(store, key(n), &limits, 20, rested).await,
            10,
            "{forward}"
        );
    }
}

pub(super) async fn the_ends_of_time_are_times<S: RateLimitStore>(store: &S) {
    let limits = limits(2, 60, Some(10), Some(20));
    let ends = [
        time::macros::datetime!(-9999-01-01 0:00 UTC),
        OffsetDateTime::UNIX_EPOCH - Duration::NANOSECOND,
        OffsetDateTime::UNIX_EPOCH,
        time::macros::datetime!(2116-01-01 0:00 UTC),
        time::macros::datetime!(9999-12-31 23:59:59.999_999_999 UTC),
    ];
    for (n, now) in (0..).zip(ends) {
        assert_eq!(admitted(store, key(n), &limits, 5, now).await, 2, "{now}");
        for other in ends {
            let seen = store.look(key(n), &limits, 1, other).await;
            assert!(seen.expect("answered").standing().remaining() <= 2);
            let given = store.give_back(key(100 + n), &limits, 1, other).await;
            given.expect("answered");
        }
    }
    store.sweep(ends[4]).await.expect("swept");
    store.sweep(ends[0]).await.expect("swept");
}
