use super::*;

fn limits(capacity: u32) -> Limits {
    Limits {
        capacity,
        ..Limits::default()
    }
}

/// Counters near their limit are never evicted first, by however many new ones.
pub(super) async fn the_furthest_from_their_limits_go_first<S: ThrottleStore>(store: &S) {
    let small = limits(50);
    let begin_at = |keys: AttemptKeys, now| {
        let small = &small;
        async move { store.begin(&keys, small, now).await.expect("answered") }
    };
    for account in 1..=10 {
        for _ in 0..4 {
            let admission = begin_at(stranger(account, account), start()).await;
            assert!(matches!(admission, Admission::Admitted(_)));
        }
    }
    for n in 0..500 {
        let now = start() + Duration::seconds(n.into());
        let admission = begin_at(stranger(1_000 + n, 1_000 + n), now).await;
        assert!(matches!(admission, Admission::Admitted(_)), "{n}");
        let size = store.size().await.expect("answered");
        assert!(size <= 50, "{size} after {n}");
    }
    assert_eq!(store.size().await.expect("answered"), 50, "it was reached");
    let now = start() + Duration::seconds(500);
    for account in 1..=10 {
        let fifth = begin_at(stranger(account, 5_000), now).await;
        assert!(matches!(fifth, Admission::Admitted(_)), "{account}");
        let sixth = begin_at(stranger(account, 5_001), now).await;
        assert!(matches!(sixth, Admission::Refused(_)), "{account}");
    }
    // A bound that was lowered is kept with the next attempt.
    let lower = limits(20);
    let admission = store.begin(&stranger(9_000, 9_000), &lower, now).await;
    assert!(matches!(
        admission.expect("answered"),
        Admission::Admitted(_)
    ));
    assert_eq!(store.size().await.expect("answered"), 20);
    assert!(refusal(store, &stranger(1, 5_002), now).await.is_some());
}

pub(super) async fn sweeping_deletes_what_is_forgotten<S: ThrottleStore>(store: &S) {
    let mut now = start();
    for n in 0..100 {
        fail(store, &stranger(1, 1_000), now).await;
        now += Duration::HOUR;
        let _ = n;
    }
    fail(store, &stranger(2, 2), now).await;
    assert_eq!(store.size().await.expect("answered"), 4);
    let sweep = |after: Duration| async move { store.sweep(now + after).await.expect("swept") };
    assert_eq!(sweep(Duration::DAY - Duration::MILLISECOND).await, 1);
    assert_eq!(sweep(Duration::DAY).await, 1);
    assert_eq!(sweep(Duration::days(30) - Duration::MILLISECOND).await, 0);
    assert_eq!(sweep(Duration::days(30)).await, 1);
    assert_eq!(
        sweep(Duration::days(3_650)).await,
        0,
        "what stopped is kept until a reset"
    );
    assert_eq!(store.size().await.expect("answered"), 1);
    let later = now + Duration::days(3_650);
    assert!(refusal(store, &stranger(1, 3), later).await.is_some());
}
