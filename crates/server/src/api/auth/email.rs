//! Showing that a mail address is one's own.

use super::{TOKEN, address};
use crate::state::AccountService;
use axum::extract::State;
use http::StatusCode;
use musicgen_security::authentication::SessionHolder;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::credentials::CredentialError;
use musicgen_security::authentication::one_time::Purpose;
use musicgen_security::problem::{FieldProblem, Problem};
use musicgen_security::validation::{Fields, FromFields, Valid};
use std::sync::Arc;
use utoipa::ToSchema;

/// What stands in the link after `#token=`.
#[derive(ToSchema)]
pub struct VerifyBody {
    #[schema(min_length = 1, max_length = 256)]
    token: String,
}

impl std::fmt::Debug for VerifyBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyBody").finish_non_exhaustive()
    }
}

impl FromFields for VerifyBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.text("token", TOKEN)?;
        Some(Self { token })
    }
}

pub(crate) async fn verify(
    State(service): State<Arc<AccountService>>,
    body: Valid<VerifyBody>,
) -> Result<StatusCode, Problem> {
    let token = body.into_inner().token;
    let account = service.credentials.verify(&token).await;
    let account = account.map_err(link_problem)?;
    // Whoever waited for the letter may have tried to sign in before it came.
    service.settled(&account).await;
    tracing::info!(account = %account.id, "an address was shown to be its owner's");
    Ok(StatusCode::NO_CONTENT)
}

/// The answer to whoever came with a link.
pub(super) fn link_problem(error: CredentialError) -> Problem {
    match error {
        CredentialError::Link(link) => link.into(),
        CredentialError::Store(store) => store.into(),
        other => Problem::internal().with_cause(other),
    }
}

/// Whose link is to be sent again; without a body, the caller's.
#[derive(Debug, ToSchema)]
pub struct ResendBody {
    #[schema(value_type = String, format = "email", min_length = 1, max_length = 254)]
    email: EmailAddress,
}

impl FromFields for ResendBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = address(fields)?;
        Some(Self { email })
    }
}

pub(crate) async fn resend(
    State(service): State<Arc<AccountService>>,
    holder: Option<SessionHolder>,
    body: Option<Valid<ResendBody>>,
) -> Result<StatusCode, Problem> {
    service.answers().await?;
    let to = match (body, holder) {
        (Some(body), _) => body.into_inner().email,
        (None, Some(holder)) => service.sessions.live(holder.session_id()).await?.0.email,
        (None, None) => {
            let what = "this field is needed, unless you are signed in";
            let missing = FieldProblem::new("/email", "required", what);
            return Err(Problem::invalid(vec![missing]));
        }
    };
    service.send_link(Purpose::VerifyEmail, to);
    Ok(StatusCode::ACCEPTED)
}
