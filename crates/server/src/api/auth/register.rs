//! Registration.

use super::{EMAIL, PASSWORD, USERNAME};
use crate::state::AccountService;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{RegistrationFault, RegistrationRequest};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::problem::Problem;
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
        let email = fields.text("email", EMAIL);
        let username = fields.text("username", USERNAME);
        let password = fields.text("password", PASSWORD);
        let address = email.as_deref().map(EmailAddress::parse);
        if let Some(Err(error)) = address {
            fields.error("email", "format", error.to_string());
        }
        let address = address.and_then(Result::ok);
        let password = password.as_deref().map(Password::new);
        Some(Self {
            email: address?,
            username: username?,
            password: password?,
        })
    }
}

/// What somebody who registers is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    /// The address in canonical form.
    email: String,
    username: String,
    /// `none`: the account can be used at once.
    verification: &'static str,
}

pub(crate) async fn register(
    State(service): State<Arc<AccountService>>,
    body: Valid<RegisterBody>,
) -> Result<(StatusCode, Json<Registered>), Problem> {
    if !service.registration_open {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "registration_closed",
            "Registration is closed",
            "The operator makes the accounts of this service; ask for one.",
        ));
    }
    let body = body.into_inner();
    let email = body.email.to_string();
    let request = RegistrationRequest {
        email: body.email,
        username: body.username.clone(),
        password: body.password,
        roles: vec![RoleName::USER],
        tier: Tier::Free,
    };
    match service.registrar.register(request).await {
        Ok(account) => tracing::info!(account = %account.id, "an account was registered"),
        // The same answer as for a new account: a stranger must not learn who has one here.
        Err(RegistrationFault::EmailTaken) => {
            tracing::info!("a registration named an address that has an account");
        }
        Err(fault) => return Err(registration_problem(fault)),
    }
    metrics::counter!("musicgen_registrations_total").increment(1);
    let answer = Registered {
        email,
        username: body.username,
        verification: "none",
    };
    Ok((StatusCode::CREATED, Json(answer)))
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
