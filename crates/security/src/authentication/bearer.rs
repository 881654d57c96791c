use super::jwt::{CachedVerifier, Claims, FIRST_PARTY, LEEWAY, TokenError, TokenVerifier};
use super::principal::{Credential, Principal, Rights};
use crate::api_keys::Refused;
use crate::authorization::{Grants, GrantsCache, Permission};
use crate::client_ip::ClientIp;
use crate::clock::SharedClock;
use crate::csrf::CookieSession;
use crate::problem::Problem;
use crate::revocation::{RevocationStore, Revocations, Standing};
use crate::sessions::{Activity, Seen};
use crate::store::StoreError;
use http::HeaderMap;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::request::Parts;
use std::sync::Arc;
use time::OffsetDateTime;

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
    /// Two access cookies, or one that we could not have set.
    #[error("the access cookie is ambiguous or broken")]
    Cookie,
    /// Nobody's internal key.
    #[error("unknown internal key")]
    UnknownKey,
    /// An API key that opens nothing.
    #[error(transparent)]
    Key(#[from] Refused),
    /// A credential in the query.
    #[error("a credential in the query")]
    Query,
    /// The token itself is wrong.
    #[error("the token was refused: {0}")]
    Token(#[from] TokenError),
    /// The session ended, or the account is gone or disabled.
    #[error("the token, its session or the account is over")]
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
            CredentialError::Query => Self::credential_in_query(),
            CredentialError::Store(store) => store.into(),
            other => Self::invalid_token().with_cause(other),
        }
    }
}

/// Scheme and credential of the one `Authorization` header; `None` without it.
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<(&str, &str)>, CredentialError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(CredentialError::Several);
    }
    let text = value.to_str().map_err(|_| CredentialError::Scheme)?;
    let (scheme, credential) = text.split_once(' ').ok_or(CredentialError::Scheme)?;
    Ok(Some((scheme, credential.trim_start_matches(' '))))
}

/// The token in `Authorization: Bearer <token>` (RFC 6750, section 2.1); `None` without the header.
/// The scheme may be written in any case (RFC 9110, section 11.1).
pub fn bearer_credential(headers: &HeaderMap) -> Result<Option<&str>, CredentialError> {
    match authorization(headers)? {
        None => Ok(None),
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(Some(token))
        }
        Some(_) => Err(CredentialError::Scheme),
    }
}

/// Verified tokens that are remembered: some 10 MiB when full.
const REMEMBERED: usize = 16_384;

/// Where an access token came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    /// In the `Authorization` header.
    Header,
    /// In a cookie.
    Cookie,
}

/// Turns an access token into a [`Principal`] without asking the store: signature and claims, then
/// what is known to be over, then rights by the policy that holds now.
pub struct TokenAuthenticator<R> {
    verifier: CachedVerifier,
    revocations: Arc<Revocations<R>>,
    grants: GrantsCache,
    activity: Activity,
    clock: SharedClock,
}

impl<R> std::fmt::Debug for TokenAuthenticator<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAuthenticator").finish_non_exhaustive()
    }
}

impl<R: RevocationStore> TokenAuthenticator<R> {
    /// Checks tokens with `verifier` and by `revocations`; gives rights by `grants`.
    pub fn new(
        verifier: TokenVerifier,
        revocations: Arc<Revocations<R>>,
        grants: GrantsCache,
        activity: Activity,
        clock: SharedClock,
    ) -> Self {
        Self {
            verifier: CachedVerifier::new(verifier, REMEMBERED),
            revocations,
            grants,
            activity,
            clock,
        }
    }

    /// Verifies a token's text and that it isn't over.
    pub async fn verify(&self, token: &str) -> Result<(Arc<Claims>, Standing), CredentialError> {
        self.verify_at(token, self.clock.now()).await
    }

    async fn verify_at(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<(Arc<Claims>, Standing), CredentialError> {
        let claims = self.verifier.verify(token, now)?;
        match self.revocations.standing_at(&claims, now).await? {
            Standing::Revoked => Err(CredentialError::Over),
            standing => Ok((claims, standing)),
        }
    }

    /// What a token says and what it gives now.
    pub(super) async fn look_at(
        &self,
        token: &str,
    ) -> Result<(Arc<Claims>, Arc<Grants>), CredentialError> {
        let (claims, standing) = self.verify(token).await?;
        let rights = Rights::of(standing, &claims);
        let grants = self.grants(&claims, &rights).await?;
        Ok((claims, grants))
    }

    /// The principal of a token.
    async fn authenticate(
        &self,
        token: &str,
        carrier: Carrier,
        parts: &Parts,
    ) -> Result<Principal, CredentialError> {
        let now = self.clock.now();
        let (claims, standing) = self.verify_at(token, now).await?;
        let rights = Rights::of(standing, &claims);
        let grants = self.grants(&claims, &rights).await?;
        let is_first_party = claims.client == FIRST_PARTY;
        if is_first_party {
            self.note(&claims, parts, now);
        }
        let credential = match carrier {
            _ if !is_first_party => Credential::Client(claims),
            Carrier::Header => Credential::Bearer(claims),
            Carrier::Cookie => Credential::Cookie(claims),
        };
        Ok(Principal::new(credential, rights, grants))
    }

    /// The principal of the token in the request's `Authorization` header.
    pub(super) async fn by_header(
        &self,
        token: &str,
        parts: &Parts,
    ) -> Result<Principal, CredentialError> {
        self.authenticate(token, Carrier::Header, parts).await
    }

    /// The principal of an access cookie, and its session. A program's token is nothing for a
    /// cookie.
    pub(crate) async fn by_cookie(
        &self,
        token: &str,
        parts: &Parts,
    ) -> Result<(Principal, CookieSession), CredentialError> {
        let principal = self.authenticate(token, Carrier::Cookie, parts).await?;
        match principal.credential() {
            Credential::Cookie(claims) => {
                let session = CookieSession::new(claims.session, claims.issued_at);
                Ok((principal, session))
            }
            _ => Err(CredentialError::Cookie),
        }
    }

    /// Forgets verified tokens that have ended; for a task, about once a minute.
    pub fn sweep(&self) {
        self.verifier.sweep(self.clock.now());
    }

    /// Whether somebody who was let in a while ago would be let in now, and have this permission:
    /// for answers that take long. When the store can't say, they would not.
    pub async fn still_holds(&self, principal: &Principal, needed: &Permission) -> bool {
        let claims = principal.as_claims();
        if self.clock.now() >= claims.expires_at + LEEWAY {
            return false;
        }
        let standing = match self.revocations.standing(&claims).await {
            Ok(standing) => standing,
            Err(error) => {
                tracing::warn!(%error, "a long answer ends: nobody can say whether it may go on");
                return false;
            }
        };
        match standing {
            Standing::Revoked => false,
            standing => {
                let rights = Rights::of(standing, &claims);
                let grants = self.grants(&claims, &rights).await;
                grants.is_ok_and(|grants| grants.allow(needed))
            }
        }
    }

    /// What a token gives now.
    async fn grants(&self, claims: &Claims, rights: &Rights) -> Result<Arc<Grants>, StoreError> {
        let (epoch, roles) = match rights {
            Rights::Claimed(claims) => (claims.epoch, &claims.roles),
            Rights::Current(state) => (state.epoch, &state.roles),
        };
        let grants = self.grants.of(claims.subject, epoch, roles).await?;
        Ok(match &claims.scope {
            Some(scope) => Arc::new(grants.narrowed_by(scope)),
            None => grants,
        })
    }

    fn note(&self, claims: &Claims, parts: &Parts, now: OffsetDateTime) {
        if self.activity.is_due(claims.session, now) {
            let client: Option<&ClientIp> = parts.extensions.get();
            let agent = parts.headers.get(USER_AGENT);
            let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
            let address = client.map(|client| client.address());
            let seen = Seen::of(now, address, agent.as_deref());
            self.activity.note(claims.session, seen);
        }
    }
}
