use crate::authentication::accounts::{Account, AccountChange, EndSessions};
use crate::store::StoreError;
use std::future::Future;
use time::OffsetDateTime;
use uuid::Uuid;

/// A new password for the old one.
#[derive(Clone)]
pub struct PasswordChange {
    /// Whose.
    pub account_id: Uuid,
    /// The PHC string that was proven.
    pub from: String,
    /// The new PHC string.
    pub to: String,
    /// The one session that goes on.
    pub keep: Uuid,
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange")
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

impl PasswordChange {
    /// As a change of the account.
    pub fn change(&self) -> AccountChange {
        AccountChange {
            password_hash: Some(self.to.clone()),
            sessions: Some(EndSessions::Except(self.keep)),
            ..AccountChange::default()
        }
    }
}

/// What a link does to the account whose it is.
#[derive(Clone)]
pub enum Redemption {
    /// Sets this PHC string.
    Password(String),
    /// Shows that the address is its owner's.
    Address,
}

impl std::fmt::Debug for Redemption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(…)",
            Self::Address => "Address",
        })
    }
}

impl Redemption {
    /// As a change of the account.
    pub fn change(&self) -> AccountChange {
        let change = AccountChange {
            email_verified: true,
            ..AccountChange::default()
        };
        match self {
            Self::Address => change,
            Self::Password(hash) => AccountChange {
                password_hash: Some(hash.clone()),
                sessions: Some(EndSessions::All),
                ..change
            },
        }
    }

    /// Whether the account's API keys are revoked with it.
    pub fn revokes_keys(&self) -> bool {
        matches!(self, Self::Password(_))
    }
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// The account is there.
    Done,
    /// The address has one; the invitation is used up all the same.
    Taken,
    /// There is no such invitation, or it is for another address. Nothing was changed.
    Invalid,
}

/// Changes what accounts are proven by. Each verb is atomic, and the accounts, one-time tokens and
/// API keys that it speaks of are those of the stores beside it.
pub trait CredentialStore: Send + Sync + 'static {
    /// Makes the change if the account is enabled and its password is still the proven one, and
    /// voids the account's one-time tokens; gives the account as it is then.
    fn change_password(
        &self,
        change: &PasswordChange,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<Account>, StoreError>> + Send;

    /// Uses a token up that lives, belongs to an account that is enabled and was sent to the
    /// account's address, and changes the account. With a new password all one-time tokens of the
    /// account go. Gives the account as it is then; `None` changes nothing.
    fn redeem(
        &self,
        hash: &[u8; 32],
        what: &Redemption,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<Account>, StoreError>> + Send;

    /// Uses an invitation up and adds the account.
    fn enrol(
        &self,
        account: &Account,
        invitation: &[u8; 32],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Enrolment, StoreError>> + Send;
}
