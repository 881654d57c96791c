//! What every [`AccountStore`] must do; each implementation runs [`run`] on a fresh store.

use super::{
    Account, AccountChange, AccountStore, Changed, EmailAddress, EndSessions, LimitsChange,
};
use crate::authorization::{RoleName, Tier};
use crate::rate_limiting::RateLimits;
use crate::store::StoreError;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// An account for tests; `n` makes its id, address and time.
///
/// # Panics
///
/// Never: the address is always good.
pub fn account(n: u128) -> Account {
    let at = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::milliseconds(n as i64);
    Account {
        id: Uuid::from_u128(n),
        email: EmailAddress::parse(&format!("user{n}@example.com")).expect("a good address"),
        username: format!("User {n} 🎸"),
        password_hash: Some("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned()),
        roles: vec![RoleName::USER],
        tier: Tier::Free,
        limits: None,
        epoch: 0,
        min_epoch: 0,
        kept_session: None,
        email_verified_at: None,
        disabled_at: None,
        created_at: at,
        updated_at: at,
    }
}

/// Limits of an account's own.
const LIMITS: RateLimits = match RateLimits::new(1, 2, Some(3), None) {
    Ok(limits) => limits,
    Err(_) => panic!("good numbers"),
};

/// Runs every case; `fresh` makes an empty store.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: AccountStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    what_is_kept_is_what_was_given(&fresh().await).await;
    an_address_is_taken_once(Arc::new(fresh().await)).await;
    changes_touch_only_what_they_name(&fresh().await).await;
    limits_come_and_go(&fresh().await).await;
    epochs_tell_old_tokens(&fresh().await).await;
    the_last_administrator_stays(Arc::new(fresh().await)).await;
    a_rehash_never_undoes_a_change(&fresh().await).await;
    pages_cover_everybody_once(&fresh().await).await;
}

async fn what_is_kept_is_what_was_given<S: AccountStore>(store: &S) {
    let mut bare = account(1);
    bare.password_hash = None;
    bare.disabled_at = Some(bare.created_at + Duration::days(1));
    bare.roles = vec![];
    bare.tier = Tier::Internal;
    bare.limits = Some(LIMITS);
    bare.epoch = 7;
    bare.min_epoch = 5;
    bare.kept_session = Some(Uuid::from_u128(77));
    bare.email_verified_at = Some(bare.created_at);
    for given in [bare, account(2)] {
        store.create(&given).await.expect("created");
        assert_eq!(
            store.find(given.id).await.expect("found"),
            Some(given.clone())
        );
        assert_eq!(
            store.find_by_email(&given.email).await.expect("found"),
            Some(given)
        );
    }
    assert_eq!(
        store.find(Uuid::from_u128(99)).await.expect("answered"),
        None
    );
    assert_eq!(
        store
            .find_by_email(&account(99).email)
            .await
            .expect("answered"),
        None
    );
}

async fn an_address_is_taken_once<S: AccountStore>(store: Arc<S>) {
    for round in 0..20_u128 {
        let calls = (0..24_u128).map(|n| {
            let store = store.clone();
            let mut contender = account(1_000 * (round + 1) + n);
            contender.email = account(500 + round).email;
            tokio::spawn(async move { store.create(&contender).await })
        });
        let mut created = 0;
        for call in calls.collect::<Vec<_>>() {
            match call.await.expect("no panic") {
                Ok(()) => created += 1,
                Err(StoreError::Conflict) => {}
                Err(other) => panic!("unexpected: {other}"),
            }
        }
        assert_eq!(created, 1, "round {round}");
    }
}

async fn changes_touch_only_what_they_name<S: AccountStore>(store: &S) {
    let before = account(1);
    let now = before.created_at + Duration::hours(1);
    store.create(&before).await.expect("created");
    let nobody = store
        .change(Uuid::from_u128(9), &AccountChange::default(), now)
        .await;
    assert_eq!(nobody.expect("answered"), Changed::Absent);

    let change = AccountChange {
        tier: Some(Tier::Premium),
        ..AccountChange::default()
    };
    let expected = Account {
        tier: Tier::Premium,
        epoch: 1,
        updated_at: now,
        ..before.clone()
    };
    let changed = store
        .change(before.id, &change, now)
        .await
        .expect("answered");
    assert_eq!(changed, Changed::Done(Box::new(expected.clone())));
    assert_eq!(store.find(before.id).await.expect("found"), Some(expected));

    let all = AccountChange {
        username: Some("New".to_owned()),
        password_hash: Some("$new".to_owned()),
        roles: Some(vec![RoleName::ADMIN, RoleName::USER]),
        tier: Some(Tier::Enterprise),
        disabled: Some(true),
        ..AccountChange::default()
    };
    store.change(before.id, &all, now).await.expect("answered");
    let later = now + Duration::hours(1);
    let again = AccountChange {
        disabled: Some(true),
        ..AccountChange::default()
    };
    let Changed::Done(disabled) = store
        .change(before.id, &again, later)
        .await
        .expect("answered")
    else {
        panic!("changed");
    };
    assert_eq!(disabled.disabled_at, Some(now), "the first time is kept");
    assert_eq!(disabled.roles, [RoleName::ADMIN, RoleName::USER]);
    let enable = AccountChange {
        disabled: Some(false),
        ..AccountChange::default()
    };
    let Changed::Done(enabled) = store
        .change(before.id, &enable, later)
        .await
        .expect("answered")
    else {
        panic!("changed");
    };
    assert_eq!(enabled.disabled_at, None);
}

async fn limits_come_and_go<S: AccountStore>(store: &S) {
    let before = account(1);
    let now = before.created_at;
    store.create(&before).await.expect("created");
    let other = AccountChange {
        tier: Some(Tier::Premium),
        ..AccountChange::default()
    };
    let of = |limits| AccountChange {
        limits: Some(limits),
        ..AccountChange::default()
    };
    for (change, expected) in [
        (of(LimitsChange::Own(LIMITS)), Some(LIMITS)),
        (other, Some(LIMITS)),
        (of(LimitsChange::OfTier), None),
    ] {
        store
            .change(before.id, &change, now)
            .await
            .expect("changed");
        let after = store.find(before.id).await.expect("found").expect("there");
        assert_eq!(after.limits, expected);
    }
}

// table: changes and the epochs they leave
async fn epochs_tell_old_tokens<S: AccountStore>(store: &S) {
    let before = account(1);
    let (now, kept) = (before.created_at, Uuid::from_u128(5));
    store.create(&before).await.expect("created");
    let nothing = AccountChange::default;
    let rows = [
        (
            "a name",
            AccountChange {
                username: Some("x".to_owned()),
                ..nothing()
            },
            (0, 0, None),
        ),
        (
            "verified",
            AccountChange {
                email_verified: true,
                ..nothing()
            },
            (1, 0, None),
        ),
        (
            "a role",
            AccountChange {
                roles: Some(vec![]),
                ..nothing()
            },
            (2, 0, None),
        ),
        (
            "a tier",
            AccountChange {
                tier: Some(Tier::Free),
                ..nothing()
            },
            (3, 0, None),
        ),
        (
            "limits",
            AccountChange {
                limits: Some(LimitsChange::OfTier),
                ..nothing()
            },
            (4, 0, None),
        ),
        (
            "a password, keeping one session",
            AccountChange {
                password_hash: Some("$x".to_owned()),
                sessions: Some(EndSessions::Except(kept)),
                ..nothing()
            },
            (5, 5, Some(kept)),
        ),
        (
            "everywhere",
            AccountChange {
                sessions: Some(EndSessions::All),
                ..nothing()
            },
            (6, 6, None),
        ),
        (
            "enabled",
            AccountChange {
                disabled: Some(false),
                ..nothing()
            },
            (7, 6, None),
        ),
        (
            "disabled",
            AccountChange {
                disabled: Some(true),
                ..nothing()
            },
            (8, 8, None),
        ),
    ];
    for (name, change, expected) in rows {
        store
            .change(before.id, &change, now)
            .await
            .expect("changed");
        let after = store.find(before.id).await.expect("found").expect("there");
        assert_eq!(
            (after.epoch, after.min_epoch, after.kept_session),
            expected,
            "{name}"
        );
    }
}

async fn the_last_administrator_stays<S: AccountStore>(store: Arc<S>) {
    let now = account(1).created_at;
    let admins: Vec<Account> = (1..=8)
        .map(|n| Account {
            roles: vec![RoleName::ADMIN],
            ..account(n)
        })
        .collect();
    for admin in &admins {
        store.create(admin).await.expect("created");
    }
    // All of them are demoted or disabled at once; one must be left.
    let calls: Vec<_> = admins
        .iter()
        .enumerate()
        .map(|(n, admin)| {
            let (store, id) = (store.clone(), admin.id);
            let change = if n % 2 == 0 {
                AccountChange {
                    disabled: Some(true),
                    ..AccountChange::default()
                }
            } else {
                AccountChange {
                    roles: Some(vec![RoleName::USER]),
                    ..AccountChange::default()
                }
            };
            tokio::spawn(async move { store.change(id, &change, now).await })
        })
        .collect();
    let mut refused = 0;
    for call in calls {
        if call.await.expect("no panic").expect("answered") == Changed::LastAdministrator {
            refused += 1;
        }
    }
    assert_eq!(refused, 1);
}

async fn a_rehash_never_undoes_a_change<S: AccountStore>(store: &S) {
    let before = account(1);
    let old = before.password_hash.clone().expect("has one");
    store.create(&before).await.expect("created");
    assert!(
        store
            .rehash(before.id, &old, "$stronger")
            .await
            .expect("answered")
    );
    assert!(
        !store
            .rehash(before.id, &old, "$late")
            .await
            .expect("answered")
    );
    let after = store.find(before.id).await.expect("found").expect("there");
    assert_eq!(after.password_hash.as_deref(), Some("$stronger"));
}

async fn pages_cover_everybody_once<S: AccountStore>(store: &S) {
    let mut expected = Vec::new();
    for n in 1..=7 {
        let mut one = account(n);
        // Two share a time, so that the id has to break the tie.
        one.created_at = account(n / 2).created_at;
        store.create(&one).await.expect("created");
        expected.push((one.created_at, one.id));
    }
    expected.sort();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.list(after, 3).await.expect("listed");
        assert!(page.items.len() <= 3);
        seen.extend(page.items.iter().map(|one| (one.created_at, one.id)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
}
