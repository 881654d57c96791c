use crate::authentication::accounts::Account;
use crate::authorization::{RoleName, Tier};
use crate::rate_limiting::RateLimits;
use crate::store::StoreError;
use aws_lc_rs::digest;
use std::future::Future;
use time::OffsetDateTime;
use uuid::Uuid;

/// What requests must know of an account that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// Grows with each change of what is here.
    pub epoch: u64,
    /// Tokens of an older epoch are over.
    pub min_epoch: u64,
    /// The one session that `min_epoch` doesn't end.
    pub kept_session: Option<Uuid>,
    /// The roles now.
    pub roles: Vec<RoleName>,
    /// The tier now.
    pub tier: Tier,
    /// The rate limits now, where they aren't the tier's.
    pub limits: Option<RateLimits>,
    /// Whether it exists and may be used.
    pub enabled: bool,
}

impl From<&Account> for AccountState {
    fn from(account: &Account) -> Self {
        Self {
            epoch: account.epoch,
            min_epoch: account.min_epoch,
            kept_session: account.kept_session,
            roles: account.roles.clone(),
            tier: account.tier,
            limits: account.limits,
            enabled: account.is_enabled(),
        }
    }
}

impl AccountState {
    /// The state of an account that is gone.
    pub fn gone() -> Self {
        Self {
            epoch: u64::MAX,
            min_epoch: u64::MAX,
            kept_session: None,
            roles: Vec::new(),
            tier: Tier::Free,
            limits: None,
            enabled: false,
        }
    }
}

/// One fact of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A token is revoked.
    Token {
        /// [`token_hash`] of it.
        hash: [u8; 32],
        /// When it would have run out.
        until: OffsetDateTime,
    },
    /// A session has ended, or an API key, from which tokens were made in the same way.
    Session {
        /// Its id.
        id: Uuid,
        /// When; for a key that goes on working for an overlap it is to come.
        at: OffsetDateTime,
    },
    /// An account has changed.
    Account {
        /// Its id.
        id: Uuid,
        /// When.
        at: OffsetDateTime,
        /// As it is now, which may be newer than the change.
        state: AccountState,
    },
}

/// A piece of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// In the order in which they were written.
    pub items: Vec<Change>,
    /// Where the next piece begins.
    pub position: u64,
    /// Whether there is more now.
    pub more: bool,
}

/// Keeps the feed. Sessions and accounts write into it themselves, in the transaction that changes
/// them.
pub trait RevocationStore: Send + Sync + 'static {
    /// Adds a token; adding it again changes nothing.
    fn revoke_token(
        &self,
        hash: &[u8; 32],
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What was written after `position` (0 is the beginning), leaving out what was written before
    /// `since`; at most a thousand or so at a time.
    fn changes(
        &self,
        position: u64,
        since: OffsetDateTime,
    ) -> impl Future<Output = Result<Changes, StoreError>> + Send;

    /// Forgets what was written before `before`, but no token before its end; says how many.
    /// Positions go on growing.
    fn sweep(
        &self,
        before: OffsetDateTime,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// What is kept of a revoked token: a hash of its issuer and its id, so that tokens of another
/// issuer can't be meant (REV-12) and the id isn't stored.
pub fn token_hash(issuer: &str, token_id: &str) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(issuer.as_bytes());
    context.update(&[0]);
    context.update(token_id.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
