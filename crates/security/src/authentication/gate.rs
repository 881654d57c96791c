use super::accounts::AccountStore;
use super::api_key::{IdentifiesKeys, KeyAuthenticator, client_of};
use super::bearer::{CredentialError, TokenAuthenticator, authorization, bearer_credential};
use super::internal_keys::{InternalKeys, presented};
use super::principal::{Credential, Principal};
use crate::api_keys::{ApiKeyStore, ApiKeyText};
use crate::gate::Gate;
use crate::problem::Problem;
use crate::revocation::RevocationStore;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::sync::Arc;

/// Query parameters that others read credentials from. What stands there is in logs, in histories
/// and in `Referer`, so it is refused, right or wrong (RFC 9700, section 4.3.2).
const NOT_IN_A_QUERY: [&str; 2] = ["access_token", "api_key"];

/// Inserts the [`Principal`] or the [`InternalCaller`](super::InternalCaller) of a request's header
/// credential, or nothing, or refuses a wrong credential.
pub struct AuthenticationGate<R> {
    authenticator: Arc<TokenAuthenticator<R>>,
    internal_keys: Arc<InternalKeys>,
    api_keys: Option<Arc<dyn IdentifiesKeys>>,
    leaves_basic: bool,
}

impl<R> Clone for AuthenticationGate<R> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            internal_keys: self.internal_keys.clone(),
            api_keys: self.api_keys.clone(),
            leaves_basic: self.leaves_basic,
        }
    }
}

impl<R> std::fmt::Debug for AuthenticationGate<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationGate")
            .field("api_keys", &self.api_keys.is_some())
            .field("leaves_basic", &self.leaves_basic)
            .finish_non_exhaustive()
    }
}

impl<R: RevocationStore> AuthenticationGate<R> {
    /// The gate that knows these credentials.
    pub fn new(
        authenticator: Arc<TokenAuthenticator<R>>,
        internal_keys: Arc<InternalKeys>,
    ) -> Self {
        Self {
            authenticator,
            internal_keys,
            api_keys: None,
            leaves_basic: false,
        }
    }

    /// The same, knowing API keys too.
    #[must_use]
    pub fn with_api_keys<K, A>(self, keys: KeyAuthenticator<K, A>) -> Self
    where
        K: ApiKeyStore,
        A: AccountStore,
    {
        Self {
            api_keys: Some(Arc::new(keys)),
            ..self
        }
    }

    /// The same for a route whose handler takes client credentials (RFC 6749, section 2.3.1):
    /// `Authorization: Basic` is left to it.
    #[must_use]
    pub fn leaving_basic(self) -> Self {
        Self {
            leaves_basic: true,
            ..self
        }
    }

    async fn by_api_key(&self, text: &str, parts: &Parts) -> Result<Principal, CredentialError> {
        let keys = self.api_keys.as_ref().ok_or(CredentialError::UnknownKey)?;
        keys.identify(text, client_of(parts)).await
    }

    async fn by_token(&self, token: &str, parts: &Parts) -> Result<Principal, CredentialError> {
        let principal = self.authenticator.by_header(token, parts).await?;
        if let Credential::Client(claims) = principal.credential()
            && claims.by_network
        {
            let keys = self.api_keys.as_ref().ok_or(CredentialError::Over)?;
            keys.confirm(claims, client_of(parts)).await?;
        }
        Ok(principal)
    }

    /// Inserts what `X-API-Key` says.
    async fn by_key_header(&self, parts: &mut Parts, key: &[u8]) -> Result<(), CredentialError> {
        match std::str::from_utf8(key) {
            Ok(text) if ApiKeyText::looks_like(text) => {
                let principal = self.by_api_key(text, parts).await?;
                parts.extensions.insert(principal);
            }
            _ => {
                let caller = self.internal_keys.identify(key);
                let caller = caller.ok_or(CredentialError::UnknownKey)?;
                parts.extensions.insert(caller);
            }
        }
        Ok(())
    }

    async fn identify(&self, parts: &mut Parts) -> Result<(), CredentialError> {
        let key = presented(&parts.headers).map_err(|()| CredentialError::Several)?;
        let by_header = parts.headers.contains_key(AUTHORIZATION);
        if key.is_some() && by_header {
            return Err(CredentialError::Several);
        }
        if names_credential(parts.uri.query().unwrap_or_default()) {
            return Err(if key.is_some() || by_header {
                CredentialError::Several
            } else {
                CredentialError::Query
            });
        }
        if let Some(key) = key {
            let key = key.to_vec();
            return self.by_key_header(parts, &key).await;
        }
        if self.leaves_basic
            && authorization(&parts.headers)?.is_some_and(|(scheme, _)| is_basic(scheme))
        {
            return Ok(());
        }
        let principal = match bearer_credential(&parts.headers)? {
            None => return Ok(()),
            Some(text) if ApiKeyText::looks_like(text) => self.by_api_key(text, parts).await?,
            Some(token) => self.by_token(token, parts).await?,
        };
        parts.extensions.insert(principal);
        Ok(())
    }
}

impl<R: RevocationStore> Gate for AuthenticationGate<R> {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        Ok(self.identify(parts).await?)
    }
}

/// Whether a query has a parameter that is a credential's, whatever its value.
fn names_credential(query: &str) -> bool {
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        NOT_IN_A_QUERY
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
    })
}

/// Whether a scheme is that of RFC 7617.
pub(crate) fn is_basic(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("basic")
}
