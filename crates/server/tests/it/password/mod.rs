//! New passwords: by a link in a letter, or by the old one.

mod change;
mod reset;

use crate::sign_in::login;
use musicgen_testkit::{Answer, Received, TestApp};
use serde_json::json;
use time::Duration;

const NEW: &str = "an entirely different phrase";
const RESET: &str = "Reset your password";
const CHANGED: &str = "Your password was changed";

async fn forgot(app: &TestApp, name: &str) -> Answer {
    let body = json!({"email": format!("{name}@example.com")});
    app.anonymous()
        .post("/api/auth/password/forgot", body)
        .await
}

/// Asks for a link, and gives the token of the newest letter.
async fn link(app: &TestApp, name: &str) -> String {
    forgot(app, name).await.is(202);
    let letters = app.letters(name, RESET).await;
    let token = letters.last().and_then(Received::token);
    // So that the next one is newer.
    app.advance(Duration::seconds(1));
    token.expect("a letter with a link")
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "new_password": password});
    app.anonymous().post("/api/auth/password/reset", body).await
}

async fn try_sign_in(app: &TestApp, name: &str, password: &str) -> u16 {
    let caller = app.anonymous();
    let answer = caller.post("/api/auth/login", login(name, password)).await;
    answer.status.as_u16()
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    app.anonymous().post("/api/auth/refresh", body).await
}

async fn api_key(app: &TestApp, name: &str) -> String {
    let owner = app.sign_in(name).await;
    let body = json!({"name": "key", "scopes": ["models:view"]});
    let made = owner.post("/api/v1/user/api-keys", body).await;
    made.is(201).json()["key"].as_str().unwrap().to_owned()
}

async fn key_works(app: &TestApp, key: &str) -> bool {
    let program = app.anonymous().with("x-api-key", key);
    program.get("/api/v1/models").await.status == 200
}
