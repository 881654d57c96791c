use super::introspect::absent_if_refused;
use super::{Client, OAuth, OAuthError};
use crate::api_keys::{ApiKey, ApiKeyStore, ApiKeyText};
use crate::authentication::accounts::AccountStore;
use crate::authentication::api_key::Proven;
use crate::authentication::jwt::FIRST_PARTY;
use crate::authentication::refresh::RefreshToken;
use crate::revocation::RevocationStore;
use crate::sessions::{EndReason, SessionStore};
use std::net::IpAddr;
use uuid::Uuid;

/// What was taken back. The caller isn't told.
#[derive(Debug, Clone, PartialEq)]
pub enum Revoked {
    /// One access token.
    AccessToken,
    /// A session: its refresh token and every access token made in it (REV-7).
    Session,
    /// An API key, and every access token made from it. Its owner should be told.
    ApiKey(Box<ApiKey>),
    /// Nothing: the token doesn't count, or never did.
    Nothing,
}

impl Revoked {
    /// The word for figures.
    pub fn id(&self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::Session => "session",
            Self::ApiKey(_) => "api_key",
            Self::Nothing => "nothing",
        }
    }
}

impl<K, A, S, R> OAuth<K, A, S, R>
where
    K: ApiKeyStore,
    A: AccountStore,
    S: SessionStore,
    R: RevocationStore,
{
    /// Takes a token back (RFC 7009): it is refused from the next request on.
    ///
    /// The service's own client is a public one (RFC 7009, section 2.1, with RFC 6749, section 2.1),
    /// and so is a finder: whoever doesn't say who they are takes back what they hold. A program that
    /// says so must be right, and takes back its own alone.
    pub async fn revoke(
        &self,
        token: &str,
        client: &Client,
        address: Option<IpAddr>,
    ) -> Result<Revoked, OAuthError> {
        let program = match client {
            Client::Unnamed | Client::FirstParty => None,
            Client::Program(credentials) => Some(self.program(credentials, address).await?),
        };
        if ApiKeyText::looks_like(token) {
            return self.revoke_key(token, program.as_ref()).await;
        }
        match self.sessions.read_refresh(token) {
            Some(token) => self.revoke_session(&token, program.as_ref()).await,
            None => self.revoke_access(token, program.as_ref()).await,
        }
    }

    async fn revoke_access(
        &self,
        token: &str,
        program: Option<&Proven>,
    ) -> Result<Revoked, OAuthError> {
        let verified = self.tokens.verify(token).await;
        let Some((claims, _)) = absent_if_refused(verified)? else {
            return Ok(Revoked::Nothing);
        };
        // A program's token names its key as client and as session.
        own(program, &claims.client, claims.session)?;
        self.sessions.revocations().revoke(&claims).await?;
        tracing::info!(account = %claims.subject, session = %claims.session,
            "an access token was revoked");
        Ok(Revoked::AccessToken)
    }

    async fn revoke_session(
        &self,
        token: &RefreshToken,
        program: Option<&Proven>,
    ) -> Result<Revoked, OAuthError> {
        let id = token.session();
        // No program has a session.
        own(program, FIRST_PARTY, id)?;
        // A spent one too: whoever has it, it is in the wrong hands or in those of its owner.
        let ended = self.sessions.end(id, None, EndReason::SignedOut).await?;
        if !ended {
            return Ok(Revoked::Nothing);
        }
        tracing::info!(session = %id, "a refresh token was revoked: its session has ended");
        Ok(Revoked::Session)
    }

    async fn revoke_key(
        &self,
        text: &str,
        program: Option<&Proven>,
    ) -> Result<Revoked, OAuthError> {
        if program.is_some() {
            let Some(found) = self.keys.look_up(text).await? else {
                return Ok(Revoked::Nothing);
            };
            own(program, &found.key.id.to_string(), found.key.id)?;
        }
        let Some(key) = self.keys.revoke(text).await? else {
            return Ok(Revoked::Nothing);
        };
        self.sessions.revocations().sync().await?;
        tracing::info!(account = %key.account_id, key = %key.id,
            "an API key was revoked by whoever held it");
        Ok(Revoked::ApiKey(Box::new(key)))
    }
}

/// Refuses a program that presents what isn't its own; the attempt is noted (B125).
fn own(program: Option<&Proven>, client: &str, session: Uuid) -> Result<(), OAuthError> {
    match program {
        Some(program) if program.key.id.to_string() != client => {
            tracing::warn!(key = %program.key.id, account = %program.owner.id, %session,
                "a program presented another client's token");
            Err(OAuthError::Foreign)
        }
        _ => Ok(()),
    }
}
