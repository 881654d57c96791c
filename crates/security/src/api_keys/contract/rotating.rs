use super::*;
use crate::api_keys::{KeyState, RevokeReason, Rotation, Succession};

/// KEY-6: both work, then one.
pub(super) async fn a_rotated_key_works_for_the_overlap<S: ApiKeyStore>(store: &S) {
    let day = |n| start() + Duration::days(n);
    let rows = [
        ("a day", 1, Duration::DAY, day(2)),
        ("none", 2, Duration::ZERO, day(1)),
        ("beyond its own end", 3, Duration::days(500), day(100)),
    ];
    for (name, n, overlap, works_until) in rows {
        let given = key(n, 1);
        add(store, &given).await;
        let wish = rotation(n, n + 10, overlap, day(1));
        let answer = store.rotate(&wish, day(1)).await.expect("answered");
        let Rotation::Rotated { old, new } = answer else {
            panic!("{name}: {answer:?}");
        };
        let succession = Succession {
            by: Uuid::from_u128(n + 10),
            at: day(1),
            works_until,
        };
        let expected_old = ApiKey {
            succeeded: Some(succession),
            ..given.clone()
        };
        let expected_new = ApiKey {
            id: Uuid::from_u128(n + 10),
            hash: hash(n + 10),
            tail: "next".to_owned(),
            created_at: day(1),
            expires_at: day(101),
            rotated_from: Some(given.id),
            ..given.clone()
        };
        assert_eq!(
            (*old, *new),
            (expected_old.clone(), expected_new.clone()),
            "{name}"
        );
        assert_eq!(get(store, n).await, expected_old, "{name}");
        assert_eq!(get(store, n + 10).await, expected_new, "{name}");
        let before = expected_old.state(works_until - Duration::MILLISECOND);
        assert_eq!(before, KeyState::Working, "{name}");
        assert_ne!(expected_old.state(works_until), KeyState::Working, "{name}");
    }
    let listed = store.list(Uuid::from_u128(1)).await.expect("answered");
    assert_eq!(listed.len(), 6, "both are listed");
}

pub(super) async fn what_can_not_be_rotated<S: ApiKeyStore>(store: &S) {
    for n in 1..=4 {
        add(store, &key(n, if n == 4 { 2 } else { 1 })).await;
    }
    let now = start() + Duration::DAY;
    let one = Uuid::from_u128(1);
    store
        .revoke(one, Uuid::from_u128(2), RevokeReason::Owner, now)
        .await
        .expect("answered");
    store
        .rotate(&rotation(3, 13, Duration::DAY, now), now)
        .await
        .expect("answered");
    let end = start() + Duration::days(100);
    let rows = [
        ("revoked", 2, now, Rotation::Ended),
        ("rotated", 3, now, Rotation::AlreadyRotated),
        ("somebody else's", 4, now, Rotation::Absent),
        ("unknown", 9, now, Rotation::Absent),
        ("run out", 1, end, Rotation::Ended),
    ];
    for (name, n, at, expected) in rows {
        let wish = rotation(n, 50, Duration::ZERO, at);
        let answer = store.rotate(&wish, at).await.expect("answered");
        assert_eq!(answer, expected, "{name}");
    }
    let found = store.find_by_hash(&hash(50)).await.expect("answered");
    assert_eq!(found, None, "no successor was kept");
    let late = end - Duration::MILLISECOND;
    let wish = rotation(1, 11, Duration::DAY, late);
    let answer = store.rotate(&wish, late).await.expect("answered");
    assert!(matches!(answer, Rotation::Rotated { .. }), "just in time");
}

/// Rotating again ends the overlap of the key before.
pub(super) async fn two_keys_of_a_line_work_at_the_most<S: ApiKeyStore>(store: &S) {
    add(store, &key(1, 1)).await;
    add(store, &key(50, 1)).await;
    let now = |n: u128| start() + Duration::HOUR * (n as i32);
    for n in 1..=5 {
        let wish = rotation(n, n + 1, Duration::days(7), now(n));
        let answer = store.rotate(&wish, now(n)).await.expect("answered");
        assert!(matches!(answer, Rotation::Rotated { .. }), "{answer:?}");
        let list = store.list(Uuid::from_u128(1)).await.expect("answered");
        let working = list
            .iter()
            .filter(|key| key.state(now(n)) == KeyState::Working);
        let mut working: Vec<u128> = working.map(|key| key.id.as_u128()).collect();
        working.sort_unstable();
        assert_eq!(working, [n, n + 1, 50]);
        assert!(
            list.iter()
                .all(|key| key.line.as_u128() == 1 || key.id.as_u128() == 50)
        );
    }
    let first = get(store, 1).await;
    assert_eq!(first.ends_at(), now(2), "it ended with the second rotation");
}

/// KEY-13.
pub(super) async fn the_cap_counts_lines_that_work<S: ApiKeyStore>(store: &S) {
    let one = Uuid::from_u128(1);
    let day = |n| start() + Duration::days(n);
    let create = |n: u128, at: OffsetDateTime| {
        let new = ApiKey {
            created_at: at,
            ..key(n, 1)
        };
        async move { store.create(&new, 3).await.expect("answered") }
    };
    for n in 1..=3 {
        assert_eq!(create(n, day(0)).await, Creation::Created, "key {n}");
    }
    assert_eq!(create(4, day(0)).await, Creation::CapReached);
    let elsewhere = store.create(&key(5, 2), 3).await.expect("answered");
    assert_eq!(elsewhere, Creation::Created, "each account for itself");
    let wish = rotation(1, 6, Duration::days(7), day(0));
    let answer = store.rotate(&wish, day(0)).await.expect("answered");
    assert!(matches!(answer, Rotation::Rotated { .. }), "at the cap too");
    assert_eq!(create(4, day(0)).await, Creation::CapReached);
    // The successor goes, and the rotated one goes on working: the line still counts.
    store
        .revoke(one, Uuid::from_u128(6), RevokeReason::Owner, day(1))
        .await
        .expect("answered");
    assert_eq!(create(4, day(6)).await, Creation::CapReached);
    assert_eq!(create(4, day(7)).await, Creation::Created);
    assert_eq!(create(7, day(99)).await, Creation::CapReached);
    assert_eq!(create(7, day(100)).await, Creation::Created, "run out");
}

/// Making and revoking, or rotating, over and over fills nothing.
pub(super) async fn ended_keys_are_bounded<S: ApiKeyStore>(store: &S) {
    let one = Uuid::from_u128(1);
    let at = |n: u128| start() + Duration::MINUTE * (n as i32);
    let untouched = key(900, 2);
    add(store, &untouched).await;
    for n in 1..=10 {
        let new = ApiKey {
            created_at: at(n),
            ..key(n, 1)
        };
        store.create(&new, 3).await.expect("answered");
        store
            .revoke(one, Uuid::from_u128(n), RevokeReason::Owner, at(n))
            .await
            .expect("answered");
    }
    let ids =
        |keys: Vec<ApiKey>| -> Vec<u128> { keys.iter().map(|key| key.id.as_u128()).collect() };
    let list = store.list(one).await.expect("answered");
    assert_eq!(ids(list), [10, 9, 8, 7], "three, and the last since");
    add(
        store,
        &ApiKey {
            created_at: at(20),
            ..key(20, 1)
        },
    )
    .await;
    for n in 20..30 {
        let mut wish = rotation(n, n + 1, Duration::ZERO, at(n + 1));
        wish.keep_ended = 3;
        store.rotate(&wish, at(n + 1)).await.expect("answered");
    }
    let list = store.list(one).await.expect("answered");
    assert_eq!(ids(list), [30, 29, 28, 27], "three and the one that works");
    let other = store.find_by_hash(&untouched.hash).await.expect("answered");
    assert_eq!(other, Some(untouched));
}
