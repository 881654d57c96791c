//! What every [`CredentialStore`] must do beside the stores whose records it changes; each
//! implementation runs [`run`] on fresh ones.

mod overlapping;

use super::{CredentialStore, Enrolment, PasswordChange, Redemption};
use crate::api_keys::{ApiKeyStore, RevokeReason, contract as api_keys};
use crate::authentication::accounts::{
    Account, AccountChange, AccountStore, EmailAddress, contract as accounts,
};
use crate::authentication::one_time::{MAX_LIVE, OneTime, OneTimeStore, Purpose};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Stores over the same records.
#[derive(Debug)]
pub struct Stores<A, O, K, C> {
    /// Accounts.
    pub accounts: A,
    /// One-time tokens.
    pub tokens: O,
    /// API keys.
    pub keys: K,
    /// What is tried.
    pub credentials: C,
}

/// Runs every case; `fresh` makes empty stores.
pub async fn run<A, O, K, C, F, Fut>(fresh: F)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
    F: Fn() -> Fut,
    Fut: Future<Output = Stores<A, O, K, C>>,
{
    a_reset_changes_all_at_once(&fresh().await).await;
    a_proven_address_ends_nothing(&fresh().await).await;
    a_link_that_is_not_good_changes_nothing(&fresh().await).await;
    a_password_is_changed_while_it_is_the_proven_one(&fresh().await).await;
    a_password_set_by_an_operator_voids_links(&fresh().await).await;
    an_invitation_is_good_for_one_account(&fresh().await).await;
    let many = || async { Arc::new(fresh().await) };
    overlapping::one_reset_succeeds(many().await).await;
    overlapping::a_reset_and_a_change_do_not_both_succeed(many().await).await;
    overlapping::one_account_an_invitation(many().await).await;
}

const OLD: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$b2xk";
const NEW: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$bmV3";

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn link(n: u32, purpose: Purpose, account: &Account) -> OneTime {
    let mut hash = [3; 32];
    hash[..4].copy_from_slice(&n.to_be_bytes());
    OneTime {
        hash,
        purpose,
        account_id: Some(account.id),
        address: Some(account.email.clone()),
        issued_at: start(),
        expires_at: start() + purpose.lifetime(),
    }
}

fn change(account: &Account, to: &str) -> PasswordChange {
    PasswordChange {
        account_id: account.id,
        from: OLD.to_owned(),
        to: to.to_owned(),
        keep: Uuid::from_u128(55),
    }
}

impl<A: AccountStore, O: OneTimeStore, K: ApiKeyStore, C: CredentialStore> Stores<A, O, K, C> {
    async fn account(&self, n: u128) -> Account {
        let account = Account {
            password_hash: Some(OLD.to_owned()),
            ..accounts::account(n)
        };
        self.accounts.create(&account).await.expect("an account");
        account
    }

    async fn found(&self, id: Uuid) -> Account {
        let found = self.accounts.find(id).await.expect("answered");
        found.expect("an account")
    }

    async fn issue(&self, token: &OneTime) {
        let issued = self.tokens.issue(token, MAX_LIVE).await;
        issued.expect("answered");
    }

    async fn lives(&self, token: &OneTime) -> bool {
        let found = self.tokens.find(&token.hash, token.issued_at).await;
        found.expect("answered").is_some()
    }

    async fn redeem(&self, token: &OneTime, what: &Redemption) -> Option<Account> {
        let done = self.credentials.redeem(&token.hash, what, start()).await;
        done.expect("answered")
    }

    async fn works(&self, key: u128) -> bool {
        let keys = self.keys.list(Uuid::from_u128(key)).await;
        let mut keys = keys.expect("answered").into_iter();
        keys.any(|key| key.revoked.is_none())
    }
}

/// REF-12, KEY: the whole of it, and nothing of anybody else.
async fn a_reset_changes_all_at_once<A, O, K, C>(stores: &Stores<A, O, K, C>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let (own, other) = (stores.account(1).await, stores.account(2).await);
    for n in [1, 2] {
        let key = api_keys::key(n, n);
        stores.keys.create(&key, 10).await.expect("a key");
    }
    let reset = link(1, Purpose::ResetPassword, &own);
    let pending = [
        link(2, Purpose::VerifyEmail, &own),
        link(3, Purpose::ChangeEmail, &own),
    ];
    let others = link(4, Purpose::ResetPassword, &other);
    for token in pending.iter().chain([&reset, &others]) {
        stores.issue(token).await;
    }
    let what = Redemption::Password(NEW.to_owned());
    let done = stores.redeem(&reset, &what).await.expect("a good link");
    assert_eq!(done, stores.found(own.id).await);
    assert_eq!(done, own.changed(&what.change(), start()));
    assert_eq!(done.password_hash.as_deref(), Some(NEW));
    assert_eq!((done.min_epoch, done.kept_session), (done.epoch, None));
    assert!(done.epoch > 0 && done.email_verified_at.is_some());
    for token in pending.iter().chain([&reset]) {
        assert!(!stores.lives(token).await, "{token:?}");
    }
    let keys = stores.keys.list(done.id).await.expect("answered");
    let reasons: Vec<_> = keys.iter().map(|key| key.revoked).collect();
    assert_eq!(reasons, [Some((start(), RevokeReason::AccountSecured))]);
    assert_eq!(stores.found(other.id).await, other);
    assert!(stores.lives(&others).await && stores.works(2).await);
    assert_eq!(stores.redeem(&reset, &what).await, None, "used");
}

async fn a_proven_address_ends_nothing<A, O, K, C>(stores: &Stores<A, O, K, C>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let own = stores.account(1).await;
    let key = api_keys::key(1, 1);
    stores.keys.create(&key, 10).await.expect("a key");
    let verify = link(1, Purpose::VerifyEmail, &own);
    let reset = link(2, Purpose::ResetPassword, &own);
    stores.issue(&verify).await;
    stores.issue(&reset).await;
    let done = stores.redeem(&verify, &Redemption::Address).await;
    let done = done.expect("a good link");
    assert_eq!(done.email_verified_at, Some(start()));
    assert_eq!(
        (done.min_epoch, done.password_hash.as_deref()),
        (0, Some(OLD))
    );
    assert!(stores.lives(&reset).await && stores.works(1).await);
    assert!(!stores.lives(&verify).await);
}

async fn a_link_that_is_not_good_changes_nothing<A, O, K, C>(stores: &Stores<A, O, K, C>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let own = stores.account(1).await;
    let elsewhere = OneTime {
        address: Some(EmailAddress::parse("old@example.com").expect("an address")),
        ..link(1, Purpose::ResetPassword, &own)
    };
    let nowhere = OneTime {
        address: None,
        ..link(2, Purpose::VerifyEmail, &own)
    };
    let expired = OneTime {
        expires_at: start(),
        ..link(3, Purpose::ChangeEmail, &own)
    };
    let nobodys = OneTime {
        account_id: None,
        ..link(4, Purpose::ResetPassword, &own)
    };
    for token in [&elsewhere, &nowhere, &expired, &nobodys] {
        stores.issue(token).await;
    }
    let unknown = link(9, Purpose::ResetPassword, &own);
    for token in [&elsewhere, &nowhere, &expired, &nobodys, &unknown] {
        for what in [Redemption::Password(NEW.to_owned()), Redemption::Address] {
            assert_eq!(stores.redeem(token, &what).await, None, "{token:?}");
        }
    }
    let good = link(5, Purpose::ResetPassword, &own);
    stores.issue(&good).await;
    assert_eq!(stores.found(own.id).await, own);
    let disable = AccountChange {
        disabled: Some(true),
        ..AccountChange::default()
    };
    let disabled = stores.accounts.change(own.id, &disable, start()).await;
    disabled.expect("answered");
    let before = stores.found(own.id).await;
    let what = Redemption::Password(NEW.to_owned());
    assert_eq!(stores.redeem(&good, &what).await, None, "disabled");
    let wish = change(&own, NEW);
    let changed = stores.credentials.change_password(&wish, start());
    assert_eq!(changed.await.expect("answered"), None, "disabled");
    assert_eq!(stores.found(own.id).await, before);
}

async fn a_password_is_changed_while_it_is_the_proven_one<A, O, K, C>(stores: &Stores<A, O, K, C>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let own = stores.account(1).await;
    let key = api_keys::key(1, 1);
    stores.keys.create(&key, 10).await.expect("a key");
    let reset = link(1, Purpose::ResetPassword, &own);
    stores.issue(&reset).await;
    let wish = change(&own, NEW);
    let done = stores.credentials.change_password(&wish, start()).await;
    let done = done.expect("answered").expect("a change");
    assert_eq!(done, stores.found(own.id).await);
    assert_eq!(done.password_hash.as_deref(), Some(NEW));
    assert_eq!(done.kept_session, Some(wish.keep));
    assert!(done.min_epoch > 0 && done.email_verified_at.is_none());
    assert!(!stores.lives(&reset).await, "B108: voided by the change");
    assert!(
        stores.works(1).await,
        "whoever knew the password keeps the keys"
    );
    let wish = change(&own, "other");
    let again = stores.credentials.change_password(&wish, start());
    assert_eq!(again.await.expect("answered"), None, "superseded");
    let nobody = accounts::account(7);
    let wish = change(&nobody, NEW);
    let absent = stores.credentials.change_password(&wish, start());
    assert_eq!(absent.await.expect("answered"), None);
    assert_eq!(stores.found(own.id).await, done);
}

/// `musicgen user set-password` comes this way.
async fn a_password_set_by_an_operator_voids_links<A, O, K, C>(stores: &Stores<A, O, K, C>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let own = stores.account(1).await;
    let reset = link(1, Purpose::ResetPassword, &own);
    stores.issue(&reset).await;
    let rename = AccountChange {
        username: Some("Other".to_owned()),
        ..AccountChange::default()
    };
    let set = AccountChange {
        password_hash: Some(NEW.to_owned()),
        ..AccountChange::default()
    };
    for (change, lives) in [(rename, true), (set, false)] {
        let changed = stores.accounts.change(own.id, &change, start()).await;
        changed.expect("answered");
        assert_eq!(stores.lives(&reset).await, lives);
    }
}

async fn an_invitation_is_good_for_one_account<A, O, K, C>(stores: &Stores<A, O, K, C>)
where
    A: AccountStore,
    O: OneTimeStore,
    K: ApiKeyStore,
    C: CredentialStore,
{
    let host = stores.account(1).await;
    let (guest, other) = (accounts::account(2), accounts::account(3));
    let for_guest = OneTime {
        address: Some(guest.email.clone()),
        ..link(1, Purpose::Invite, &host)
    };
    let for_anybody = OneTime {
        account_id: None,
        address: None,
        ..link(2, Purpose::Invite, &host)
    };
    stores.issue(&for_guest).await;
    stores.issue(&for_anybody).await;
    let late = start() + Purpose::Invite.lifetime();
    for (name, account, token, at, expected) in [
        (
            "for somebody else",
            &other,
            &for_guest,
            start(),
            Enrolment::Invalid,
        ),
        ("too late", &guest, &for_guest, late, Enrolment::Invalid),
        ("the guest", &guest, &for_guest, start(), Enrolment::Done),
        ("used", &other, &for_guest, start(), Enrolment::Invalid),
        (
            "has an account",
            &guest,
            &for_anybody,
            start(),
            Enrolment::Taken,
        ),
        (
            "used by it",
            &other,
            &for_anybody,
            start(),
            Enrolment::Invalid,
        ),
    ] {
        let enrolled = stores.credentials.enrol(account, &token.hash, at).await;
        assert_eq!(enrolled.expect("answered"), expected, "{name}");
    }
    assert_eq!(stores.found(guest.id).await, guest);
    let found = stores.accounts.find(other.id).await.expect("answered");
    assert_eq!(found, None);
}
