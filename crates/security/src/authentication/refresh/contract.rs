//! What every [`RefreshStore`] must do; each implementation runs [`run`] on a fresh store.

use super::{EndReason, Family, RefreshStore, Rotation};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const GRACE: Duration = Duration::seconds(30);

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn family(n: u128, account: u128) -> Family {
    Family {
        id: Uuid::from_u128(n),
        account_id: Uuid::from_u128(account),
        created_at: start(),
        expires_at: start() + Duration::days(7),
        idle: Duration::days(1),
        idle_expires_at: start() + Duration::days(1),
        current: [1; 32],
        previous: None,
        rotated_at: None,
        ended: None,
    }
}

/// Runs every case; `fresh` makes an empty store whose accounts with the ids 1 and 2 exist.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: RefreshStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    a_rotation_moves_one_step(&fresh().await).await;
    a_repeat_gets_the_same_successor_until_it_is_used(&fresh().await).await;
    the_grace_ends(&fresh().await).await;
    anything_else_is_reuse(&fresh().await).await;
    life_ends_on_time(&fresh().await).await;
    the_absolute_end_never_moves(&fresh().await).await;
    ending_is_once_and_for_one_account(&fresh().await).await;
    sweeping_keeps_the_living(&fresh().await).await;
    overlapping_calls_rotate_once(Arc::new(fresh().await)).await;
}

async fn a_rotation_moves_one_step<S: RefreshStore>(store: &S) {
    let given = family(1, 1);
    store.start(&given).await.expect("started");
    assert_eq!(
        store.find(given.id).await.expect("found"),
        Some(given.clone())
    );
    let now = start() + Duration::hours(1);
    let answer = store
        .rotate(given.id, &[1; 32], &[2; 32], GRACE, now)
        .await
        .expect("answered");
    let expected = Family {
        current: [2; 32],
        previous: Some([1; 32]),
        rotated_at: Some(now),
        idle_expires_at: now + Duration::days(1),
        ..given.clone()
    };
    assert_eq!(answer, Rotation::Rotated(expected.clone()));
    assert_eq!(store.find(given.id).await.expect("found"), Some(expected));
    let unknown = store
        .rotate(Uuid::from_u128(9), &[1; 32], &[2; 32], GRACE, now)
        .await;
    assert_eq!(unknown.expect("answered"), Rotation::Unknown);
}

async fn a_repeat_gets_the_same_successor_until_it_is_used<S: RefreshStore>(store: &S) {
    store.start(&family(1, 1)).await.expect("started");
    let id = Uuid::from_u128(1);
    let rotate = |presented: u8, successor: u8, second: i64| {
        let now = start() + Duration::seconds(second);
        async move {
            store
                .rotate(id, &[presented; 32], &[successor; 32], GRACE, now)
                .await
                .expect("answered")
        }
    };
    assert!(matches!(rotate(1, 2, 0).await, Rotation::Rotated(_)));
    assert!(matches!(rotate(1, 2, 1).await, Rotation::Repeated(_)));
    assert!(matches!(rotate(1, 2, 2).await, Rotation::Repeated(_)));
    assert!(matches!(rotate(2, 3, 3).await, Rotation::Rotated(_)));
    let Rotation::Reused(ended) = rotate(1, 2, 4).await else {
        panic!("the grandparent is reuse even within the grace");
    };
    assert_eq!(
        ended.ended,
        Some((start() + Duration::seconds(4), EndReason::Reuse))
    );
    assert!(
        matches!(rotate(3, 4, 5).await, Rotation::Ended(_)),
        "the whole family is over"
    );
}

async fn the_grace_ends<S: RefreshStore>(store: &S) {
    for (n, second, repeats) in [(1, 29, true), (2, 30, true), (3, 31, false)] {
        store.start(&family(n, 1)).await.expect("started");
        let id = Uuid::from_u128(n);
        store
            .rotate(id, &[1; 32], &[2; 32], GRACE, start())
            .await
            .expect("answered");
        let now = start() + Duration::seconds(second);
        let again = store
            .rotate(id, &[1; 32], &[2; 32], GRACE, now)
            .await
            .expect("answered");
        assert_eq!(
            matches!(again, Rotation::Repeated(_)),
            repeats,
            "after {second} s"
        );
    }
}

async fn anything_else_is_reuse<S: RefreshStore>(store: &S) {
    store.start(&family(1, 1)).await.expect("started");
    let id = Uuid::from_u128(1);
    let forged = store
        .rotate(id, &[7; 32], &[8; 32], GRACE, start())
        .await
        .expect("answered");
    assert!(matches!(forged, Rotation::Reused(_)));
}

async fn life_ends_on_time<S: RefreshStore>(store: &S) {
    let cases = [
        (
            "just before the idle end",
            1,
            Duration::DAY - Duration::MILLISECOND,
            true,
        ),
        ("at the idle end", 2, Duration::DAY, false),
    ];
    for (name, n, after, lives) in cases {
        store.start(&family(n, 1)).await.expect("started");
        let now = start() + after;
        let answer = store
            .rotate(Uuid::from_u128(n), &[1; 32], &[2; 32], GRACE, now)
            .await;
        let rotated = matches!(answer.expect("answered"), Rotation::Rotated(_));
        assert_eq!(rotated, lives, "{name}");
    }
}

async fn the_absolute_end_never_moves<S: RefreshStore>(store: &S) {
    store.start(&family(1, 1)).await.expect("started");
    let id = Uuid::from_u128(1);
    let mut now = start();
    for step in 1..=10_u8 {
        now += Duration::hours(20);
        let answer = store
            .rotate(id, &[step; 32], &[step + 1; 32], GRACE, now)
            .await;
        match answer.expect("answered") {
            Rotation::Rotated(family) => {
                assert_eq!(family.expires_at, start() + Duration::days(7));
                assert!(family.idle_expires_at <= family.expires_at);
            }
            Rotation::Ended(_) => {
                assert!(now >= start() + Duration::days(7));
                return;
            }
            other => panic!("unexpected: {other:?}"),
        }
    }
    panic!("it outlived its absolute end");
}

async fn ending_is_once_and_for_one_account<S: RefreshStore>(store: &S) {
    for (n, account) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
        store.start(&family(n, account)).await.expect("started");
    }
    let now = start() + Duration::hours(1);
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(
        store
            .end(one, EndReason::SignedOut, now)
            .await
            .expect("answered")
    );
    assert!(
        !store
            .end(one, EndReason::Administrator, now)
            .await
            .expect("answered")
    );
    assert!(
        !store
            .end(Uuid::from_u128(9), EndReason::SignedOut, now)
            .await
            .expect("answered")
    );
    let reason = EndReason::PasswordChanged;
    let account = Uuid::from_u128(1);
    assert_eq!(
        store
            .end_all(account, Some(two), reason, now)
            .await
            .expect("answered"),
        1
    );
    assert_eq!(
        store
            .end_all(account, None, reason, now)
            .await
            .expect("answered"),
        1
    );
    let first = store.find(one).await.expect("found").expect("there");
    assert_eq!(
        first.ended,
        Some((now, EndReason::SignedOut)),
        "the first reason stays"
    );
    let other = store
        .find(Uuid::from_u128(4))
        .await
        .expect("found")
        .expect("there");
    assert!(other.is_live(now));
}

async fn sweeping_keeps_the_living<S: RefreshStore>(store: &S) {
    for n in 1..=3 {
        store.start(&family(n, 1)).await.expect("started");
    }
    let end = EndReason::SignedOut;
    store
        .end(Uuid::from_u128(1), end, start())
        .await
        .expect("answered");
    store
        .end(Uuid::from_u128(2), end, start() + Duration::hours(3))
        .await
        .expect("answered");
    assert_eq!(
        store
            .sweep(start() + Duration::hours(2))
            .await
            .expect("swept"),
        1
    );
    assert_eq!(
        store
            .sweep(start() + Duration::days(2))
            .await
            .expect("swept"),
        2
    );
    assert_eq!(
        store.find(Uuid::from_u128(3)).await.expect("answered"),
        None
    );
}

async fn overlapping_calls_rotate_once<S: RefreshStore>(store: Arc<S>) {
    for round in 0..20_u128 {
        let id = Uuid::from_u128(100 + round);
        store.start(&family(100 + round, 1)).await.expect("started");
        let calls: Vec<_> = (0..30)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(
                    async move { store.rotate(id, &[1; 32], &[2; 32], GRACE, start()).await },
                )
            })
            .collect();
        let (mut rotated, mut repeated) = (0, 0);
        for call in calls {
            match call.await.expect("no panic").expect("answered") {
                Rotation::Rotated(_) => rotated += 1,
                Rotation::Repeated(_) => repeated += 1,
                other => panic!("an honest caller was refused: {other:?}"),
            }
        }
        assert_eq!((rotated, repeated), (1, 29), "round {round}");
    }
}
