use super::accounts::AccountStore;
use super::bearer::{BearerAuthenticator, CredentialError};
use super::internal_keys::{InternalKeys, presented};
use super::refresh::RefreshStore;
use crate::gate::Gate;
use crate::problem::Problem;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::sync::Arc;

/// Inserts the [`Principal`](super::Principal) or the [`InternalCaller`](super::InternalCaller) of a
/// request, or nothing, or refuses a wrong credential.
pub struct AuthenticationGate<A, R> {
    authenticator: Arc<BearerAuthenticator<A, R>>,
    internal_keys: Arc<InternalKeys>,
}

impl<A, R> Clone for AuthenticationGate<A, R> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            internal_keys: self.internal_keys.clone(),
        }
    }
}

impl<A, R> std::fmt::Debug for AuthenticationGate<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationGate").finish_non_exhaustive()
    }
}

impl<A: AccountStore, R: RefreshStore> AuthenticationGate<A, R> {
    /// The gate that knows these credentials.
    pub fn new(
        authenticator: Arc<BearerAuthenticator<A, R>>,
        internal_keys: Arc<InternalKeys>,
    ) -> Self {
        Self {
            authenticator,
            internal_keys,
        }
    }
}

impl<A: AccountStore, R: RefreshStore> Gate for AuthenticationGate<A, R> {
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
        } else if let Some(principal) = self.authenticator.authenticate(&parts.headers).await? {
            parts.extensions.insert(principal);
        }
        Ok(())
    }
}
