use super::*;

/// B60, PWD-17: what strangers did, at the account and from the same network, doesn't refuse a known
/// device; what it does itself doesn't count for strangers.
pub(super) async fn a_known_device_counts_apart<S: ThrottleStore>(store: &S) {
    for _ in 0..5 {
        fail(store, &stranger(1, 1), start()).await;
    }
    for n in 0..25 {
        fail(store, &stranger(100 + n, 1), start()).await;
    }
    let owner = known(1, 1, 1);
    assert!(refusal(store, &stranger(1, 1), start()).await.is_some());
    for _ in 0..5 {
        fail(store, &owner, start()).await;
    }
    let refused = refusal(store, &owner, start()).await;
    assert_eq!(refused, Some((RefusedBy::Device, Duration::seconds(30))));
    succeed(store, &known(1, 1, 2), start()).await;
    let later = start() + Duration::seconds(30);
    succeed(store, &owner, later).await;
    for _ in 0..5 {
        fail(store, &owner, later).await;
    }

    // The network's block wasn't lengthened by it.
    let refused = refusal(store, &stranger(2, 1), start()).await;
    assert_eq!(refused, Some((RefusedBy::Network, Duration::minutes(10))));
    // Its success lifts nothing for strangers.
    let refused = refusal(store, &stranger(1, 2), start()).await;
    assert_eq!(refused, Some((RefusedBy::Account, Duration::seconds(30))));

    // Its failures count for its network.
    for n in 0..29 {
        fail(store, &stranger(200 + n, 3), start()).await;
    }
    fail(store, &known(3, 3, 3), start()).await;
    assert!(refusal(store, &stranger(230, 3), start()).await.is_some());
}

/// A stolen device has 20 guesses, then it waits as strangers do.
pub(super) async fn a_device_that_used_its_allowance_is_a_stranger<S: ThrottleStore>(store: &S) {
    let mut now = start();
    for n in 0..20 {
        fail(store, &known(1, n, 1), now).await;
        now += Duration::HOUR;
    }
    for n in 0..5 {
        fail(store, &known(1, 50 + n, 1), now).await;
    }
    let refused = refusal(store, &known(1, 60, 1), now).await;
    assert_eq!(refused, Some((RefusedBy::Account, Duration::seconds(30))));
    fail(store, &known(1, 60, 2), now).await;
}
