use super::{Client, ClientCredentials, OAuth, OAuthError, Parameters};
use crate::api_keys::{ApiKey, ApiKeyStore};
use crate::authentication::accounts::AccountStore;
use crate::authentication::api_key::Proven;
use crate::authentication::jwt::{Issued, MAX_TOKEN_BYTES, TokenSubject};
use crate::authentication::refresh::RefreshToken;
use crate::authorization::Grant;
use crate::rate_limiting::OwnLimits;
use crate::revocation::RevocationStore;
use crate::sessions::{Delivery, SessionStore};
use std::net::IpAddr;

/// What a token request gave.
#[derive(Debug)]
pub struct Granted {
    /// For the API.
    pub access: Issued,
    /// For the next pair; a program has its key for that.
    pub refresh: Option<RefreshToken>,
    /// What the access token is good for, blanks between (RFC 6749, section 3.3).
    pub scope: String,
}

impl<K, A, S, R> OAuth<K, A, S, R>
where
    K: ApiKeyStore,
    A: AccountStore,
    S: SessionStore,
    R: RevocationStore,
{
    /// Answers a token request (RFC 6749, sections 4.4 and 6).
    pub async fn grant(
        &self,
        parameters: &Parameters,
        client: &Client,
        address: Option<IpAddr>,
    ) -> Result<Granted, OAuthError> {
        match (parameters.get("grant_type"), client) {
            (None, _) => Err(OAuthError::InvalidRequest(
                "The parameter grant_type is missing.",
            )),
            (Some("refresh_token"), Client::Program(credentials)) => {
                let token = refresh_token(parameters)?;
                Err(self.foreign_refresh(token, credentials, address).await?)
            }
            (Some("refresh_token"), Client::Unnamed | Client::FirstParty) => {
                self.refresh(parameters).await
            }
            (Some("client_credentials"), Client::Program(credentials)) => {
                let program = self.program(credentials, address).await?;
                self.token_of_key(parameters, &program)
            }
            (Some("client_credentials"), _) => Err(OAuthError::InvalidClient),
            (Some(_), _) => Err(OAuthError::UnsupportedGrantType),
        }
    }

    async fn refresh(&self, parameters: &Parameters) -> Result<Granted, OAuthError> {
        let token = refresh_token(parameters)?;
        let asked = scope(parameters)?;
        let signed_in = self
            .sessions
            .refresh_narrowed(token, Delivery::Body, asked.as_deref())
            .await?;
        let scope = match &asked {
            Some(asked) => joined(asked),
            None => self.sessions.grants(&signed_in.account).scope(),
        };
        Ok(Granted {
            access: signed_in.tokens.access,
            refresh: Some(signed_in.tokens.refresh),
            scope,
        })
    }

    /// REF-8: a refresh token under a program's name gives nothing, and isn't spent by it.
    async fn foreign_refresh(
        &self,
        token: &str,
        credentials: &ClientCredentials,
        address: Option<IpAddr>,
    ) -> Result<OAuthError, OAuthError> {
        let program = self.program(credentials, address).await?;
        if let Some(token) = self.sessions.read_refresh(token) {
            tracing::warn!(key = %program.key.id, account = %program.owner.id,
                session = %token.session(), "a program presented a session's refresh token");
        }
        Ok(OAuthError::InvalidGrant)
    }

    fn token_of_key(
        &self,
        parameters: &Parameters,
        Proven { key, owner }: &Proven,
    ) -> Result<Granted, OAuthError> {
        let scopes = match scope(parameters)? {
            Some(asked) if asked.iter().all(|scope| gives(key, scope)) => asked,
            Some(_) => return Err(OAuthError::InvalidScope),
            None => key.scopes.clone(),
        };
        let scope = joined(&scopes);
        let subject = TokenSubject {
            account: owner.id,
            session: key.id,
            roles: owner.roles.clone(),
            tier: owner.tier,
            limits: OwnLimits {
                account: owner.limits,
                key: key.limits,
            },
            epoch: owner.epoch,
            authenticated_at: key.created_at,
            client: key.id.to_string(),
            scope: Some(scopes),
            by_network: !key.networks.as_slice().is_empty(),
        };
        let access = self.sessions.issue_for(&subject, key.ends_at())?;
        if access.token.len() > MAX_TOKEN_BYTES {
            return Err(OAuthError::InvalidScope);
        }
        tracing::info!(account = %owner.id, key = %key.id, "a program was given an access token");
        Ok(Granted {
            access,
            refresh: None,
            scope,
        })
    }
}

fn gives(key: &ApiKey, scope: &Grant) -> bool {
    key.scopes.iter().any(|had| had.includes(scope))
}

fn refresh_token(parameters: &Parameters) -> Result<&str, OAuthError> {
    let missing = OAuthError::InvalidRequest("The parameter refresh_token is missing.");
    parameters.get("refresh_token").ok_or(missing)
}

/// The scope that is asked for; `None` when none is.
fn scope(parameters: &Parameters) -> Result<Option<Vec<Grant>>, OAuthError> {
    let Some(text) = parameters.get("scope") else {
        return Ok(None);
    };
    let scopes: Result<Vec<Grant>, _> = text.split(' ').map(Grant::parse).collect();
    let mut scopes = scopes.map_err(|_| OAuthError::InvalidScope)?;
    scopes.sort();
    scopes.dedup();
    Ok(Some(scopes))
}

fn joined(scopes: &[Grant]) -> String {
    let texts: Vec<&str> = scopes.iter().map(Grant::as_str).collect();
    texts.join(" ")
}
