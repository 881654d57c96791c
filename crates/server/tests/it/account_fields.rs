//! Each field of registration and sign-in, at, above and below its bounds.

use super::accounts::registration;
use musicgen_testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};

#[tokio::test]
async fn registration_fields() {
    let app = TestApp::start().await;
    let good = || registration("clara@example.com", PASSWORD);
    let with = |name: &str, value: Value| {
        let mut body = good();
        body[name] = value;
        body
    };
    let long_name = "n".repeat(64);
    let longer_name = "n".repeat(65);
    let rows: Vec<(&str, Value, Vec<(&str, &str)>)> = vec![
        (
            "all absent",
            json!({}),
            vec![
                ("/email", "required"),
                ("/password", "required"),
                ("/username", "required"),
            ],
        ),
        (
            "no address",
            with("email", json!("clara")),
            vec![("/email", "format")],
        ),
        (
            "a second line in the address",
            with("email", json!("a@b.example\nBcc: c@d.example")),
            vec![("/email", "format")],
        ),
        (
            "address of 255",
            with("email", json!("a".repeat(255))),
            vec![("/email", "too_long")],
        ),
        (
            "empty name",
            with("username", json!("")),
            vec![("/username", "required")],
        ),
        (
            "name of 65",
            with("username", json!(longer_name)),
            vec![("/username", "too_long")],
        ),
        (
            "name with a bidi override",
            with("username", json!("a\u{202e}b")),
            vec![("/username", "format")],
        ),
        (
            "14 characters",
            with("password", json!("fourteen chars")),
            vec![("/password", "too_short")],
        ),
        (
            "257 characters",
            with("password", json!("ab".repeat(128) + "c")),
            vec![("/password", "too_long")],
        ),
        (
            "1025 characters",
            with("password", json!("a".repeat(1025))),
            vec![("/password", "too_long")],
        ),
        (
            "own address as the password",
            with("password", json!("clara@example.com")),
            vec![("/password", "too_easy")],
        ),
        (
            "name of the service",
            with("password", json!("Music Gen AI Music Gen AI")),
            vec![("/password", "too_easy")],
        ),
        (
            "a role",
            with("role", json!("admin")),
            vec![("/role", "unknown_field")],
        ),
        (
            "roles",
            with("roles", json!(["admin"])),
            vec![("/roles", "unknown_field")],
        ),
        (
            "tier",
            with("tier", json!("enterprise")),
            vec![("/tier", "unknown_field")],
        ),
        (
            "an id",
            with("id", json!("x")),
            vec![("/id", "unknown_field")],
        ),
        (
            "verified",
            with("email_verified", json!(true)),
            vec![("/email_verified", "unknown_field")],
        ),
        (
            "a number as a name",
            with("username", json!(7)),
            vec![("/username", "type")],
        ),
    ];
    for (name, body, expected) in rows {
        let faults = app
            .anonymous()
            .post("/api/auth/register", body)
            .await
            .faults();
        let expected: Vec<_> = expected
            .iter()
            .map(|(p, c)| (p.to_string(), c.to_string()))
            .collect();
        assert_eq!(faults, expected, "{name}");
    }
    for (name, body) in [
        ("name of 64", with("username", json!(long_name))),
        (
            "15 characters",
            registration("b@example.com", "fifteen chars ok"),
        ),
        (
            "256 characters",
            registration("c@example.com", &"ab".repeat(128)),
        ),
        (
            "15 emoji",
            registration("d@example.com", "🎸🥁🎹🎷🎺🎻🪕🪗🪘🎼🎵🎶🎤🎧📯"),
        ),
    ] {
        let answer = app.anonymous().post("/api/auth/register", body).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.text());
    }
}

#[tokio::test]
async fn sign_in_fields() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let rows = [
        (
            json!({}),
            vec![("/email", "required"), ("/password", "required")],
        ),
        (
            json!({"email": "clara@example.com", "password": PASSWORD, "delivery": 1}),
            vec![("/delivery", "type")],
        ),
        (
            json!({"email": "clara@example.com", "password": PASSWORD, "delivery": "mail"}),
            vec![("/delivery", "not_one_of")],
        ),
        (
            json!({"email": "clara@example.com", "password": PASSWORD, "delivery": "body", "remember_me": 1}),
            vec![("/remember_me", "type")],
        ),
        (
            json!({"email": "clara@example.com", "password": "x".repeat(1025), "delivery": "body"}),
            vec![("/password", "too_long")],
        ),
    ];
    for (body, expected) in rows {
        let faults = app.anonymous().post("/api/auth/login", body).await.faults();
        let expected: Vec<_> = expected
            .iter()
            .map(|(p, c)| (p.to_string(), c.to_string()))
            .collect();
        assert_eq!(faults, expected);
    }
}
