use super::RefreshToken;
use super::token::Keys;
use crate::random::SharedRandom;
use crate::secrets::SecretRing;
use crate::sessions::{Rotation, RotationLimits, Session, SessionStore};
use crate::store::StoreError;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a rotated token may come again while its successor is unused.
pub const GRACE: Duration = Duration::seconds(30);

/// Makes and rotates refresh tokens.
#[derive(Clone)]
pub struct RefreshTokens {
    keys: Arc<[Keys]>,
    random: SharedRandom,
}

impl std::fmt::Debug for RefreshTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshTokens").finish_non_exhaustive()
    }
}

/// What a presented token gave.
#[derive(Debug)]
pub struct Rotated {
    /// The session as it is now.
    pub session: Session,
    /// To hand out.
    pub successor: RefreshToken,
}

/// Why a refresh token was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// Not a token of ours, or one whose session is over.
    #[error("the refresh token is not valid")]
    Invalid,
    /// A spent token was presented; its session has ended.
    #[error("a spent refresh token was presented")]
    Reused(Box<Session>),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RefreshTokens {
    /// Tokens under the ring's secrets.
    pub fn new(secrets: &SecretRing, random: SharedRandom) -> Self {
        let all = std::iter::once(secrets.current()).chain(secrets.previous());
        Self {
            keys: all.map(Keys::new).collect(),
            random,
        }
    }

    /// A session id nobody has and its first token.
    pub fn first(&self) -> (Uuid, RefreshToken, [u8; 32]) {
        // There is always a current secret.
        let keys = &self.keys[0];
        let token = RefreshToken::new(self.random.uuid(), self.random.secret(), keys);
        let hash = token.hash();
        (token.session(), token, hash)
    }

    /// Reads a token; `None` when it isn't one of ours. Whether it is spent only the store knows.
    pub fn read(&self, text: &str) -> Option<RefreshToken> {
        let token = RefreshToken::parse(text)?;
        self.keys
            .iter()
            .any(|keys| token.is_ours(keys))
            .then_some(token)
    }

    /// Takes a token that [`read`](Self::read) gave, and gives its successor.
    pub async fn rotate<S: SessionStore>(
        &self,
        sessions: &S,
        presented: &RefreshToken,
        limits: &RotationLimits,
        now: OffsetDateTime,
    ) -> Result<Rotated, RefreshError> {
        let mut successors: Vec<RefreshToken> = self
            .keys
            .iter()
            .map(|keys| presented.successor(keys))
            .collect();
        let hashes: Vec<[u8; 32]> = successors.iter().map(RefreshToken::hash).collect();
        let id = presented.session();
        let rotation = sessions
            .rotate(id, &presented.hash(), &hashes, limits, now)
            .await?;
        let (session, index) = match rotation {
            Rotation::Rotated(session) => (session, 0),
            Rotation::Repeated(session, index) => (session, index),
            Rotation::Reused(session) => return Err(RefreshError::Reused(Box::new(session))),
            Rotation::Ended(_) | Rotation::Unknown => return Err(RefreshError::Invalid),
        };
        if index >= successors.len() {
            let what = "the index of a successor".to_owned();
            return Err(StoreError::Corrupt(what).into());
        }
        let successor = successors.swap_remove(index);
        Ok(Rotated { session, successor })
    }
}
