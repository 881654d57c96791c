//! API keys: made with a scope, refused beyond it, taken back at once.
//!
//! ```text
//! cargo run -p musicgen-security --example api_keys        # prints Ada's access token
//! curl -s localhost:8003/keys -H "authorization: Bearer $ACCESS_TOKEN" \
//!      -H 'content-type: application/json' -d '{"name": "till", "scopes": ["orders:read"]}'
//! curl -s localhost:8003/orders -H "x-api-key: $KEY"
//! ```

use axum::extract::{FromRef, Path, State};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::StatusCode;
use musicgen_security::api_keys::{
    ApiKeys, KeyFault, KeyLimits, KeyMode, KeyName, KeyRules, Networks, NewApiKey, Revocation,
    RevokeReason,
};
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::passwords::Password;
use musicgen_security::authentication::{
    KeyAuthenticator, Principal, RegistrationRequest, SessionRequest,
};
use musicgen_security::authorization::{
    Access, Definition, Grant, Permission, PolicyBuilder, PolicySource, RoleName,
};
use musicgen_security::clock::SystemClock;
use musicgen_security::problem::Problem;
use musicgen_security::random::SystemRandom;
use musicgen_security::secrets::Secret;
use musicgen_security::sessions::{Delivery, Seen};
use musicgen_security::stack::{SecurityStack, Site, StackKeys, Stores};
use musicgen_security::testing::MemoryStore;
use musicgen_security::validation::{Fields, FromFields, Valid};
use serde_json::{Value, json};
use std::error::Error;
use std::sync::Arc;
use time::OffsetDateTime;
use uuid::Uuid;

/// This store forgets everything at exit. `musicgen-security-store` has the same traits over SQL.
type Stack = SecurityStack<MemoryStore, MemoryStore, MemoryStore, MemoryStore>;
type Keys = ApiKeys<MemoryStore>;

#[derive(Clone, FromRef)]
struct Shop {
    stack: Stack,
    keys: Keys,
}

/// The service, and the access token of somebody who may read and write orders.
pub async fn service() -> Result<(Router, String), Box<dyn Error>> {
    let read = Permission::parse("orders:read")?;
    let write = Permission::parse("orders:write")?;
    let policy = PolicyBuilder::bare()
        .permissions([read.clone(), write.clone()])
        .role("clerk", Definition::default().grants(["orders:*"]))
        .build()?;
    let policy = PolicySource::new(policy);
    let site = Site::for_loopback_development("shop", "http://localhost:8003")?;
    let secrets = StackKeys::from_secret(&Secret::generate(&SystemRandom))?;
    let store = MemoryStore::default();
    let keys = ApiKeys::new(store.clone(), KeyRules::default(), Arc::new(SystemRandom));
    let (owners, clock) = (store.clone(), Arc::new(SystemClock));
    let known = KeyAuthenticator::new(keys.clone(), owners, policy.clone(), clock);
    let stack = SecurityStack::builder(site, secrets, Stores::all_in(store))
        .policy(policy)
        .api_keys(known)
        .start()
        .await?;
    let token = sign_in_ada(&stack).await?;
    // No key makes or revokes keys: `Fresh` is a person who proved who they are a short time ago.
    let person = || stack.route(Access::Fresh);
    let whoever_may = |needed| stack.route(Access::Permission(needed));
    let router = Router::new()
        .route("/keys", post(make).route_layer(person()))
        .route("/keys/{id}", delete(revoke).route_layer(person()))
        .route("/orders", get(orders).route_layer(whoever_may(read)))
        .route("/orders", post(orders).route_layer(whoever_may(write)))
        .layer(stack.edge())
        .with_state(Shop { stack, keys });
    Ok((router, token))
}

/// Ada's tokens get here and so do her keys. What a key may do is what its scopes and her own rights at
/// this moment give, both.
async fn orders(caller: Principal) -> Json<Value> {
    Json(json!({ "orders": [], "of": caller.account_id() }))
}

struct Wish {
    name: KeyName,
    scopes: Vec<Grant>,
}

impl FromFields for Wish {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.text("name", KeyName::RULE);
        let scopes = fields.optional_texts("scopes", 64, 80).unwrap_or_default();
        let scopes: Result<Vec<_>, _> = scopes.iter().map(|scope| Grant::parse(scope)).collect();
        if let Err(error) = &scopes {
            fields.error("scopes", "format", error.to_string());
        }
        Some(Self {
            name: KeyName::parse(&name?).ok()?,
            scopes: scopes.ok()?,
        })
    }
}

/// The text is shown in this answer and never again: only its hash is kept.
async fn make(
    State(stack): State<Stack>,
    State(keys): State<Keys>,
    maker: Principal,
    wish: Valid<Wish>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let Wish { name, scopes } = wish.into_inner();
    let new = NewApiKey {
        account_id: maker.account_id(),
        name,
        mode: KeyMode::Test,
        scopes,
        networks: Networks::default(),
        limits: KeyLimits::default(),
        lifetime: None, // 90 days
    };
    // Nobody gives a key what they may not do themselves.
    let made = keys.create(new, maker.grants(), now(&stack)).await;
    let made = made.map_err(|error| error.into_problem(pointer))?;
    let answer = json!({ "id": made.key.id, "key": made.text.expose() });
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Where in the body a fault stands.
fn pointer(fault: &KeyFault) -> String {
    match fault {
        KeyFault::ScopeTooWide { position, .. } => format!("/scopes/{position}"),
        _ => "/scopes".to_owned(),
    }
}

/// Refused at its next use, on every node.
async fn revoke(
    State(stack): State<Stack>,
    State(keys): State<Keys>,
    owner: Principal,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let (account, reason) = (owner.account_id(), RevokeReason::Owner);
    let revoked = keys.revoke(account, id, reason, now(&stack)).await?;
    // So that tokens which were made for the key end here with it.
    stack.sessions().revocations().sync().await?;
    match revoked {
        Revocation::Absent => Err(Problem::not_found()),
        Revocation::Revoked | Revocation::AlreadyRevoked => Ok(StatusCode::NO_CONTENT),
    }
}

fn now(stack: &Stack) -> OffsetDateTime {
    stack.clock().now()
}

/// `bearer_tokens.rs` does this over HTTP.
async fn sign_in_ada(stack: &Stack) -> Result<String, Box<dyn Error>> {
    let email = EmailAddress::parse("ada@example.com")?;
    let password = Password::new("correct horse battery staple");
    let ada = RegistrationRequest {
        roles: vec![RoleName::parse("clerk")?],
        ..RegistrationRequest::new(email, "Ada", password)
    };
    let ada = stack.registrar().register(ada).await?;
    let request = SessionRequest::new(Delivery::Body, Seen::at(now(stack)));
    let signed_in = stack.sessions().open(ada, &request).await?;
    Ok(signed_in.tokens.access.token)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (router, token) = service().await?;
    let listener = tokio::net::TcpListener::bind("localhost:8003").await?;
    println!("listening on http://localhost:8003; Ada's access token: {token}");
    Ok(axum::serve(listener, router).await?)
}
