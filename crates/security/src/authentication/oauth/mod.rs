//! OAuth 2 for programs: tokens (RFC 6749), what a token is (RFC 7662), taking it back (RFC 7009).
//!
//! 1. Two grants: `refresh_token` for a session whose tokens were handed over in a body, and
//!    `client_credentials` for a program with an API key: `client_id` is the key's id,
//!    `client_secret` its text. A password is never a grant.
//! 2. Who proves to be a client does it once: in `Authorization: Basic` or in the form. Refresh
//!    tokens belong to the service's own public client, [`FIRST_PARTY`](super::jwt::FIRST_PARTY);
//!    with a program's credentials they are refused, and stay as they are (REF-8).
//! 3. A scope narrows the access token and nothing else; it never widens it, and a refresh that asks
//!    for too much spends nothing (REF-9).
//! 4. A program's token names its key as client and as session. It lives no longer than the key, and
//!    ends with it at once: whatever ends a key is told as the end of that session. Where the key is
//!    limited to networks, its tokens are too: then the key is looked up at each use.
//! 5. A dead token and one that never was look the same, byte by byte (REV-8).
//! 6. Whoever holds a token may take it back; nobody can without holding it, because it has to be one
//!    of ours that still counts (REV-14). A program that says who it is takes back its own alone.
//! 7. Each parameter stands once; empty is absent, unknown is ignored (RFC 6749, section 3.2).
//! 8. Refusals have the form of RFC 6749, section 5.2; what isn't the caller's fault is a problem as
//!    everywhere.

mod client;
mod error;
mod grant;
mod introspect;
mod parameters;
mod revoke;

#[cfg(test)]
mod tests;

pub use client::{Client, ClientCredentials};
pub use error::OAuthError;
pub use grant::Granted;
pub use introspect::{LiveToken, TokenUse};
pub use parameters::Parameters;
pub use revoke::Revoked;

use super::accounts::AccountStore;
use super::api_key::{KeyAuthenticator, Proven};
use super::bearer::{CredentialError, TokenAuthenticator};
use super::session_tokens::SessionTokens;
use crate::api_keys::ApiKeyStore;
use crate::revocation::RevocationStore;
use crate::sessions::SessionStore;
use std::net::IpAddr;
use std::sync::Arc;

/// The endpoints; see the [module](self).
pub struct OAuth<K, A, S, R> {
    sessions: Arc<SessionTokens<A, S, R>>,
    keys: KeyAuthenticator<K, A>,
    tokens: Arc<TokenAuthenticator<R>>,
}

impl<K, A, S, R> std::fmt::Debug for OAuth<K, A, S, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuth").finish_non_exhaustive()
    }
}

impl<K, A, S, R> OAuth<K, A, S, R>
where
    K: ApiKeyStore,
    A: AccountStore,
    S: SessionStore,
    R: RevocationStore,
{
    /// Of these parts.
    pub fn new(
        sessions: Arc<SessionTokens<A, S, R>>,
        keys: KeyAuthenticator<K, A>,
        tokens: Arc<TokenAuthenticator<R>>,
    ) -> Self {
        Self {
            sessions,
            keys,
            tokens,
        }
    }

    /// The key of a program that says who it is, and its owner.
    async fn program(
        &self,
        credentials: &ClientCredentials,
        address: Option<IpAddr>,
    ) -> Result<Proven, OAuthError> {
        match self.keys.prove(credentials.secret(), address).await {
            Ok(proven) if proven.key.id.to_string() == credentials.id() => Ok(proven),
            Ok(proven) => {
                tracing::info!(key = %proven.key.id, "an API key came under another client's name");
                Err(OAuthError::InvalidClient)
            }
            Err(CredentialError::Store(store)) => Err(store.into()),
            Err(_) => Err(OAuthError::InvalidClient),
        }
    }
}
