use super::*;

/// PWD-13: 5 free, 30 s doubling up to 1 h, the end at 100; each attempt from another network.
pub(super) async fn free_failures_then_doubling_delays_then_the_end<S: ThrottleStore>(store: &S) {
    let mut now = start();
    for n in 1..=100_u32 {
        fail(store, &stranger(1, n), now).await;
        let delay = match n {
            1..5 => continue,
            5..12 => Duration::seconds(30 << (n - 5)),
            12..100 => Duration::HOUR,
            _ => break,
        };
        let next = stranger(1, 1000 + n);
        let refused = refusal(store, &next, now).await;
        assert_eq!(refused, Some((RefusedBy::Account, delay)), "{n}");
        let early = now + delay - Duration::MILLISECOND;
        let refused = refusal(store, &next, early).await;
        let left = Duration::MILLISECOND;
        assert_eq!(refused, Some((RefusedBy::Account, left)), "{n}");
        now += delay;
    }
    for later in [Duration::ZERO, Duration::HOUR, Duration::days(3_650)] {
        let refused = refusal(store, &stranger(1, 2000), now + later).await;
        let expected = Some((RefusedBy::AccountStop, Duration::HOUR));
        assert_eq!(refused, expected, "{later}");
    }
    fail(store, &stranger(2, 2000), now).await;
}

pub(super) async fn a_refused_attempt_counts_nothing<S: ThrottleStore>(store: &S) {
    for _ in 0..5 {
        fail(store, &stranger(1, 1), start()).await;
    }
    for n in 0..200 {
        let refused = refusal(store, &stranger(1, 2 + n), start()).await;
        assert_eq!(
            refused,
            Some((RefusedBy::Account, Duration::seconds(30))),
            "the delay doesn't grow"
        );
    }
    assert_eq!(
        store.size().await.expect("answered"),
        2,
        "no counters of the networks that were refused"
    );
    // The network that was refused once still has all its thirty.
    for n in 0..30 {
        fail(store, &stranger(100 + n, 2), start()).await;
    }
    assert!(refusal(store, &stranger(200, 2), start()).await.is_some());
}

pub(super) async fn a_success_forgets_the_failures_before_it<S: ThrottleStore>(store: &S) {
    for n in 0..4 {
        fail(store, &stranger(1, n), start()).await;
    }
    succeed(store, &stranger(1, 9), start()).await;
    for n in 0..5 {
        fail(store, &stranger(1, 10 + n), start()).await;
    }
    assert!(refusal(store, &stranger(1, 20), start()).await.is_some());

    // Attempts that are counted while the right one is being checked stay counted.
    let keys = stranger(2, 30);
    fail(store, &keys, start()).await;
    let right = begin(store, &keys, start()).await.expect("admitted");
    for _ in 0..3 {
        fail(store, &keys, start()).await;
    }
    let limits = Limits::default();
    store.succeed(&right, &limits).await.expect("settled");
    fail(store, &keys, start()).await;
    fail(store, &keys, start()).await;
    let refused = refusal(store, &keys, start()).await;
    assert_eq!(refused, Some((RefusedBy::Account, Duration::seconds(30))));
    let late = store.succeed(&right, &limits).await;
    late.expect("a ticket that was used up harms nothing");
}

pub(super) async fn failures_are_forgotten_after_a_long_rest<S: ThrottleStore>(store: &S) {
    let rest = Duration::days(30);
    for (account, rested, forgotten) in [(1, rest - Duration::MILLISECOND, false), (2, rest, true)]
    {
        for _ in 0..4 {
            fail(store, &stranger(account, account), start()).await;
        }
        let now = start() + rested;
        fail(store, &stranger(account, 9), now).await;
        let refused = refusal(store, &stranger(account, 9), now).await;
        assert_eq!(refused.is_none(), forgotten, "{rested}");
    }
}

/// PWD-17: after a reset or by an administrator, the account is as new.
pub(super) async fn clearing_lifts_the_stop<S: ThrottleStore>(store: &S) {
    let mut now = start();
    for n in 0..100 {
        fail(store, &stranger(1, n), now).await;
        now += Duration::HOUR;
    }
    let next = stranger(1, 500);
    assert!(refusal(store, &next, now).await.is_some());
    assert!(store.clear(&next.account).await.expect("cleared"));
    assert!(!store.clear(&next.account).await.expect("nothing left"));
    for _ in 0..5 {
        fail(store, &next, now).await;
    }
    let refused = refusal(store, &next, now).await;
    assert_eq!(refused, Some((RefusedBy::Account, Duration::seconds(30))));
}
