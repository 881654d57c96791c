//! Sign-out, here and everywhere.

use crate::state::AccountService;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use musicgen_security::authentication::{Principal, SessionHolder};
use musicgen_security::cookies::{CLEAR_SITE_DATA, CLEAR_SITE_DATA_VALUE};
use musicgen_security::problem::Problem;
use musicgen_security::sessions::EndReason;
use std::sync::Arc;

pub(crate) async fn logout(
    State(service): State<Arc<AccountService>>,
    holder: SessionHolder,
) -> Result<Response, Problem> {
    let (id, reason) = (holder.session_id(), EndReason::SignedOut);
    let ended = service.sessions.end(id, None, reason).await?;
    tracing::info!(session = %id, ended, "signed out");
    Ok(service.gone(&holder))
}

pub(crate) async fn logout_all(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    holder: SessionHolder,
) -> Result<Response, Problem> {
    let account = principal.account_id();
    let reason = EndReason::SignedOutEverywhere;
    let ended = service.sessions.end_all(account, None, reason).await?;
    tracing::info!(%account, ended, "signed out everywhere");
    Ok(service.gone(&holder))
}

impl AccountService {
    /// 204; a browser is told to forget.
    fn gone(&self, holder: &SessionHolder) -> Response {
        if !holder.is_by_cookie() {
            return StatusCode::NO_CONTENT.into_response();
        }
        let forget = [(CLEAR_SITE_DATA, CLEAR_SITE_DATA_VALUE)];
        let cookies = self.session_cookies.take_away();
        (StatusCode::NO_CONTENT, cookies, forget).into_response()
    }
}
