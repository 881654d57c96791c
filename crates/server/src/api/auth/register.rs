//! Registration.

use super::email::link_problem;
use super::{PASSWORD, TOKEN, USERNAME, address};
use crate::config::Registration;
use crate::mail::Message;
use crate::state::AccountService;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::credentials::CredentialError;
use musicgen_security::authentication::one_time::Purpose;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{RegistrationFault, RegistrationRequest};
use musicgen_security::authorization::RoleName;
use musicgen_security::problem::Problem;
use musicgen_security::secrets::Secret;
use musicgen_security::store::StoreError;
use musicgen_security::validation::{Fields, FromFields, Valid};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// A registration.
#[derive(Debug, ToSchema)]
pub struct RegisterBody {
    /// The address to sign in with.
    #[schema(value_type = String, format = "email", min_length = 1, max_length = 254)]
    email: EmailAddress,
    /// A display name; it need not be unique.
    #[schema(schema_with = username)]
    username: String,
    /// 15 to 256 characters, no composition rules; not your own name or address.
    #[schema(value_type = String, format = "password", min_length = 15, max_length = 256)]
    password: Password,
    /// From the link of an invitation, where one is needed.
    #[schema(value_type = String, required = false, max_length = 256)]
    invite_token: Option<Secret>,
}

/// [`USERNAME`] as a schema.
pub(in crate::api) fn username() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(
            "A display name, which need not be unique: one line, no blanks at the ends, nothing invisible.",
        ))
        .min_length(Some(1))
        .max_length(Some(64))
        .pattern(Some(concat!(
            r"^[^\u0000-\u001F\u007F-\u009F\u061C\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFF9-\uFFFB",
            r" \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]([^",
            r"\u0000-\u001F\u007F-\u009F\u061C\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFF9-\uFFFB]*[^",
            r"\u0000-\u001F\u007F-\u009F\u061C\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFF9-\uFFFB",
            r" \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000])?$",
        )))
        .build()
}

impl FromFields for RegisterBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = address(fields);
        let username = fields.text("username", USERNAME);
        let password = fields.text("password", PASSWORD);
        let password = password.as_deref().map(Password::new);
        let invite_token = fields.optional_text("invite_token", TOKEN);
        Some(Self {
            email: email?,
            username: username?,
            password: password?,
            invite_token: invite_token.map(Secret::new),
        })
    }
}

/// What somebody who registers is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    /// The address in canonical form.
    email: String,
    username: String,
    /// `none`: the account can be used at once; `required`: after the link in the letter.
    verification: &'static str,
}

pub(crate) async fn register(
    State(service): State<Arc<AccountService>>,
    body: Valid<RegisterBody>,
) -> Result<(StatusCode, Json<Registered>), Problem> {
    let RegisterBody {
        email,
        username,
        password,
        invite_token,
    } = body.into_inner();
    let request = RegistrationRequest {
        email: email.clone(),
        username: username.clone(),
        password,
        roles: vec![RoleName::USER],
        tier: service.new_accounts,
    };
    let made = match (service.registration, invite_token) {
        (Registration::Closed, _) => return Err(closed()),
        (Registration::Invite, None) => return Err(invitation_required()),
        (Registration::Invite, Some(token)) => {
            // A token is ASCII; what isn't text is no token.
            let token = String::from_utf8_lossy(token.expose());
            service.credentials.enrol(request, &token).await
        }
        (Registration::Open, _) => service.credentials.register(request).await,
    };
    match made {
        Ok(account) => {
            tracing::info!(account = %account.id, "an account was registered");
            if service.verified_only {
                service.send_link(Purpose::VerifyEmail, email.clone());
            }
        }
        // The same answer as for a new account: a stranger must not learn who has one here.
        Err(CredentialError::Registration(RegistrationFault::EmailTaken)) => {
            tracing::info!("a registration named an address that has an account");
            service.taken(&email).await?;
        }
        Err(error) => return Err(problem(error)),
    }
    metrics::counter!("musicgen_registrations_total").increment(1);
    let answer = Registered {
        email: email.to_string(),
        username,
        verification: if service.verified_only {
            "required"
        } else {
            "none"
        },
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

impl AccountService {
    /// Tells the owner of an address that somebody registered with it, with the work that making an
    /// account and its link would have been.
    async fn taken(self: &Arc<Self>, email: &EmailAddress) -> Result<(), Problem> {
        let (service, to) = (self.clone(), email.clone());
        let purpose = Purpose::VerifyEmail;
        self.credentials.rehearse(purpose, to.clone()).await?;
        self.errands.start("registration_attempt", async move {
            service.mailer.send(&to, Message::RegistrationAttempt);
            if service.verified_only {
                service.credentials.rehearse(purpose, to).await?;
            }
            Ok::<(), StoreError>(())
        });
        Ok(())
    }
}

fn closed() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "registration_closed",
        "Registration is closed",
        "The operator makes the accounts of this service; ask for one.",
    )
}

fn invitation_required() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "invitation_required",
        "Registration needs an invitation",
        "Open the link of your invitation, or send what stands in it after `#token=` as `invite_token`.",
    )
}

fn problem(error: CredentialError) -> Problem {
    match error {
        CredentialError::Password(fault) => registration_problem(fault.into()),
        CredentialError::Registration(fault) => registration_problem(fault),
        other => link_problem(other),
    }
}

pub(crate) fn registration_problem(fault: RegistrationFault) -> Problem {
    use musicgen_security::problem::FieldProblem;
    match fault {
        RegistrationFault::Password(fault) => Problem::invalid(vec![FieldProblem::new(
            "/password",
            fault.code(),
            fault.to_string(),
        )]),
        RegistrationFault::Busy(busy) => Problem::unavailable(1).with_cause(busy),
        RegistrationFault::Store(store) => store.into(),
        other => Problem::internal().with_cause(other),
    }
}
