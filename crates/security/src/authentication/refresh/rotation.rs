use super::{EndReason, Family, RefreshStore, RefreshToken, Rotation};
use crate::random::SharedRandom;
use crate::secrets::Secret;
use crate::store::StoreError;
use aws_lc_rs::hmac;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a rotated token may come again while its successor is unused.
pub const GRACE: Duration = Duration::seconds(30);

/// Starts and rotates families.
pub struct RefreshTokens<S> {
    store: S,
    key: hmac::Key,
    random: SharedRandom,
}

impl<S> std::fmt::Debug for RefreshTokens<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshTokens").finish_non_exhaustive()
    }
}

/// A new family's first token.
#[derive(Debug)]
pub struct Started {
    /// The session id for access tokens.
    pub session_id: Uuid,
    /// To hand out once.
    pub token: RefreshToken,
}

/// Why a refresh token was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// Not a token of ours, or one whose family is over.
    #[error("the refresh token is not valid")]
    Invalid,
    /// A spent token was presented; its family has ended.
    #[error("a spent refresh token was presented")]
    Reused(Box<Family>),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<S: RefreshStore> RefreshTokens<S> {
    /// Families in `store`; successors are derived under `secret`.
    pub fn new(store: S, secret: &Secret, random: SharedRandom) -> Self {
        Self {
            store,
            key: secret.derive("refresh token successor"),
            random,
        }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Starts a family that lives `absolute` at the most and `idle` without use.
    pub async fn start(
        &self,
        account_id: Uuid,
        absolute: Duration,
        idle: Duration,
        now: OffsetDateTime,
    ) -> Result<Started, StoreError> {
        let token = RefreshToken::new(self.random.uuid(), self.random.secret());
        let expires_at = now + absolute;
        let family = Family {
            id: token.family(),
            account_id,
            created_at: now,
            expires_at,
            idle,
            idle_expires_at: (now + idle).min(expires_at),
            current: token.hash(),
            previous: None,
            rotated_at: None,
            ended: None,
        };
        self.store.start(&family).await?;
        Ok(Started {
            session_id: family.id,
            token,
        })
    }

    /// Takes a token and gives its successor.
    pub async fn rotate(
        &self,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<(Family, RefreshToken), RefreshError> {
        let presented = RefreshToken::parse(text).ok_or(RefreshError::Invalid)?;
        let successor = presented.successor(&self.key);
        let rotation = self
            .store
            .rotate(
                presented.family(),
                &presented.hash(),
                &successor.hash(),
                GRACE,
                now,
            )
            .await?;
        match rotation {
            Rotation::Rotated(family) | Rotation::Repeated(family) => Ok((family, successor)),
            Rotation::Reused(family) => {
                tracing::warn!(session = %family.id, "a spent refresh token was presented");
                Err(RefreshError::Reused(Box::new(family)))
            }
            Rotation::Ended(_) | Rotation::Unknown => Err(RefreshError::Invalid),
        }
    }

    /// Ends one family.
    pub async fn end(
        &self,
        session_id: Uuid,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        self.store.end(session_id, reason, now).await
    }
}
