//! The security headers stand on every answer, each once.

use http::Method;
use musicgen_testkit::{Answer, TestApp};
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

#[tokio::test]
async fn on_every_kind_of_answer() {
    let app = TestApp::start().await;
    let (user, nobody) = (app.user("clara").await, app.anonymous());
    let answers = [
        ("200", nobody.get("/health").await, 200),
        ("a page", nobody.get("/docs").await, 200),
        ("a document", nobody.get("/openapi.json").await, 200),
        (
            "202",
            user.post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
                .await,
            202,
        ),
        (
            "204",
            app.user("bob").await.post_nothing("/api/auth/logout").await,
            204,
        ),
        ("400", user.post_text("/api/v1/generate", "{").await, 400),
        ("401", nobody.get("/api/auth/me").await, 401),
        ("403", user.get("/metrics").await, 403),
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
        answer.is(status);
        check(name, &answer);
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
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "%ff",
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
