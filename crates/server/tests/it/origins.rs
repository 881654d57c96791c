//! What another site makes a browser send that isn't signed in; content types; keys that change.

use super::walk::{self, Ids};
use http::Method;
use musicgen::routes::Route;
use musicgen_security::authorization::Access;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Browser, PASSWORD, TestApp};
use serde_json::json;
use time::Duration;

fn public_changes() -> Vec<Route> {
    let mut routes = walk::unsafe_routes();
    routes.retain(|route| route.access == Access::Public);
    routes
}

async fn call(browser: &Browser<'_>, route: &Route) -> Answer {
    let body = walk::body(route).map(|body| body.to_string());
    let path = Ids::absent().path(route);
    browser.send(walk::method(route), &path, body).await
}

/// CSRF-5, CSRF-8: another site can't sign a browser in, register, refresh or reset in its name; a
/// program, which says nothing, and our own page can.
#[tokio::test]
async fn another_site_cannot_sign_a_browser_in() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let before = app.dump().await;
    let visitor = app.browser();
    let silent = visitor.without("sec-fetch-site").without("origin");
    let refused = [
        (
            "cross-site",
            silent.with("sec-fetch-site", "cross-site"),
            "cross_site_request",
        ),
        (
            "a sibling",
            silent.with("sec-fetch-site", "same-site"),
            "origin_not_allowed",
        ),
        (
            "another origin",
            silent.with("origin", "https://evil.example"),
            "origin_not_allowed",
        ),
        (
            "no TLS",
            silent.with("origin", "http://music.example.com"),
            "origin_not_allowed",
        ),
        (
            "no origin at all",
            silent.with("origin", "null"),
            "origin_not_allowed",
        ),
        (
            "a referer",
            silent.with("referer", "https://evil.example/"),
            "origin_not_allowed",
        ),
        (
            "an empty origin",
            silent.with("origin", ""),
            "origin_not_allowed",
        ),
    ];
    for route in public_changes() {
        for (what, browser, code) in &refused {
            let answer = call(browser, &route).await;
            assert_eq!(answer.status, 403, "{what} at {route:?}: {}", answer.text());
            answer.is_problem(403, code);
            assert!(answer.set_cookies().is_empty(), "{what} at {route:?}");
        }
    }
    assert_eq!(app.dump().await, before);
    assert!(public_changes().len() >= 3);
    for (what, browser) in [("our page", &visitor.fork()), ("a program", &silent.fork())] {
        for route in public_changes() {
            let answer = call(browser, &route).await;
            assert_ne!(answer.status, 403, "{what} at {route:?}");
        }
    }
}

/// B28, CSRF-10: a body is JSON only where it is declared as JSON, once: no form and no text that
/// another site's page could send is read, with the right token or without a session.
#[tokio::test]
async fn json_routes_take_declared_json_alone() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.make_admin("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let token = browser.cookie(CookieKind::Csrf).unwrap();
    let before = app.dump().await;
    for route in walk::unsafe_routes() {
        // Forms are for programs: `oauth` holds what they take.
        if route.body_limit == 0 || route.path == "/api/auth/refresh" || route.takes_form() {
            continue;
        }
        let body = walk::body(&route).unwrap().to_string();
        let path = Ids::absent().path(&route);
        for kind in [
            "text/plain",
            "text/plain; application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=a",
            "application/jsonp",
            "application/problem+json",
            "text/json",
            "",
        ] {
            let tab = browser.with("content-type", kind);
            let answer = tab
                .send(walk::method(&route), &path, Some(body.clone()))
                .await;
            assert_eq!(answer.status, 415, "{kind} at {route:?}: {}", answer.text());
        }
        let tab = browser.without("content-type");
        let answer = tab
            .send(walk::method(&route), &path, Some(body.clone()))
            .await;
        answer.is_problem(415, "unsupported_media_type");
        let twice = browser
            .with("content-type", "application/json")
            .with("content-type", "text/plain");
        let answer = twice
            .send(walk::method(&route), &path, Some(body.clone()))
            .await;
        answer.is_problem(400, "malformed_request");
        // And a form with the token in it is still no JSON.
        let form = browser
            .without("x-csrf-token")
            .with("content-type", "application/x-www-form-urlencoded");
        let body = format!("csrf_token={token}&prompt=x&email=clara%40example.com");
        let answer = form.send(walk::method(&route), &path, Some(body)).await;
        assert!([403, 415].contains(&answer.status.as_u16()), "{route:?}");
    }
    assert_eq!(app.dump().await, before);
}

/// A refresh has no body; one of another type is refused and spends nothing.
#[tokio::test]
async fn a_refresh_takes_json_or_nothing() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let before = app.dump().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let tab = browser.with("content-type", kind);
        let body = Some("refresh_token=x".to_owned());
        let answer = tab.send(Method::POST, "/api/auth/refresh", body).await;
        answer.is_problem(415, "unsupported_media_type");
    }
    assert_eq!(app.dump().await, before);
    browser.post_nothing("/api/auth/refresh").await.is(200);
}

/// CSRF-16: a new key makes new tokens; those of the one before are good while it is named, and not
/// a moment longer.
#[tokio::test]
async fn a_replaced_csrf_key_refuses_nobody_while_it_is_named() {
    let first =
        TestApp::in_production_with(&[("CSRF_SECRET_KEY", "old-4Mw7Lk2Jh9Gf1Ds6Ap3Oi8Uy5Tr0Eq")])
            .await;
    first.user("clara").await;
    let browser = first.browser();
    browser.sign_in("clara").await;
    let new = ("CSRF_SECRET_KEY", "new-9Hq3Xv6Zb1Nc8Md5Fg2Jk7Lp4Rt0Ws");
    let old = (
        "CSRF_SECRET_KEY_PREVIOUS",
        "old-4Mw7Lk2Jh9Gf1Ds6Ap3Oi8Uy5Tr0Eq",
    );
    let overlap = first.another_node(&[new, old]).await;
    let after = first.another_node(&[new]).await;
    let name = json!({"username": "Clara"});
    let copy = |app| {
        let other: Browser<'_> = TestApp::browser(app);
        for kind in CookieKind::SESSION {
            other.set_cookie(kind, browser.cookie(kind).unwrap());
        }
        other
    };
    let meanwhile = copy(&overlap);
    meanwhile.patch("/api/auth/me", name.clone()).await.is(200);
    let late = copy(&after);
    let answer = late.patch("/api/auth/me", name.clone()).await;
    answer.is_problem(403, "csrf_token_invalid");
    // Whoever asks gets one of the new key, on either.
    meanwhile.get("/api/auth/csrf-token").await.is(200);
    meanwhile.patch("/api/auth/me", name.clone()).await.is(200);
    late.get("/api/auth/csrf-token").await.is(200);
    late.patch("/api/auth/me", name).await.is(200);
}

/// A browser whose access cookie has run out keeps the token that its session's refresh asks for,
/// though its page asks for one first.
#[tokio::test]
async fn asking_for_a_token_does_not_lose_the_session() {
    for past in [Duration::ZERO, Duration::minutes(16), Duration::hours(23)] {
        let app = TestApp::in_production().await;
        app.user("clara").await;
        let browser = app.browser();
        browser.sign_in("clara").await;
        app.advance(past);
        let asked = browser.get("/api/auth/csrf-token").await;
        asked.is(200);
        let token = browser.cookie(CookieKind::Csrf).unwrap();
        assert_eq!(asked.json()["csrf_token"], token);
        browser.post_nothing("/api/auth/refresh").await.is(200);
        browser.get("/api/auth/me").await.is(200);
    }
    // Without a session there is a visitor's token, and a sign-in replaces it.
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let visitor = app.browser();
    visitor.get("/api/auth/csrf-token").await.is(200);
    assert!(visitor.cookie(CookieKind::PreSession).is_some());
    let body = json!({"email": "clara@example.com", "password": PASSWORD});
    visitor.post("/api/auth/login", body).await.is(200);
    visitor.post_nothing("/api/auth/logout").await.is(204);
}
