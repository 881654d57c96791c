use super::EmailAddress;
use crate::authorization::{RoleName, Tier};
use crate::store::StoreError;
use std::future::Future;
use time::OffsetDateTime;
use uuid::Uuid;

/// A stored account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Random, never reused.
    pub id: Uuid,
    /// Unique among all accounts.
    pub email: EmailAddress,
    /// Display name.
    pub username: String,
    /// PHC string (`$argon2id$…`); `None` when the account has no password.
    pub password_hash: Option<String>,
    /// Names from the policy, sorted, without repeats.
    pub roles: Vec<RoleName>,
    /// Decides limits.
    pub tier: Tier,
    /// Since when nobody can sign in as this account.
    pub disabled_at: Option<OffsetDateTime>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    pub updated_at: OffsetDateTime,
}

impl Account {
    /// Whether it may be used now.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
}

/// What to change; `None` leaves a field alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountChange {
    /// New display name.
    pub username: Option<String>,
    /// New PHC string.
    pub password_hash: Option<String>,
    /// The new set of roles, replacing the old one.
    pub roles: Option<Vec<RoleName>>,
    /// New tier.
    pub tier: Option<Tier>,
    /// `true` disables (keeping the first time if it is disabled already), `false` enables.
    pub disabled: Option<bool>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Changed {
    /// Done; the account as it is now.
    Done(Box<Account>),
    /// There is no such account.
    Absent,
    /// It would leave no enabled account with the `admin` role; nothing was changed.
    LastAdministrator,
}

/// Where a page of a list begins: after this account, in order of `(created_at, id)`.
pub type PageAfter = (OffsetDateTime, Uuid);

/// A page of accounts, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// At most as many as asked.
    pub items: Vec<Account>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<PageAfter>,
}

/// Keeps accounts.
pub trait AccountStore: Send + Sync + 'static {
    /// Adds an account; [`StoreError::Conflict`] when the address is taken.
    fn create(&self, account: &Account) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Finds by id.
    fn find(&self, id: Uuid) -> impl Future<Output = Result<Option<Account>, StoreError>> + Send;

    /// Finds by canonical address.
    fn find_by_email(
        &self,
        email: &EmailAddress,
    ) -> impl Future<Output = Result<Option<Account>, StoreError>> + Send;

    /// Changes the named fields, keeping at least one enabled administrator.
    fn change(
        &self,
        id: Uuid,
        change: &AccountChange,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Changed, StoreError>> + Send;

    /// Replaces a password hash only while it still is `from`; says whether it did.
    ///
    /// For the upgrade to stronger parameters at sign-in, which must not undo a password change
    /// that happened meanwhile.
    fn rehash(
        &self,
        id: Uuid,
        from: &str,
        to: &str,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Lists accounts, oldest first; `limit` is 1 ..= 100.
    fn list(
        &self,
        after: Option<PageAfter>,
        limit: u32,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;
}
