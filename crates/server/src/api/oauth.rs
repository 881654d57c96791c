//! OAuth 2: tokens (RFC 6749), what they are (RFC 7662), taking them back (RFC 7009).

use super::auth::Client as Caller;
use crate::mail::KeyChange;
use crate::state::{AccountService, ProgramService};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, PRAGMA};
use http::{HeaderMap, StatusCode};
use musicgen_security::authentication::oauth::{
    Client, Granted, LiveToken, OAuthError, Parameters, Revoked,
};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// RFC 6749, section 5.1; `Cache-Control` is on every answer.
const NO_CACHE: (HeaderName, &str) = (PRAGMA, "no-cache");

/// Tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Good for one rotation; a program gets none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    refresh_token: Option<String>,
    /// What the access token is good for.
    scope: String,
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

impl From<Granted> for TokenAnswer {
    fn from(granted: Granted) -> Self {
        Self {
            access_token: granted.access.token,
            token_type: "Bearer",
            expires_in: granted.access.expires_in.whole_seconds(),
            refresh_token: granted.refresh.map(|token| token.to_text()),
            scope: granted.scope,
        }
    }
}

pub(crate) async fn token(
    State(service): State<Arc<ProgramService>>,
    State(owners): State<Arc<AccountService>>,
    headers: HeaderMap,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, OAuthError> {
    let client = Client::of(&headers, &parameters)?;
    let granted = service.oauth.grant(&parameters, &client, caller.address());
    match granted.await {
        Ok(granted) => Ok(([NO_CACHE], Json(TokenAnswer::from(granted))).into_response()),
        Err(error) => {
            if let OAuthError::Session(error) = &error {
                owners.notice(error, caller.address()).await;
            }
            Err(error)
        }
    }
}

/// What a token is. Of one that doesn't count only `active` is said.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Introspection {
    /// Whether it counts now.
    active: bool,
    /// What its holder may do with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    scope: Option<String>,
    /// The id of an API key, or `musicgen` for the service's own client.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    client_id: Option<String>,
    /// `Bearer`; absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    token_type: Option<&'static str>,
    /// `access_token`, `refresh_token` or `api_key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    token_use: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    sub: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    aud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    iss: Option<String>,
    /// Of an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    jti: Option<String>,
    /// The session, or the API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    sid: Option<Uuid>,
}

impl Introspection {
    fn live(token: LiveToken, (issuer, audience): (&str, &str)) -> Self {
        Self {
            active: true,
            scope: Some(token.scope),
            client_id: Some(token.client),
            token_type: token.token_use.is_bearer().then_some("Bearer"),
            token_use: Some(token.token_use.id()),
            exp: Some(token.expires_at.unix_timestamp()),
            iat: Some(token.issued_at.unix_timestamp()),
            sub: Some(token.subject),
            aud: Some(audience.to_owned()),
            iss: Some(issuer.to_owned()),
            jti: token.token_id,
            sid: Some(token.session),
        }
    }
}

pub(crate) async fn introspect(
    State(service): State<Arc<ProgramService>>,
    parameters: Parameters,
) -> Result<Response, OAuthError> {
    let token = parameters.token()?;
    let oauth = &service.oauth;
    let found = oauth.introspect(token).await.map_err(OAuthError::from)?;
    let live = |token| Introspection::live(token, oauth.issuer_and_audience());
    let answer = found.map_or_else(Introspection::default, live);
    Ok(([NO_CACHE], Json(answer)).into_response())
}

pub(crate) async fn revoke(
    State(service): State<Arc<ProgramService>>,
    State(owners): State<Arc<AccountService>>,
    headers: HeaderMap,
    caller: Caller,
    parameters: Parameters,
) -> Result<StatusCode, OAuthError> {
    let client = Client::of(&headers, &parameters)?;
    let token = parameters.token()?;
    let revoked = service
        .oauth
        .revoke(token, &client, caller.address())
        .await?;
    metrics::counter!("musicgen_tokens_revoked_total", "kind" => revoked.id()).increment(1);
    if let Revoked::ApiKey(key) = &revoked {
        owners.tell_of_key(key, KeyChange::Revoked).await;
    }
    // RFC 7009, section 2.2: the same whether there was anything to take back.
    Ok(StatusCode::OK)
}
