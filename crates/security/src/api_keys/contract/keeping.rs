use super::*;
use crate::api_keys::{LastUse, Revocation, RevokeReason, Succession};
use crate::store::StoreError;
use std::num::NonZeroU32;

pub(super) async fn what_is_kept_is_what_was_given<S: ApiKeyStore>(store: &S) {
    let grants = ["admin:*", "music:*", "users:view"].map(|text| Grant::parse(text).expect("good"));
    let full = ApiKey {
        mode: KeyMode::Test,
        scopes: grants.to_vec(),
        networks: Networks::parse(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"])
            .expect("good networks"),
        limits: KeyLimits {
            per_minute: NonZeroU32::new(60),
            per_hour: NonZeroU32::new(u32::MAX),
        },
        last_use: Some(LastUse::new("192.0.2.9".parse().ok(), start())),
        revoked: Some((start() + Duration::days(1), RevokeReason::Leaked)),
        line: Uuid::from_u128(70),
        rotated_from: Some(Uuid::from_u128(71)),
        succeeded: Some(Succession {
            by: Uuid::from_u128(72),
            at: start() + Duration::HOUR,
            works_until: start() + Duration::DAY * 2,
        }),
        reminded_at: Some(start() + Duration::MINUTE),
        ..key(1, 1)
    };
    let mut nowhere = key(2, 1);
    nowhere.last_use = Some(LastUse::new(None, start()));
    nowhere.created_at += Duration::MILLISECOND;
    for given in [full, nowhere] {
        add(store, &given).await;
        assert_eq!(get(store, given.id.as_u128()).await, given);
        let found = store.find_by_hash(&given.hash).await.expect("answered");
        assert_eq!(found, Some(given));
    }
    assert_eq!(store.find_by_hash(&hash(9)).await.expect("answered"), None);
    for reason in RevokeReason::ALL {
        assert_eq!(RevokeReason::from_id(reason.id()), Some(*reason));
    }
}

pub(super) async fn ids_and_hashes_are_unique<S: ApiKeyStore>(store: &S) {
    add(store, &key(1, 1)).await;
    let same_id = ApiKey {
        hash: hash(2),
        ..key(1, 2)
    };
    let same_hash = ApiKey {
        hash: hash(1),
        ..key(2, 2)
    };
    for taken in [same_id, same_hash] {
        let answer = store.create(&taken, CAP).await;
        assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    }
    add(store, &key(3, 1)).await;
    let mut wish = rotation(1, 3, Duration::ZERO, start());
    let answer = store.rotate(&wish, start()).await;
    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(get(store, 1).await, key(1, 1), "nothing happened");
    wish.successor.id = Uuid::from_u128(4);
    let answer = store.rotate(&wish, start()).await;
    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(get(store, 1).await, key(1, 1), "nothing happened");
}

pub(super) async fn an_account_sees_its_own<S: ApiKeyStore>(store: &S) {
    let mut keys = [key(1, 1), key(2, 1), key(3, 2), key(4, 1)];
    keys[1].created_at += Duration::HOUR;
    for key in &keys {
        add(store, key).await;
    }
    let ids =
        |keys: Vec<ApiKey>| -> Vec<u128> { keys.iter().map(|key| key.id.as_u128()).collect() };
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let list = store.list(one).await.expect("answered");
    assert_eq!(ids(list), [2, 4, 1], "the newest first");
    let list = store.list(two).await.expect("answered");
    assert_eq!(ids(list), [3]);
    let foreign = store.find(two, one).await.expect("answered");
    assert_eq!(foreign, None);
    let foreign = store.revoke(two, one, RevokeReason::Owner, start()).await;
    assert_eq!(foreign.expect("answered"), Revocation::Absent);
    assert_eq!(get(store, 1).await, keys[0]);
}

pub(super) async fn revoking_is_once<S: ApiKeyStore>(store: &S) {
    add(store, &key(1, 1)).await;
    let now = start() + Duration::days(3);
    let one = Uuid::from_u128(1);
    let revoke = |reason, at| store.revoke(one, one, reason, at);
    let first = revoke(RevokeReason::Leaked, now).await;
    assert_eq!(first.expect("answered"), Revocation::Revoked);
    let again = revoke(RevokeReason::Owner, now + Duration::HOUR).await;
    assert_eq!(again.expect("answered"), Revocation::AlreadyRevoked);
    let stored = get(store, 1).await;
    assert_eq!(stored.revoked, Some((now, RevokeReason::Leaked)));
    let nobodys = store
        .revoke(one, Uuid::from_u128(9), RevokeReason::Owner, now)
        .await;
    assert_eq!(nobodys.expect("answered"), Revocation::Absent);
}

pub(super) async fn revoking_all_spares_others<S: ApiKeyStore>(store: &S) {
    for (n, account) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
        add(store, &key(n, account)).await;
    }
    let (one, now) = (Uuid::from_u128(1), start() + Duration::HOUR);
    store
        .revoke(one, one, RevokeReason::Owner, start())
        .await
        .expect("answered");
    let reason = RevokeReason::AccountSecured;
    for expected in [2, 0] {
        let revoked = store.revoke_all(one, reason, now).await;
        assert_eq!(revoked.expect("answered"), expected);
    }
    let first = get(store, 1).await.revoked;
    assert_eq!(first, Some((start(), RevokeReason::Owner)), "it stays");
    assert_eq!(get(store, 2).await.revoked, Some((now, reason)));
    let other = store.find_by_hash(&hash(4)).await.expect("answered");
    assert_eq!(other, Some(key(4, 2)));
}

/// KEY-12.
pub(super) async fn a_use_is_noted_once_a_minute<S: ApiKeyStore>(store: &S) {
    add(store, &key(1, 1)).await;
    let one = Uuid::from_u128(1);
    let uses = [
        ("the first", 30, "192.0.2.1", true),
        ("the same minute", 59, "198.51.100.1", false),
        ("the next minute", 60, "198.51.100.1", true),
        ("an earlier minute, late", 0, "203.0.113.1", false),
    ];
    for (name, second, client, news) in uses {
        let last_use = LastUse::new(client.parse().ok(), start() + Duration::seconds(second));
        let noted = store.touch(one, &last_use).await.expect("answered");
        assert_eq!(noted, news, "{name}");
        let stored = get(store, 1).await.last_use;
        assert_eq!(stored == Some(last_use), news, "{name}");
    }
    let nowhere = LastUse::new(None, start() + Duration::HOUR);
    assert!(store.touch(one, &nowhere).await.expect("answered"));
    assert_eq!(get(store, 1).await.last_use, Some(nowhere));
    let nobody = store.touch(Uuid::from_u128(9), &nowhere).await;
    assert!(!nobody.expect("answered"));
}

/// KEY-5: before the end, once, and not for what ends otherwise.
pub(super) async fn reminders_are_claimed_once<S: ApiKeyStore>(store: &S) {
    for n in 1..=6 {
        let mut key = key(n, 1);
        key.expires_at += Duration::HOUR * (10 - n as i32);
        add(store, &key).await;
    }
    // Made lately: it is too early to speak of its end.
    let mut young = key(7, 1);
    young.created_at = start() + Duration::days(93);
    add(store, &young).await;
    let one = Uuid::from_u128(1);
    let owner = RevokeReason::Owner;
    store
        .revoke(one, Uuid::from_u128(2), owner, start())
        .await
        .expect("answered");
    store
        .rotate(
            &rotation(3, 8, Duration::days(7), start() + Duration::days(93)),
            start() + Duration::days(93),
        )
        .await
        .expect("answered");
    let now = start() + Duration::days(94);
    let claim = |until: OffsetDateTime, limit| async move {
        let claimed = store.claim_reminders(until, limit, now).await;
        let claimed = claimed.expect("answered");
        assert!(claimed.iter().all(|key| key.reminded_at == Some(now)));
        claimed
            .iter()
            .map(|key| key.id.as_u128())
            .collect::<Vec<_>>()
    };
    let ahead = start() + Duration::days(100) + Duration::HOUR * 6;
    assert_eq!(claim(start() + Duration::days(100), 9).await, [0; 0]);
    assert_eq!(claim(ahead, 2).await, [6, 5], "the first to end first");
    assert_eq!(claim(ahead, 2).await, [4]);
    assert_eq!(claim(ahead, 2).await, [0; 0]);
    assert_eq!(claim(ahead + Duration::days(1), 9).await, [1]);
    assert_eq!(get(store, 1).await.reminded_at, Some(now));
}

pub(super) async fn sweeping_keeps_what_works<S: ApiKeyStore>(store: &S) {
    for n in 1..=4 {
        add(store, &key(n, 1)).await;
    }
    let one = Uuid::from_u128(1);
    store
        .revoke(one, one, RevokeReason::Owner, start())
        .await
        .expect("answered");
    let day = |n| start() + Duration::days(n);
    store
        .rotate(&rotation(2, 5, Duration::days(2), day(0)), day(0))
        .await
        .expect("answered");
    let rows = [
        ("at the first end", day(0), 0),
        ("after it", day(1), 1),
        ("at the overlap's end", day(2), 0),
        ("after it", day(3), 1),
        ("at everybody's end", day(100), 0),
        ("after it", day(101), 3),
    ];
    for (name, before, gone) in rows {
        let swept = store.sweep(before).await.expect("answered");
        assert_eq!(swept, gone, "{name}");
    }
    assert_eq!(store.list(one).await.expect("answered"), []);
}
