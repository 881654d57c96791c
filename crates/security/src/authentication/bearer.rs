use super::accounts::AccountStore;
use super::jwt::{TokenError, TokenVerifier};
use super::principal::Principal;
use super::refresh::RefreshStore;
use crate::authorization::Policy;
use crate::clock::SharedClock;
use crate::problem::Problem;
use crate::store::StoreError;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::sync::Arc;

/// Why a presented credential is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// More than one credential in the request.
    #[error("more than one credential")]
    Several,
    /// Not of the form `Bearer <token>`.
    #[error("not a bearer credential")]
    Scheme,
    /// Nobody's API key.
    #[error("unknown API key")]
    UnknownKey,
    /// The token itself is wrong.
    #[error("the token was refused: {0}")]
    Token(#[from] TokenError),
    /// The session ended, or the account is gone or disabled.
    #[error("the session or the account is over")]
    Over,
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CredentialError> for Problem {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::Several => Self::malformed(
                "Send one credential: one `Authorization` header or one `X-API-Key`.",
            ),
            CredentialError::Store(store) => store.into(),
            other => Self::invalid_token().with_cause(other),
        }
    }
}

/// The token in `Authorization: Bearer <token>` (RFC 6750, section 2.1); `None` without the header.
/// The scheme may be written in any case (RFC 9110, section 11.1).
pub fn bearer_credential(headers: &HeaderMap) -> Result<Option<&str>, CredentialError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(CredentialError::Several);
    }
    let text = value.to_str().map_err(|_| CredentialError::Scheme)?;
    let (scheme, token) = text.split_once(' ').ok_or(CredentialError::Scheme)?;
    let token = token.trim_start_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        Ok(Some(token))
    } else {
        Err(CredentialError::Scheme)
    }
}

/// Turns a bearer token into a [`Principal`].
pub struct BearerAuthenticator<A, R> {
    verifier: TokenVerifier,
    accounts: A,
    sessions: R,
    policy: Arc<Policy>,
    clock: SharedClock,
}

impl<A, R> std::fmt::Debug for BearerAuthenticator<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BearerAuthenticator")
            .finish_non_exhaustive()
    }
}

impl<A: AccountStore, R: RefreshStore> BearerAuthenticator<A, R> {
    /// Checks tokens with `verifier`, and that session and account still hold.
    pub fn new(
        verifier: TokenVerifier,
        accounts: A,
        sessions: R,
        policy: Arc<Policy>,
        clock: SharedClock,
    ) -> Self {
        Self {
            verifier,
            accounts,
            sessions,
            policy,
            clock,
        }
    }

    /// The principal of the request's credential; `None` when it has none.
    pub async fn authenticate(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<Principal>, CredentialError> {
        let Some(token) = bearer_credential(headers)? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let claims = self.verifier.verify(token, now)?;
        let session = self.sessions.find(claims.session).await?;
        let live = session
            .is_some_and(|family| family.is_live(now) && family.account_id == claims.subject);
        if !live {
            return Err(CredentialError::Over);
        }
        match self.accounts.find(claims.subject).await? {
            Some(account) if account.is_enabled() => {
                Ok(Some(Principal::new(account, claims.session, &self.policy)))
            }
            _ => Err(CredentialError::Over),
        }
    }
}
