use super::{EndReason, Seen, Session};
use crate::store::StoreError;
use std::future::Future;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// What a rotation may not go beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationLimits {
    /// How long a rotated token may come again while its successor is unused.
    pub grace: Duration,
    /// The session ends by then at the latest, whatever it was promised.
    pub ends_by: Option<OffsetDateTime>,
    /// It lives at most so long without use, whatever it was promised.
    pub idle: Option<Duration>,
}

impl RotationLimits {
    /// The session's own limits, made no longer by this.
    pub fn apply(&self, session: &mut Session) {
        if let Some(ends_by) = self.ends_by {
            session.expires_at = session.expires_at.min(ends_by);
        }
        if let Some(most) = self.idle {
            session.idle = Some(session.idle.map_or(most, |idle| idle.min(most)));
        }
        session.idle_expires_at = session
            .idle_expires_at
            .min(session.idle_end(session.seen.at));
    }
}

/// What became of a presented refresh token.
#[derive(Debug, Clone, PartialEq)]
pub enum Rotation {
    /// It was the current one; the first of the successors is current now.
    Rotated(Session),
    /// It was rotated before, within the grace: this successor is still current.
    Repeated(Session, usize),
    /// It was spent: the session has been ended by this call.
    Reused(Session),
    /// The session had ended or run out before.
    Ended(Session),
    /// No such session.
    Unknown,
}

/// Keeps sessions. Each verb is one atomic step.
///
/// Ending a session also writes the fact into the feed of changes
/// ([`RevocationStore`](crate::revocation::RevocationStore)), in the same step: there is no moment
/// at which a session is over and its access tokens have no way of being told.
pub trait SessionStore: Send + Sync + 'static {
    /// Adds a session. Where the account then has more than `at_most` that live, those that were
    /// used the longest ago end ([`EndReason::TooMany`]); says which.
    fn start(
        &self,
        session: &Session,
        at_most: u32,
    ) -> impl Future<Output = Result<Vec<Uuid>, StoreError>> + Send;

    /// Decides about a presented token, in this order:
    ///
    /// 1. no such session: [`Rotation::Unknown`];
    /// 2. not [live](Session::is_live) at `now`, `limits` [applied](RotationLimits::apply):
    ///    [`Rotation::Ended`];
    /// 3. `presented` is `current`: `previous = presented`, `current = successors[0]`,
    ///    `rotated_at = seen.at = now`, the idle end moves: [`Rotation::Rotated`];
    /// 4. `presented` is `previous`, one of `successors` is `current` and
    ///    `now - rotated_at <= grace`: [`Rotation::Repeated`] with that one's index;
    /// 5. anything else: `ended = (now, Reuse)`: [`Rotation::Reused`].
    ///
    /// The session in the answer is as it is afterwards. However many calls overlap, one rotates.
    fn rotate(
        &self,
        id: Uuid,
        presented: &[u8; 32],
        successors: &[[u8; 32]],
        limits: &RotationLimits,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Rotation, StoreError>> + Send;

    /// The session, ended or not.
    fn find(&self, id: Uuid) -> impl Future<Output = Result<Option<Session>, StoreError>> + Send;

    /// The account's sessions that live at `now`, the last used first.
    fn list(
        &self,
        account_id: Uuid,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<Session>, StoreError>> + Send;

    /// Whether the account has a session, ended or not, that isn't forgotten.
    fn any(&self, account_id: Uuid) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Writes down that a live session was used, and moves its idle end, unless that was done less
    /// than `at_most_every` ago; gives the session as it was before, if something was written.
    fn seen(
        &self,
        id: Uuid,
        seen: &Seen,
        at_most_every: Duration,
    ) -> impl Future<Output = Result<Option<Session>, StoreError>> + Send;

    /// Ends one session, `owner`'s alone if that is given; `false` when it had ended before, is
    /// somebody else's or doesn't exist.
    fn end(
        &self,
        id: Uuid,
        owner: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends every session of an account that lives by its record, except `keep`; says how many.
    fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Forgets sessions that ended or ran out before `before`; says how many.
    fn sweep(&self, before: OffsetDateTime)
    -> impl Future<Output = Result<u64, StoreError>> + Send;
}
