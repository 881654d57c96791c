//! Refresh: the next pair, by the way the last one came.

use super::{Client, TOKEN};
use crate::mail::Message;
use crate::state::AccountService;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use musicgen_security::authentication::SessionError;
use musicgen_security::cookies::{CookieKind, Presented, RequestCookies};
use musicgen_security::problem::Problem;
use musicgen_security::sessions::Delivery;
use musicgen_security::validation::{Fields, FromFields, Valid};
use std::net::IpAddr;
use std::sync::Arc;
use utoipa::ToSchema;

/// A refresh token.
#[derive(ToSchema)]
pub struct RefreshBody {
    #[schema(min_length = 1, max_length = 256)]
    refresh_token: String,
}

impl std::fmt::Debug for RefreshBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshBody").finish_non_exhaustive()
    }
}

impl FromFields for RefreshBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            refresh_token: fields.text("refresh_token", TOKEN)?,
        })
    }
}

/// A body counts before cookies: who sends a token means that one.
pub(crate) async fn refresh(
    State(service): State<Arc<AccountService>>,
    client: Client,
    cookies: RequestCookies,
    body: Option<Valid<RefreshBody>>,
) -> Result<Response, Problem> {
    if let Some(body) = body {
        let token = body.into_inner().refresh_token;
        let signed_in = service.sessions.refresh(&token, Delivery::Body).await;
        return match signed_in {
            Ok(signed_in) => service.hand_over(signed_in),
            Err(error) => Err(service.noticed(error, client.address()).await),
        };
    }
    let Presented::One(token) = cookies.get(CookieKind::Refresh) else {
        return match cookies.get(CookieKind::Refresh) {
            Presented::Absent => Err(missing()),
            _ => Ok(service.refused(SessionError::Refresh.into())),
        };
    };
    match service.sessions.refresh(token, Delivery::Cookie).await {
        Ok(signed_in) => service.hand_over(signed_in),
        Err(error @ (SessionError::Refresh | SessionError::Reused(_))) => {
            Ok(service.refused(service.noticed(error, client.address()).await))
        }
        // An outage clears nobody's cookies.
        Err(other) => Err(other.into()),
    }
}

impl AccountService {
    /// A refusal that takes the session's cookies away: they are good for nothing any more.
    fn refused(&self, problem: Problem) -> Response {
        (self.session_cookies.take_away(), problem).into_response()
    }

    async fn noticed(&self, error: SessionError, client: Option<IpAddr>) -> Problem {
        self.notice(&error, client).await;
        error.into()
    }

    /// Whose token came again is told: somebody else may have it (REF-2).
    pub(in crate::api) async fn notice(&self, error: &SessionError, client: Option<IpAddr>) {
        if let SessionError::Reused(session) = error {
            let client = client.map(tracing::field::display);
            tracing::warn!(session = %session.id, client, "a spent refresh token came from there");
            metrics::counter!("musicgen_refresh_reuse_total").increment(1);
            self.tell(session.account_id, Message::TokenReuse).await;
        }
    }
}

fn missing() -> Problem {
    Problem::new(
        http::StatusCode::UNAUTHORIZED,
        "refresh_token_missing",
        "There is no refresh token",
        "Send it as `{\"refresh_token\": …}`, or in the cookie that the sign-in set. Else sign in.",
    )
}
