//! What every [`RevocationStore`] must do together with the accounts and sessions of the same
//! store; each implementation runs [`run`] on a fresh one.

use super::{AccountState, Change, RevocationStore};
use crate::authentication::accounts::contract::account;
use crate::authentication::accounts::{AccountChange, AccountStore, EndSessions, LimitsChange};
use crate::authorization::{RoleName, Tier};
use crate::rate_limiting::RateLimits;
use crate::sessions::contract::session;
use crate::sessions::{EndReason, RotationLimits, SessionStore};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const LIMITS: RateLimits = match RateLimits::new(1, 2, Some(3), None) {
    Ok(limits) => limits,
    Err(_) => panic!("good numbers"),
};

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

const ONE: Uuid = Uuid::from_u128(1);

/// Runs every case; `fresh` makes an empty store: its feed, its accounts, its sessions.
pub async fn run<R, A, S, F, Fut>(fresh: F)
where
    R: RevocationStore,
    A: AccountStore,
    S: SessionStore,
    F: Fn() -> Fut,
    Fut: Future<Output = (R, A, S)>,
{
    let (feed, accounts, _) = fresh().await;
    what_concerns_rights_is_told(&feed, &accounts).await;
    let (feed, accounts, sessions) = fresh().await;
    every_end_of_a_session_is_told(&feed, &accounts, &sessions).await;
    let (feed, accounts, _) = fresh().await;
    everywhere_is_one_line(&feed, &accounts).await;
    let (feed, ..) = fresh().await;
    a_token_is_told_once(&feed).await;
    let (feed, ..) = fresh().await;
    pieces_join_without_gap_or_repeat(&feed).await;
    let (feed, accounts, sessions) = fresh().await;
    sweeping_keeps_what_still_matters(&feed, &accounts, &sessions).await;
}

async fn all<R: RevocationStore>(feed: &R) -> Vec<Change> {
    let long_ago = OffsetDateTime::UNIX_EPOCH;
    let changes = feed.changes(0, long_ago).await.expect("answered");
    assert!(!changes.more);
    changes.items
}

async fn what_concerns_rights_is_told<R: RevocationStore, A: AccountStore>(feed: &R, accounts: &A) {
    accounts.create(&account(1)).await.expect("created");
    assert_eq!(all(feed).await, [], "nobody holds a token of a new account");
    let nothing = AccountChange::default;
    let changes = [
        AccountChange {
            username: Some("New".to_owned()),
            ..nothing()
        },
        AccountChange {
            email_verified: true,
            ..nothing()
        },
        AccountChange {
            roles: Some(vec![RoleName::ADMIN]),
            ..nothing()
        },
        AccountChange {
            tier: Some(Tier::Premium),
            limits: Some(LimitsChange::Own(LIMITS)),
            ..nothing()
        },
    ];
    for (n, change) in changes.iter().enumerate() {
        let now = start() + Duration::seconds(n as i64);
        accounts.change(ONE, change, now).await.expect("changed");
    }
    let state = AccountState {
        epoch: 3,
        min_epoch: 0,
        kept_session: None,
        roles: vec![RoleName::ADMIN],
        tier: Tier::Premium,
        limits: Some(LIMITS),
        enabled: true,
    };
    let told = |second: i64| Change::Account {
        id: ONE,
        at: start() + Duration::seconds(second),
        state: state.clone(),
    };
    assert_eq!(
        all(feed).await,
        [told(1), told(2), told(3)],
        "each line tells how it is now"
    );

    // The last administrator stays, and then there is nothing to tell.
    let demote = AccountChange {
        roles: Some(vec![]),
        ..nothing()
    };
    accounts
        .change(ONE, &demote, start())
        .await
        .expect("answered");
    assert_eq!(all(feed).await.len(), 3);
}

async fn every_end_of_a_session_is_told<R, A, S>(feed: &R, accounts: &A, sessions: &S)
where
    R: RevocationStore,
    A: AccountStore,
    S: SessionStore,
{
    for n in [1, 2] {
        accounts.create(&account(n)).await.expect("created");
    }
    for n in 1..=6 {
        sessions.start(&session(n, 1), 100).await.expect("started");
    }
    sessions.start(&session(7, 2), 100).await.expect("started");
    let now = start() + Duration::minutes(1);
    let id = Uuid::from_u128;
    sessions
        .end(id(1), None, EndReason::SignedOut, now)
        .await
        .expect("ended");
    sessions
        .end(id(1), None, EndReason::SignedOut, now)
        .await
        .expect("answered");
    sessions
        .end(id(2), Some(id(2)), EndReason::SignedOut, now)
        .await
        .expect("answered");
    let limits = RotationLimits {
        grace: Duration::ZERO,
        ends_by: None,
        idle: None,
    };
    sessions
        .rotate(id(3), &[8; 32], &[[9; 32]], &limits, now)
        .await
        .expect("reuse");
    sessions
        .end_all(id(1), Some(id(5)), EndReason::Administrator, now)
        .await
        .expect("ended");
    let mut last = session(8, 1);
    last.created_at = now;
    sessions.start(&last, 1).await.expect("started");
    let mut told: Vec<u128> = all(feed)
        .await
        .iter()
        .map(|change| match change {
            Change::Session { id, at } => {
                assert_eq!(*at, now);
                id.as_u128()
            }
            other => panic!("unexpected: {other:?}"),
        })
        .collect();
    told[2..5].sort_unstable();
    assert_eq!(told, [1, 3, 2, 4, 6, 5]);
}

async fn everywhere_is_one_line<R: RevocationStore, A: AccountStore>(feed: &R, accounts: &A) {
    let (two, now) = (Uuid::from_u128(2), start());
    accounts.create(&account(2)).await.expect("created");
    let everywhere = AccountChange {
        sessions: Some(EndSessions::All),
        ..AccountChange::default()
    };
    accounts
        .change(two, &everywhere, now)
        .await
        .expect("changed");
    let last = all(feed).await.pop();
    assert!(
        matches!(&last, Some(Change::Account { state, .. }) if state.min_epoch == 1),
        "{last:?}"
    );
}

async fn a_token_is_told_once<R: RevocationStore>(feed: &R) {
    let until = start() + Duration::minutes(15);
    for _ in 0..3 {
        feed.revoke_token(&[7; 32], until, start())
            .await
            .expect("revoked");
    }
    let hash = [7; 32];
    assert_eq!(all(feed).await, [Change::Token { hash, until }]);
}

async fn pieces_join_without_gap_or_repeat<R: RevocationStore>(feed: &R) {
    let until = start() + Duration::minutes(15);
    let hash = |n: u32| {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&n.to_be_bytes());
        hash
    };
    for n in 0..1_500 {
        feed.revoke_token(&hash(n), until, start())
            .await
            .expect("revoked");
    }
    let (mut position, mut next, mut pieces) = (0, 0, 0);
    loop {
        let changes = feed.changes(position, start()).await.expect("answered");
        for change in changes.items {
            let hash = hash(next);
            assert_eq!(change, Change::Token { hash, until });
            next += 1;
        }
        position = changes.position;
        pieces += 1;
        if !changes.more {
            break;
        }
    }
    assert_eq!(next, 1_500);
    assert!(pieces > 1, "a piece is bounded");
    let nothing = feed.changes(position, start()).await.expect("answered");
    assert_eq!((nothing.items, nothing.position), (vec![], position));
}

async fn sweeping_keeps_what_still_matters<R, A, S>(feed: &R, accounts: &A, sessions: &S)
where
    R: RevocationStore,
    A: AccountStore,
    S: SessionStore,
{
    accounts.create(&account(1)).await.expect("created");
    for n in [1, 2] {
        sessions.start(&session(n, 1), 100).await.expect("started");
        let now = start() + Duration::minutes(n as i64);
        let end = EndReason::SignedOut;
        sessions
            .end(Uuid::from_u128(n), None, end, now)
            .await
            .expect("ended");
    }
    for (n, minute) in [(1, 5), (2, 50)] {
        let until = start() + Duration::minutes(minute);
        feed.revoke_token(&[n; 32], until, start())
            .await
            .expect("revoked");
    }
    let before = start() + Duration::minutes(2);
    let now = start() + Duration::minutes(20);
    assert_eq!(feed.sweep(before, now).await.expect("swept"), 2);
    assert_eq!(all(feed).await.len(), 2);
    // What comes after everything was swept still comes after.
    let end = feed.changes(0, start()).await.expect("answered").position;
    feed.sweep(now + Duration::days(1), now + Duration::days(1))
        .await
        .expect("swept");
    feed.revoke_token(&[3; 32], now, now)
        .await
        .expect("revoked");
    let later = feed.changes(end, start()).await.expect("answered");
    assert_eq!(later.items.len(), 1);
}
