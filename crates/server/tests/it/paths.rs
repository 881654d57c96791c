//! The router and the rules see one path, and one value of everything.

use super::walk::{self, Ids};
use musicgen::routes::table;
use musicgen_security::authorization::Access;
use musicgen_testkit::{Browser, TestApp};
use serde_json::json;

/// The ways of writing a path that a proxy, a router or a rule might take for another one.
fn mutations(path: &str) -> Vec<String> {
    let first = path.chars().nth(1).unwrap();
    let encoded = format!("/%{:02x}{}", u32::from(first), &path[2..]);
    let twice = encoded.replacen('%', "%25", 1);
    let (parent, last) = path.rsplit_once('/').unwrap();
    vec![
        format!("/{path}"),
        format!("{path}/"),
        format!("{path}//"),
        path.to_uppercase(),
        format!("/{}{}", first.to_ascii_uppercase(), &path[2..]),
        twice,
        format!("/health/..{path}"),
        format!("/health/%2e%2e{path}"),
        format!("/health/.%2e{path}"),
        format!("/health/..;{path}"),
        format!("/docs/../..{path}"),
        format!("{parent}/./{last}"),
        format!("{parent}/x/../{last}"),
        format!("{parent}%2f{last}"),
        format!("{parent}%5c{last}"),
        format!("{parent}\\{last}"),
        format!("{path};/health"),
        format!("{path};v=1"),
        format!("{path}%00"),
        format!("{path}%00/health"),
        format!("{path}%20"),
        format!("{path}%0a"),
        format!("{path}%23/health"),
        format!("{path}%3f/health"),
        format!("{path}/health"),
        format!("{path}.json"),
        format!("{path}.css"),
        format!("{path}%2ecss"),
        format!("/health{path}"),
        format!("/openapi.json{path}"),
        format!("//evil.example{path}"),
        format!(
            "/{}",
            path.replace('/', "\u{2215}").trim_start_matches('\u{2215}')
        ),
    ]
}

/// The spellings of a path that mean the same to somebody.
fn spellings(path: &str) -> Vec<String> {
    let mut all = vec![
        format!("{path}//"),
        format!("/.{path}"),
        format!("/..{path}"),
    ];
    for (at, c) in path.char_indices() {
        let (before, after) = path.split_at(at);
        let rest = &after[c.len_utf8()..];
        match c {
            '/' => {
                for other in [
                    "//", "/./", "/x/../", "%2F", "%2f", "%252F", "\\", "%5C", "/;/", "/%2E/",
                ] {
                    all.push(format!("{before}{other}{rest}"));
                }
            }
            c => {
                let byte = u32::from(c);
                all.push(format!("{before}%{byte:02X}{rest}"));
                all.push(format!("{before}%{byte:02x}{rest}"));
                all.push(format!("{before}%25{byte:02X}{rest}"));
            }
        }
    }
    for more in [
        ";",
        ";v=1",
        ";/health",
        "%00",
        "%23",
        "%3F",
        "%3Fx=1",
        "%0A",
        "/.",
        "/..;/",
        "/%2E%2E/health",
        "\\",
    ] {
        all.push(format!("{path}{more}"));
    }
    all
}

/// AZ-11, AZ-12, RL-15, B51, B52, B53: any letter of any route, written in another way, makes it none:
/// 400 for nobody, a user and an administrator, with the same words; so no rule, limit or exemption that
/// goes by the path can be gone round, and probes and sign-in have no second door.
#[tokio::test]
async fn no_other_spelling_is_a_route() {
    let app = TestApp::in_production().await;
    let (admin, clara) = (app.admin("ada").await, app.user("clara").await);
    let as_ = |token: &str| {
        app.browser()
            .with("authorization", format!("Bearer {token}"))
    };
    let callers = [
        app.browser(),
        as_(&clara.access_token),
        as_(&admin.access_token),
    ];
    let before = app.dump().await;
    let mut tried = 0;
    for route in table() {
        let path = Ids::absent().path(&route);
        for spelling in spellings(&path) {
            // What is no address never gets past the parser.
            if spelling.parse::<http::Uri>().is_err() {
                continue;
            }
            for caller in &callers {
                let answer = caller.send(walk::method(&route), &spelling, None).await;
                assert_eq!(answer.status, 400, "{spelling}: {}", answer.text());
                answer.is_problem(400, "malformed_request");
            }
            tried += 1;
        }
    }
    assert_eq!(app.dump().await, before);
    assert!(tried > 3000, "{tried}");
}

/// B53: the variants of a sign-in that gave fresh quotas elsewhere are no sign-ins here.
#[tokio::test]
async fn b53_a_sign_in_has_one_address() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let body = json!({"email": "clara@example.com", "password": musicgen_testkit::PASSWORD});
    for (path, status) in [
        ("/api/auth/login/", 404),
        ("//api/auth/login", 400),
        ("/api/auth//login", 400),
        ("/api/auth/%6cogin", 400),
        ("/API/AUTH/LOGIN", 404),
        ("/api/auth/login;a=b", 400),
        ("/api/auth/login/.", 400),
        ("/api/auth/login%20", 404),
    ] {
        let answer = app.anonymous().post(path, body.clone()).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
}

/// AZ-11, AZ-12, B51, B52: a path that isn't exactly a route is none, for nobody, for a user and for an
/// administrator alike; a query makes no other route of it.
#[tokio::test]
async fn a_path_is_a_route_or_nothing() {
    let app = TestApp::in_production().await;
    let (admin, clara) = (app.admin("ada").await, app.user("clara").await);
    let as_ = |token: &str| {
        app.browser()
            .with("authorization", format!("Bearer {token}"))
    };
    let callers = [
        app.browser(),
        as_(&clara.access_token),
        as_(&admin.access_token),
    ];
    let before = app.dump().await;
    let mut tried = 0;
    for route in table() {
        if route.access == Access::Public {
            continue;
        }
        let path = Ids::absent().path(&route);
        for mutation in mutations(&path) {
            // What is no address never gets past the parser.
            if mutation == path || mutation.parse::<http::Uri>().is_err() {
                continue;
            }
            for caller in &callers {
                let answer = caller.send(walk::method(&route), &mutation, None).await;
                let status = answer.status.as_u16();
                // The last part of a path with an id may be any text, which then names nothing.
                let nobody_named = route.path.contains('{') || mutation.starts_with(&path);
                let allowed: &[u16] = if nobody_named {
                    &[404, 400, 401, 403, 405, 428]
                } else {
                    &[404, 400]
                };
                assert!(
                    allowed.contains(&status),
                    "{} {mutation}: {status}",
                    route.method.as_str()
                );
                tried += 1;
            }
        }
        for query in [
            "x=/health",
            "redirect=/auth/login",
            "/health",
            "x=%2Fdocs.css",
        ] {
            let answer = app
                .browser()
                .send(walk::method(&route), &format!("{path}?{query}"), None)
                .await;
            answer.is_problem(401, "unauthenticated");
        }
    }
    assert_eq!(app.dump().await, before);
    assert!(tried > 1000, "{tried}");
}

/// B45, AZ-1, AZ-12: nobody reaches more than this list, which is written here a second time; what
/// isn't in the table isn't there.
#[tokio::test]
async fn the_open_routes_are_these() {
    let open: Vec<String> = table()
        .iter()
        .filter(|route| route.access == Access::Public)
        .map(|route| format!("{} {}", route.method.as_str(), route.path))
        .collect();
    let known = [
        "POST /api/auth/register",
        "POST /api/auth/login",
        "POST /api/auth/refresh",
        "POST /api/auth/password/forgot",
        "POST /api/auth/password/reset",
        "POST /api/auth/email/verify",
        "POST /api/auth/email/resend",
        "POST /api/auth/token",
        "POST /api/auth/revoke",
        "GET /api/auth/csrf-token",
        "GET /health",
        "GET /health/live",
        "GET /health/ready",
        "GET /.well-known/jwks.json",
        "GET /.well-known/security.txt",
        "GET /.well-known/change-password",
        "GET /.well-known/oauth-authorization-server",
        "GET /openapi.json",
        "GET /docs",
    ];
    for route in &open {
        assert!(
            known.contains(&route.as_str()),
            "{route} is open: is that meant?"
        );
    }
    let app = TestApp::in_production().await;
    for path in [
        "/debug",
        "/debug/pprof/heap",
        "/metrics/",
        "/metricsx",
        "/healthx",
        "/health/live/x",
        "/admin",
        "/api",
        "/api/v1",
        "/api/v2/generate",
        "/api/v1/generate.css",
        "/.git/config",
        "/.env",
        "/swagger",
        "/graphql",
        "/actuator/env",
        "/server-status",
    ] {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let method = http::Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.browser().send(method.clone(), path, None).await;
            assert_eq!(answer.status, 404, "{method} {path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{method} {path}");
            assert_eq!(
                answer.header("cache-control"),
                "no-store",
                "{method} {path}"
            );
        }
    }
}

/// B45, AZ-10: HEAD asks for what GET asks for, OPTIONS gives nothing away.
#[tokio::test]
async fn other_methods_open_nothing() {
    let app = TestApp::in_production().await;
    for route in table() {
        if route.access == Access::Public {
            continue;
        }
        let path = Ids::absent().path(&route);
        for (method, statuses) in [
            ("HEAD", [401, 405]),
            ("OPTIONS", [405, 405]),
            ("TRACE", [405, 405]),
        ] {
            let method = http::Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.browser().send(method.clone(), &path, None).await;
            assert!(
                statuses.contains(&answer.status.as_u16()),
                "{method} {path}: {}",
                answer.status
            );
            if answer.status == 405 {
                assert!(!answer.header("allow").is_empty(), "{method} {path}");
            }
        }
    }
}

/// AZ-13, TOK-16: what may stand once and stands twice is malformed, and never the first or the last
/// of them.
#[tokio::test]
async fn what_stands_twice_is_refused() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let twice = |name: &str, one: &str, other: &str| -> Browser<'_> {
        browser.with(name, one).with(name, other)
    };
    for query in [
        "limit=1&limit=100",
        "limit=1&limit=1",
        "cursor=a&cursor=b",
        "limit=1&%6cimit=2",
    ] {
        let answer = browser.get(&format!("/api/v1/generate?{query}")).await;
        assert!(
            [400, 422].contains(&answer.status.as_u16()),
            "{query}: {}",
            answer.text()
        );
    }
    let piece = json!({"prompt": "slow sad piano", "duration": 1});
    for (name, one, other) in [
        ("idempotency-key", "a-key-of-mine", "another-key"),
        ("idempotency-key", "a-key-of-mine", "a-key-of-mine"),
        ("content-type", "application/json", "application/json"),
        ("content-type", "application/json", "text/plain"),
    ] {
        let answer = twice(name, one, other)
            .post("/api/v1/generate", piece.clone())
            .await;
        assert_eq!(
            answer.status,
            400,
            "{name}: {one}, {other}: {}",
            answer.text()
        );
    }
    for (name, one, other) in [
        ("authorization", "Bearer a", "Bearer b"),
        ("x-api-key", "a", "b"),
    ] {
        let answer = twice(name, one, other).get("/api/auth/me").await;
        answer.is_problem(400, "malformed_request");
    }
    let repeated = r#"{"prompt": "a", "duration": 1, "duration": 2}"#;
    let answer = browser
        .send(
            http::Method::POST,
            "/api/v1/generate",
            Some(repeated.to_owned()),
        )
        .await;
    answer.is_problem(400, "malformed_request");
}
