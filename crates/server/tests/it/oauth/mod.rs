//! OAuth 2 through the API.

mod grants;
mod programs;
mod revoking;
mod telling;

use crate::api_keys::{make, path, text};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use musicgen_testkit::{Answer, Persona, TestApp};
use serde_json::{Value, json};

const TOKEN: &str = "/api/auth/token";
const INTROSPECT: &str = "/api/auth/introspect";
const REVOKE: &str = "/api/auth/revoke";
const MODELS: &str = "/api/v1/models";

/// POST of a form.
async fn send(somebody: &Persona<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = fields.iter().map(|(name, value)| {
        let bytes = value.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        });
        format!("{name}={}", bytes.collect::<String>())
    });
    let form = form.collect::<Vec<_>>().join("&");
    let form_type = "application/x-www-form-urlencoded";
    let somebody = somebody.clone().with("content-type", form_type);
    somebody.post_text(path, form).await
}

/// Checks a refusal in the form of RFC 6749.
#[track_caller]
fn is_error(answer: &Answer, status: u16, error: &str) {
    answer.is(status);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(body["error"], error, "{body}");
    assert!(body["error_description"].is_string(), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    if status == 401 {
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Basic "), "{challenge}");
    }
}

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

/// A program's token request with a key of the form.
async fn exchange(app: &TestApp, made: &Value, scope: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id(made)),
        ("client_secret", text(made)),
        ("scope", scope),
    ];
    send(&app.anonymous(), TOKEN, &fields).await
}

/// A program with an access token of a key.
async fn program<'a>(app: &'a TestApp, made: &Value) -> (Persona<'a>, String) {
    let answer = exchange(app, made, "").await.is(200).json();
    let token = answer["access_token"].as_str().unwrap().to_owned();
    (bearer(app, &token), token)
}

fn bearer<'a>(app: &'a TestApp, token: &str) -> Persona<'a> {
    let value = format!("Bearer {token}");
    app.anonymous().with("authorization", &value)
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The claims of an access token.
fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn refresh(app: &TestApp, token: &str, scope: &str) -> Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", scope),
    ];
    send(&app.anonymous(), TOKEN, &fields).await
}
