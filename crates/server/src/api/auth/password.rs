//! Passwords: changed by who knows the old one, reset by who gets the mail.

use super::attempts::Asked;
use super::email::link_problem;
use super::login::{device_of, wrong_password};
use super::register::registration_problem;
use super::{Client, PASSWORD, TOKEN, address};
use crate::mail::Message;
use crate::state::AccountService;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use musicgen_security::authentication::accounts::{Account, EmailAddress};
use musicgen_security::authentication::credentials::CredentialError;
use musicgen_security::authentication::one_time::Purpose;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{Principal, Proof, SessionHolder, SignInError};
use musicgen_security::cookies::RequestCookies;
use musicgen_security::headers::RedirectTarget;
use musicgen_security::problem::{FieldProblem, Problem};
use musicgen_security::sessions::EndReason;
use musicgen_security::validation::{Fields, FromFields, Valid};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The old password and the new one.
#[derive(Debug, ToSchema)]
pub struct ChangeBody {
    #[schema(value_type = String, format = "password", max_length = 1024)]
    current_password: Password,
    /// 15 to 256 characters, no composition rules; not your own name or address.
    #[schema(value_type = String, format = "password", min_length = 15, max_length = 256)]
    new_password: Password,
}

impl FromFields for ChangeBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let current = fields.text("current_password", PASSWORD);
        let new = fields.text("new_password", PASSWORD);
        Some(Self {
            current_password: Password::new(&current?),
            new_password: Password::new(&new?),
        })
    }
}

pub(crate) async fn change(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    holder: SessionHolder,
    client: Client,
    cookies: RequestCookies,
    body: Valid<ChangeBody>,
) -> Result<Response, Problem> {
    let body = body.into_inner();
    let id = principal.session_id().ok_or_else(Problem::session_needed)?;
    let (account, _) = service.sessions.live(id).await?;
    let checked = service
        .credentials
        .check_password(&account, &body.new_password);
    checked.map_err(|fault| new_password_problem(fault.into()))?;
    let proof = Proof {
        password: body.current_password,
        address: client.network(),
        device: device_of(&cookies),
    };
    let proven = service.asked_again(account, proof, &client, "/current_password");
    let proven = proven.await?;
    let changed = service.set(&proven, body.new_password, id).await;
    let account = match changed {
        // Somebody was faster: it is no longer the password.
        Err(CredentialError::Superseded) => return Err(wrong_password("/current_password")),
        other => other.map_err(new_password_problem)?,
    };
    service.password_changed(&account, Some(id), "change").await;
    if !holder.is_by_cookie() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let (session, access) = service.sessions.renew(id).await?;
    let (mut set, _) = service.session_cookies.renew(&session, &access)?;
    let device = service.sign_in.device(&account, None);
    set.0.push(service.device_cookie(&device)?);
    Ok((StatusCode::NO_CONTENT, set, ()).into_response())
}

impl AccountService {
    async fn set(
        &self,
        proven: &Account,
        password: Password,
        keep: Uuid,
    ) -> Result<Account, CredentialError> {
        let new = self.credentials.new_password(proven, password).await?;
        self.credentials.change_password(proven, new, keep).await
    }

    /// Checks the password of somebody who is signed in; a wrong one is a wrong field.
    pub(super) async fn asked_again(
        self: &Arc<Self>,
        account: Account,
        proof: Proof<'_>,
        client: &Client,
        pointer: &str,
    ) -> Result<Account, Problem> {
        let name = account.email.to_string();
        match self.sign_in.confirm(account, proof).await {
            Ok(account) => {
                super::attempts::count(Asked::Again, "success");
                Ok(account)
            }
            Err(error) => {
                let is_wrong = matches!(error, SignInError::Wrong(_));
                let problem = self.failed(Asked::Again, &name, client, error);
                Err(if is_wrong {
                    wrong_password(pointer)
                } else {
                    problem
                })
            }
        }
    }

    /// What follows from a new password. It is set, and the sessions have ended by the same write:
    /// nothing of this may make the caller think otherwise.
    async fn password_changed(&self, account: &Account, keep: Option<Uuid>, way: &'static str) {
        let reason = EndReason::PasswordChanged;
        let ended = match self.sessions.ended(account.id, keep, reason).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, account = %account.id, "ended sessions were not written down");
                0
            }
        };
        self.mailer.send(&account.email, Message::PasswordChanged);
        metrics::counter!("musicgen_passwords_changed_total", "way" => way).increment(1);
        tracing::info!(account = %account.id, way, ended, "a password was changed");
    }

    /// An owner has proven more than a password: what strangers did wrong no longer counts.
    pub(super) async fn settled(&self, account: &Account) {
        if let Err(error) = self.sign_in.forgive(&account.email).await {
            tracing::error!(%error, account = %account.id, "failed attempts were not forgotten");
        }
        if let Err(error) = self.sessions.revocations().sync().await {
            tracing::error!(%error, account = %account.id, "a change is not known here yet");
        }
    }
}

fn new_password_problem(error: CredentialError) -> Problem {
    match error {
        CredentialError::Password(fault) => {
            let fault = FieldProblem::new("/new_password", fault.code(), fault.to_string());
            Problem::invalid(vec![fault])
        }
        CredentialError::Registration(fault) => registration_problem(fault),
        other => link_problem(other),
    }
}

/// Whose password is forgotten.
#[derive(Debug, ToSchema)]
pub struct ForgotBody {
    #[schema(value_type = String, format = "email", min_length = 1, max_length = 254)]
    email: EmailAddress,
}

impl FromFields for ForgotBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = address(fields)?;
        Some(Self { email })
    }
}

pub(crate) async fn forgot(
    State(service): State<Arc<AccountService>>,
    body: Valid<ForgotBody>,
) -> Result<StatusCode, Problem> {
    service.answers().await?;
    service.send_link(Purpose::ResetPassword, body.into_inner().email);
    Ok(StatusCode::ACCEPTED)
}

/// What stands in the link after `#token=`, and the new password.
#[derive(ToSchema)]
pub struct ResetBody {
    #[schema(min_length = 1, max_length = 256)]
    token: String,
    /// 15 to 256 characters, no composition rules; not your own name or address.
    #[schema(value_type = String, format = "password", min_length = 15, max_length = 256)]
    new_password: Password,
}

impl std::fmt::Debug for ResetBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResetBody").finish_non_exhaustive()
    }
}

impl FromFields for ResetBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let token = fields.text("token", TOKEN);
        let new = fields.text("new_password", PASSWORD);
        Some(Self {
            token: token?,
            new_password: Password::new(&new?),
        })
    }
}

pub(crate) async fn reset(
    State(service): State<Arc<AccountService>>,
    body: Valid<ResetBody>,
) -> Result<StatusCode, Problem> {
    let ResetBody {
        token,
        new_password,
    } = body.into_inner();
    let account = service.credentials.reset(&token, new_password).await;
    let account = account.map_err(new_password_problem)?;
    service.password_changed(&account, None, "reset").await;
    service.settled(&account).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Where password managers send people (W3C, A Well-Known URL for Changing Passwords).
pub(crate) async fn where_to_change() -> Result<Response, Problem> {
    let target = RedirectTarget::new("/settings/password");
    let target = target.map_err(|fault| Problem::internal().with_cause(fault))?;
    Ok(target.see_other())
}
