//! The security headers stand on every answer, each once.

use http::Method;
use musicgen_testkit::{Answer, Persona, TestApp};
use serde_json::json;

const FIXED: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("x-xss-protection", "0"),
];

fn check(name: &str, answer: &Answer) {
    for (header, value) in FIXED {
        let all: Vec<_> = answer.headers.get_all(header).iter().collect();
        assert_eq!(all, [value], "{header} on {name}");
    }
    for header in [
        "content-security-policy",
        "permissions-policy",
        "cache-control",
        "x-request-id",
    ] {
        assert_eq!(
            answer.headers.get_all(header).iter().count(),
            1,
            "{header} on {name}"
        );
    }
    let kind = answer.header("content-type");
    assert!(
        !kind.starts_with("text/") || kind.contains("charset=utf-8"),
        "{name}: {kind}"
    );
    let is_error = answer.status.is_client_error() || answer.status.is_server_error();
    if is_error {
        assert_eq!(answer.header("cache-control"), "no-store", "{name}");
    }
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
        "{name}: {policy}"
    );
    for unsafe_word in ["unsafe-inline", "unsafe-eval", "http:", "*"] {
        assert!(!policy.contains(unsafe_word), "{name}: {policy}");
    }
    for absent in [
        "server",
        "x-powered-by",
        "strict-transport-security",
        "expect-ct",
        "public-key-pins",
    ] {
        assert!(!answer.headers.contains_key(absent), "{absent} on {name}");
    }
}

/// HDR-2 to HDR-13, HDR-15, CORS-3, CORS-13: whatever the status, from no origin, an allowed and another.
// table: kinds of answers
#[tokio::test]
async fn on_every_kind_of_answer() {
    let app = TestApp::with(&[super::cors::ORIGINS]).await;
    let signed_in = app.user("clara").await;
    app.user("bob").await;
    for origin in [None, Some(super::cors::APP), Some("https://evil.example")] {
        let (user, nobody) = (from(&signed_in, origin), from(&app.anonymous(), origin));
        let bob = from(&app.sign_in("bob").await, origin);
        let answers = [
            ("200", nobody.get("/health").await, 200),
            ("a document", nobody.get("/openapi.json").await, 200),
            (
                "a change",
                user.patch("/api/auth/me", json!({"username": "Clara"}))
                    .await,
                200,
            ),
            ("204", bob.post_nothing("/api/auth/logout").await, 204),
            ("400", user.post_text("/api/v1/generate", "{").await, 400),
            ("401", nobody.get("/api/auth/me").await, 401),
            ("403", user.get("/api/v1/admin/users").await, 403),
            ("404", nobody.get("/nothing").await, 404),
            ("405", nobody.send(Method::PUT, "/health", None).await, 405),
            (
                "OPTIONS",
                nobody.send(Method::OPTIONS, "/api/v1/generate", None).await,
                405,
            ),
            (
                "HEAD",
                nobody.send(Method::HEAD, "/health", None).await,
                200,
            ),
            (
                "413",
                user.post_text("/api/v1/generate", " ".repeat(20_000)).await,
                413,
            ),
            (
                "415",
                user.clone()
                    .with("content-type", "text/plain")
                    .post_text("/api/v1/generate", "{}")
                    .await,
                415,
            ),
            ("422", user.post("/api/v1/generate", json!({})).await, 422),
        ];
        for (name, answer, status) in answers {
            let name = format!("{name} from {origin:?}");
            answer.is(status);
            check(&name, &answer);
            read_by(&name, &answer, origin);
        }
        for page in [
            nobody.get("/docs").await,
            nobody.get("/.well-known/change-password").await,
        ] {
            check("a page", &page);
            assert!(!page.headers.contains_key("access-control-allow-origin"));
        }
    }
    let asking = app
        .anonymous()
        .with("access-control-request-method", "POST");
    for (origin, status) in [(super::cors::APP, 204), ("https://evil.example", 403)] {
        let asking = asking.clone().with("origin", origin);
        let answer = asking.send(Method::OPTIONS, "/api/v1/generate", None).await;
        check("a preflight", answer.is(status));
    }
    let twice = app
        .anonymous()
        .with("origin", "https://a.example")
        .with("origin", "null");
    check("two origins", twice.get("/health").await.is(400));
}

fn from<'a>(who: &Persona<'a>, origin: Option<&str>) -> Persona<'a> {
    let who = who.clone();
    match origin {
        Some(origin) => who.with("origin", origin),
        None => who,
    }
}

#[track_caller]
fn read_by(name: &str, answer: &Answer, origin: Option<&str>) {
    let allowed = origin.filter(|origin| *origin == super::cors::APP);
    let marked = answer.headers.get("access-control-allow-origin");
    assert_eq!(
        marked.map(|value| value.to_str().unwrap()),
        allowed,
        "{name}"
    );
    assert_eq!(answer.header("vary"), "Origin", "{name}");
}

/// The same for what takes music, and guesses: 202, 206, 304, 416, 429, events, files.
#[tokio::test(flavor = "multi_thread")]
async fn on_files_streams_and_refused_guesses() {
    let app = TestApp::working_with(&[super::cors::ORIGINS]).await;
    let user = app.user("clara").await.with("origin", super::cors::APP);
    let queued = user
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await;
    let id = queued.is(202).json()["task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let events = user.get(&format!("/api/v1/generate/{id}/events")).await;
    let audio = format!("/api/v1/generate/{id}/audio");
    let whole = user.get(&audio).await;
    let etag = whole.header("etag").to_owned();
    let answers = [
        ("202", queued, 202),
        ("events", events, 200),
        (
            "206",
            user.clone().with("range", "bytes=0-9").get(&audio).await,
            206,
        ),
        (
            "304",
            user.clone().with("if-none-match", &etag).get(&audio).await,
            304,
        ),
        (
            "416",
            user.clone()
                .with("range", "bytes=99999999-")
                .get(&audio)
                .await,
            416,
        ),
        ("a file", whole, 200),
    ];
    for (name, answer, status) in &answers {
        check(name, answer.is(*status));
        read_by(name, answer, Some(super::cors::APP));
        let is_file = [200, 206, 304].contains(status) && *name != "events";
        let policy = answer.header("content-security-policy");
        assert_eq!(policy.contains("; sandbox;"), is_file, "{name}: {policy}");
    }
    let guess = json!({"email": "clara@example.com", "password": "not the password"});
    let stranger = app.anonymous().with("origin", super::cors::APP);
    let mut last = stranger.post("/api/auth/login", guess.clone()).await;
    while last.status == 401 {
        check("401", &last);
        last = stranger.post("/api/auth/login", guess.clone()).await;
    }
    check("429", last.is(429));
    read_by("429", &last, Some(super::cors::APP));
    let exposed = last.header("access-control-expose-headers");
    assert!(exposed.contains("Retry-After") && !last.header("retry-after").is_empty());
}

/// B111, HDR-1: over https as a trusted proxy says, on every status, and never by anybody else's word.
#[tokio::test]
async fn b111_transport_security_is_said_over_https_alone() {
    const HSTS: &str = "max-age=63072000; includeSubDomains";
    let behind = TestApp::with(&[("TRUSTED_PROXIES", "192.0.2.1")]).await;
    let alone = TestApp::start().await;
    let rows = [
        ("a proxy, https", &behind, "192.0.2.1", "https", HSTS),
        ("a proxy, http", &behind, "192.0.2.1", "http", ""),
        ("a proxy that doesn't say", &behind, "192.0.2.1", "", ""),
        ("somebody else", &behind, "192.0.2.2", "https", ""),
        ("without proxies", &alone, "192.0.2.1", "https", ""),
    ];
    for (name, app, peer, proto, expected) in rows {
        let who = app.anonymous().from_address(peer);
        let who = if proto.is_empty() {
            who
        } else {
            who.with("x-forwarded-proto", proto)
        };
        let two = who.clone().with("origin", "null").with("origin", "null");
        for (answer, status) in [
            (who.get("/health").await, 200),
            (who.get("/docs").await, 200),
            (who.get("/api/auth/me").await, 401),
            (who.get("/nothing").await, 404),
            (who.send(Method::PUT, "/health", None).await, 405),
            (who.send(Method::OPTIONS, "/health", None).await, 405),
            (two.get("/health").await, 400),
        ] {
            answer.is(status);
            let all = answer.headers.get_all("strict-transport-security").iter();
            let all: Vec<_> = all.map(|value| value.to_str().unwrap()).collect();
            let expected: &[&str] = if expected.is_empty() {
                &[]
            } else {
                &[expected]
            };
            assert_eq!(all, expected, "{name}, {status}");
        }
    }
}

#[tokio::test]
async fn request_ids() {
    let app = TestApp::start().await;
    let kept = app
        .anonymous()
        .with("x-request-id", "trace-1.a_B")
        .get("/health")
        .await;
    assert_eq!(kept.header("x-request-id"), "trace-1.a_B");
    let long = "a".repeat(65);
    for replaced in ["with blank", "quote\"", &long, "<script>", "ünï"] {
        let answer = app
            .anonymous()
            .with("x-request-id", replaced)
            .get("/nothing")
            .await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{replaced}");
        answer.is_problem(404, "not_found");
    }
}

/// AZ-2: absent and somebody else's are the same answer, but for the request's own id and path.
#[tokio::test]
async fn somebody_elses_things_are_absent() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let task = clara
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await
        .json();
    let theirs = task["task_id"].as_str().unwrap().to_owned();
    let absent = "0b0f6a5e-0000-4000-8000-000000000000".to_owned();
    for (method, suffix) in [
        (Method::GET, ""),
        (Method::GET, "/events"),
        (Method::GET, "/audio"),
        (Method::POST, "/cancel"),
        (Method::DELETE, ""),
    ] {
        let mut bodies = Vec::new();
        for id in [&theirs, &absent] {
            let path = format!("/api/v1/generate/{id}{suffix}");
            let answer = bob.send(method.clone(), &path, None).await;
            answer.is_problem(404, "not_found");
            let mut body = answer.json();
            body["request_id"] = json!("");
            body["instance"] = json!("");
            bodies.push(body);
        }
        assert_eq!(bodies[0], bodies[1], "{method} {suffix}");
    }
    bob.get(&format!("/download/{theirs}"))
        .await
        .is_problem(404, "not_found");
    assert_eq!(bob.get("/api/v1/generate").await.json()["items"], json!([]));
    clara
        .get(&format!("/api/v1/generate/{theirs}"))
        .await
        .is(200);
    for odd in [
        "x",
        "0B0F6A5E-0000-4000-8000-000000000000",
        "0b0f6a5e00004000800000000000000a",
        "%20",
        "%C3%A9",
    ] {
        clara
            .get(&format!("/api/v1/generate/{odd}"))
            .await
            .is_problem(404, "not_found");
        clara
            .get(&format!("/download/{odd}"))
            .await
            .is_problem(404, "not_found");
    }
}
