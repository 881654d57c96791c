use super::*;
use crate::api_keys::{KeyState, Revocation, RevokeReason, Rotation};
use tokio::task::JoinSet;

const ROUNDS: u128 = 10;

/// KEY-13: a hundred overlapping calls at the cap.
pub(super) async fn the_cap_holds<S: ApiKeyStore>(store: Arc<S>) {
    const LIMIT: u32 = 20;
    for n in 0..u128::from(LIMIT) - 3 {
        add(&*store, &key(1_000 + n, 1)).await;
    }
    let mut calls = JoinSet::new();
    for n in 0..100 {
        let store = store.clone();
        calls.spawn(async move { store.create(&key(n, 1), LIMIT).await });
    }
    let answers = calls.join_all().await;
    let created = answers
        .into_iter()
        .filter(|answer| *answer.as_ref().expect("answered") == Creation::Created)
        .count();
    assert_eq!(created, 3);
    let list = store.list(Uuid::from_u128(1)).await.expect("answered");
    assert_eq!(list.len(), LIMIT as usize);
}

/// Overlapping rotations of one key.
pub(super) async fn a_key_has_one_successor<S: ApiKeyStore>(store: Arc<S>) {
    let now = start() + Duration::DAY;
    for round in 1..=ROUNDS {
        let old = round * 1_000;
        add(&*store, &key(old, 1)).await;
        let mut calls = JoinSet::new();
        for n in 1..=30 {
            let store = store.clone();
            let wish = rotation(old, old + n, Duration::DAY, now);
            calls.spawn(async move { store.rotate(&wish, now).await });
        }
        let mut successors = Vec::new();
        for answer in calls.join_all().await {
            match answer.expect("answered") {
                Rotation::Rotated { new, .. } => successors.push(new.id),
                Rotation::AlreadyRotated => {}
                other => panic!("round {round}: {other:?}"),
            }
        }
        assert_eq!(successors.len(), 1, "round {round}");
        let stored = get(&*store, old).await;
        assert_eq!(stored.succeeded.map(|next| next.by), successors.pop());
        let list = store.list(Uuid::from_u128(1)).await.expect("answered");
        assert_eq!(list.len() as u128, 2 * round, "no successor beside it");
    }
}

pub(super) async fn a_key_is_revoked_once<S: ApiKeyStore>(store: Arc<S>) {
    let one = Uuid::from_u128(1);
    for n in 1..=ROUNDS {
        add(&*store, &key(n, 1)).await;
        let mut calls = JoinSet::new();
        for second in 0..30 {
            let store = store.clone();
            let at = start() + Duration::seconds(second);
            let id = Uuid::from_u128(n);
            calls.spawn(async move {
                let answer = store.revoke(one, id, RevokeReason::Owner, at).await;
                (answer.expect("answered"), at)
            });
        }
        let answers = calls.join_all().await;
        let done: Vec<_> = answers
            .into_iter()
            .filter(|(answer, _)| *answer == Revocation::Revoked)
            .collect();
        assert_eq!(done.len(), 1, "round {n}");
        let stored = get(&*store, n).await.revoked;
        assert_eq!(stored.map(|(at, _)| at), Some(done[0].1), "round {n}");
    }
}

/// Whichever comes first: a key that was revoked before it was rotated has no successor, and a
/// successor is never lost.
pub(super) async fn a_revoked_key_has_no_successor<S: ApiKeyStore>(store: Arc<S>) {
    let (one, now) = (Uuid::from_u128(1), start() + Duration::DAY);
    for n in 1..=ROUNDS {
        add(&*store, &key(n, 1)).await;
        let mut rotations = JoinSet::new();
        let mut revocations = JoinSet::new();
        for successor in 1..=15 {
            let (first, second) = (store.clone(), store.clone());
            let wish = rotation(n, n * 1_000 + successor, Duration::DAY, now);
            rotations.spawn(async move { first.rotate(&wish, now).await });
            let id = Uuid::from_u128(n);
            revocations
                .spawn(async move { second.revoke(one, id, RevokeReason::Owner, now).await });
        }
        let answers = rotations.join_all().await;
        let rotated = answers.into_iter().filter(|answer| {
            matches!(answer.as_ref().expect("answered"), Rotation::Rotated { .. })
        });
        let rotated = rotated.count();
        for answer in revocations.join_all().await {
            answer.expect("answered");
        }
        let stored = get(&*store, n).await;
        assert_eq!(stored.state(now), KeyState::Revoked, "round {n}");
        assert_eq!(
            rotated,
            usize::from(stored.succeeded.is_some()),
            "round {n}"
        );
        if let Some(next) = stored.succeeded {
            let successor = get(&*store, next.by.as_u128()).await;
            assert_eq!(successor.state(now), KeyState::Working, "round {n}");
        }
    }
}

pub(super) async fn a_reminder_goes_out_once<S: ApiKeyStore>(store: Arc<S>) {
    for n in 1..=40 {
        add(&*store, &key(n, 1)).await;
    }
    let now = start() + Duration::days(95);
    let mut calls = JoinSet::new();
    for _ in 0..30 {
        let store = store.clone();
        calls.spawn(async move { store.claim_reminders(now + Duration::days(7), 3, now).await });
    }
    let claimed = calls.join_all().await.into_iter();
    let mut claimed: Vec<u128> = claimed
        .flat_map(|claimed| claimed.expect("answered"))
        .map(|key| key.id.as_u128())
        .collect();
    claimed.sort_unstable();
    assert_eq!(claimed, (1..=40).collect::<Vec<_>>());
}
