use crate::store::StoreError;
use std::future::Future;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A family of refresh tokens: everything that came from one sign-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Random; also the session id of the access tokens.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// When the sign-in happened.
    pub created_at: OffsetDateTime,
    /// The absolute end, which rotation never moves.
    pub expires_at: OffsetDateTime,
    /// How long an unused token lives.
    pub idle: Duration,
    /// When the current token dies if it isn't used; never after `expires_at`.
    pub idle_expires_at: OffsetDateTime,
    /// SHA-256 of the current token's secret.
    pub current: [u8; 32],
    /// SHA-256 of the secret before it.
    pub previous: Option<[u8; 32]>,
    /// When the current token was made by rotation.
    pub rotated_at: Option<OffsetDateTime>,
    /// When and why it ended.
    pub ended: Option<(OffsetDateTime, EndReason)>,
}

impl Family {
    /// Whether the family may still be used.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        self.ended.is_none() && now < self.idle_expires_at && now < self.expires_at
    }
}

/// Why a family ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// The user signed out here.
    SignedOut,
    /// The user signed out everywhere.
    SignedOutEverywhere,
    /// A spent token was presented.
    Reuse,
    /// The password was changed.
    PasswordChanged,
    /// An administrator ended it, or the account was disabled.
    Administrator,
}

impl EndReason {
    /// All reasons.
    pub const ALL: &'static [Self] = &[
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::Reuse,
        Self::PasswordChanged,
        Self::Administrator,
    ];

    /// The word that is stored.
    pub fn id(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::Reuse => "reuse",
            Self::PasswordChanged => "password_changed",
            Self::Administrator => "administrator",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.id() == id)
    }
}

/// What became of a presented token.
#[derive(Debug, Clone, PartialEq)]
pub enum Rotation {
    /// It was the current one; the successor is current now.
    Rotated(Family),
    /// It was rotated before, within the grace: the same successor is still current.
    Repeated(Family),
    /// It was spent: the family has been ended by this call.
    Reused(Family),
    /// The family had ended or run out before.
    Ended(Family),
    /// No such family.
    Unknown,
}

/// Keeps families. Each verb is one atomic step.
pub trait RefreshStore: Send + Sync + 'static {
    /// Adds a family.
    fn start(&self, family: &Family) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Decides about a presented token, in this order:
    ///
    /// 1. no such family: [`Rotation::Unknown`];
    /// 2. not [live](Family::is_live) at `now`: [`Rotation::Ended`];
    /// 3. `presented` is `current`: `previous = presented`, `current = successor`,
    ///    `rotated_at = now`, `idle_expires_at = min(now + idle, expires_at)`: [`Rotation::Rotated`];
    /// 4. `presented` is `previous`, `successor` is `current` and `now - rotated_at <= grace`:
    ///    [`Rotation::Repeated`];
    /// 5. anything else: `ended = (now, Reuse)`: [`Rotation::Reused`].
    ///
    /// The family in the answer is as it is afterwards. However many calls overlap, one rotates.
    fn rotate(
        &self,
        id: Uuid,
        presented: &[u8; 32],
        successor: &[u8; 32],
        grace: Duration,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Rotation, StoreError>> + Send;

    /// The family, ended or not.
    fn find(&self, id: Uuid) -> impl Future<Output = Result<Option<Family>, StoreError>> + Send;

    /// Ends one family; `false` when it had ended before or doesn't exist.
    fn end(
        &self,
        id: Uuid,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends every live family of an account except `keep`; says how many.
    fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Forgets families that ended or ran out before `before`; says how many.
    fn sweep(&self, before: OffsetDateTime)
    -> impl Future<Output = Result<u64, StoreError>> + Send;
}
