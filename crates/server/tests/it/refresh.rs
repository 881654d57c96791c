//! Refresh tokens through the API.

use musicgen_testkit::{Answer, TestApp};
use serde_json::json;
use time::Duration;

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.anonymous()
        .post("/api/auth/refresh", json!({"refresh_token": token}))
        .await
}

fn refresh_token(answer: &Answer) -> String {
    answer.is(200);
    answer.json()["refresh_token"].as_str().unwrap().to_owned()
}

/// B01, B02: overlapping calls mint one pair, and nobody honest is signed out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_calls_get_one_successor() {
    let app = TestApp::start().await;
    let mut token = app.user("clara").await.refresh_token;
    for round in 0..20 {
        let calls = (0..30).map(|_| refresh(&app, &token));
        let answers = futures_util::future::join_all(calls).await;
        let successors: std::collections::BTreeSet<_> = answers.iter().map(refresh_token).collect();
        assert_eq!(successors.len(), 1, "round {round}");
        token = successors.into_iter().next().unwrap();
    }
}

/// B79: a lost answer is no crime; B02 step 3: after the grace it is reuse.
#[tokio::test]
async fn a_repeat_is_answered_until_the_successor_is_used_or_the_grace_is_over() {
    let app = TestApp::start().await;
    let first = app.user("clara").await;
    let second = refresh_token(&refresh(&app, &first.refresh_token).await);
    app.advance(Duration::seconds(2));
    assert_eq!(
        refresh_token(&refresh(&app, &first.refresh_token).await),
        second
    );
    app.advance(Duration::seconds(28));
    assert_eq!(
        refresh_token(&refresh(&app, &first.refresh_token).await),
        second
    );
    app.advance(Duration::seconds(1));
    refresh(&app, &first.refresh_token)
        .await
        .is_problem(401, "invalid_refresh_token");
    refresh(&app, &second)
        .await
        .is_problem(401, "invalid_refresh_token");
    first
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_grandparent_is_reuse_within_the_grace_too() {
    let app = TestApp::start().await;
    let first = app.user("clara").await;
    let other = app.sign_in("clara").await;
    let second = refresh_token(&refresh(&app, &first.refresh_token).await);
    let third = refresh_token(&refresh(&app, &second).await);
    refresh(&app, &first.refresh_token)
        .await
        .is_problem(401, "invalid_refresh_token");
    refresh(&app, &third)
        .await
        .is_problem(401, "invalid_refresh_token");
    other.get("/api/auth/me").await.is(200);
}

/// B12: each kind of token opens its own door only.
#[tokio::test]
async fn kinds_of_tokens_are_not_mixed_up() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    refresh(&app, &clara.access_token[..200])
        .await
        .is_problem(401, "invalid_refresh_token");
    let as_access = app
        .anonymous()
        .with("authorization", &format!("Bearer {}", clara.refresh_token));
    as_access
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    clara.get("/api/auth/me").await.is(200);
}

#[tokio::test]
async fn malformed_tokens() {
    let app = TestApp::start().await;
    let good = app.user("clara").await.refresh_token;
    for token in [
        "x",
        "mgr_",
        &good[..67],
        &format!("{good}A"),
        &good.to_uppercase(),
        &good.replacen("mgr_", "mgr-", 1),
    ] {
        refresh(&app, token)
            .await
            .is_problem(401, "invalid_refresh_token");
    }
    let faults = app
        .anonymous()
        .post("/api/auth/refresh", json!({}))
        .await
        .faults();
    assert_eq!(
        faults,
        [("/refresh_token".to_owned(), "required".to_owned())]
    );
    assert!(
        refresh(&app, &good).await.status == 200,
        "none of it touched the family"
    );
}

/// REF-11: roles are read anew, and REF-5: the absolute end never moves.
#[tokio::test]
async fn a_refresh_carries_nothing_over_and_ends_in_time() {
    let app = TestApp::start().await;
    let mut token = app.user("clara").await.refresh_token;
    app.make_premium("clara").await;
    let answer = refresh(&app, &token).await;
    assert_eq!(answer.json()["user"]["roles"], json!(["premium_user"]));
    assert_eq!(answer.json()["user"]["tier"], "premium");
    token = refresh_token(&answer);
    for _ in 0..8 {
        app.advance(Duration::hours(20));
        token = refresh_token(&refresh(&app, &token).await);
    }
    app.advance(Duration::hours(8));
    refresh(&app, &token)
        .await
        .is_problem(401, "invalid_refresh_token");
}
