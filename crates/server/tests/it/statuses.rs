//! One table of everything that a caller can be told, over the whole application.

use super::heads::PUBLIC;
use super::walk::ABSENT;
use axum::body::Body;
use http::{Method, Request};
use musicgen::app::{App, Surroundings};
use musicgen::config::Config;
use musicgen_security::random::{Random, SystemRandom};
use musicgen_testkit::{Answer, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use time::Duration;
use tower::ServiceExt;

/// A situation, what was answered, the status, and what the answer must carry.
struct Row {
    situation: &'static str,
    answer: Answer,
    status: u16,
    carries: &'static [(&'static str, &'static str)],
}

/// An empty text is any.
fn check(rows: &[Row]) {
    for Row {
        situation,
        answer,
        status,
        carries,
    } in rows
    {
        assert_eq!(
            answer.status.as_u16(),
            *status,
            "{situation}: {}",
            answer.text()
        );
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{situation}"
        );
        for (name, expected) in *carries {
            let value = answer.header(name);
            assert!(!value.is_empty(), "{situation}: no {name}");
            assert!(
                expected.is_empty() || value == *expected,
                "{situation}: {name}: {value}"
            );
        }
        assert_eq!(
            answer.header("x-content-type-options"),
            "nosniff",
            "{situation}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{situation}");
        let body = answer.json();
        assert_eq!(body["status"], *status, "{situation}");
        assert_eq!(
            body["request_id"],
            answer.header("x-request-id"),
            "{situation}"
        );
        assert_eq!(body["errors"].is_array(), *status == 422, "{situation}");
    }
}

const WITHOUT_ERROR: &[(&str, &str)] = &[("www-authenticate", "Bearer")];
const INVALID_TOKEN: &[(&str, &str)] = &[("www-authenticate", "Bearer error=\"invalid_token\"")];
const TOO_SMALL: &[(&str, &str)] = &[("www-authenticate", "Bearer error=\"insufficient_scope\"")];
const CLOSED: &[(&str, &str)] = &[("connection", "close")];
const COME_BACK: &[(&str, &str)] = &[("retry-after", "")];

/// VAL-2, VAL-3, HDR-10, HDR-11 and the table of statuses: what exists of it in this application.
#[tokio::test]
async fn every_status_has_its_situation() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    app.user("dora").await;
    app.make_premium("dora").await;
    let dora_now = app.sign_in("dora").await;
    let piece = json!({"prompt": "slow sad piano", "duration": 1});
    let hers = dora_now.post("/api/v1/generate", piece.clone()).await;
    let hers = hers.is(202).json()["task_id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let gone = app.sign_in("clara").await;
    gone.post_nothing("/api/auth/logout").await.is(204);
    let browser = app.browser();
    browser.sign_in("clara").await;
    let nobody = app.anonymous();
    let row = |situation, answer, status, carries| Row {
        situation,
        answer,
        status,
        carries,
    };
    let as_post = |path: &str| {
        Request::post(path).header("authorization", format!("Bearer {}", clara.access_token))
    };
    let mut rows = vec![
        row(
            "no credentials",
            nobody.get("/api/auth/me").await,
            401,
            WITHOUT_ERROR,
        ),
        row(
            "bad token",
            nobody
                .clone()
                .with("authorization", "Bearer x")
                .get("/api/auth/me")
                .await,
            401,
            INVALID_TOKEN,
        ),
        row(
            "revoked token",
            gone.get("/api/auth/me").await,
            401,
            INVALID_TOKEN,
        ),
        row(
            "role too small",
            clara.get("/api/v1/admin/users").await,
            403,
            TOO_SMALL,
        ),
        row(
            "no CSRF token",
            browser
                .without("x-csrf-token")
                .post_nothing("/api/auth/logout")
                .await,
            403,
            &[],
        ),
        row(
            "refused origin",
            browser
                .with("origin", "https://evil.example")
                .post_nothing("/api/auth/logout")
                .await,
            403,
            &[],
        ),
        row(
            "foreign object",
            clara.get(&format!("/api/v1/generate/{hers}")).await,
            404,
            &[],
        ),
        row(
            "absent object",
            clara.get(&format!("/api/v1/generate/{ABSENT}")).await,
            404,
            &[],
        ),
        row("unknown path", nobody.get("/nothing").await, 404, &[]),
        row(
            "wrong method",
            clara.send(Method::DELETE, "/api/auth/me", None).await,
            405,
            &[("allow", "")],
        ),
        row(
            "cannot satisfy Accept",
            clara
                .clone()
                .with("accept", "image/png")
                .get("/api/auth/me")
                .await,
            406,
            &[],
        ),
        row(
            "conflict",
            dora_now
                .get(&format!("/api/v1/generate/{hers}/audio"))
                .await,
            409,
            &[],
        ),
        row(
            "target too long",
            nobody.get(&format!("/docs?{}", "a".repeat(9000))).await,
            414,
            &[],
        ),
        row(
            "wrong type",
            clara
                .clone()
                .with("content-type", "text/plain")
                .post("/api/v1/generate", piece.clone())
                .await,
            415,
            &[],
        ),
        row(
            "unknown coding",
            clara
                .clone()
                .with("content-encoding", "x")
                .post("/api/v1/generate", piece.clone())
                .await,
            415,
            &[],
        ),
        row(
            "unknown expectation",
            nobody.clone().with("expect", "x").get("/docs").await,
            417,
            &[],
        ),
        row(
            "wrong authority",
            nobody
                .clone()
                .with("host", "evil.example")
                .get("/docs")
                .await,
            421,
            &[],
        ),
        row(
            "two authorities",
            nobody
                .clone()
                .with("host", PUBLIC)
                .with("host", PUBLIC)
                .get("/docs")
                .await,
            400,
            &[],
        ),
        row(
            "well-formed but invalid",
            clara.post("/api/v1/generate", json!({"prompt": 1})).await,
            422,
            &[],
        ),
        row(
            "unknown parameter",
            clara.get("/api/auth/me?x=1").await,
            422,
            &[],
        ),
        row(
            "headers too large",
            nobody
                .clone()
                .with("x-long", &"x".repeat(9000))
                .get("/docs")
                .await,
            431,
            &[],
        ),
        row(
            "malformed",
            clara.post_text("/api/v1/generate", "{").await,
            400,
            &[],
        ),
    ];
    let large = Body::from(format!("{{\"prompt\": \"{}\"}}", "a".repeat(100_000)));
    let large = as_post("/api/v1/generate")
        .header("content-type", "application/json")
        .body(large);
    rows.push(row(
        "body too large",
        app.call(large.unwrap()).await,
        413,
        CLOSED,
    ));
    let typeless = as_post("/api/v1/generate").body(Body::from(piece.to_string()));
    rows.push(row("no type", app.call(typeless.unwrap()).await, 415, &[]));
    for _ in 0..6 {
        let wrong = json!({"email": "dora@example.com", "password": "wrong wrong wrong wrong"});
        let answer = nobody.post("/api/auth/login", wrong).await;
        if answer.status == 429 {
            rows.push(row("lock-out", answer, 429, COME_BACK));
        }
    }
    app.advance(Duration::minutes(16));
    let late = json!({"current_password": "x", "new_password": "x"});
    let fresh = app.sign_in("clara").await;
    app.advance(Duration::minutes(14));
    fresh.get("/api/auth/me").await.is(200);
    app.advance(Duration::seconds(30));
    rows.push(row(
        "expired token",
        clara.get("/api/auth/me").await,
        401,
        INVALID_TOKEN,
    ));
    browser.post_nothing("/api/auth/refresh").await.is(200);
    rows.push(row(
        "sign-in too long ago",
        browser.post("/api/auth/password", late).await,
        428,
        &[],
    ));
    app.close_database().await;
    rows.push(row(
        "dependency down",
        nobody
            .post(
                "/api/auth/login",
                json!({"email": "clara@example.com", "password": "x"}),
            )
            .await,
        503,
        COME_BACK,
    ));
    check(&rows);
    let code = |situation: &str| {
        let found = rows.iter().find(|row| row.situation == situation);
        let mut body = found.map(|row| row.answer.json()).unwrap_or_default();
        for own in ["instance", "request_id"] {
            body[own] = Value::Null;
        }
        body
    };
    assert_eq!(code("foreign object"), code("absent object"));
    assert!(rows.iter().any(|row| row.status == 429));
}

/// Gives randomness until it is told to fail.
#[derive(Default)]
struct Failing(AtomicBool);

impl Random for Failing {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(
            !self.0.load(Ordering::Relaxed),
            "a secret of the program: /etc/shadow"
        );
        SystemRandom.fill(bytes);
    }
}

/// VAL-4, VAL-20: a panic within a handler is a 500 that tells nothing but the request's id, and the next
/// request is served.
#[tokio::test]
async fn a_fault_is_a_500_and_the_process_lives() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let config = Config::for_tests(BTreeMap::from([("DATA_DIR".to_owned(), data)])).unwrap();
    let random = Arc::new(Failing::default());
    let surroundings = Surroundings {
        random: random.clone(),
        ..Surroundings::system()
    };
    let app = App::build(&config, surroundings).await.unwrap();
    let ask = async || {
        let request = Request::get("/api/auth/csrf-token")
            .header("host", "localhost")
            .header("x-request-id", "of-mine");
        let Ok(answer) = app
            .service()
            .oneshot(request.body(Body::empty()).unwrap())
            .await;
        let (parts, body) = answer.into_parts();
        let body = http_body_util::BodyExt::collect(body)
            .await
            .unwrap()
            .to_bytes()
            .to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    };
    ask().await.is(200);
    random.0.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        let answer = ask().await;
        answer.is_problem(500, "internal_error");
        assert_eq!(answer.json()["request_id"], "of-mine");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert!(!answer.text().contains("shadow"), "{}", answer.text());
    }
    random.0.store(false, Ordering::Relaxed);
    ask().await.is(200);
}
