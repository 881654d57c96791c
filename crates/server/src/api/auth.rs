//! Registration, sign-in, refresh, sign-out.

use crate::state::AccountService;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{
    Principal, RegistrationFault, RegistrationRequest, SignedIn,
};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::problem::Problem;
use musicgen_security::validation::{Fields, FromFields, Text, Valid};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// Display names.
pub(crate) const USERNAME: Text = Text::line(1, 64);
/// Long enough for any address; what it must look like is said by [`EmailAddress`].
const EMAIL: Text = Text::opaque(1, 254);
/// The policy's bounds are checked apart; this one keeps the work small.
const PASSWORD: Text = Text::opaque(0, 1024);
const TOKEN: Text = Text::opaque(1, 256);

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
pub(super) fn username() -> Object {
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

/// A sign-in.
#[derive(Debug, ToSchema)]
pub struct LoginBody {
    #[schema(min_length = 1, max_length = 254)]
    email: String,
    #[schema(value_type = String, format = "password", max_length = 1024)]
    password: Password,
    /// 30 days instead of 7.
    #[schema(required = false)]
    remember_me: bool,
    /// How tokens are handed over: `body`. Cookies are not offered by this version.
    #[schema(pattern = "^body$")]
    delivery: String,
}

impl FromFields for LoginBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = fields.text("email", EMAIL);
        let password = fields.text("password", PASSWORD);
        let remember_me = fields.optional_boolean("remember_me").unwrap_or(false);
        let delivery = fields.text("delivery", Text::line(1, 20));
        if delivery
            .as_deref()
            .is_some_and(|delivery| delivery != "body")
        {
            fields.error(
                "delivery",
                "not_one_of",
                "`body`: cookies are not offered by this version",
            );
        }
        Some(Self {
            email: email?,
            password: Password::new(&password?),
            remember_me,
            delivery: delivery?,
        })
    }
}

/// A pair of tokens and whose they are.
#[derive(Serialize, ToSchema)]
pub struct SignedInBody {
    user: User,
    /// Send it as `Authorization: Bearer <token>`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Good for one rotation at `/api/auth/refresh`.
    refresh_token: String,
}

impl std::fmt::Debug for SignedInBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedInBody")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// An account, short.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    id: uuid::Uuid,
    email: String,
    username: String,
    roles: Vec<String>,
    tier: &'static str,
}

impl From<SignedIn> for SignedInBody {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { account, tokens } = signed_in;
        Self {
            user: User {
                id: account.id,
                email: account.email.to_string(),
                username: account.username,
                roles: account.roles.iter().map(ToString::to_string).collect(),
                tier: account.tier.id(),
            },
            access_token: tokens.access.token,
            token_type: "Bearer",
            expires_in: tokens.access.expires_in.whole_seconds(),
            refresh_token: tokens.refresh.to_text(),
        }
    }
}

pub(crate) async fn login(
    State(service): State<Arc<AccountService>>,
    body: Valid<LoginBody>,
) -> Result<Json<SignedInBody>, Problem> {
    let body = body.into_inner();
    debug_assert_eq!(body.delivery, "body");
    let account = service
        .sign_in
        .first_factor(&body.email, body.password)
        .await;
    let outcome = if account.is_ok() {
        "success"
    } else {
        "failure"
    };
    metrics::counter!("musicgen_sign_ins_total", "outcome" => outcome).increment(1);
    let signed_in = service
        .sign_in
        .open_session(account?, body.remember_me)
        .await?;
    tracing::info!(
        account = %signed_in.account.id, session = %signed_in.tokens.session_id, "signed in"
    );
    Ok(Json(signed_in.into()))
}

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

pub(crate) async fn refresh(
    State(service): State<Arc<AccountService>>,
    body: Valid<RefreshBody>,
) -> Result<Json<SignedInBody>, Problem> {
    let signed_in = service
        .sign_in
        .refresh(&body.into_inner().refresh_token)
        .await?;
    Ok(Json(signed_in.into()))
}

pub(crate) async fn logout(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
) -> Result<StatusCode, Problem> {
    service.sign_in.sign_out(principal.session_id()).await?;
    tracing::info!(account = %principal.account_id(), "signed out");
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn logout_all(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
) -> Result<StatusCode, Problem> {
    let ended = service
        .sign_in
        .sign_out_everywhere(principal.account_id())
        .await?;
    tracing::info!(account = %principal.account_id(), ended, "signed out everywhere");
    Ok(StatusCode::NO_CONTENT)
}
