use super::*;

/// RL-4: below, at and above the limit.
pub(super) async fn a_limit_of_n_lets_n_through<S: RateLimitStore>(store: &S) {
    for (n, burst) in [(1, 1), (2, 2), (3, 20), (4, 1_000)] {
        let limits = limits(burst, 60, None, None);
        assert_eq!(
            admitted(store, key(n), &limits, burst - 1, start()).await,
            burst - 1
        );
        let last = take(store, key(n), &limits, start()).await;
        assert!(last.is_admitted(), "{burst}");
        assert_eq!(last.standing().remaining(), 0);
        assert_eq!(
            admitted(store, key(n), &limits, 3, start()).await,
            0,
            "{burst}"
        );
    }
}

pub(super) async fn what_was_used_comes_back_evenly<S: RateLimitStore>(store: &S) {
    let limits = limits(10, 30, None, None);
    assert_eq!(admitted(store, key(1), &limits, 11, start()).await, 10);
    for n in 1..=20 {
        let due = start() + Duration::seconds(2) * n;
        let early = take(store, key(1), &limits, due - Duration::MILLISECOND).await;
        assert_eq!(
            refusal(&early),
            Some((Window::Burst, Duration::MILLISECOND))
        );
        assert_eq!(admitted(store, key(1), &limits, 2, due).await, 1, "{n}");
    }
    let rested = start() + Duration::HOUR;
    assert_eq!(admitted(store, key(1), &limits, 11, rested).await, 10);
}

/// RL-5: around the full minute, hour and day as anywhere else.
pub(super) async fn an_edge_lets_nothing_more_through<S: RateLimitStore>(store: &S) {
    for (n, window, limits) in [
        (1, Duration::MINUTE, limits(60, 60, None, None)),
        (2, Duration::HOUR, limits(10_000, 100_000, Some(60), None)),
        (3, Duration::DAY, limits(10_000, 100_000, None, Some(60))),
    ] {
        // An edge by any calendar: the start is midnight.
        let edge = start() + Duration::DAY;
        let before = edge - Duration::MILLISECOND;
        assert_eq!(admitted(store, key(n), &limits, 100, before).await, 60);
        let after = edge + Duration::MILLISECOND;
        assert_eq!(
            admitted(store, key(n), &limits, 100, after).await,
            0,
            "{window}"
        );
        let half = before + window / 2;
        assert_eq!(
            admitted(store, key(n), &limits, 100, half).await,
            30,
            "{window}"
        );
    }
}

pub(super) async fn a_refused_request_spends_nothing<S: RateLimitStore>(store: &S) {
    let limits = limits(5, 60, Some(20), Some(40));
    assert_eq!(admitted(store, key(1), &limits, 1_000, start()).await, 5);
    // The hour has the other fifteen still, and the burst came back.
    let later = start() + Duration::seconds(5);
    assert_eq!(admitted(store, key(1), &limits, 1_000, later).await, 5);
    let much_later = start() + Duration::MINUTE;
    let last = take(store, key(1), &limits, much_later).await;
    assert!(last.is_admitted());
    assert_eq!(last.standing().remaining(), 4);
}

pub(super) async fn the_window_that_refuses_is_named<S: RateLimitStore>(store: &S) {
    for (n, limits, refuses, wait) in [
        (
            1,
            limits(2, 60, Some(1_000), Some(10_000)),
            Window::Burst,
            Duration::SECOND,
        ),
        (
            2,
            limits(10, 60, Some(2), Some(10_000)),
            Window::Hour,
            Duration::minutes(30),
        ),
        (
            3,
            limits(10, 60, Some(1_000), Some(2)),
            Window::Day,
            Duration::hours(12),
        ),
        (
            4,
            limits(2, 1, Some(2), None),
            Window::Hour,
            Duration::minutes(30),
        ),
    ] {
        assert_eq!(admitted(store, key(n), &limits, 2, start()).await, 2);
        let decision = take(store, key(n), &limits, start()).await;
        assert_eq!(refusal(&decision), Some((refuses, wait)));
        let standing = decision.standing();
        assert_eq!(
            (standing.window(), standing.remaining(), standing.limit()),
            (refuses, 0, 2)
        );
        assert_eq!(standing.reset_after(), wait);
    }
}

pub(super) async fn the_tightest_window_is_reported<S: RateLimitStore>(store: &S) {
    let limits = limits(3, 60, Some(4), None);
    let told = |decision: Decision| {
        let standing = *decision.standing();
        (
            standing.window(),
            standing.remaining(),
            standing.reset_after(),
        )
    };
    let quarter = Duration::minutes(15);
    for (after, window, remaining, reset) in [
        (0, Window::Burst, 2, Duration::SECOND),
        (0, Window::Burst, 1, Duration::SECOND),
        (0, Window::Burst, 0, Duration::SECOND),
        (3, Window::Hour, 0, quarter - Duration::seconds(3)),
    ] {
        let now = start() + Duration::seconds(after);
        let decision = take(store, key(1), &limits, now).await;
        assert_eq!(told(decision), (window, remaining, reset), "{after}");
    }
    let names: Vec<_> = limits
        .policies()
        .map(|policy| policy.window.name())
        .collect();
    assert_eq!(names, ["burst", "hour"]);
}

/// RL-8: what costs more counts for more.
pub(super) async fn costs_count_as_units<S: RateLimitStore>(store: &S) {
    let limits = limits(10, 60, Some(100), None);
    let take = async |cost| {
        store
            .take(key(1), &limits, cost, start())
            .await
            .expect("answered")
    };
    assert_eq!(take(7).await.standing().remaining(), 3);
    assert_eq!(
        refusal(&take(4).await),
        Some((Window::Burst, Duration::SECOND))
    );
    assert_eq!(
        refusal(&take(5).await),
        Some((Window::Burst, Duration::seconds(2)))
    );
    assert_eq!(take(0).await.standing().remaining(), 3);
    assert_eq!(take(3).await.standing().remaining(), 0);
    assert!(take(0).await.is_admitted());
    assert!(!take(1).await.is_admitted());
}

pub(super) async fn a_cost_above_a_bucket_takes_all_of_it<S: RateLimitStore>(store: &S) {
    let limits = limits(10, 60, Some(1_000), None);
    for cost in [11, 500, u32::MAX] {
        let now = start() + Duration::days(cost.min(600).into());
        let taken = store
            .take(key(1), &limits, cost, now)
            .await
            .expect("answered");
        assert_eq!(taken.standing().remaining(), 0, "{cost}");
        let again = store
            .take(key(1), &limits, cost, now)
            .await
            .expect("answered");
        let (_, wait) = refusal(&again).expect("refused");
        assert!(wait >= Duration::seconds(10), "{cost} {wait}");
        let waited = store.take(key(1), &limits, cost, now + wait).await;
        assert!(waited.expect("answered").is_admitted(), "{cost}");
    }
}

/// B56: and who comes a little earlier is not.
pub(super) async fn who_waits_as_told_is_let_in<S: RateLimitStore>(store: &S) {
    let mut now = start();
    for (n, limits) in [
        (1, limits(3, 7, None, None)),
        (2, limits(3, 7, Some(11), None)),
        (3, limits(5, 1_000, Some(13), Some(17))),
        (4, limits(999, 9_999_999, Some(3), Some(9_999_999))),
    ] {
        for cost in [1, 2, 3, 1, 3, 2] {
            let mut tries = 0;
            let wait = loop {
                let decision = store
                    .take(key(n), &limits, cost, now)
                    .await
                    .expect("answered");
                if let Some((_, wait)) = refusal(&decision) {
                    break wait;
                }
                tries += 1;
                assert!(tries <= 999);
            };
            let early = now + wait - Duration::MILLISECOND;
            let early = store
                .look(key(n), &limits, cost, early)
                .await
                .expect("answered");
            assert!(!early.is_admitted(), "{n} {cost} {wait}");
            now += wait;
            let waited = store
                .take(key(n), &limits, cost, now)
                .await
                .expect("answered");
            assert!(waited.is_admitted(), "{n} {cost} {wait}");
        }
    }
}

pub(super) async fn looking_takes_nothing<S: RateLimitStore>(store: &S) {
    let limits = limits(2, 60, Some(100), None);
    let look = async |cost| {
        store
            .look(key(1), &limits, cost, start())
            .await
            .expect("answered")
    };
    for _ in 0..10 {
        let seen = look(2).await;
        assert!(seen.is_admitted());
        assert_eq!(
            (seen.standing().remaining(), seen.standing().reset_after()),
            (2, Duration::ZERO)
        );
    }
    assert_eq!(store.size().await.expect("answered"), 0);
    assert_eq!(admitted(store, key(1), &limits, 1, start()).await, 1);
    assert!(look(1).await.is_admitted());
    assert_eq!(
        refusal(&look(2).await),
        Some((Window::Burst, Duration::SECOND))
    );
    assert_eq!(admitted(store, key(1), &limits, 2, start()).await, 1);
}

pub(super) async fn what_is_given_back_never_exceeds_the_bucket<S: RateLimitStore>(store: &S) {
    let limits = limits(10, 60, Some(20), None);
    let give = async |n, cost, now| {
        let given = store.give_back(key(n), &limits, cost, now).await;
        given.expect("answered");
    };
    give(1, 5, start()).await;
    assert_eq!(
        admitted(store, key(1), &limits, 12, start()).await,
        10,
        "nobody took it"
    );
    give(1, 3, start()).await;
    assert_eq!(admitted(store, key(1), &limits, 12, start()).await, 3);
    for cost in [0, 100, u32::MAX] {
        give(1, cost, start()).await;
    }
    assert_eq!(admitted(store, key(1), &limits, 12, start()).await, 10);
    // Half of it has come back by itself.
    let later = start() + Duration::seconds(5);
    give(1, 10, later).await;
    assert_eq!(admitted(store, key(1), &limits, 12, later).await, 10);
}

pub(super) async fn keys_and_classes_count_apart<S: RateLimitStore>(store: &S) {
    let limits = limits(2, 60, None, None);
    let id = Uuid::from_u128(7);
    for key in [
        LimitKey::of_account(id, BucketClass::General),
        LimitKey::of_account(id, BucketClass::Attempts),
        LimitKey::of_api_key(id, BucketClass::General),
        LimitKey::of_text(b"7", BucketClass::General),
    ] {
        assert_eq!(admitted(store, key, &limits, 3, start()).await, 2);
    }
}

/// RL-7: what was used keeps its share of the bucket.
pub(super) async fn a_change_of_limits_counts_at_once<S: RateLimitStore>(store: &S) {
    let free = limits(20, 60, Some(1_000), None);
    let premium = limits(40, 120, Some(5_000), None);
    assert_eq!(admitted(store, key(1), &free, 10, start()).await, 10);
    assert_eq!(admitted(store, key(1), &premium, 50, start()).await, 20);
    assert_eq!(admitted(store, key(1), &free, 50, start()).await, 0);
    // A bucket that is shallower now is empty, not less.
    let low = limits(1, 60, None, None);
    assert_eq!(admitted(store, key(1), &low, 5, start()).await, 0);
    let second = start() + Duration::SECOND;
    assert_eq!(admitted(store, key(1), &low, 5, second).await, 1);
}

pub(super) async fn sweeping_forgets_what_is_full<S: RateLimitStore>(store: &S) {
    let quick = limits(10, 60, None, None);
    let slow = limits(10, 60, Some(60), None);
    for n in 0..50 {
        assert_eq!(admitted(store, key(n), &quick, 2, start()).await, 2);
        assert_eq!(admitted(store, key(n + 100), &slow, 2, start()).await, 2);
    }
    assert_eq!(store.size().await.expect("answered"), 100);
    let sweep = async |after| store.sweep(start() + after).await.expect("swept");
    assert_eq!(sweep(Duration::seconds(2) - Duration::MILLISECOND).await, 0);
    assert_eq!(sweep(Duration::seconds(2)).await, 50);
    assert_eq!(sweep(Duration::minutes(2) - Duration::MILLISECOND).await, 0);
    assert_eq!(sweep(Duration::minutes(2)).await, 50);
    assert_eq!(store.size().await.expect("answered"), 0);
}
