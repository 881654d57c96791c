use super::{ApiKey, KeyHash, LastUse, RevokeReason};
use crate::store::StoreError;
use std::future::Future;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// What became of a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// It is kept.
    Created,
    /// The account has as many lines of working keys as it may have; nothing was kept.
    CapReached,
}

/// What became of a wish to take a key back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// This call did it.
    Revoked,
    /// An earlier one did; its time and reason stay.
    AlreadyRevoked,
    /// The account has no such key.
    Absent,
}

/// The key that follows a rotated one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Its id.
    pub id: Uuid,
    /// Of its text.
    pub hash: KeyHash,
    /// The last four characters of its text.
    pub tail: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// A wish to rotate a key.
#[derive(Debug, Clone)]
pub struct RotateKey {
    /// Whose key.
    pub account_id: Uuid,
    /// Which key.
    pub id: Uuid,
    /// What follows it.
    pub successor: Successor,
    /// How long it goes on working; not negative.
    pub overlap: Duration,
    /// How many ended keys the account keeps.
    pub keep_ended: u32,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Rotation {
    /// The successor is kept.
    Rotated {
        /// The rotated key, as it is now.
        old: Box<ApiKey>,
        /// Its successor.
        new: Box<ApiKey>,
    },
    /// It has a successor already.
    AlreadyRotated,
    /// It doesn't work any more.
    Ended,
    /// The account has no such key.
    Absent,
}

/// Keeps keys. Each verb is one atomic step. A key *works* at `now` when its
/// [state](ApiKey::state) says so, and has *ended* otherwise.
pub trait ApiKeyStore: Send + Sync + 'static {
    /// Adds a key that was made at its `created_at`, unless the account's working keys are of `cap`
    /// lines already. Of the account's ended keys, those beyond the `cap` that ended last are
    /// forgotten. [`StoreError::Conflict`] when the id or the hash is taken.
    fn create(
        &self,
        key: &ApiKey,
        cap: u32,
    ) -> impl Future<Output = Result<Creation, StoreError>> + Send;

    /// The key with this whole hash, ended or not.
    fn find_by_hash(
        &self,
        hash: &KeyHash,
    ) -> impl Future<Output = Result<Option<ApiKey>, StoreError>> + Send;

    /// The account's key with this id, ended or not.
    fn find(
        &self,
        account_id: Uuid,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<ApiKey>, StoreError>> + Send;

    /// All keys of an account, ended ones too, the newest first. They are three times the cap at the
    /// most.
    fn list(
        &self,
        account_id: Uuid,
    ) -> impl Future<Output = Result<Vec<ApiKey>, StoreError>> + Send;

    /// Takes the account's key back.
    fn revoke(
        &self,
        account_id: Uuid,
        id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Revocation, StoreError>> + Send;

    /// Takes back every working key of an account; says how many.
    fn revoke_all(
        &self,
        account_id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Rotates a key, in this order:
    ///
    /// 1. the account has no such key: [`Rotation::Absent`];
    /// 2. it has a successor: [`Rotation::AlreadyRotated`];
    /// 3. it doesn't work at `now`: [`Rotation::Ended`];
    /// 4. every other key of its line that still works stops working now;
    /// 5. [`ApiKey::succeed`], and both records are kept: [`Rotation::Rotated`]. Of the account's
    ///    ended keys, those beyond the `keep_ended` that ended last are forgotten.
    ///
    /// However many calls overlap, a key has one successor.
    fn rotate(
        &self,
        wish: &RotateKey,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Rotation, StoreError>> + Send;

    /// Notes a use if it [is news](LastUse::is_news); says whether it did.
    fn touch(
        &self,
        id: Uuid,
        last_use: &LastUse,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The working keys without successor that end at `until` or before, that are
    /// [ageing](ApiKey::is_ageing) at `now` and weren't claimed before; at most `limit`, the first to
    /// end first. Their `reminded_at` is `now` from here on: each is given out once, to one node.
    fn claim_reminders(
        &self,
        until: OffsetDateTime,
        limit: u32,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<ApiKey>, StoreError>> + Send;

    /// Forgets keys that ended before `before`; says how many.
    fn sweep(&self, before: OffsetDateTime)
    -> impl Future<Output = Result<u64, StoreError>> + Send;
}
