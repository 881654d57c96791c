//! What access tokens hold, where they may stand, and which door each kind of token opens.

use super::tokens::part;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Persona, TestApp};
use serde_json::json;
use time::Duration;

/// TOK-15, TOK-17, TOK-18, TOK-9, TOK-20: where a token may stand, what is said without one and with too
/// little right, and what it holds.
#[tokio::test]
async fn what_tokens_hold_and_where() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    let claims = part(&clara.access_token, 1);
    let mut names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "aud",
            "auth_time",
            "client_id",
            "epoch",
            "exp",
            "iat",
            "iss",
            "jti",
            "roles",
            "sid",
            "sub",
            "tier"
        ]
    );
    assert!(
        URL_SAFE_NO_PAD
            .decode(claims["jti"].as_str().unwrap())
            .unwrap()
            .len()
            >= 16
    );
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer "] {
        let caller = app.anonymous();
        let caller = caller.with("authorization", &format!("{scheme} {}", clara.access_token));
        caller.get("/api/auth/me").await.is(200);
    }
    for query in ["access_token", "token", "authorization", "api_key"] {
        let path = format!("/api/auth/me?{query}={}", clara.access_token);
        let answer = app.anonymous().get(&path).await;
        assert_eq!(answer.status, 401, "{query}");
        assert!(
            ["unauthenticated", "credential_in_query"]
                .contains(&answer.json()["code"].as_str().unwrap())
        );
    }
    let answer = app.anonymous().get("/api/auth/me").await;
    answer.is_problem(401, "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let answer = clara.get("/metrics").await;
    answer.is_problem(403, "insufficient_permission");
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"insufficient_scope\""
    );
}

/// TOK-19: what is refused by its signature says nothing of what it claims, revoked or not.
#[tokio::test]
async fn a_bad_signature_hides_the_rest() {
    let app = TestApp::in_production().await;
    let (over, live) = (app.user("clara").await, app.sign_in("clara").await);
    over.post_nothing("/api/auth/logout").await.is(204);
    app.user("bob").await;
    let bob = app.sign_in("bob").await;
    app.disable("bob").await;
    let mut texts = Vec::new();
    for token in [&over.access_token, &live.access_token, &bob.access_token] {
        let (signed, _) = token.rsplit_once('.').unwrap();
        for signature in ["A".repeat(43), String::new()] {
            let caller = app.anonymous();
            let caller = caller.with("authorization", &format!("Bearer {signed}.{signature}"));
            let mut body = caller.get("/api/auth/me").await.is(401).json();
            body["request_id"] = json!("");
            texts.push(body.to_string());
        }
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

/// B12, REF-8, REF-10, TOK-5: each kind of token opens its own door, by its own way, and a wrong one
/// spends nothing.
#[tokio::test]
async fn each_token_has_one_door() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let cookie = |kind| browser.cookie(kind).unwrap();
    let (refresh, csrf) = (cookie(CookieKind::Refresh), cookie(CookieKind::Csrf));
    for token in [&clara.refresh_token, &refresh, &csrf] {
        let caller: Persona<'_> = app
            .anonymous()
            .with("authorization", &format!("Bearer {token}"));
        caller
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
    }
    for token in [&clara.access_token[..256], &csrf, &refresh] {
        let answer = app
            .anonymous()
            .post("/api/auth/refresh", json!({"refresh_token": token}))
            .await;
        answer.is_problem(401, "invalid_refresh_token");
    }
    for token in [&clara.access_token, &csrf, &clara.refresh_token] {
        let thief = browser.fork();
        thief.set_cookie(CookieKind::Refresh, token);
        let answer = thief.post_nothing("/api/auth/refresh").await;
        answer.is_problem(401, "invalid_refresh_token");
    }
    // The session of a browser isn't renewed in a body, nor a program's in a cookie: neither was
    // spent.
    browser.post_nothing("/api/auth/refresh").await.is(200);
    let body = json!({"refresh_token": clara.refresh_token});
    app.anonymous()
        .post("/api/auth/refresh", body)
        .await
        .is(200);
    app.advance(Duration::SECOND);
    clara.get("/api/auth/me").await.is(200);
}
