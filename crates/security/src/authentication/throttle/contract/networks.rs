use super::*;

/// PWD-14: many accounts from one network.
pub(super) async fn a_network_has_an_allowance_over_all_accounts<S: ThrottleStore>(store: &S) {
    for n in 0..30 {
        fail(store, &stranger(n, 1), start()).await;
    }
    let refused = refusal(store, &stranger(99, 1), start()).await;
    assert_eq!(refused, Some((RefusedBy::Network, Duration::minutes(10))));
    fail(store, &stranger(99, 2), start()).await;

    // The window begins with its first failure and takes all others with it.
    let window = Duration::minutes(10);
    for n in 0..29 {
        fail(store, &stranger(100 + n, 3), start()).await;
    }
    let last = start() + window - Duration::MILLISECOND;
    fail(store, &stranger(130, 3), last).await;
    assert!(refusal(store, &stranger(131, 3), last).await.is_some());
    for n in 0..29 {
        fail(store, &stranger(200 + n, 4), start()).await;
    }
    let over = start() + window;
    for n in 0..29 {
        fail(store, &stranger(230 + n, 4), over).await;
    }
    assert!(refusal(store, &stranger(260, 4), over).await.is_none());
}

pub(super) async fn blocks_double_and_are_forgotten<S: ThrottleStore>(store: &S) {
    let mut now = start();
    let mut account = 0;
    for minutes in [10, 20, 40, 80, 160, 320, 360, 360] {
        for _ in 0..30 {
            account += 1;
            fail(store, &stranger(account, 1), now).await;
        }
        let refused = refusal(store, &stranger(0, 1), now).await;
        let block = Duration::minutes(minutes);
        assert_eq!(refused, Some((RefusedBy::Network, block)));
        now += block;
    }
    now += Duration::DAY;
    for n in 0..30 {
        fail(store, &stranger(9_000 + n, 1), now).await;
    }
    let refused = refusal(store, &stranger(0, 1), now).await;
    assert_eq!(
        refused,
        Some((RefusedBy::Network, Duration::minutes(10))),
        "a day without a failure"
    );
}

/// PWD-15: a success at one's own account buys no guesses at others; and a busy office is no attack.
pub(super) async fn a_success_gives_back_only_itself<S: ThrottleStore>(store: &S) {
    for n in 0..30 {
        succeed(store, &stranger(1, 1), start()).await;
        fail(store, &stranger(100 + n, 1), start()).await;
    }
    let refused = refusal(store, &stranger(1, 1), start()).await;
    assert_eq!(refused, Some((RefusedBy::Network, Duration::minutes(10))));

    for n in 0..200 {
        succeed(store, &stranger(n, 2), start()).await;
    }
    // The thirtieth trips the network while it is being checked, and gives that back too.
    for n in 0..29 {
        fail(store, &stranger(300 + n, 2), start()).await;
    }
    succeed(store, &stranger(400, 2), start()).await;
    fail(store, &stranger(401, 2), start()).await;
    let refused = refusal(store, &stranger(402, 2), start()).await;
    assert_eq!(refused, Some((RefusedBy::Network, Duration::minutes(10))));
}
