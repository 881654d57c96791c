//! Sign-in, and proving again who one is.

use super::attempts::{Asked, count};
use super::handover::SignedInBody;
use super::{Client, EMAIL, PASSWORD, TOKEN};
use crate::mail::Message;
use crate::state::AccountService;
use axum::extract::State;
use axum::response::Response;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{Principal, Proof, SessionHolder, SessionRequest};
use musicgen_security::cookies::{CookieKind, Presented, RequestCookies};
use musicgen_security::problem::Problem;
use musicgen_security::sessions::{Delivery, EndReason, describe_agent};
use musicgen_security::validation::{Fields, FromFields, Valid};
use std::sync::Arc;
use utoipa::ToSchema;

/// What a sign-in gives.
pub type LoginAnswer = SignedInBody;

/// A sign-in.
#[derive(ToSchema)]
pub struct LoginBody {
    #[schema(min_length = 1, max_length = 254)]
    email: String,
    #[schema(value_type = String, format = "password", max_length = 1024)]
    password: Password,
    /// 30 days instead of 7, and no end without use.
    #[schema(required = false)]
    remember_me: bool,
    /// How tokens are handed over: `cookie` for browsers, `body` for programs.
    #[schema(value_type = String, required = false, pattern = "^(cookie|body)$", default = "cookie")]
    delivery: Delivery,
    /// That of an earlier sign-in with `delivery` `body`; browsers have it in a cookie.
    #[schema(required = false, max_length = 256)]
    device_token: Option<String>,
}

impl std::fmt::Debug for LoginBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginBody")
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

impl FromFields for LoginBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = fields.text("email", EMAIL);
        let password = fields.text("password", PASSWORD);
        let remember_me = fields.optional_boolean("remember_me").unwrap_or(false);
        let words = [("cookie", Delivery::Cookie), ("body", Delivery::Body)];
        let delivery = fields.optional_word("delivery", &words);
        let device_token = fields.optional_text("device_token", TOKEN);
        Some(Self {
            email: email?,
            password: Password::new(&password?),
            remember_me,
            delivery: delivery.unwrap_or(Delivery::Cookie),
            device_token,
        })
    }
}

/// The token of the browser's device, if it brings one.
pub(super) fn device_of(cookies: &RequestCookies) -> Option<&str> {
    match cookies.get(CookieKind::Device) {
        Presented::One(token) => Some(token),
        _ => None,
    }
}

pub(crate) async fn login(
    State(service): State<Arc<AccountService>>,
    client: Client,
    holder: Option<SessionHolder>,
    cookies: RequestCookies,
    body: Valid<LoginBody>,
) -> Result<Response, Problem> {
    let body = body.into_inner();
    let device = body.device_token.as_deref();
    let proof = Proof {
        password: body.password,
        address: client.network(),
        device: device.or_else(|| device_of(&cookies)),
    };
    let proven = match service.sign_in.first_factor(&body.email, proof).await {
        Ok(proven) => proven,
        Err(error) => return Err(service.failed(Asked::SignIn, &body.email, &client, error)),
    };
    count(Asked::SignIn, "success");
    let request = SessionRequest {
        remember: body.remember_me,
        delivery: body.delivery,
        seen: client.seen(service.clock.now()),
    };
    let (device, to) = (proven.device, proven.account.email.clone());
    let is_news = !proven.is_known && service.sessions.had_any(&proven.account).await?;
    // Its cookies are about to be replaced: nobody would sign out of it any more (B75).
    let left_behind = holder.filter(SessionHolder::is_by_cookie);
    if let Some(old) = left_behind.filter(|_| body.delivery == Delivery::Cookie) {
        let (id, reason) = (old.session_id(), EndReason::Replaced);
        service.sessions.end(id, None, reason).await?;
    }
    let signed_in = service.sessions.open(proven.account, &request).await?;
    if is_news {
        service.mailer.send(&to, client.new_device());
    }
    tracing::info!(
        account = %signed_in.account.id, session = %signed_in.session.id,
        client = client.shown(), delivery = body.delivery.id(), known_device = proven.is_known,
        "signed in"
    );
    service.hand_over_to(signed_in, Some(&device))
}

impl Client {
    fn new_device(&self) -> Message {
        let agent = self.agent.as_deref().unwrap_or_default();
        Message::NewDevice {
            device: describe_agent(agent),
            network: self.address(),
        }
    }
}

/// A proof that it is still the same person.
#[derive(Debug, ToSchema)]
pub struct ConfirmBody {
    #[schema(value_type = String, format = "password", max_length = 1024)]
    password: Password,
}

impl FromFields for ConfirmBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let password = fields.text("password", PASSWORD);
        Some(Self {
            password: Password::new(&password?),
        })
    }
}

/// Puts a new session in the place of the present one: a new id at each gain of rights.
pub(crate) async fn confirm(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    client: Client,
    cookies: RequestCookies,
    body: Valid<ConfirmBody>,
) -> Result<Response, Problem> {
    let id = principal.session_id().ok_or_else(Problem::session_needed)?;
    let (account, old) = service.sessions.live(id).await?;
    let proof = Proof {
        password: body.into_inner().password,
        address: client.network(),
        device: device_of(&cookies),
    };
    let account = service.asked_again(account, proof, &client, "/password");
    let account = account.await?;
    let seen = client.seen(service.clock.now());
    let signed_in = service.sessions.replace(&old, account, seen).await?;
    tracing::info!(
        account = %signed_in.account.id, session = %signed_in.session.id, client = client.shown(),
        "confirmed"
    );
    service.hand_over(signed_in)
}

/// The caller is known, so this is a wrong field and no 401: nobody's sign-in is in question.
pub(super) fn wrong_password(pointer: &str) -> Problem {
    use musicgen_security::problem::FieldProblem;
    let what = "this is not the password of the account";
    Problem::invalid(vec![FieldProblem::new(pointer, "wrong_password", what)])
}
