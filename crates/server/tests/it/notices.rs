//! What owners are told by mail.

use crate::sign_in::login;
use musicgen_testkit::{Browser, PASSWORD, TestApp};
use serde_json::json;
use time::Duration;

const REUSE: &str = "A session was ended for your safety";

/// REF-2: whose spent token came again is told, whichever way it came; somebody else isn't.
#[tokio::test]
async fn the_owner_is_told_that_a_token_was_used_again() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    app.user("bert").await;
    let refresh = async |token: &str| {
        let body = json!({"refresh_token": token});
        app.anonymous().post("/api/auth/refresh", body).await
    };
    refresh(&clara.refresh_token).await.is(200);
    app.advance(Duration::seconds(31));
    assert!(app.letters("clara", REUSE).await.is_empty());
    let stolen = &clara.refresh_token;
    refresh(stolen)
        .await
        .is_problem(401, "invalid_refresh_token");
    assert_eq!(app.letters("clara", REUSE).await.len(), 1);
    refresh(stolen)
        .await
        .is_problem(401, "invalid_refresh_token");
    assert_eq!(
        app.letters("clara", REUSE).await.len(),
        1,
        "the session had ended: nothing is new"
    );
    let browser: Browser<'_> = app.browser();
    browser.sign_in("clara").await;
    let thief = browser.fork();
    browser.post_nothing("/api/auth/refresh").await.is(200);
    app.advance(Duration::seconds(31));
    thief.post_nothing("/api/auth/refresh").await.is(401);
    assert_eq!(app.letters("clara", REUSE).await.len(), 2);
    assert!(app.letters("bert", REUSE).await.is_empty());
}

/// KEY-16: whatever changes a key is told, once; REF-2 at the OAuth endpoint too.
#[tokio::test]
async fn the_owner_is_told_of_keys() {
    use crate::api_keys::{KEYS, make, path, text};
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let letters = async |subject: &str| app.letters("clara", subject).await.len();
    let (new, rotated, revoked) = (
        "An API key was created",
        "An API key was replaced",
        "An API key was revoked",
    );
    assert_eq!((letters(new).await, letters(revoked).await), (1, 0));
    let next = clara.post_nothing(&format!("{}/rotate", path(&made))).await;
    let next = next.is(200).json();
    assert_eq!(letters(rotated).await, 1);
    for _ in 0..2 {
        clara.delete(&path(&made)).await.is(204);
        assert_eq!(letters(revoked).await, 1);
    }
    let form_type = "application/x-www-form-urlencoded";
    let finder = app.anonymous().with("content-type", form_type);
    for _ in 0..2 {
        let form = format!("token={}", text(&next));
        finder.post_text("/api/auth/revoke", form).await.is(200);
        assert_eq!(letters(revoked).await, 2);
    }
    let foreign = format!("{KEYS}/0b0f6a5e-0000-4000-8000-000000000000");
    clara.delete(&foreign).await.is(404);
    assert_eq!(letters(revoked).await, 2);

    let spent = format!(
        "grant_type=refresh_token&refresh_token={}",
        clara.refresh_token
    );
    let token = "/api/auth/token";
    finder.post_text(token, spent.as_str()).await.is(200);
    app.advance(Duration::seconds(31));
    finder.post_text(token, spent.as_str()).await.is(400);
    assert_eq!(letters(REUSE).await, 1);
}

const NEW_DEVICE: &str = "New sign-in to your account";

/// A sign-in from a device that isn't known is told, the first one excepted; after that every one,
/// also when no record of an earlier one is left.
#[tokio::test]
async fn the_owner_is_told_of_a_new_device() {
    let app = TestApp::start().await;
    let body = json!({"email": "clara@example.com", "username": "clara", "password": PASSWORD});
    app.anonymous()
        .post("/api/auth/register", body)
        .await
        .is(201);
    let browser = app.browser().from_address("192.0.2.1");
    browser.sign_in("clara").await;
    browser.sign_in("clara").await;
    assert!(
        app.letters("clara", NEW_DEVICE).await.is_empty(),
        "the first, and a known one"
    );
    let program = app
        .anonymous()
        .from_address("203.0.113.9")
        .with("user-agent", "curl/8.5");
    let answer = program
        .post("/api/auth/login", login("clara", PASSWORD))
        .await;
    let letters = app.letters("clara", NEW_DEVICE).await;
    assert_eq!(letters.len(), 1);
    let text = letters[0].body().replace('\n', " ");
    assert!(
        text.contains("curl") && text.contains("203.0.113.9"),
        "{text}"
    );
    let mut known = login("clara", PASSWORD);
    known["device_token"] = answer.json()["device_token"].clone();
    program.post("/api/auth/login", known).await.is(200);
    let wrong = login("clara", "not the password");
    program.post("/api/auth/login", wrong).await.is(401);
    assert_eq!(app.letters("clara", NEW_DEVICE).await.len(), 1);
    app.advance(Duration::days(400));
    app.database()
        .execute("DELETE FROM sessions", &[])
        .await
        .unwrap();
    app.browser().sign_in("clara").await;
    assert_eq!(app.letters("clara", NEW_DEVICE).await.len(), 2);
}

/// SES-11: what administrators do to an account is told to its owner, and only what they did.
#[tokio::test]
async fn the_owner_is_told_what_administrators_did() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let admin = app.admin("ada").await;
    let path = format!("/api/v1/admin/users/{}", app.account("clara").await.id);
    let ended = format!("{path}/revoke-sessions");
    let count = async |subject: &str| app.letters("clara", subject).await.len();
    admin
        .patch(&path, json!({"tier": "premium", "disabled": false}))
        .await
        .is(200);
    let subjects = [
        "You were signed out",
        "Your account was disabled",
        "Your account was enabled",
    ];
    for subject in subjects {
        assert_eq!(count(subject).await, 0);
    }
    admin.post_nothing(&ended).await.is(200);
    admin.post_nothing(&ended).await.is(200);
    assert_eq!(count(subjects[0]).await, 1, "the second found none to end");
    for disabled in [true, true, false, false] {
        admin
            .patch(&path, json!({"disabled": disabled}))
            .await
            .is(200);
    }
    assert_eq!((count(subjects[1]).await, count(subjects[2]).await), (1, 1));
}
