//! Accounts, sign-in, access and refresh tokens, and a sign-out that counts at once.
//!
//! ```text
//! cargo run -p musicgen-security --example bearer_tokens
//! curl -s localhost:8001/sign-in -H 'content-type: application/json' \
//!      -d '{"email": "ada@example.com", "password": "correct horse battery staple"}'
//! curl -s localhost:8001/me -H "authorization: Bearer $ACCESS_TOKEN"
//! ```

use axum::extract::{ConnectInfo, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{
    Principal, Proof, RegistrationRequest, SessionHolder, SessionRequest, SignedIn,
};
use musicgen_security::authorization::{Access, RoleName};
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

/// The whole service, with one account.
pub async fn service() -> Result<Router, Box<dyn Error>> {
    // `Site::new("shop", "https://shop.example")` refuses http; on this machine it is let in by name.
    let site = Site::for_loopback_development("shop", "http://localhost:8001")?;
    // Keep the secret in a file: with a new one at each start, a restart signs everybody out.
    let keys = StackKeys::from_secret(&Secret::generate(&SystemRandom))?;
    let stores = Stores::all_in(MemoryStore::default());
    let stack: Stack = SecurityStack::builder(site, keys, stores).start().await?;
    let email = EmailAddress::parse("ada@example.com")?;
    let password = Password::new("correct horse battery staple");
    let ada = RegistrationRequest::new(email, "Ada", password);
    stack.registrar().register(ada).await?;
    // Hears what other nodes ended, notes when sessions were used, sweeps; as long as the process runs.
    let kept = stack.clone();
    tokio::spawn(async move { kept.upkeep(std::future::pending()).await });
    // Each route says who may call it: without `stack.route(…)` a handler that takes a `Principal`
    // answers 401 to everybody. `stack.edge()` comes last, so that it is outside of all of them.
    // Routes that somebody could guess at say that too: they have stricter rate limits of their own.
    let guessable = || stack.route((Access::Public, RateClass::Auth));
    Ok(Router::new()
        .route("/sign-in", post(sign_in).route_layer(guessable()))
        .route("/refresh", post(refresh).route_layer(guessable()))
        .route(
            "/me",
            get(me).route_layer(stack.route(Access::Authenticated)),
        )
        .route(
            "/sign-out",
            post(sign_out).route_layer(stack.route(Access::Session)),
        )
        .fallback(|| async { Problem::not_found() })
        .layer(stack.edge())
        .with_state(stack))
}

struct SignIn(String, Password);

/// Reads a body strictly: what is missing, unknown, twice there or of another type is refused, each
/// fault with its place.
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
    body: Valid<SignIn>,
) -> Result<Json<Value>, Problem> {
    let SignIn(email, password) = body.into_inner();
    // Wrong address or wrong password: the same answer after the same work. After five in a row, 429.
    let proof = Proof::new(password, peer.ip());
    let account = stack.sign_in().first_factor(&email, proof).await?.account;
    let seen = Seen::at(stack.clock().now());
    let request = SessionRequest::new(Delivery::Body, seen);
    Ok(tokens(&stack.sessions().open(account, &request).await?))
}

struct Refresh(String);

impl FromFields for Refresh {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.text("refresh_token", Text::opaque(1, 256)).map(Self)
    }
}

/// Each refresh token is good for one rotation; one that is presented again later ends the session.
async fn refresh(State(stack): State<Stack>, body: Valid<Refresh>) -> Result<Json<Value>, Problem> {
    let Refresh(token) = body.into_inner();
    Ok(tokens(
        &stack.sessions().refresh(&token, Delivery::Body).await?,
    ))
}

fn tokens(signed_in: &SignedIn) -> Json<Value> {
    Json(json!({
        "access_token": signed_in.tokens.access.token,
        "expires_in": signed_in.tokens.access.expires_in.whole_seconds(),
        "refresh_token": signed_in.tokens.refresh.to_text(),
    }))
}

/// A [`Principal`] can't be made here: whoever has one was checked.
async fn me(principal: Principal) -> Json<Value> {
    let roles: Vec<&str> = principal.roles().iter().map(RoleName::as_str).collect();
    Json(json!({ "id": principal.account_id(), "roles": roles }))
}

/// The access token that this request came with is refused from here on, whatever it says of itself.
async fn sign_out(
    State(stack): State<Stack>,
    holder: SessionHolder,
) -> Result<StatusCode, Problem> {
    let id = holder.session_id();
    stack.sessions().end(id, None, EndReason::SignedOut).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("localhost:8001").await?;
    println!("listening on http://localhost:8001");
    let service = service().await?;
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}
