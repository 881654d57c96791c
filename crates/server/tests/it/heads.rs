//! What a stranger can write into the head of a request, at every route.

use super::walk::{self, Ids};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request, Version};
use musicgen::routes::{Route, table};
use musicgen_security::authorization::Access;
use musicgen_testkit::{Answer, TestApp};
use std::collections::BTreeSet;
use std::net::SocketAddr;

pub(crate) fn path(route: &Route) -> String {
    Ids::absent().path(route)
}

pub(crate) const PUBLIC: &str = "music.example.com";

/// A request without anything that a client would add.
pub(crate) fn bare(
    version: Version,
    method: Method,
    target: &str,
    host: Option<&str>,
) -> Request<Body> {
    let mut request = Request::builder()
        .version(version)
        .method(method)
        .uri(target);
    if let Some(host) = host {
        request = request.header("host", host);
    }
    request.body(Body::empty()).unwrap()
}

/// A refusal before anything was looked at, with all that every answer carries.
#[track_caller]
pub(crate) fn is_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    answer.is_problem(status, code);
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert!(answer.set_cookies().is_empty(), "{what}");
}

/// B49: a name with an underscore is another name, and of two credentials neither is taken.
#[tokio::test]
async fn b49_managed_headers_have_one_spelling() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    let bearer = format!("Bearer {}", clara.access_token);
    let nobody = app.browser();
    for (name, value) in [
        ("x_api_key", TestApp::INTERNAL_KEY),
        ("x_forwarded_for", "127.0.0.1"),
        ("x_real_ip", "127.0.0.1"),
        ("x_user_id", "admin"),
        ("x-user-id", "admin"),
        ("authorization_", &bearer),
    ] {
        let answer = nobody.with(name, value).get("/metrics").await;
        answer.is_problem(401, "unauthenticated");
    }
    let (good, bad) = (TestApp::INTERNAL_KEY, "x");
    for (first, second) in [(good, bad), (bad, good), (good, good)] {
        let twice = nobody.with("x-api-key", first).with("x-api-key", second);
        twice
            .get("/metrics")
            .await
            .is_problem(400, "malformed_request");
    }
    let other = nobody.with("x-api-key", good).with("x_api_key", bad);
    other.get("/metrics").await.is(200);
}

/// B50: a probe is a path, not an agent.
#[tokio::test]
async fn b50_no_agent_is_let_in() {
    let app = TestApp::in_production().await;
    for (name, value) in [
        ("user-agent", "kube-probe/1.28"),
        ("user-agent", "GoogleHC/1.0"),
        ("user-agent", "ELB-HealthChecker/2.0"),
        ("x-health-check", "1"),
    ] {
        for route in table() {
            if route.access == Access::Public {
                continue;
            }
            let caller = app.browser().with(name, value);
            let answer = caller.send(walk::method(&route), &path(&route), None).await;
            answer.is_problem(401, "unauthenticated");
        }
        let health = app.browser().with(name, value).get("/health").await;
        assert_eq!(
            health.json().as_object().unwrap().len(),
            1,
            "{}",
            health.text()
        );
    }
}

/// AZ-10, HTTP-10: a method that a route doesn't have is 405 with those that it has.
#[tokio::test]
async fn other_methods_are_405_with_those_there_are() {
    let app = TestApp::in_production().await;
    let paths: BTreeSet<&str> = table().iter().map(|route| route.path).collect();
    for path in paths {
        let routes = table().into_iter().filter(|route| route.path == path);
        let mut there: BTreeSet<_> = routes.map(|route| route.method.as_str()).collect();
        if there.contains("GET") {
            there.insert("HEAD");
        }
        let target = path.replace("{id}", walk::ABSENT).replace("{model}", "x");
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "TRACK", "DEBUG",
            "PROPFIND", "get", "Post", "QUERY",
        ] {
            if there.contains(method) {
                continue;
            }
            let name = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.browser().send(name, &target, None).await;
            is_refused(
                &answer,
                405,
                "method_not_allowed",
                &format!("{method} {path}"),
            );
            let allowed: BTreeSet<_> = answer.header("allow").split(',').map(str::trim).collect();
            assert_eq!(allowed, there, "{method} {path}");
            assert!(
                !answer.text().contains("user-agent"),
                "{method} {path} echoes"
            );
        }
    }
    let connect = bare(
        Version::HTTP_11,
        Method::CONNECT,
        "evil.example:25",
        Some(PUBLIC),
    );
    let answer = app.call_as_it_is(connect).await;
    is_refused(&answer, 405, "method_not_allowed", "CONNECT");
    let everything = bare(Version::HTTP_11, Method::OPTIONS, "*", Some(PUBLIC));
    let answer = app.call_as_it_is(everything).await;
    is_refused(&answer, 405, "method_not_allowed", "OPTIONS *");
    assert!(!answer.header("allow").is_empty());
}

/// AZ-10, CSRF-11: nothing beside the method names the method.
#[tokio::test]
async fn no_header_changes_the_method() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.make_premium("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let ids = Ids::of(&browser, "clara").await;
    let before = app.dump().await;
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "_method",
    ] {
        for method in ["DELETE", "POST", "PATCH"] {
            let sly = browser.with(name, method);
            let task = format!("/api/v1/generate/{}", ids.task);
            sly.get(&task).await.is(200);
            sly.get(&format!("/api/auth/sessions/{}", ids.session))
                .await
                .is(405);
            sly.get("/api/auth/logout").await.is(405);
        }
    }
    assert_eq!(app.dump().await, before);
}

/// VAL-12, AZ-13, HTTP-7: the same at every route, before anybody is asked who they are.
#[tokio::test]
async fn fields_are_judged_at_every_route() {
    let app = TestApp::in_production().await;
    let long = "x".repeat(8 * 1024);
    let rows: [(&str, &[(&str, &str)], u16, &str); 9] = [
        (
            "gzip",
            &[("content-encoding", "gzip")],
            415,
            "unsupported_media_type",
        ),
        (
            "unknown coding",
            &[("content-encoding", "x")],
            415,
            "unsupported_media_type",
        ),
        (
            "expectation",
            &[("expect", "a-miracle")],
            417,
            "expectation_failed",
        ),
        (
            "one long field",
            &[("x-long", &long)],
            431,
            "head_too_large",
        ),
        (
            "a hundred more fields",
            &[("x-many", "1"); 100],
            431,
            "head_too_large",
        ),
        (
            "two types",
            &[("content-type", "a/b"), ("content-type", "a/b")],
            400,
            "malformed_request",
        ),
        (
            "two agents",
            &[("user-agent", "a"), ("user-agent", "a")],
            400,
            "malformed_request",
        ),
        (
            "two ranges",
            &[("range", "bytes=0-1"), ("range", "bytes=2-3")],
            400,
            "malformed_request",
        ),
        (
            "two credentials",
            &[("authorization", "Bearer a"), ("authorization", "Bearer b")],
            400,
            "malformed_request",
        ),
    ];
    for route in table() {
        for (what, fields, status, code) in &rows {
            let mut caller = app.browser();
            for (name, value) in *fields {
                caller = caller.with(name, value);
            }
            let answer = caller.send(walk::method(&route), &path(&route), None).await;
            is_refused(&answer, *status, code, &format!("{what} at {route:?}"));
        }
        let target = format!("{}?{}", path(&route), "a".repeat(8 * 1024));
        let answer = app
            .browser()
            .send(walk::method(&route), &target, None)
            .await;
        is_refused(&answer, 414, "target_too_long", &format!("{route:?}"));
    }
}

/// A service with as many requests under way as it takes: three wait for a body that doesn't come.
#[tokio::test]
async fn a_full_service_answers_probes_and_sign_out() {
    let app = TestApp::in_production_with(&[("MAX_REQUESTS_IN_FLIGHT", "8")]).await;
    let clara = app.user("clara").await;
    let stuck = || {
        let body =
            Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>());
        let request = Request::post("/api/auth/login").header("content-type", "application/json");
        let peer = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 50_000)));
        app.call(request.extension(peer).body(body).unwrap())
    };
    let mut waiting: Vec<_> = (0..8).map(|_| Box::pin(stuck())).collect();
    for request in &mut waiting {
        assert!(futures_util::poll!(request).is_pending());
    }
    for route in table() {
        if route.answers_under_load {
            continue;
        }
        let answer = app
            .browser()
            .send(walk::method(&route), &path(&route), None)
            .await;
        is_refused(&answer, 503, "overloaded", &format!("{route:?}"));
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=8).contains(&wait), "{wait}");
    }
    // Not by another spelling.
    for path in ["/health/", "//health", "/health/live/x", "/healthx"] {
        app.browser().get(path).await.is(503);
    }
    for path in ["/health", "/health/live", "/health/ready"] {
        app.browser().get(path).await.is(200);
    }
    let figures = app
        .browser()
        .with("x-api-key", TestApp::INTERNAL_KEY)
        .get("/metrics")
        .await;
    assert!(
        figures.text().contains("musicgen_requests_in_flight"),
        "{}",
        figures.text()
    );
    clara.post_nothing("/api/auth/logout").await.is(204);
    waiting.pop();
    clara
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
}
