//! What every route refuses of queries, bodies and `Accept`, because the table says what it takes.

use super::heads::{is_refused, path};
use super::walk;
use axum::body::Body;
use http::{Method, Request};
use musicgen::routes::{RateClass, Route, table};
use musicgen_security::authorization::Access;
use musicgen_testkit::{Answer, Browser, TestApp};
use serde_json::json;

/// Somebody whom every route lets in: an administrator who has just signed in, by token, and for what
/// only a browser can do in its browser.
async fn insider(app: &TestApp) -> Browser<'_> {
    app.user("clara").await;
    app.make_admin("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    browser
}

fn target(route: &Route, query: &str) -> String {
    format!("{}?{query}", path(route))
}

async fn send(browser: &Browser<'_>, route: &Route, target: &str) -> Answer {
    let body = walk::body(route).map(|body| body.to_string());
    browser.send(walk::method(route), target, body).await
}

/// VAL-1, AZ-13: no route takes a parameter that it doesn't declare, and none takes one twice.
#[tokio::test]
async fn every_route_is_strict_about_its_query() {
    let app = TestApp::in_production().await;
    let browser = insider(&app).await;
    let before = app.dump().await;
    for route in table() {
        for query in [
            "unknown=1",
            "_method=DELETE",
            "limit%00=1",
            "LIMIT=1",
            "%6Cimits=1",
            "x",
            "=1",
        ] {
            let answer = send(&browser, &route, &target(&route, query)).await;
            let faults = answer.faults();
            assert!(
                faults.iter().all(|(_, code)| code == "unknown_field"),
                "{query} {route:?}"
            );
        }
        for query in [
            "a=1&a=2",
            "limit=1&limit=1",
            "limit=1&%6Cimit=2",
            "%",
            "a=%zz",
            "a=%FF",
            "%C3=1",
        ] {
            let answer = send(&browser, &route, &target(&route, query)).await;
            assert_eq!(answer.status, 400, "{query} {route:?}: {}", answer.text());
            answer.is_problem(400, "malformed_request");
        }
        let many = vec!["a"; 65].join("&");
        let answer = send(&browser, &route, &target(&route, &many)).await;
        answer.is_problem(400, "malformed_request");
        // A declared parameter is read: nothing is declared that the handler doesn't look at.
        for name in route.query() {
            let answer = send(&browser, &route, &target(&route, &format!("{name}="))).await;
            let faults = answer.faults();
            assert_eq!(faults[0].0, format!("/query/{name}"), "{route:?}");
        }
    }
    assert_eq!(app.dump().await, before);
}

/// VAL-2: `Accept` that allows nothing of what a route gives is 406, before anything is done; probes don't
/// ask.
#[tokio::test]
async fn what_no_route_gives_is_406() {
    let app = TestApp::in_production().await;
    let browser = insider(&app).await;
    let before = app.dump().await;
    let mut refused = 0;
    for route in table() {
        let caller = browser.with("accept", "image/png, application/json;q=0, text/*;q=0");
        if route.class == RateClass::None || route.gives().is_empty() {
            continue;
        }
        let offered = route.gives();
        let given = |kind: &str| offered.iter().any(|offer| offer.starts_with(kind));
        if !given("application/json") && !given("text/") {
            continue;
        }
        let answer = send(&caller, &route, &path(&route)).await;
        is_refused(&answer, 406, "not_acceptable", &format!("{route:?}"));
        refused += 1;
    }
    assert!(refused > 20, "{refused}");
    assert_eq!(app.dump().await, before);
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "text/html, */*;q=0.1",
        "nonsense",
    ] {
        browser
            .with("accept", accept)
            .get("/api/auth/me")
            .await
            .is(200);
    }
    for path in ["/health", "/health/live", "/health/ready"] {
        app.browser()
            .with("accept", "text/plain")
            .get(path)
            .await
            .is(200);
    }
}

/// VAL-5: a body where none is taken is refused unread.
#[tokio::test]
async fn a_body_where_none_is_taken_is_refused() {
    let app = TestApp::in_production().await;
    let browser = insider(&app).await;
    let before = app.dump().await;
    for route in table() {
        // A POST may have a form there, for its CSRF token.
        if route.body_limit > 0 || route.method.as_str() == "POST" {
            continue;
        }
        for body in ["{}", "a=b", " "] {
            let answer = browser
                .send(walk::method(&route), &path(&route), Some(body.to_owned()))
                .await;
            is_refused(&answer, 413, "body_too_large", &format!("{route:?}"));
            assert_eq!(answer.header("connection"), "close", "{route:?}");
        }
        if route.method.as_str() == "GET" {
            let answer = browser
                .send(Method::HEAD, &path(&route), Some("{}".to_owned()))
                .await;
            assert_eq!(answer.status, 413, "HEAD {route:?}");
        }
    }
    assert_eq!(app.dump().await, before);
}

/// VAL-5, HTTP-13: who announces too much is told so before the body is read; who asks first, at once.
#[tokio::test]
async fn an_announced_body_is_refused_unread() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    for route in table() {
        if route.body_limit == 0 || route.access != Access::Public && !route.path.contains("/me") {
            continue;
        }
        for (length, expect) in [(200 * 1024 * 1024, false), (route.body_limit + 1, true)] {
            let never = futures_util::stream::poll_fn(
                |_| -> std::task::Poll<Option<Result<&str, std::io::Error>>> {
                    panic!("it was read")
                },
            );
            let mut request = Request::builder()
                .method(walk::method(&route))
                .uri(path(&route))
                .header("content-type", "application/json")
                .header("content-length", length)
                .header("authorization", format!("Bearer {}", clara.access_token));
            if expect {
                request = request.header("expect", "100-continue");
            }
            let answer = app
                .call(request.body(Body::from_stream(never)).unwrap())
                .await;
            is_refused(&answer, 413, "body_too_large", &format!("{route:?}"));
            assert_eq!(answer.header("connection"), "close", "{route:?}");
        }
    }
}

/// B106: bodies of every kind that don't fit, each route's limit, and all of them together.
#[tokio::test]
async fn b106_bodies_are_bounded_one_by_one_and_together() {
    let app = TestApp::in_production_with(&[("MAX_BODY_MEMORY", "1")]).await;
    let clara = app.user("clara").await;
    let endless = |first: &'static str| {
        let pieces =
            futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>("0123456789abcdef"));
        let first = futures_util::stream::once(async move { Ok(first) });
        Body::from_stream(futures_util::StreamExt::chain(first, pieces))
    };
    let post = |kind: &str, encoding: Option<&str>, body: Body| {
        let mut request = Request::post("/api/v1/generate")
            .header("content-type", kind)
            .header("authorization", format!("Bearer {}", clara.access_token));
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        app.call(request.body(body).unwrap())
    };
    let json = "application/json";
    let answer = post(json, None, endless("{\"prompt\": \"")).await;
    answer.is_problem(413, "body_too_large");
    assert_eq!(answer.header("connection"), "close");
    post(json, Some("gzip"), endless("x"))
        .await
        .is_problem(415, "unsupported_media_type");
    let multipart = "multipart/form-data; boundary=x";
    post(multipart, None, endless("--x\r\n"))
        .await
        .is_problem(415, "unsupported_media_type");
    post(json, None, Body::from("[".repeat(100_000)))
        .await
        .is_problem(400, "malformed_request");

    // 1 MiB for all: 64 callers hold 16 KiB each and wait, the next one is told to come back.
    let piece = " ".repeat(16 * 1024);
    let stalled = || {
        let first = futures_util::stream::iter([Ok::<_, std::io::Error>(piece.clone())]);
        let body = futures_util::StreamExt::chain(first, futures_util::stream::pending());
        Box::pin(post(json, None, Body::from_stream(body)))
    };
    let mut waiting: Vec<_> = (0..64).map(|_| stalled()).collect();
    while app.body_memory_held() < 1024 * 1024 {
        for request in &mut waiting {
            assert!(futures_util::poll!(&mut *request).is_pending());
        }
        tokio::task::yield_now().await;
    }
    let piece = json!({"prompt": "slow sad piano", "duration": 1});
    let answer = clara.post("/api/v1/generate", piece.clone()).await;
    is_refused(&answer, 503, "overloaded", "no room");
    assert!(!answer.header("retry-after").is_empty());
    // What has no body goes on, and what was held comes back.
    clara.get("/api/auth/me").await.is(200);
    drop(waiting);
    assert_eq!(app.body_memory_held(), 0);
    clara.post("/api/v1/generate", piece).await.is(202);
    assert_eq!(app.body_memory_held(), 0);
}
