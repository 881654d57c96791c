//! Every route of the table, called by those who may and those who may not.

use http::Method;
use musicgen::routes::{Route, table};
use musicgen_security::authorization::{Access, Permission};
use musicgen_testkit::{Persona, TestApp};
use serde_json::json;

const ID: &str = "0b0f6a5e-0000-4000-8000-000000000000";

fn path(route: &Route) -> String {
    route.path.replace("{id}", ID).replace("{model}", "builtin")
}

async fn call(persona: &Persona<'_>, route: &Route) -> musicgen_testkit::Answer {
    let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
    let body = (route.body_limit > 0).then(|| "{}".to_owned());
    persona.send(method, &path(route), body).await
}

#[tokio::test]
async fn nobody_gets_past_a_route_that_is_not_public() {
    let app = TestApp::start().await;
    for route in table() {
        let answer = call(&app.anonymous(), &route).await;
        if route.access == Access::Public {
            assert_ne!(answer.status, 401, "{route:?}");
        } else {
            answer.is_problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{route:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_credential_is_refused_everywhere() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let mut forged = user.access_token.clone();
    let last = forged.pop().unwrap();
    // The third-last character carries six whole bits of the signature.
    forged.pop();
    let third = forged.pop().unwrap();
    forged.push(if third == 'A' { 'B' } else { 'A' });
    forged.push('A');
    forged.push(last);
    for route in table() {
        for authorization in [
            "Bearer nonsense".to_owned(),
            format!("Bearer {forged}"),
            format!("Bearer {}", user.refresh_token),
            format!("Bearer {}x", user.access_token),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Basic {}", user.access_token),
        ] {
            // There it is a client's, and its refusal has another form.
            if route.takes_client_credentials && authorization.starts_with("Basic") {
                continue;
            }
            let caller = app.anonymous().with("authorization", &authorization);
            let answer = call(&caller, &route).await;
            answer.is_problem(401, "invalid_token");
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{route:?}");
        }
        let key = app.anonymous().with("x-api-key", &"k".repeat(40));
        call(&key, &route).await.is_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn several_credentials_are_malformed_everywhere() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let good = format!("Bearer {}", user.access_token);
    for route in table() {
        let twice = user.clone().with("authorization", &good);
        call(&twice, &route)
            .await
            .is_problem(400, "malformed_request");
        let both = user.clone().with("x-api-key", TestApp::INTERNAL_KEY);
        call(&both, &route)
            .await
            .is_problem(400, "malformed_request");
        let keys = app
            .anonymous()
            .with("x-api-key", "a")
            .with("x-api-key", "b");
        call(&keys, &route)
            .await
            .is_problem(400, "malformed_request");
    }
}

#[tokio::test]
async fn a_user_reaches_exactly_what_the_policy_gives() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let admin = app.admin("ada").await;
    for route in table()
        .into_iter()
        .filter(|route| !route.path.contains("/auth/logout"))
    {
        let allowed = match &route.access {
            Access::Public
            | Access::Authenticated
            | Access::Session
            | Access::Holder
            | Access::Fresh => true,
            Access::Permission(needed) => {
                [Permission::MUSIC_GENERATE, Permission::MODELS_VIEW].contains(needed)
            }
            _ => false,
        };
        let answer = call(&user, &route).await;
        if allowed {
            assert_ne!(answer.status, 403, "{route:?}");
            assert_ne!(answer.status, 401, "{route:?}");
        } else {
            answer.is_problem(403, "insufficient_permission");
        }
        let answer = call(&admin, &route).await;
        assert!(
            ![401, 403].contains(&answer.status.as_u16()),
            "admin at {route:?}"
        );
    }
}

#[tokio::test]
async fn an_internal_key_opens_what_operators_need_and_nothing_else() {
    let app = TestApp::start().await;
    let program = app.anonymous().with("x-api-key", TestApp::INTERNAL_KEY);
    program.get("/metrics").await.is(200);
    let detail = program.get("/health").await.json();
    assert_eq!(detail["detail"]["database"], "ok");
    program
        .get("/api/auth/me")
        .await
        .is_problem(401, "unauthenticated");
    program
        .get("/api/v1/generate")
        .await
        .is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn other_methods_and_unknown_paths() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    for route in table() {
        for method in ["PUT", "TRACE", "CONNECT", "PROPFIND", "PATCH", "DELETE"] {
            let known = |r: &Route| r.path == route.path && r.method.as_str() == method;
            if table().iter().any(known) || method == "CONNECT" {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = user.send(method, &path(&route), None).await;
            answer.is_problem(405, "method_not_allowed");
            assert!(!answer.header("allow").is_empty(), "{route:?}");
        }
    }
    for unknown in [
        "/",
        "/api",
        "/api/v1/generatex",
        "/api/v1/generate/",
        "/Health",
        "/.env",
    ] {
        app.anonymous()
            .get(unknown)
            .await
            .is_problem(404, "not_found");
    }
    for misspelt in ["//health", "/health/..", "/%68ealth"] {
        app.anonymous()
            .get(misspelt)
            .await
            .is_problem(400, "malformed_request");
    }
    let override_ = user.clone().with("x-http-method-override", "DELETE");
    override_
        .post("/api/v1/generate", json!({}))
        .await
        .is_problem(422, "validation_failed");
}

/// AZ-8: what a caller says of itself counts for nothing.
#[tokio::test]
async fn identity_headers_have_no_effect() {
    let app = TestApp::start().await;
    let liar = app
        .anonymous()
        .with("x-user-id", ID)
        .with("x-roles", "admin")
        .with("x-forwarded-user", "admin")
        .with("x-forwarded-for", "127.0.0.1")
        .with("user-agent", "kube-probe/1.28");
    for route in table()
        .into_iter()
        .filter(|route| route.access != Access::Public)
    {
        call(&liar, &route).await.is_problem(401, "unauthenticated");
    }
}
