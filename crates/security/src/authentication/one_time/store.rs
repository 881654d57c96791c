use super::Purpose;
use crate::authentication::accounts::EmailAddress;
use crate::store::StoreError;
use std::future::Future;
use time::OffsetDateTime;
use uuid::Uuid;

/// The most tokens of one account, or of none, that live at once.
pub const MAX_LIVE: u32 = 100;

/// What is stored of a token.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTime {
    /// SHA-256 of purpose and token; unique.
    pub hash: [u8; 32],
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is; for an invitation who sends it, if anybody.
    pub account_id: Option<Uuid>,
    /// Where it was sent.
    pub address: Option<EmailAddress>,
    /// When it was made.
    pub issued_at: OffsetDateTime,
    /// From then on it is as good as gone.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for OneTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTime")
            .field("purpose", &self.purpose)
            .field("account_id", &self.account_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl OneTime {
    /// Whether it may still be used.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        now < self.expires_at
    }
}

/// What became of a new token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issue {
    /// It is stored, and older ones are gone.
    Done,
    /// The account has as many as it may have; nothing was changed.
    TooMany,
}

/// Keeps tokens. Each verb is atomic.
pub trait OneTimeStore: Send + Sync + 'static {
    /// Stores a token and deletes those that it voids ([`Purpose::voids`]), unless its account has
    /// `limit` others that live at its time of issue.
    fn issue(
        &self,
        token: &OneTime,
        limit: u32,
    ) -> impl Future<Output = Result<Issue, StoreError>> + Send;

    /// Does the work of [`issue`](Self::issue), and leaves everything as it was: for answers whose
    /// time must not tell whether there is an account. The token is nobody's.
    fn rehearse(&self, token: &OneTime) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Finds a token that lives.
    fn find(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<OneTime>, StoreError>> + Send;

    /// Takes a token that lives: the first call has it, all others find nothing.
    fn consume(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<OneTime>, StoreError>> + Send;

    /// Deletes all tokens of an account; says how many.
    fn void_all(&self, account_id: Uuid) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Deletes those that expired by now; says how many.
    fn sweep(&self, now: OffsetDateTime) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
