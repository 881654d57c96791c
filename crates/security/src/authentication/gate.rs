use super::accounts::AccountStore;
use super::bearer::BearerAuthenticator;
use super::refresh::RefreshStore;
use crate::gate::Gate;
use crate::problem::Problem;
use http::request::Parts;
use std::sync::Arc;

/// Inserts the [`Principal`](super::Principal) of a request, or nothing, or refuses a wrong
/// credential.
pub struct AuthenticationGate<A, R> {
    authenticator: Arc<BearerAuthenticator<A, R>>,
}

impl<A, R> Clone for AuthenticationGate<A, R> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
        }
    }
}

impl<A, R> std::fmt::Debug for AuthenticationGate<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationGate").finish_non_exhaustive()
    }
}

impl<A: AccountStore, R: RefreshStore> AuthenticationGate<A, R> {
    /// The gate that asks this authenticator.
    pub fn new(authenticator: Arc<BearerAuthenticator<A, R>>) -> Self {
        Self { authenticator }
    }
}

impl<A: AccountStore, R: RefreshStore> Gate for AuthenticationGate<A, R> {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        if let Some(principal) = self.authenticator.authenticate(&parts.headers).await? {
            parts.extensions.insert(principal);
        }
        Ok(())
    }
}
