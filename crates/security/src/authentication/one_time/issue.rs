use super::{Issue, MAX_LIVE, OneTime, OneTimeStore, OneTimeToken, Purpose};
use crate::authentication::accounts::EmailAddress;
use crate::problem::Problem;
use crate::random::SharedRandom;
use crate::store::StoreError;
use http::StatusCode;
use time::OffsetDateTime;
use uuid::Uuid;

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The account has [`MAX_LIVE`] tokens that weren't used yet.
    #[error("the account has too many one-time tokens that live")]
    TooMany,
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::TooMany => Self::new(
                StatusCode::CONFLICT,
                "too_many_links",
                "Too many links are waiting",
                "As many as allowed were sent and not used. Try again when some have run out.",
            ),
            IssueError::Store(store) => store.into(),
        }
    }
}

/// Why a token isn't good.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OneTimeError {
    /// Unknown, used, expired, voided, malformed or for something else: one answer for all.
    #[error("the one-time token is not valid")]
    Invalid,
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OneTimeError> for Problem {
    fn from(error: OneTimeError) -> Self {
        match error {
            OneTimeError::Invalid => Self::new(
                StatusCode::BAD_REQUEST,
                "invalid_link",
                "The link is not valid",
                "It was used, has run out, or a newer one was sent. Ask for a new one.",
            ),
            OneTimeError::Store(store) => store.into(),
        }
    }
}

/// Makes and takes one-time tokens.
pub struct OneTimeTokens<S> {
    store: S,
    random: SharedRandom,
}

impl<S> std::fmt::Debug for OneTimeTokens<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTimeTokens").finish_non_exhaustive()
    }
}

impl<S: OneTimeStore> OneTimeTokens<S> {
    /// Tokens in `store`.
    pub fn new(store: S, random: SharedRandom) -> Self {
        Self { store, random }
    }

    /// Makes a token that is sent to `address`, and voids the older ones.
    ///
    /// `account` is whose it is; for [`Purpose::Invite`] who sends it, if anybody.
    pub async fn issue(
        &self,
        purpose: Purpose,
        account: Option<Uuid>,
        address: Option<EmailAddress>,
        now: OffsetDateTime,
    ) -> Result<OneTimeToken, IssueError> {
        let token = OneTimeToken::new(&*self.random);
        let stored = OneTime {
            hash: token.hash(purpose),
            purpose,
            account_id: account,
            address,
            issued_at: now,
            expires_at: now + purpose.lifetime(),
        };
        match self.store.issue(&stored, MAX_LIVE).await? {
            Issue::Done => Ok(token),
            Issue::TooMany => Err(IssueError::TooMany),
        }
    }

    /// Does the work of [`issue`](Self::issue) for nobody, and leaves nothing.
    pub async fn rehearse(
        &self,
        purpose: Purpose,
        address: EmailAddress,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let token = OneTimeToken::new(&*self.random);
        let stored = OneTime {
            hash: token.hash(purpose),
            purpose,
            account_id: None,
            address: Some(address),
            issued_at: now,
            expires_at: now + purpose.lifetime(),
        };
        self.store.rehearse(&stored).await
    }

    /// What a token is good for, without using it.
    pub async fn find(
        &self,
        purpose: Purpose,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<OneTime, OneTimeError> {
        let token = OneTimeToken::parse(text).ok_or(OneTimeError::Invalid)?;
        let found = self.store.find(&token.hash(purpose), now).await?;
        found.ok_or(OneTimeError::Invalid)
    }

    /// Uses a token up.
    pub async fn consume(
        &self,
        purpose: Purpose,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<OneTime, OneTimeError> {
        let token = OneTimeToken::parse(text).ok_or(OneTimeError::Invalid)?;
        let taken = self.store.consume(&token.hash(purpose), now).await?;
        taken.ok_or(OneTimeError::Invalid)
    }

    /// Voids all tokens of an account; says how many.
    pub async fn void_all(&self, account: Uuid) -> Result<u64, StoreError> {
        self.store.void_all(account).await
    }

    /// Deletes tokens that ran out; says how many.
    pub async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        self.store.sweep(now).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{MemoryStore, TestRandom};
    use std::sync::Arc;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    /// B124: a token for one purpose is refused for every other, and stays good for its own.
    #[tokio::test]
    async fn a_token_is_good_for_its_purpose_alone() {
        let store = MemoryStore::default();
        let tokens = OneTimeTokens::new(store, Arc::new(TestRandom::default()));
        let account = Some(Uuid::from_u128(1));
        for purpose in Purpose::ALL {
            let token = tokens.issue(purpose, account, None, NOW).await.unwrap();
            let text = token.to_text();
            for other in Purpose::ALL {
                let found = tokens.find(other, &text, NOW).await;
                assert_eq!(found.is_ok(), other == purpose, "{purpose:?} as {other:?}");
                if other != purpose {
                    let refused = tokens.consume(other, &text, NOW).await;
                    let problem = Problem::from(refused.unwrap_err());
                    assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
                    assert_eq!(problem.code(), "invalid_link");
                }
            }
            let used = tokens.consume(purpose, &text, NOW).await.unwrap();
            assert_eq!((used.purpose, used.account_id), (purpose, account));
            assert!(tokens.consume(purpose, &text, NOW).await.is_err(), "used");
        }
        for wrong in ["", "mgo_", "no token", &"x".repeat(100_000)] {
            assert!(tokens.consume(Purpose::Invite, wrong, NOW).await.is_err());
        }
    }
}
