//! A browser's session: cookies, and the CSRF token that everything needs that changes something.
//!
//! ```text
//! cargo run -p musicgen-security --example browser_sessions
//! ```
//!
//! A page of this origin does:
//!
//! ```js
//! const json = { "content-type": "application/json" };
//! const answer = await fetch("/sign-in", { method: "POST", headers: json,
//!   body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery staple" }) });
//! const { csrf_token } = await answer.json(); // the cookies came with the answer
//! await fetch("/notes", { method: "POST", headers: { ...json, "x-csrf-token": csrf_token },
//!   body: JSON.stringify({ text: "milk" }) });
//! ```

use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{
    Principal, Proof, RegistrationRequest, SessionHolder, SessionRequest, SignedIn,
};
use musicgen_security::authorization::Access;
use musicgen_security::cookies::{
    CLEAR_SITE_DATA, CLEAR_SITE_DATA_VALUE, CookieKind, Presented, RequestCookies,
};
use musicgen_security::problem::Problem;
use musicgen_security::random::SystemRandom;
use musicgen_security::rate_limiting::RateClass;
use musicgen_security::secrets::Secret;
use musicgen_security::sessions::{Delivery, EndReason, Seen};
use musicgen_security::stack::{SecurityStack, Site, StackKeys, Stores};
use musicgen_security::testing::MemoryStore;
use musicgen_security::validation::{Fields, FromFields, Text, Valid};
use serde_json::{Value, json};
use std::error::Error;
use std::net::SocketAddr;

/// This store forgets everything at exit. `musicgen-security-store` has the same traits over SQL.
type Stack = SecurityStack<MemoryStore, MemoryStore, MemoryStore, MemoryStore>;

/// `site` decides the cookies: `__Host-…`, Secure on https; the bare names are for loopback alone.
pub async fn service(site: Site) -> Result<Router, Box<dyn Error>> {
    // Keep the secret in a file: with a new one at each start, a restart signs everybody out.
    let keys = StackKeys::from_secret(&Secret::generate(&SystemRandom))?;
    let stores = Stores::all_in(MemoryStore::default());
    let stack: Stack = SecurityStack::builder(site, keys, stores).start().await?;
    let email = EmailAddress::parse("ada@example.com")?;
    let password = Password::new("correct horse battery staple");
    let ada = RegistrationRequest::new(email, "Ada", password);
    stack.registrar().register(ada).await?;
    let kept = stack.clone();
    tokio::spawn(async move { kept.upkeep(std::future::pending()).await });
    // A public route lets no other site sign this browser in. The refresh cookie is read by the two
    // routes that say so.
    let signed_in = || stack.route(Access::Session);
    let guessable = (Access::Public, RateClass::Auth);
    let refreshing = stack.route_of_refresh_cookie(guessable.clone());
    let ending = stack.route_of_refresh_cookie(Access::Holder);
    Ok(Router::new()
        .route(
            "/sign-in",
            post(sign_in).route_layer(stack.route(guessable)),
        )
        .route("/refresh", post(refresh).route_layer(refreshing))
        .route("/me", get(me).route_layer(signed_in()))
        .route("/notes", post(add_note).route_layer(signed_in()))
        .route("/sign-out", post(sign_out).route_layer(ending))
        .fallback(|| async { Problem::not_found() })
        .layer(stack.edge())
        .with_state(stack))
}

struct SignIn(String, Password);

impl FromFields for SignIn {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let email = fields.text("email", Text::opaque(1, 254));
        let password = fields.text("password", Text::opaque(1, 1024));
        Some(Self(email?, Password::new(&password?)))
    }
}

async fn sign_in(
    State(stack): State<Stack>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    holder: Option<SessionHolder>,
    body: Valid<SignIn>,
) -> Result<Response, Problem> {
    let SignIn(email, password) = body.into_inner();
    let proof = Proof::new(password, peer.ip());
    let account = stack.sign_in().first_factor(&email, proof).await?.account;
    // A session that this browser still has is about to lose its cookies: nobody could end it later.
    if let Some(old) = holder.filter(SessionHolder::is_by_cookie) {
        let (id, reason) = (old.session_id(), EndReason::Replaced);
        stack.sessions().end(id, None, reason).await?;
    }
    let seen = Seen::at(stack.clock().now());
    let request = SessionRequest::new(Delivery::Cookie, seen);
    let signed_in = stack.sessions().open(account, &request).await?;
    hand_over(&stack, &signed_in)
}

/// The tokens go into cookies that no script can read; the script gets the CSRF token alone.
fn hand_over(stack: &Stack, signed_in: &SignedIn) -> Result<Response, Problem> {
    let (session, tokens) = (&signed_in.session, &signed_in.tokens);
    let (cookies, csrf) = stack.session_cookies().hand_over(session, tokens)?;
    Ok((cookies, Json(json!({ "csrf_token": csrf.expose() }))).into_response())
}

/// The access cookie lives 15 minutes; this makes the next one, with the next refresh cookie.
async fn refresh(State(stack): State<Stack>, cookies: RequestCookies) -> Result<Response, Problem> {
    let Presented::One(token) = cookies.get(CookieKind::Refresh) else {
        return Err(Problem::unauthenticated());
    };
    let signed_in = stack.sessions().refresh(token, Delivery::Cookie).await?;
    hand_over(&stack, &signed_in)
}

async fn me(principal: Principal) -> Json<Value> {
    Json(json!({ "id": principal.account_id() }))
}

struct Note(String);

impl FromFields for Note {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.text("text", Text::line(1, 200)).map(Self)
    }
}

/// Reached only with the token of this session: the stage before has seen to it.
async fn add_note(principal: Principal, note: Valid<Note>) -> (StatusCode, Json<Value>) {
    let Note(text) = note.into_inner();
    let note = json!({ "by": principal.account_id(), "text": text });
    (StatusCode::CREATED, Json(note))
}

/// Works with the refresh cookie alone too: an access cookie that has run out keeps nobody signed in.
async fn sign_out(State(stack): State<Stack>, holder: SessionHolder) -> Result<Response, Problem> {
    let id = holder.session_id();
    stack.sessions().end(id, None, EndReason::SignedOut).await?;
    let forget = [(CLEAR_SITE_DATA, CLEAR_SITE_DATA_VALUE)];
    let cookies = stack.session_cookies().take_away();
    Ok((StatusCode::NO_CONTENT, cookies, forget).into_response())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let site = Site::for_loopback_development("shop", "http://localhost:8002")?;
    let listener = tokio::net::TcpListener::bind("localhost:8002").await?;
    println!("listening on http://localhost:8002");
    let service = service(site).await?;
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}
