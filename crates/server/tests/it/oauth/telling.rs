use super::*;
use crate::api_keys::path;
use time::Duration;

/// RFC 7662, section 2.2: what is told of each kind, to a session, an API key and a program's token.
#[tokio::test]
async fn a_live_token_is_described() {
    let app = TestApp::start().await;
    let (ada, clara) = (app.admin("ada").await, app.user("clara").await);
    let made = make(&clara, &["models:view", "music:generate"]).await;
    let (_, of_key) = program(&app, &made).await;
    let inspector = make(&ada, &["tokens:introspect"]).await;
    let (by_token, _) = program(&app, &inspector).await;
    let by_key = app.anonymous().with("x-api-key", text(&inspector));
    let account = app.account("clara").await.id.to_string();
    let session = claims(&clara.access_token)["sid"].clone();
    for caller in [&ada, &by_key, &by_token] {
        let ask = async |token: &str| {
            let hint = ("token_type_hint", "nonsense");
            let answer = send(caller, INTROSPECT, &[("token", token), hint]).await;
            assert_eq!(answer.header("cache-control"), "no-store");
            let found = answer.is(200).json();
            assert_eq!(found["active"], true, "{found}");
            assert_eq!(found["sub"], account.as_str());
            let claims = claims(&clara.access_token);
            assert_eq!(
                (&found["iss"], &found["aud"]),
                (&claims["iss"], &claims["aud"])
            );
            assert!(found["exp"].as_i64() > found["iat"].as_i64(), "{found}");
            found
        };
        let access = ask(&clara.access_token).await;
        assert_eq!(access["token_use"], "access_token");
        assert_eq!(access["scope"], "music:generate models:view");
        assert_eq!(access["client_id"], "musicgen");
        assert_eq!(
            (&access["sid"], &access["token_type"]),
            (&session, &json!("Bearer"))
        );
        assert_eq!(access["jti"], claims(&clara.access_token)["jti"]);
        assert_eq!(access["username"], json!(null));

        let refresh = ask(&clara.refresh_token).await;
        assert_eq!(refresh["token_use"], "refresh_token");
        assert_eq!(
            (&refresh["sid"], &refresh["token_type"]),
            (&session, &json!(null))
        );

        let key = ask(text(&made)).await;
        assert_eq!(key["token_use"], "api_key");
        assert_eq!((&key["client_id"], &key["sid"]), (&made["id"], &made["id"]));
        assert_eq!(key["scope"], "music:generate models:view");

        let program = ask(&of_key).await;
        assert_eq!(
            (&program["client_id"], &program["sid"]),
            (&made["id"], &made["id"])
        );
        assert_eq!(program["scope"], "music:generate models:view");
    }
    refresh(&app, &clara.refresh_token, "").await.is(200);
}

/// REV-8: dead and unknown are one answer, byte by byte.
#[tokio::test]
async fn a_dead_token_is_like_none() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let old = app.sign_in("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let (_, of_key) = program(&app, &made).await;
    clara.delete(&path(&made)).await.is(204);
    let signed_out = app.sign_in("clara").await;
    signed_out.post_nothing("/api/auth/logout").await.is(204);
    let spent = app.sign_in("clara").await.refresh_token;
    refresh(&app, &spent, "").await.is(200);
    app.disable("bob").await;
    app.advance(Duration::minutes(16));
    let ada = app.admin("ada").await;
    let mut forged = clara.access_token.clone();
    forged.truncate(forged.len() - 8);
    for (name, token) in [
        ("nonsense", "x"),
        ("long", &"x".repeat(9_000)),
        ("expired", &old.access_token),
        ("forged", &forged),
        ("signed out", &signed_out.refresh_token),
        ("spent", &spent),
        ("disabled", &bob.refresh_token),
        ("a revoked key", text(&made)),
        ("a revoked key's token", &of_key),
        (
            "nobody's key",
            "mg_test_fZm7EkC7FQZMem8gzQxBZtnvLMojWWwB5ryK8SAd6rc3lWm9E",
        ),
        ("an internal key", TestApp::INTERNAL_KEY),
    ] {
        let answer = send(&ada, INTROSPECT, &[("token", token)]).await;
        answer.is(200);
        assert_eq!(answer.text(), r#"{"active":false}"#, "{name}");
    }
}

/// REV-8, B125: only who may; others learn nothing about any token.
#[tokio::test]
async fn introspection_needs_its_permission() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let made = make(&bob, &["models:view"]).await;
    let (by_token, token) = program(&app, &made).await;
    let fields = [("token", clara.access_token.as_str())];
    for nobody in [
        app.anonymous(),
        app.anonymous().with("authorization", "Bearer x"),
        app.anonymous()
            .with("authorization", &basic(id(&made), text(&made))),
    ] {
        let answer = send(&nobody, INTROSPECT, &fields).await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    for own in [clara.access_token.as_str(), token.as_str(), "x"] {
        for caller in [&clara, &bob, &by_token] {
            let answer = send(caller, INTROSPECT, &[("token", own)]).await;
            answer.is_problem(403, "insufficient_permission");
        }
    }
    let ada = app.admin("ada").await;
    is_error(&send(&ada, INTROSPECT, &[]).await, 400, "invalid_request");
    let twice = [("token", "a"), ("token", "b")];
    is_error(
        &send(&ada, INTROSPECT, &twice).await,
        400,
        "invalid_request",
    );
    let answer = ada.post(INTROSPECT, json!({"token": "a"})).await;
    is_error(&answer, 400, "invalid_request");
}

/// KEY-4: of a key and of a token, what its owner may do now.
#[tokio::test]
async fn introspection_tells_the_rights_of_now() {
    let app = TestApp::start().await;
    let (ada, clara) = (app.admin("ada").await, app.user("clara").await);
    app.make_premium("clara").await;
    let bea = app.admin("bea").await;
    let wide = make(&bea, &["admin:*"]).await;
    app.make_user("bea").await;
    let found = send(&ada, INTROSPECT, &[("token", text(&wide))])
        .await
        .json();
    assert_eq!(found["scope"], "music:generate models:view");
    let fields = [("token", clara.access_token.as_str())];
    let found = send(&ada, INTROSPECT, &fields).await.json();
    let scope = found["scope"].as_str().unwrap();
    assert!(scope.contains("music:generate:premium"), "{scope}");
    app.disable("clara").await;
    let found = send(&ada, INTROSPECT, &fields).await;
    assert_eq!(found.text(), r#"{"active":false}"#);
}
