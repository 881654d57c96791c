use super::*;
use crate::api_keys::{RevokeReason, Rotation};
use crate::revocation::{Change, RevocationStore};

async fn told<R: RevocationStore>(feed: &R, position: &mut u64) -> Vec<(u128, OffsetDateTime)> {
    let changes = feed.changes(*position, OffsetDateTime::UNIX_EPOCH).await;
    let changes = changes.expect("answered");
    *position = changes.position;
    let ends = changes.items.into_iter().map(|change| match change {
        Change::Session { id, at } => (id.as_u128(), at),
        other => panic!("{other:?}"),
    });
    let mut ends: Vec<_> = ends.collect();
    ends.sort_unstable();
    ends
}

/// KEY-7, B88: whatever ends a key before its time is told, once and in the same step.
pub(super) async fn every_end_of_a_key_is_told<S: ApiKeyStore, R: RevocationStore>(
    (store, feed): (S, R),
) {
    let (one, now) = (Uuid::from_u128(1), start() + Duration::DAY);
    let id = Uuid::from_u128;
    let mut position = 0;
    for n in 1..=5 {
        add(&store, &key(n, 1)).await;
    }
    add(&store, &key(6, 2)).await;
    assert_eq!(told(&feed, &mut position).await, [], "nothing has ended");

    let owner = RevokeReason::Owner;
    for (name, account, key, lines) in [
        ("somebody else's", 1, 6, &[][..]),
        ("unknown", 1, 9, &[]),
        ("revoked", 1, 1, &[(1, now)]),
        ("revoked again", 1, 1, &[]),
    ] {
        let answer = store.revoke(id(account), id(key), owner, now).await;
        answer.expect("answered");
        assert_eq!(told(&feed, &mut position).await, lines, "{name}");
    }

    let later = now + Duration::HOUR;
    let overlap = Duration::DAY;
    let rows = [
        (
            "an overlap that is to come",
            (2, 20, overlap, now),
            &[(2, now + overlap)][..],
        ),
        ("none", (3, 30, Duration::ZERO, now), &[(3, now)]),
        (
            "the overlap before ends",
            (20, 21, overlap, later),
            &[(2, later), (20, later + overlap)],
        ),
        ("rotated already", (2, 22, overlap, later), &[]),
        ("ended", (1, 10, overlap, later), &[]),
    ];
    for (name, (old, new, overlap, at), lines) in rows {
        let wish = rotation(old, new, overlap, at);
        let answer = store.rotate(&wish, at).await.expect("answered");
        let rotated = matches!(answer, Rotation::Rotated { .. });
        assert_eq!(rotated, !lines.is_empty(), "{name}");
        assert_eq!(told(&feed, &mut position).await, lines, "{name}");
    }

    let all = store.revoke_all(one, RevokeReason::AccountSecured, later);
    assert_eq!(all.await.expect("answered"), 5);
    let lines = [4, 5, 20, 21, 30].map(|n| (n, later));
    assert_eq!(told(&feed, &mut position).await, lines, "all that worked");
}
