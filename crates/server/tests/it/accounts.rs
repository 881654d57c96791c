//! Registration, sign-in and the own account.

use musicgen_security::authentication::accounts::AccountStore as _;
use musicgen_security::authentication::passwords::{Password, PasswordHasher, Verified};
use musicgen_security::random::SystemRandom;
use musicgen_testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;
use time::Duration;

pub(crate) fn registration(email: &str, password: &str) -> Value {
    json!({"email": email, "username": "Clara", "password": password})
}

fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password, "delivery": "body"})
}

#[tokio::test]
async fn from_registration_to_sign_out() {
    let app = TestApp::start().await;
    let stranger = app.anonymous();
    let answer = stranger
        .post(
            "/api/auth/register",
            registration("Clara@Example.com", PASSWORD),
        )
        .await;
    answer.is(201);
    assert_eq!(
        answer.json(),
        json!({"email": "clara@example.com", "username": "Clara", "verification": "none"})
    );
    let answer = stranger
        .post("/api/auth/login", login("CLARA@example.com", PASSWORD))
        .await;
    answer.is(200);
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 900);
    assert_eq!(body["user"]["roles"], json!(["user"]));
    assert_eq!(answer.header("cache-control"), "no-store");

    let clara = app.anonymous().with(
        "authorization",
        &format!("bearer {}", body["access_token"].as_str().unwrap()),
    );
    let me = clara.get("/api/auth/me").await.json();
    assert_eq!(me["permissions"], json!(["music:generate", "models:view"]));
    assert_eq!(
        (me["tier"].as_str(), me["email"].as_str()),
        (Some("free"), Some("clara@example.com"))
    );
    assert_eq!(me["limits"]["longest_seconds"], 60.0);
    let me = clara
        .patch("/api/auth/me", json!({"username": "Clara W. 🎹"}))
        .await
        .json();
    assert_eq!(me["username"], "Clara W. 🎹");

    clara.post_nothing("/api/auth/logout").await.is(204);
    clara
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    let refresh = json!({"refresh_token": body["refresh_token"]});
    app.anonymous()
        .post("/api/auth/refresh", refresh)
        .await
        .is_problem(401, "invalid_refresh_token");
}

/// A stranger learns nothing: the same status, body shape and headers for all of these.
#[tokio::test]
async fn registration_and_sign_in_do_not_tell_who_has_an_account() {
    let app = TestApp::start().await;
    let first = app
        .anonymous()
        .post(
            "/api/auth/register",
            registration("clara@example.com", PASSWORD),
        )
        .await;
    let again = app
        .anonymous()
        .post(
            "/api/auth/register",
            registration("clara@example.com", "another password 1"),
        )
        .await;
    assert_eq!((first.status, first.json()), (again.status, again.json()));
    let second_password = app
        .anonymous()
        .post(
            "/api/auth/login",
            login("clara@example.com", "another password 1"),
        )
        .await;

    app.user("disabled").await;
    app.disable("disabled").await;
    let mut answers = vec![second_password];
    for body in [
        login("clara@example.com", "wrong password here"),
        login("clara@example.com", ""),
        login("nobody@example.com", PASSWORD),
        login("nobody@example.com", ""),
        login("disabled@example.com", PASSWORD),
        login("not an address", PASSWORD),
        login("clara@example.com", &"x".repeat(1024)),
    ] {
        answers.push(app.anonymous().post("/api/auth/login", body).await);
    }
    for answer in &answers {
        answer.is_problem(401, "wrong_credentials");
        let mut body = answer.json();
        body["request_id"] = json!("");
        let mut expected = answers[0].json();
        expected["request_id"] = json!("");
        assert_eq!(body, expected);
        let names = |answer: &musicgen_testkit::Answer| {
            answer
                .headers
                .keys()
                .map(ToString::to_string)
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(names(answer), names(&answers[0]));
    }
}

#[tokio::test]
async fn one_address_is_registered_once_however_many_ask() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let email = format!("race{round}@example.com");
        let calls = (0..24).map(|n| {
            let body = registration(&email, &format!("the password of call {n:02}"));
            let stranger = app.anonymous();
            async move { stranger.post("/api/auth/register", body).await }
        });
        for answer in futures_util::future::join_all(calls).await {
            answer.is(201);
        }
        // Not by signing in, which guesses of that number don't get to.
        let hash = app.account(&format!("race{round}")).await.password_hash;
        let hash = hash.unwrap();
        let fits = |n: &i32| {
            let password = Password::new(&format!("the password of call {n:02}"));
            PasswordHasher::new(Arc::new(SystemRandom)).verify(&password, &hash)
                != Verified::Mismatch
        };
        let works = (0..24).filter(fits).count();
        assert_eq!(works, 1, "exactly one of the passwords was kept");
    }
}

#[tokio::test]
async fn tokens_end_on_time_and_remembered_sessions_later() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    app.advance(Duration::minutes(15) + Duration::seconds(29));
    clara.get("/api/auth/me").await.is(200);
    app.advance(Duration::seconds(1));
    clara
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    let refresh = json!({"refresh_token": clara.refresh_token});
    app.anonymous()
        .post("/api/auth/refresh", refresh.clone())
        .await
        .is(200);

    let late = app.sign_in("clara").await;
    app.advance(Duration::days(7));
    let refresh = json!({"refresh_token": late.refresh_token});
    app.anonymous()
        .post("/api/auth/refresh", refresh)
        .await
        .is_problem(401, "invalid_refresh_token");

    let mut body = login("clara@example.com", PASSWORD);
    body["remember_me"] = json!(true);
    let pair = app.anonymous().post("/api/auth/login", body).await.json();
    app.advance(Duration::days(29));
    let refresh = json!({"refresh_token": pair["refresh_token"]});
    app.anonymous()
        .post("/api/auth/refresh", refresh)
        .await
        .is(200);
}

/// AZ-7, REV-13: what changes in the account counts at once, whatever the token says.
#[tokio::test]
async fn rights_and_life_follow_the_account() {
    let app = TestApp::start().await;
    app.admin("ada").await;
    let clara = app.user("clara").await;
    clara
        .get("/metrics")
        .await
        .is_problem(403, "insufficient_permission");
    app.make_admin("clara").await;
    clara.get("/metrics").await.is(200);
    app.make_user("clara").await;
    clara
        .get("/metrics")
        .await
        .is_problem(403, "insufficient_permission");
    app.disable("clara").await;
    clara
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    let refresh = json!({"refresh_token": clara.refresh_token});
    app.anonymous()
        .post("/api/auth/refresh", refresh)
        .await
        .is_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_and_signing_out_one() {
    let app = TestApp::start().await;
    let one = app.user("clara").await;
    let (two, three) = (app.sign_in("clara").await, app.sign_in("clara").await);
    let other = app.user("bob").await;
    one.post_nothing("/api/auth/logout").await.is(204);
    one.get("/api/auth/me").await.is(401);
    two.get("/api/auth/me").await.is(200);
    two.post_nothing("/api/auth/logout-all").await.is(204);
    for session in [&two, &three] {
        session
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
    }
    other.get("/api/auth/me").await.is(200);
}

#[tokio::test]
async fn closed_registration_says_so() {
    let app = TestApp::with(&[("REGISTRATION", "closed")]).await;
    let answer = app
        .anonymous()
        .post(
            "/api/auth/register",
            registration("a@example.com", PASSWORD),
        )
        .await;
    answer.is_problem(403, "registration_closed");
}

#[tokio::test]
async fn weak_stored_hashes_grow_at_sign_in() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let before = app.account("clara").await.password_hash.unwrap();
    let weak = app.weaker_hash();
    app.accounts()
        .rehash(app.account("clara").await.id, &before, &weak)
        .await
        .unwrap();
    app.sign_in("clara").await;
    let after = app.account("clara").await.password_hash.unwrap();
    assert!(after != weak && after != before);
}
