//! Pages of other origins, at the whole application.

mod explain;

use super::walk::{self, Ids};
use http::Method;
use musicgen::routes::{Route, table};
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Persona, TestApp};
use serde_json::json;

pub(crate) const APP: &str = "https://app.example.com";
const DEEP: &str = "https://a.b.example.org";
const EVIL: &str = "https://evilexample.org";

pub(crate) const ORIGINS: (&str, &str) = (
    "CORS_ALLOWED_ORIGINS",
    "https://app.example.com, https://*.example.org",
);
const CREDENTIALS: (&str, &str) = ("CORS_ALLOW_CREDENTIALS", "true");

/// What an answer says of origins: to whom, with cookies or not, and what it varies on.
#[track_caller]
fn says(name: &str, answer: &Answer, origin: &str, credentials: bool) {
    let all = |header: &str| -> Vec<String> {
        let values = answer.headers.get_all(header).iter();
        values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    };
    let expected: &[&str] = if origin.is_empty() { &[] } else { &[origin] };
    assert_eq!(all("access-control-allow-origin"), expected, "{name}");
    let expected: &[&str] = if credentials { &["true"] } else { &[] };
    assert_eq!(all("access-control-allow-credentials"), expected, "{name}");
    let vary = all("vary").join(",");
    let varies = vary
        .split(',')
        .any(|one| one.trim().eq_ignore_ascii_case("origin"));
    assert!(varies, "{name}: {vary}");
}

async fn call(who: &Persona<'_>, route: &Route) -> Answer {
    let body = walk::body(route).map(|body| body.to_string());
    let path = Ids::absent().path(route);
    who.send(walk::method(route), &path, body).await
}

/// CORS-1, CORS-2, CORS-3, CORS-13, CORS-16, CORS-17, B25: each route, for each kind of origin: the same
/// status, marked for whom it is allowed, and for nobody where the table says so.
#[tokio::test]
async fn every_route_is_marked_for_allowed_origins_alone() {
    let app = TestApp::in_production_with(&[ORIGINS, CREDENTIALS]).await;
    let nobody = app.anonymous();
    let without: Vec<_> = table()
        .into_iter()
        .filter(|route| !route.has_cors)
        .collect();
    let without: Vec<_> = without.iter().map(|route| route.path).collect();
    assert_eq!(
        without,
        ["/metrics", "/.well-known/change-password", "/docs"]
    );
    for route in table() {
        let plain = call(&nobody, &route).await;
        for (origin, allowed) in [
            (APP, true),
            (DEEP, true),
            (EVIL, false),
            ("null", false),
            ("http://app.example.com", false),
        ] {
            let answer = call(&nobody.clone().with("origin", origin), &route).await;
            let name = format!("{route:?} from {origin}: {}", answer.text());
            if route.has_cors {
                says(&name, &answer, if allowed { origin } else { "" }, allowed);
                says(&name, &plain, "", false);
            } else {
                assert!(
                    !answer.headers.contains_key("access-control-allow-origin"),
                    "{name}"
                );
            }
            // What changes something for visitors is held to the origin rule.
            if allowed || !walk::is_unsafe(&route) {
                assert_eq!(answer.status, plain.status, "{name}");
            }
        }
    }
}

/// CORS-9, B23, B55: a preflight meets no credential, no limit and no handler, at any route.
#[tokio::test]
async fn b23_a_preflight_is_answered_at_every_route() {
    let app = TestApp::in_production_with(&[ORIGINS, CREDENTIALS]).await;
    let before = app.dump().await;
    let asking = app.anonymous().with(
        "access-control-request-headers",
        "authorization,content-type,x-csrf-token",
    );
    for route in table() {
        let path = Ids::absent().path(&route);
        let asking = asking
            .clone()
            .with("access-control-request-method", route.method.as_str());
        for (origin, status) in [(APP, 204), (DEEP, 204), (EVIL, 403), ("null", 403)] {
            let status = if route.has_cors { status } else { 403 };
            let asking = asking.clone().with("origin", origin);
            // Not even a wrong credential is looked at.
            let asking = asking.with("authorization", "Bearer x");
            let answer = asking.send(Method::OPTIONS, &path, None).await;
            answer.is(status);
            if status == 204 {
                says(&format!("{route:?}"), &answer, origin, true);
                let methods = answer.header("access-control-allow-methods");
                assert!(
                    methods.contains(route.method.as_str()),
                    "{route:?}: {methods}"
                );
                assert_eq!(answer.header("access-control-max-age"), "600");
            } else {
                answer.is_problem(403, "origin_not_allowed");
                let granted = answer.headers.keys();
                let granted = granted.filter(|name| name.as_str().starts_with("access-control"));
                assert_eq!(granted.count(), 0, "{route:?}");
            }
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(!answer.header("x-request-id").is_empty());
        }
    }
    assert_eq!(app.dump().await, before);
    let unasked = app.anonymous().with("origin", APP);
    let answer = unasked.send(Method::OPTIONS, "/health", None).await;
    says(
        "OPTIONS",
        answer.is_problem(405, "method_not_allowed"),
        APP,
        true,
    );
    let bare = unasked
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await;
    says(
        "the request itself",
        bare.is_problem(401, "unauthenticated"),
        APP,
        true,
    );
}

/// B69: whatever is asked for costs the same, and nothing of it comes back.
#[tokio::test]
async fn b69_a_giant_preflight_gets_no_grant() {
    let app = TestApp::in_production_with(&[ORIGINS]).await;
    for names in [
        ",".repeat(60_000),
        "x-evil,".repeat(5_000),
        "x-evil".to_owned(),
    ] {
        let asking = app
            .anonymous()
            .with("origin", APP)
            .with("access-control-request-method", "POST")
            .with("access-control-request-headers", &names);
        let answer = asking.send(Method::OPTIONS, "/api/v1/generate", None).await;
        answer.is(204);
        assert!(!answer.headers.contains_key("access-control-allow-headers"));
        let all = answer.headers.values().map(http::HeaderValue::len).max();
        assert!(all.unwrap() < 1_000 && answer.body.is_empty());
    }
}

/// CORS-7: two origins are a malformed request everywhere, also for whoever is signed in.
#[tokio::test]
async fn several_origins_are_malformed_everywhere() {
    let app = TestApp::in_production_with(&[ORIGINS, CREDENTIALS]).await;
    let user = app.user("clara").await;
    for route in table() {
        for values in [
            &[APP, APP][..],
            &[APP, EVIL],
            &["https://app.example.com, https://b.example"],
        ] {
            let who = values
                .iter()
                .fold(user.clone(), |who, value| who.with("origin", value));
            call(&who, &route)
                .await
                .is_problem(400, "malformed_request");
        }
    }
}

/// B67: `null` gets nothing, with credentials and with a star.
#[tokio::test]
async fn b67_null_gets_nothing() {
    for variables in [
        &[ORIGINS, CREDENTIALS][..],
        &[("CORS_ALLOWED_ORIGINS", "*")],
    ] {
        let app = TestApp::in_production_with(variables).await;
        app.user("clara").await;
        let browser = app.browser();
        browser.sign_in("clara").await;
        let answer = browser.with("origin", "null").get("/api/auth/me").await;
        says("null", answer.is(200), "", false);
    }
}

/// B68, CORS-14: with a star every page reads what nobody's cookies made.
#[tokio::test]
async fn b68_a_star_reads_nothing_private() {
    let app = TestApp::in_production_with(&[("CORS_ALLOWED_ORIGINS", "*")]).await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    browser.get("/api/auth/me").await.is(200);
    let ours = browser.with("origin", app.origin());
    says(
        "our own page",
        ours.get("/api/auth/me").await.is(200),
        "",
        false,
    );
    let page = browser.with("origin", "https://evil.example");
    let answer = page.get("/api/auth/me").await;
    says(
        "any page",
        answer.is_problem(401, "unauthenticated"),
        "*",
        false,
    );
    says("any page", page.get("/health").await.is(200), "*", false);
    // Its token, sent on purpose, is another matter.
    let user = app
        .sign_in("clara")
        .await
        .with("origin", "https://evil.example");
    says(
        "a token",
        user.get("/api/auth/me").await.is(200),
        "*",
        false,
    );
}

/// B71, CSRF-7: whoever may read with cookies may send with them, if the token is right; nobody else may.
#[tokio::test]
async fn b71_the_one_list_is_the_origin_rules_too() {
    let app = TestApp::in_production_with(&[ORIGINS, CREDENTIALS]).await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let name = || json!({"username": "Clara"});
    let page = |origin: &str| {
        browser
            .with("origin", origin)
            .with("sec-fetch-site", "same-site")
    };
    for origin in [APP, DEEP] {
        page(origin).patch("/api/auth/me", name()).await.is(200);
        let forged = page(origin).without("x-csrf-token");
        let answer = forged.patch("/api/auth/me", name()).await;
        answer.is_problem(403, "csrf_token_missing");
        says("the refusal", &answer, origin, true);
    }
    for origin in [
        EVIL,
        "http://app.example.com",
        "https://app.example.com:8443",
        "null",
    ] {
        let answer = page(origin).patch("/api/auth/me", name()).await;
        answer.is_problem(403, "origin_not_allowed");
        says("refused", &answer, "", false);
    }
    let cross = browser
        .with("origin", APP)
        .with("sec-fetch-site", "cross-site");
    let answer = cross.patch("/api/auth/me", name()).await;
    answer.is_problem(403, "cross_site_request");
    assert!(browser.cookie(CookieKind::Access).is_some());
}
