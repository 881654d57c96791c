use super::EmailAddress;
use crate::authorization::{HolderAddress, RoleName, Tier};
use crate::rate_limiting::RateLimits;
use crate::sessions::Session;
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
    /// Rate limits that an administrator gave it in the place of its tier's.
    pub limits: Option<RateLimits>,
    /// Grows with each change of roles, tier, limits, password or state, and when sessions end by account.
    /// Tokens say under which epoch they were made.
    pub epoch: u64,
    /// Sessions and tokens of an older epoch are over: "everywhere" is this one number.
    pub min_epoch: u64,
    /// The one session that `min_epoch` doesn't end.
    pub kept_session: Option<Uuid>,
    /// When the address was shown to be its owner's.
    pub email_verified_at: Option<OffsetDateTime>,
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

    /// Whether the account has nothing against this session of its own.
    pub fn lets(&self, session: &Session) -> bool {
        self.is_enabled()
            && session.account_id == self.id
            && (session.epoch >= self.min_epoch || self.kept_session == Some(session.id))
    }

    /// The account with `change` made at `now`.
    #[must_use]
    pub fn changed(mut self, change: &AccountChange, now: OffsetDateTime) -> Self {
        if let Some(username) = &change.username {
            self.username.clone_from(username);
        }
        if let Some(hash) = &change.password_hash {
            self.password_hash = Some(hash.clone());
        }
        if let Some(roles) = &change.roles {
            self.roles.clone_from(roles);
            self.roles.sort();
            self.roles.dedup();
        }
        if let Some(tier) = change.tier {
            self.tier = tier;
        }
        match change.limits {
            Some(LimitsChange::OfTier) => self.limits = None,
            Some(LimitsChange::Own(limits)) => self.limits = Some(limits),
            None => {}
        }
        self.disabled_at = match change.disabled {
            Some(true) => self.disabled_at.or(Some(now)),
            Some(false) => None,
            None => self.disabled_at,
        };
        if change.email_verified {
            self.email_verified_at = self.email_verified_at.or(Some(now));
        }
        if change.concerns_rights() {
            self.epoch += 1;
        }
        if let Some(which) = change.ends_sessions() {
            self.min_epoch = self.epoch;
            self.kept_session = match which {
                EndSessions::All => None,
                EndSessions::Except(kept) => Some(kept),
            };
        }
        self.updated_at = now;
        self
    }

    /// The address as the policy sees it.
    pub fn holder_address(&self) -> HolderAddress<'_> {
        if self.email_verified_at.is_some() {
            HolderAddress::Proven(&self.email)
        } else {
            HolderAddress::Claimed(&self.email)
        }
    }

    /// Whether it can administrate.
    pub fn administrates(&self) -> bool {
        self.is_enabled() && self.roles.contains(&RoleName::ADMIN)
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
    /// Other rate limits.
    pub limits: Option<LimitsChange>,
    /// `true` disables (keeping the first time if it is disabled already), `false` enables.
    pub disabled: Option<bool>,
    /// Notes that the address is its owner's.
    pub email_verified: bool,
    /// Ends sessions with the change, in the same step. Disabling ends all of them anyway.
    pub sessions: Option<EndSessions>,
}

/// Whose rate limits an account gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitsChange {
    /// Those of its tier.
    OfTier,
    /// These, whatever its tier.
    Own(RateLimits),
}

/// Which sessions a change ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSessions {
    /// All.
    All,
    /// All but this one.
    Except(Uuid),
}

impl AccountChange {
    /// Whether tokens made before must be told of it.
    pub fn concerns_rights(&self) -> bool {
        self.password_hash.is_some()
            || self.roles.is_some()
            || self.tier.is_some()
            || self.limits.is_some()
            || self.disabled.is_some()
            || self.sessions.is_some()
            || self.email_verified
    }

    /// Which sessions it ends.
    fn ends_sessions(&self) -> Option<EndSessions> {
        if self.disabled == Some(true) {
            Some(EndSessions::All)
        } else {
            self.sessions
        }
    }
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

    /// Changes the named fields as [`Account::changed`] says, keeping at least one enabled
    /// administrator. What [concerns rights](AccountChange::concerns_rights) goes into the feed of
    /// changes ([`RevocationStore`](crate::revocation::RevocationStore)) in the same step.
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
