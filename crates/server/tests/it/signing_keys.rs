//! Access token keys over restarts, called as users and other services call it.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use musicgen::app::{App, Surroundings};
use musicgen::config::Config;
use musicgen_security::authentication::jwt::{
    Algorithm, FIRST_PARTY, KeyRing, TokenIssuer, TokenSubject,
};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::clock::Clock;
use musicgen_security::random::SystemRandom;
use musicgen_security::rate_limiting::OwnLimits;
use musicgen_security::secrets::Secret;
use musicgen_security::testing::TestClock;
use musicgen_testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;
use time::Duration;
use tower::ServiceExt;

const KEYS: [&str; 3] = [
    "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6F",
    "Hd7fK2mQ9sX4vB6nZ1cL8wR3tY5uJ0pG",
    "m3Tz8Qc1Wx6Vb4Ny9Kj2Lh7Gf5Ds0Aq#",
];

/// A folder in which the service is started again and again.
struct Restarts {
    folder: TempDir,
    clock: Arc<TestClock>,
}

impl Restarts {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(TestClock::default()),
        }
    }

    async fn start(&self, variables: &[(&str, &str)]) -> App {
        let data = self.folder.path().join("data").display().to_string();
        let mut environment = BTreeMap::from([("DATA_DIR".to_owned(), data)]);
        environment.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let config = Config::for_tests(environment).unwrap();
        let surroundings = Surroundings {
            clock: self.clock.clone(),
            ..Surroundings::system()
        };
        App::build(&config, surroundings).await.unwrap()
    }
}

async fn call(
    app: &App,
    method: &str,
    path: &str,
    token: &str,
    body: Value,
) -> (StatusCode, Value) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
        .header("content-type", "application/json");
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    let Ok(response) = app.service().oneshot(request.body(body).unwrap()).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (
        parts.status,
        serde_json::from_slice(&body).unwrap_or_default(),
    )
}

async fn sign_in(app: &App) -> String {
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "delivery": "body"});
    let (status, body) = call(app, "POST", "/api/auth/login", "", body).await;
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

async fn status(app: &App, token: &str) -> StatusCode {
    call(app, "GET", "/api/auth/me", token, Value::Null).await.0
}

fn part(token: &str, n: usize) -> Value {
    let part = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap());
    serde_json::from_slice(&part.unwrap()).unwrap()
}

/// A token of the same account and session, by a key that somebody else has too.
fn forge(like: &str, key: &str, clock: &TestClock) -> String {
    let keys = Arc::new(KeyRing::single(Algorithm::Hs256, &Secret::new(key)).unwrap());
    let claims = part(like, 1);
    let text = |name: &str| claims[name].as_str().unwrap();
    let random = Arc::new(SystemRandom);
    let life = Duration::minutes(15);
    let issuer = TokenIssuer::new(keys, text("iss"), text("aud"), life, random);
    let subject = TokenSubject {
        account: text("sub").parse().unwrap(),
        session: text("sid").parse().unwrap(),
        roles: vec![RoleName::ADMIN],
        tier: Tier::Internal,
        limits: OwnLimits::default(),
        epoch: claims["epoch"].as_u64().unwrap(),
        authenticated_at: clock.now(),
        client: FIRST_PARTY.to_owned(),
        scope: None,
        by_network: false,
    };
    let end = clock.now() + Duration::days(1);
    issuer.issue(&subject, clock.now(), end).unwrap().token
}

/// B34, also from HS256 to EdDSA.
#[tokio::test]
async fn a_replaced_secret_signs_nobody_out_and_nobody_in() {
    let restarts = Restarts::new();
    let first = restarts.start(&[("JWT_SECRET_KEY", KEYS[0])]).await;
    let body = json!({"email": "ada@example.com", "username": "ada", "password": PASSWORD});
    let (made, body) = call(&first, "POST", "/api/auth/register", "", body).await;
    assert_eq!(made, 201, "{body}");
    let old = sign_in(&first).await;
    assert_eq!(status(&first, &old).await, 200);

    restarts.clock.advance(Duration::minutes(1));
    let rotated = [
        ("JWT_SECRET_KEY", KEYS[1]),
        ("JWT_ALGORITHM", "EdDSA"),
        ("JWT_SECRET_KEY_PREVIOUS", KEYS[0]),
    ];
    let second = restarts.start(&rotated).await;
    assert_eq!(status(&second, &old).await, 200, "it was made before");
    let new = sign_in(&second).await;
    assert_eq!(status(&second, &new).await, 200);
    assert_ne!(part(&new, 0)["kid"], part(&old, 0)["kid"]);
    assert_eq!(part(&new, 0)["alg"], "EdDSA");

    restarts.clock.advance(Duration::minutes(5));
    let forged = forge(&old, KEYS[0], &restarts.clock);
    assert_eq!(part(&forged, 0), part(&old, 0));
    assert_eq!(status(&second, &forged).await, 401, "made after the change");
    let again = restarts.start(&rotated).await;
    assert_eq!(
        status(&again, &forged).await,
        401,
        "a restart forgets nothing"
    );
    assert_eq!(status(&again, &old).await, 200);

    let without = restarts.start(&rotated[..2]).await;
    assert_eq!(status(&without, &old).await, 401, "the old secret is gone");
    assert_eq!(status(&without, &new).await, 200);
}

/// The document of public keys is there when there are any, and short-lived.
#[tokio::test]
async fn public_keys_are_for_everybody() {
    for (algorithm, kind) in [("ES256", "EC"), ("EdDSA", "OKP")] {
        let app = TestApp::with(&[
            ("JWT_ALGORITHM", algorithm),
            ("JWT_SECRET_KEY", KEYS[0]),
            ("JWT_SECRET_KEY_NEXT", KEYS[1]),
            ("JWT_SECRET_KEY_PREVIOUS", KEYS[2]),
        ])
        .await;
        let answer = app.anonymous().get("/.well-known/jwks.json").await;
        answer.is(200);
        assert_eq!(answer.header("content-type"), "application/jwk-set+json");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let keys = answer.json()["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 2, "the current and the next one");
        for key in &keys {
            assert_eq!(
                (&key["kty"], &key["alg"]),
                (&json!(kind), &json!(algorithm))
            );
            assert!(key.get("d").is_none() && key.get("k").is_none());
        }
        let user = app.user("ada").await;
        let header = part(&user.access_token, 0);
        assert_eq!(header["kid"], keys[0]["kid"]);
    }
}

#[tokio::test]
async fn a_shared_secret_has_no_document() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/.well-known/jwks.json").await;
    answer.is_problem(404, "not_found");
}
