//! What every [`OneTimeStore`] must do; each implementation runs [`run`] on fresh stores.

mod overlapping;

use super::{Issue, MAX_LIVE, OneTime, OneTimeStore, Purpose};
use crate::authentication::accounts::EmailAddress;
use crate::store::StoreError;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Runs every case; `fresh` makes an empty store whose accounts with the ids 1 and 2 exist.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: OneTimeStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    a_token_is_used_once(&fresh().await).await;
    looking_uses_nothing(&fresh().await).await;
    a_rehearsal_leaves_nothing(&fresh().await).await;
    a_token_ends_on_time(&fresh().await).await;
    a_newer_one_voids_the_older(&fresh().await).await;
    invitations_are_voided_by_address(&fresh().await).await;
    an_account_has_a_bounded_number(&fresh().await).await;
    voiding_is_for_one_account(&fresh().await).await;
    sweeping_keeps_the_living(&fresh().await).await;
    overlapping::exactly_one_use_succeeds(Arc::new(fresh().await)).await;
    overlapping::the_newest_is_the_only_one(Arc::new(fresh().await)).await;
    overlapping::the_bound_holds_at_once(Arc::new(fresh().await)).await;
}

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn address(n: u32) -> EmailAddress {
    EmailAddress::parse(&format!("reader{n}@example.com")).expect("an address")
}

fn token(n: u32, purpose: Purpose, account: u128) -> OneTime {
    let mut hash = [7; 32];
    hash[..4].copy_from_slice(&n.to_be_bytes());
    OneTime {
        hash,
        purpose,
        account_id: Some(Uuid::from_u128(account)),
        address: Some(address(n)),
        issued_at: start(),
        expires_at: start() + purpose.lifetime(),
    }
}

async fn issue<S: OneTimeStore>(store: &S, token: &OneTime) {
    let issued = store.issue(token, MAX_LIVE).await.expect("answered");
    assert_eq!(issued, Issue::Done);
}

async fn lives<S: OneTimeStore>(store: &S, token: &OneTime) -> bool {
    let found = store.find(&token.hash, start()).await.expect("answered");
    found.is_some_and(|found| found == *token)
}

async fn a_token_is_used_once<S: OneTimeStore>(store: &S) {
    let bare = OneTime {
        account_id: None,
        address: None,
        ..token(2, Purpose::Invite, 1)
    };
    for token in [token(1, Purpose::ResetPassword, 1), bare] {
        issue(store, &token).await;
        let same_hash = OneTime {
            address: Some(address(77)),
            account_id: Some(Uuid::from_u128(2)),
            ..token.clone()
        };
        let again = store.issue(&same_hash, MAX_LIVE).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        let used = store.consume(&token.hash, start()).await;
        assert_eq!(used.expect("answered"), Some(token.clone()));
        let again = store.consume(&token.hash, start()).await;
        assert_eq!(again.expect("answered"), None);
        assert!(!lives(store, &token).await);
    }
    // What belongs to nobody and went nowhere voids nothing.
    let nobodys = |n| OneTime {
        account_id: None,
        address: None,
        ..token(n, Purpose::Invite, 1)
    };
    issue(store, &nobodys(3)).await;
    issue(store, &nobodys(4)).await;
    assert!(lives(store, &nobodys(3)).await);
    let unknown = store.consume(&[9; 32], start()).await;
    assert_eq!(unknown.expect("answered"), None);
}

async fn looking_uses_nothing<S: OneTimeStore>(store: &S) {
    let token = token(1, Purpose::VerifyEmail, 1);
    issue(store, &token).await;
    for _ in 0..5 {
        assert!(lives(store, &token).await);
    }
    let used = store.consume(&token.hash, start()).await;
    assert!(used.expect("answered").is_some());
}

async fn a_rehearsal_leaves_nothing<S: OneTimeStore>(store: &S) {
    let kept = token(1, Purpose::ResetPassword, 1);
    issue(store, &kept).await;
    let mut nobodys = token(2, Purpose::ResetPassword, 1);
    nobodys.account_id = None;
    // The same address as the kept one's: it is that of an account which isn't found.
    nobodys.address.clone_from(&kept.address);
    for _ in 0..2 * MAX_LIVE {
        store.rehearse(&nobodys).await.expect("answered");
    }
    assert!(!lives(store, &nobodys).await);
    assert!(lives(store, &kept).await);
    let swept = store.sweep(start() + Duration::DAY).await;
    assert_eq!(swept.expect("answered"), 1, "the kept one");
}

async fn a_token_ends_on_time<S: OneTimeStore>(store: &S) {
    for (n, purpose) in (0..).zip(Purpose::ALL) {
        let token = token(n, purpose, 1);
        issue(store, &token).await;
        let last = token.expires_at - Duration::MILLISECOND;
        for (now, good) in [(token.expires_at, false), (last, true)] {
            let found = store.find(&token.hash, now).await.expect("answered");
            assert_eq!(found.is_some(), good, "{purpose:?} found at {now}");
            let used = store.consume(&token.hash, now).await.expect("answered");
            assert_eq!(used.is_some(), good, "{purpose:?} used at {now}");
        }
    }
}

/// B108: a newer token voids the older, of its purpose and account alone.
async fn a_newer_one_voids_the_older<S: OneTimeStore>(store: &S) {
    let old = token(1, Purpose::ResetPassword, 1);
    let other_purpose = token(2, Purpose::VerifyEmail, 1);
    let other_account = token(3, Purpose::ResetPassword, 2);
    for token in [&old, &other_purpose, &other_account] {
        issue(store, token).await;
    }
    let new = token(4, Purpose::ResetPassword, 1);
    issue(store, &new).await;
    for (token, expected) in [
        (&old, false),
        (&new, true),
        (&other_purpose, true),
        (&other_account, true),
    ] {
        assert_eq!(lives(store, token).await, expected, "{token:?}");
    }
}

async fn invitations_are_voided_by_address<S: OneTimeStore>(store: &S) {
    let one = token(1, Purpose::Invite, 1);
    let other = token(2, Purpose::Invite, 1);
    let nobodys = OneTime {
        account_id: None,
        ..token(3, Purpose::Invite, 1)
    };
    for token in [&one, &other, &nobodys] {
        issue(store, token).await;
    }
    assert!(lives(store, &one).await, "one account invites many");
    let again = OneTime {
        address: one.address.clone(),
        ..token(4, Purpose::Invite, 2)
    };
    issue(store, &again).await;
    for (token, expected) in [
        (&one, false),
        (&other, true),
        (&nobodys, true),
        (&again, true),
    ] {
        assert_eq!(lives(store, token).await, expected, "{token:?}");
    }
}

async fn an_account_has_a_bounded_number<S: OneTimeStore>(store: &S) {
    for account in [Some(Uuid::from_u128(1)), None] {
        let base = if account.is_some() { 0 } else { 1_000 };
        let invite = |n: u32| OneTime {
            account_id: account,
            ..token(base + n, Purpose::Invite, 1)
        };
        for n in 0..MAX_LIVE {
            issue(store, &invite(n)).await;
        }
        let more = invite(500);
        let refused = store.issue(&more, MAX_LIVE).await.expect("answered");
        assert_eq!(refused, Issue::TooMany);
        assert!(lives(store, &invite(0)).await && !lives(store, &more).await);
        // One that replaces another doesn't add to them.
        let again = OneTime {
            address: Some(address(base)),
            ..invite(501)
        };
        issue(store, &again).await;
        // Those that ran out don't count.
        let later = start() + Purpose::Invite.lifetime();
        let tomorrow = OneTime {
            issued_at: later,
            expires_at: later + Purpose::Invite.lifetime(),
            ..invite(502)
        };
        issue(store, &tomorrow).await;
    }
    issue(store, &token(9_000, Purpose::Invite, 2)).await;
}

async fn voiding_is_for_one_account<S: OneTimeStore>(store: &S) {
    for (n, purpose) in (0..).zip(Purpose::ALL) {
        issue(store, &token(n, purpose, 1)).await;
        issue(store, &token(100 + n, purpose, 2)).await;
    }
    let void = |account| async move {
        let voided = store.void_all(Uuid::from_u128(account)).await;
        voided.expect("answered")
    };
    assert_eq!(void(1).await, 5);
    assert_eq!(void(1).await, 0);
    for (n, purpose) in (0..).zip(Purpose::ALL) {
        assert!(!lives(store, &token(n, purpose, 1)).await);
        assert!(lives(store, &token(100 + n, purpose, 2)).await);
    }
}

async fn sweeping_keeps_the_living<S: OneTimeStore>(store: &S) {
    for (n, purpose) in (0..).zip(Purpose::ALL) {
        issue(store, &token(n, purpose, 1)).await;
    }
    for (minutes, swept) in [
        (14, 0),
        (15, 1),
        (30, 1),
        (60, 1),
        (1439, 0),
        (1440, 2),
        (9999, 0),
    ] {
        let now = start() + Duration::minutes(minutes);
        let found = store.sweep(now).await.expect("swept");
        assert_eq!(found, swept, "after {minutes} minutes");
    }
}
