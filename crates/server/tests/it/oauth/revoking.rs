use super::*;
use crate::api_keys::{another_process, status_there};
use time::Duration;

async fn revoke(somebody: &Persona<'_>, token: &str) -> Answer {
    send(somebody, REVOKE, &[("token", token)]).await
}

/// REV-6, REV-7, REV-9: an access token alone; a refresh token with all of its session; twice is once.
#[tokio::test]
async fn whoever_holds_a_token_takes_it_back() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let nobody = app.anonymous();
    let pair = refresh(&app, &clara.refresh_token, "").await.json();
    let other = bearer(&app, pair["access_token"].as_str().unwrap());
    for _ in 0..2 {
        let answer = revoke(&nobody, &clara.access_token).await;
        assert_eq!(answer.is(200).text(), "");
        clara
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
        other.get("/api/auth/me").await.is(200);
    }
    let next = pair["refresh_token"].as_str().unwrap();
    let elsewhere = app.sign_in("clara").await;
    for _ in 0..2 {
        revoke(&nobody, next).await.is(200);
        other
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
        is_error(&refresh(&app, next, "").await, 400, "invalid_grant");
    }
    elsewhere.get("/api/auth/me").await.is(200);
}

/// REV-1, REV-4: what was revoked here is over elsewhere and after a start.
#[tokio::test]
async fn a_revoked_token_stays_revoked() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    revoke(&app.anonymous(), &clara.access_token).await.is(200);
    let value = format!("Bearer {}", clara.access_token);
    let there = another_process(&app).await;
    assert_eq!(
        status_there(&there, MODELS, ("authorization", &value)).await,
        401
    );
}

/// RFC 7009, section 2.2: no complaint about what isn't there, and nothing happens (REV-14).
#[tokio::test]
async fn unknown_tokens_are_no_error() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let expired = app.sign_in("clara").await.access_token;
    app.advance(Duration::minutes(16));
    let pair = refresh(&app, &clara.refresh_token, "").await.json();
    let access = pair["access_token"].as_str().unwrap();
    // The same id in a token that isn't ours.
    let (head, rest) = access.split_once('.').unwrap();
    let (body, _) = rest.split_once('.').unwrap();
    let unsigned = format!("{head}.{body}.");
    let forged = format!("{head}.{body}.{}", "A".repeat(43));
    let next = pair["refresh_token"].as_str().unwrap();
    let mut other_tag = next.to_owned();
    let changed = if &next[70..71] == "A" { "B" } else { "A" };
    other_tag.replace_range(70..71, changed);
    for token in [
        "x",
        &unsigned,
        &forged,
        &expired,
        &other_tag,
        &next[..40],
        "mg_live_x",
        "mg_test_fZm7EkC7FQZMem8gzQxBZtnvLMojWWwB5ryK8SAd6rc3lWm9E",
    ] {
        for hint in ["access_token", "refresh_token", "nonsense"] {
            let fields = [("token", token), ("token_type_hint", hint)];
            send(&app.anonymous(), REVOKE, &fields).await.is(200);
        }
    }
    bearer(&app, access).get("/api/auth/me").await.is(200);
    is_error(
        &send(&app.anonymous(), REVOKE, &[]).await,
        400,
        "invalid_request",
    );
    let twice = [("token", access), ("token", access)];
    is_error(
        &send(&app.anonymous(), REVOKE, &twice).await,
        400,
        "invalid_request",
    );
    app.anonymous()
        .get(REVOKE)
        .await
        .is_problem(405, "method_not_allowed");
    bearer(&app, access).get("/api/auth/me").await.is(200);
}

/// Whoever finds an API key can end it, and its owner sees why.
#[tokio::test]
async fn a_found_key_is_taken_back() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let (caller, _) = program(&app, &made).await;
    for _ in 0..2 {
        revoke(&app.anonymous(), text(&made)).await.is(200);
    }
    let key = app.anonymous().with("x-api-key", text(&made));
    key.get(MODELS).await.is_problem(401, "invalid_token");
    caller.get(MODELS).await.is_problem(401, "invalid_token");
    let listed = clara.get(crate::api_keys::KEYS).await.json();
    assert_eq!(listed["items"][0]["revoke_reason"], "leaked");
}

/// REV-6, B125: a program that says who it is must be right, and takes back its own alone.
#[tokio::test]
async fn a_program_takes_back_its_own_alone() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let (mine, sibling) = (
        make(&clara, &["models:view"]).await,
        make(&clara, &["models:view"]).await,
    );
    let foreign = make(&bob, &["models:view"]).await;
    let (_, own) = program(&app, &mine).await;
    let (with_sibling, of_sibling) = program(&app, &sibling).await;
    let (with_foreign, of_foreign) = program(&app, &foreign).await;
    let by_header = basic(id(&mine), text(&mine));
    let program = app.anonymous().with("authorization", &by_header);
    for token in [
        of_sibling.as_str(),
        &of_foreign,
        &clara.access_token,
        &clara.refresh_token,
        text(&sibling),
        text(&foreign),
    ] {
        is_error(&revoke(&program, token).await, 400, "invalid_grant");
    }
    with_sibling.get(MODELS).await.is(200);
    with_foreign.get(MODELS).await.is(200);
    clara.get("/api/auth/me").await.is(200);
    refresh(&app, &clara.refresh_token, "").await.is(200);

    let wrong = app
        .anonymous()
        .with("authorization", &basic(id(&mine), "x"));
    is_error(&revoke(&wrong, &own).await, 401, "invalid_client");
    bearer(&app, &own).get(MODELS).await.is(200);
    revoke(&program, "unknown").await.is(200);
    revoke(&program, &own).await.is(200);
    bearer(&app, &own)
        .get(MODELS)
        .await
        .is_problem(401, "invalid_token");
    revoke(&program, text(&mine)).await.is(200);
    is_error(&revoke(&program, &own).await, 401, "invalid_client");
}
