use super::*;
use std::sync::Arc;

/// The secret that derives successors was replaced between the two calls: the second one offers the
/// successors of both.
pub(super) async fn an_account_has_so_many_sessions<S: SessionStore>(store: Arc<S>) {
    for n in 1..=3 {
        let mut one = session(n, 1);
        // The second was used the longest ago.
        one.seen.at = start() - Duration::minutes(if n == 2 { 9 } else { 1 });
        assert!(store.start(&one, 3).await.expect("started").is_empty());
    }
    store.start(&session(50, 2), 3).await.expect("started");
    let ended = store.start(&session(4, 1), 3).await.expect("started");
    assert_eq!(ended, [Uuid::from_u128(2)]);
    let second = store.find(ended[0]).await.expect("found").expect("there");
    assert_eq!(second.ended, Some((start(), EndReason::TooMany)));
    let calls: Vec<_> = (100..150)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.start(&session(n, 1), 3).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("started");
    }
    let live = store.list(Uuid::from_u128(1), start()).await;
    assert_eq!(live.expect("listed").len(), 3);
    let other = store.list(Uuid::from_u128(2), start()).await;
    assert_eq!(other.expect("listed").len(), 1, "another account's stays");
}

/// Ended ones count too, until they are forgotten.
pub(super) async fn an_account_without_sessions_is_told<S: SessionStore>(store: &S) {
    let (owner, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    store.start(&session(1, 1), 100).await.expect("started");
    let reason = EndReason::SignedOut;
    let ended = store.end(Uuid::from_u128(1), None, reason, start()).await;
    ended.expect("ended");
    assert!(store.any(owner).await.expect("answered"));
    assert!(!store.any(other).await.expect("answered"));
    let later = start() + Duration::days(1);
    store.sweep(later).await.expect("swept");
    assert!(!store.any(owner).await.expect("answered"));
}

pub(super) async fn use_is_written_at_most_once_a_minute<S: SessionStore>(store: &S) {
    store.start(&session(1, 1), 100).await.expect("started");
    let id = Uuid::from_u128(1);
    let minute = Duration::minutes(1);
    for (name, seconds, written) in [
        ("too early", 59, false),
        ("after a minute", 60, true),
        ("too early again", 119, false),
        ("after another", 120, true),
    ] {
        let seen = Seen {
            at: start() + Duration::seconds(seconds),
            address: Some("192.0.2.7".to_owned()),
            agent: Some(format!("agent {seconds}")),
        };
        let before = store.seen(id, &seen, minute).await.expect("answered");
        assert_eq!(before.is_some(), written, "{name}");
        let now = store.find(id).await.expect("found").expect("there");
        assert_eq!(now.seen == seen, written, "{name}");
        if written {
            assert_eq!(now.idle_expires_at, seen.at + Duration::DAY, "{name}");
        }
    }
    let late = Seen::at(start() + Duration::days(3));
    assert_eq!(
        store.seen(id, &late, minute).await.expect("answered"),
        None,
        "it had run out"
    );
    let unknown = store.seen(Uuid::from_u128(9), &late, minute).await;
    assert_eq!(unknown.expect("answered"), None);
}

pub(super) async fn lists_show_the_living_of_one_account<S: SessionStore>(store: &S) {
    for (n, account) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
        let mut one = session(n, account);
        one.seen.at = start() - Duration::seconds(n as i64);
        store.start(&one, 100).await.expect("started");
    }
    let (one, owner) = (Uuid::from_u128(1), Uuid::from_u128(1));
    let stranger = Some(Uuid::from_u128(2));
    let end = store
        .end(one, stranger, EndReason::EndedElsewhere, start())
        .await;
    assert!(!end.expect("answered"), "somebody else's session stays");
    let end = store
        .end(one, Some(owner), EndReason::EndedElsewhere, start())
        .await;
    assert!(end.expect("answered"));
    let ids = |live: Vec<Session>| live.iter().map(|one| one.id.as_u128()).collect::<Vec<_>>();
    assert_eq!(
        ids(store.list(owner, start()).await.expect("listed")),
        [2, 3]
    );
    let later = start() + Duration::days(1);
    assert_eq!(ids(store.list(owner, later).await.expect("listed")), []);
}

pub(super) async fn ending_is_once_and_for_one_account<S: SessionStore>(store: &S) {
    for (n, account) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
        store
            .start(&session(n, account), 100)
            .await
            .expect("started");
    }
    let now = start() + Duration::hours(1);
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(
        store
            .end(one, None, EndReason::SignedOut, now)
            .await
            .expect("answered")
    );
    assert!(
        !store
            .end(one, None, EndReason::Administrator, now)
            .await
            .expect("answered")
    );
    assert!(
        !store
            .end(Uuid::from_u128(9), None, EndReason::SignedOut, now)
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

pub(super) async fn sweeping_keeps_the_living<S: SessionStore>(store: &S) {
    for n in 1..=3 {
        store.start(&session(n, 1), 100).await.expect("started");
    }
    let end = EndReason::SignedOut;
    store
        .end(Uuid::from_u128(1), None, end, start())
        .await
        .expect("answered");
    store
        .end(Uuid::from_u128(2), None, end, start() + Duration::hours(3))
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
