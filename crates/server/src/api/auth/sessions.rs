//! The sessions of the caller, and the CSRF token of a browser.

use crate::api::{PathId, timestamp};
use crate::state::AccountService;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use musicgen_security::authentication::{Principal, SessionHolder};
use musicgen_security::cookies::{CookieKind, Presented, RequestCookies, SetCookies};
use musicgen_security::csrf::{Binding, PRE_SESSION_LIFETIME};
use musicgen_security::problem::Problem;
use musicgen_security::sessions::{EndReason, Session, describe_agent};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// My sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// The last used first.
    items: Vec<SessionBody>,
    /// There is one page: an account has few sessions.
    next_cursor: Option<String>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    id: Uuid,
    /// Whether this request belongs to it.
    current: bool,
    /// RFC 3339, UTC.
    created_at: String,
    /// To the minute.
    last_seen_at: String,
    /// When it ends at the latest.
    expires_at: String,
    /// The address it was last used from.
    ip: Option<String>,
    /// Not known to this version.
    country: Option<String>,
    /// In words: `Firefox on Linux`.
    device: String,
    /// What the client called itself.
    agent: Option<String>,
    /// `cookie` or `body`.
    delivery: &'static str,
    remembered: bool,
}

impl SessionBody {
    fn new(session: Session, current: Option<Uuid>) -> Self {
        let agent = session.seen.agent.clone().unwrap_or_default();
        Self {
            id: session.id,
            current: Some(session.id) == current,
            created_at: timestamp(session.created_at),
            last_seen_at: timestamp(session.seen.at),
            expires_at: timestamp(session.expires_at),
            ip: session.seen.address,
            country: None,
            device: describe_agent(&agent).to_string(),
            agent: session.seen.agent,
            delivery: session.delivery.id(),
            remembered: session.remembered,
        }
    }
}

pub(crate) async fn list(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
) -> Result<Json<SessionList>, Problem> {
    let current = principal.session_id();
    let sessions = service.sessions.list(principal.account_id()).await?;
    let items = sessions.into_iter();
    Ok(Json(SessionList {
        items: items
            .map(|session| SessionBody::new(session, current))
            .collect(),
        next_cursor: None,
    }))
}

pub(crate) async fn end(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<StatusCode, Problem> {
    let owner = Some(principal.account_id());
    let reason = EndReason::EndedElsewhere;
    if !service.sessions.end(id, owner, reason).await? {
        return Err(Problem::not_found());
    }
    tracing::info!(session = %id, account = %principal.account_id(), "a session was ended");
    Ok(StatusCode::NO_CONTENT)
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionsEnded {
    pub(in crate::api) ended: u64,
}

pub(crate) async fn end_others(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    holder: SessionHolder,
) -> Result<Json<SessionsEnded>, Problem> {
    let (account, keep) = (principal.account_id(), Some(holder.session_id()));
    let reason = EndReason::EndedElsewhere;
    let ended = service.sessions.end_all(account, keep, reason).await?;
    tracing::info!(%account, ended, "all other sessions were ended");
    Ok(Json(SessionsEnded { ended }))
}

/// What a script sends as `X-CSRF-Token`.
#[derive(Serialize, ToSchema)]
pub struct CsrfBody {
    csrf_token: String,
}

impl std::fmt::Debug for CsrfBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsrfBody").finish_non_exhaustive()
    }
}

/// The token of a browser whose access cookie alone has run out: its session's refresh asks for that
/// one, and a visitor's in its place would sign the browser out. Whose it is, refresh will judge.
fn kept(cookies: &RequestCookies) -> Option<String> {
    let has_session = cookies.get(CookieKind::Refresh) != Presented::Absent;
    match cookies.get(CookieKind::Csrf) {
        Presented::One(token) if has_session => Some(token.to_owned()),
        _ => None,
    }
}

/// A CSRF token for the session of the access cookie; without one, for this browser.
pub(crate) async fn csrf_token(
    State(service): State<Arc<AccountService>>,
    cookies: RequestCookies,
    holder: Option<SessionHolder>,
) -> Result<Response, Problem> {
    let now = service.clock.now();
    let (policy, csrf) = (
        service.session_cookies.policy(),
        service.session_cookies.csrf(),
    );
    let holder = holder.filter(SessionHolder::is_by_cookie);
    let mut set = Vec::new();
    let (token, lives) = if let Some(holder) = holder {
        let id = holder.session_id();
        let (_, session) = service.sessions.live(id).await?;
        let token = csrf.issue(Binding::Session(id), now);
        (token, session.ends_at() - now)
    } else if let Some(csrf_token) = kept(&cookies) {
        return Ok(Json(CsrfBody { csrf_token }).into_response());
    } else {
        let known = match cookies.get(CookieKind::PreSession) {
            Presented::One(known) => known.to_owned(),
            _ => URL_SAFE_NO_PAD.encode(service.random.secret()),
        };
        let lives = PRE_SESSION_LIFETIME;
        set.push(policy.set(CookieKind::PreSession, &known, lives)?);
        let binding = Binding::PreSession(known.as_bytes());
        (csrf.issue(binding, now), lives)
    };
    let csrf_token = token.expose().to_owned();
    set.push(policy.set(CookieKind::Csrf, &csrf_token, lives)?);
    Ok((SetCookies(set), Json(CsrfBody { csrf_token })).into_response())
}
