use super::bearer::{CredentialError, TokenAuthenticator};
use super::internal_keys::{InternalKeys, presented};
use crate::gate::Gate;
use crate::problem::Problem;
use crate::revocation::RevocationStore;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::sync::Arc;

/// Inserts the [`Principal`](super::Principal) or the [`InternalCaller`](super::InternalCaller) of a
/// request's header credential, or nothing, or refuses a wrong credential.
pub struct AuthenticationGate<R> {
    authenticator: Arc<TokenAuthenticator<R>>,
    internal_keys: Arc<InternalKeys>,
}

impl<R> Clone for AuthenticationGate<R> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            internal_keys: self.internal_keys.clone(),
        }
    }
}

impl<R> std::fmt::Debug for AuthenticationGate<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationGate").finish_non_exhaustive()
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
        }
    }
}

impl<R: RevocationStore> Gate for AuthenticationGate<R> {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        let key = presented(&parts.headers).map_err(|()| CredentialError::Several)?;
        if let Some(key) = key {
            if parts.headers.contains_key(AUTHORIZATION) {
                return Err(CredentialError::Several.into());
            }
            let caller = self
                .internal_keys
                .identify(key)
                .ok_or(CredentialError::UnknownKey)?;
            parts.extensions.insert(caller);
        } else if let Some(principal) = self.authenticator.by_header(parts).await? {
            parts.extensions.insert(principal);
        }
        Ok(())
    }
}
