use super::keys::account_key;
use super::{
    Admission, Attempt, Authenticator, CounterKind, Limits, Refused, ThrottleStore, Ticket,
};
use crate::problem::Problem;
use crate::secrets::Secret;
use crate::store::StoreError;
use aws_lc_rs::hmac;
use http::StatusCode;
use time::OffsetDateTime;

/// Why an attempt isn't admitted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThrottleError {
    /// There were too many.
    #[error("too many attempts: refused by {:?}", .0.by)]
    TooMany(Refused),
    /// Nobody can say now, so it is refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ThrottleError> for Problem {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooMany(refused) => {
                let whole = refused.retry_after.whole_seconds().unsigned_abs();
                let rounded_up = whole + u64::from(refused.retry_after.subsec_nanoseconds() > 0);
                // One text for all: it tells nothing of the account.
                Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_attempts",
                    "Too many attempts",
                    "Try again after the seconds in `Retry-After`.",
                )
                .with_retry_after(rounded_up)
                .with_cause(error)
            }
            ThrottleError::Store(store) => store.into(),
        }
    }
}

/// Counts attempts to sign in, before anything is checked.
///
/// ```text
/// begin ─► refused: 429, and nothing is hashed
///       └► ticket ─► wrong: let it go, it is counted
///                 └► right: succeed(ticket)
/// ```
pub struct SignInThrottle<S> {
    store: S,
    key: hmac::Key,
    limits: Limits,
}

impl<S> std::fmt::Debug for SignInThrottle<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInThrottle")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl<S: ThrottleStore> SignInThrottle<S> {
    /// With the decided numbers. Another `secret` begins with empty counters.
    pub fn new(store: S, secret: &Secret) -> Self {
        Self::with_limits(store, secret, Limits::default())
    }

    /// With other numbers.
    pub fn with_limits(store: S, secret: &Secret, limits: Limits) -> Self {
        Self {
            store,
            key: secret.derive("sign-in throttle"),
            limits,
        }
    }

    /// Admits and counts an attempt, or refuses it; call it before anything is hashed.
    pub async fn begin(
        &self,
        attempt: &Attempt<'_>,
        now: OffsetDateTime,
    ) -> Result<Ticket, ThrottleError> {
        let keys = attempt.keys(&self.key, self.limits.ipv6_prefix);
        match self.store.begin(&keys, &self.limits, now).await? {
            Admission::Admitted(ticket) => Ok(ticket),
            Admission::Refused(refused) => Err(ThrottleError::TooMany(refused)),
        }
    }

    /// Whether an admitted attempt, should it fail, is the one with which the delays of its account or
    /// device begin, or the one after which only a reset helps. Of all that fail one is each of these.
    pub fn trips(&self, ticket: &Ticket) -> bool {
        ticket.reaches(|kind, failures| {
            let allowance = kind.allowance(&self.limits);
            let is_own = kind != CounterKind::Network;
            is_own && (failures == allowance.free || allowance.stop_after == Some(failures))
        })
    }

    /// The attempt turned out well: its account's failures are forgotten, its network's are not.
    pub async fn succeed(&self, ticket: Ticket) -> Result<(), StoreError> {
        self.store.succeed(&ticket, &self.limits).await
    }

    /// Forgets the failures at an account: after a reset, or by an administrator. Says whether there
    /// were any.
    pub async fn clear(
        &self,
        authenticator: Authenticator,
        account: &str,
    ) -> Result<bool, StoreError> {
        let key = account_key(&self.key, authenticator, account);
        self.store.clear(&key).await
    }

    /// Deletes counters that are forgotten; says how many. For a task that runs once an hour or so.
    pub async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        self.store.sweep(now).await
    }

    /// Where the counters are kept.
    pub fn store(&self) -> &S {
        &self.store
    }
}

#[cfg(test)]
mod tests;
