use super::*;
use crate::api_keys::{KEYS, another_process, status_there};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use std::net::SocketAddr;
use time::Duration;

/// RFC 6749, sections 2.3.1 and 4.4: header or form; the token is the key's and no refresh comes with
/// it.
#[tokio::test]
async fn a_key_is_exchanged_for_a_token() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view", "music:generate"]).await;
    let header = basic(id(&made), text(&made));
    let by_header = app.anonymous().with("authorization", &header);
    let grant = ("grant_type", "client_credentials");
    let answers = [
        exchange(&app, &made, "").await,
        send(&by_header, TOKEN, &[grant]).await,
        send(&by_header, TOKEN, &[grant, ("client_id", id(&made))]).await,
    ];
    for answer in answers {
        assert_eq!(answer.header("pragma"), "no-cache");
        let answer = answer.is(200).json();
        assert_eq!(answer["scope"], "models:view music:generate");
        assert_eq!(
            (&answer["expires_in"], &answer["token_type"]),
            (&json!(900), &json!("Bearer"))
        );
        assert_eq!(answer["refresh_token"], json!(null));
        let token = answer["access_token"].as_str().unwrap();
        let claims = claims(token);
        assert_eq!(
            (&claims["client_id"], &claims["sid"]),
            (&made["id"], &made["id"])
        );
        assert_eq!(claims["scope"], "models:view music:generate");
        bearer(&app, token).get(MODELS).await.is(200);
        for route in ["/api/auth/sessions", KEYS] {
            let answer = bearer(&app, token).get(route).await;
            answer.is_problem(403, "session_required");
        }
        let cookie = format!("musicgen_access={token}");
        let browser = app.anonymous().with("cookie", &cookie);
        assert_eq!(browser.get(MODELS).await.status, 401, "no cookie's token");
    }
    let narrow = exchange(&app, &made, "models:view").await.is(200).json();
    let narrow = bearer(&app, narrow["access_token"].as_str().unwrap());
    narrow.get(MODELS).await.is(200);
    let generation = narrow
        .post("/api/v1/generate", json!({"prompt": "a"}))
        .await;
    generation.is_problem(403, "insufficient_permission");
    for scope in ["music:*", "users:view", "models:view x"] {
        is_error(&exchange(&app, &made, scope).await, 400, "invalid_scope");
    }
}

/// KEY-14, B125: whatever is wrong, one answer.
#[tokio::test]
async fn a_wrong_client_is_told_nothing() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let made = make(&clara, &["models:view"]).await;
    let others = make(&clara, &["models:view"]).await;
    let revoked = make(&clara, &["models:view"]).await;
    clara.delete(&path(&revoked)).await.is(204);
    let disabled = make(&bob, &["models:view"]).await;
    app.disable("bob").await;
    let mut bodies = Vec::new();
    for (name, client, secret) in [
        (
            "unknown id",
            "0b0f6a5e-0000-4000-8000-000000000000",
            text(&made),
        ),
        ("another key's id", id(&others), text(&made)),
        ("upper case", &id(&made).to_uppercase(), text(&made)),
        ("public client", "musicgen", text(&made)),
        ("wrong secret", id(&made), "x"),
        ("another key's secret", id(&made), text(&others)),
        ("the access token", id(&made), &clara.access_token),
        ("cut", id(&made), &text(&made)[..56]),
        ("longer", id(&made), &format!("{}A", text(&made))),
        ("revoked", id(&revoked), text(&revoked)),
        ("owner disabled", id(&disabled), text(&disabled)),
        ("internal key", "tests", TestApp::INTERNAL_KEY),
    ] {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret),
        ];
        let by_form = send(&app.anonymous(), TOKEN, &fields).await;
        let header = app
            .anonymous()
            .with("authorization", &basic(client, secret));
        let by_header = send(&header, TOKEN, &fields[..1]).await;
        for answer in [by_form, by_header] {
            assert_eq!(answer.status, 401, "{name}: {}", answer.text());
            is_error(&answer, 401, "invalid_client");
            bodies.push((name, answer.text()));
        }
    }
    for (name, body) in &bodies {
        assert_eq!(body, &bodies[0].1, "{name}");
    }
    let header = basic(id(&made), text(&made));
    let twice = app.anonymous().with("authorization", &header);
    let secret = [
        ("grant_type", "client_credentials"),
        ("client_secret", text(&made)),
    ];
    is_error(&send(&twice, TOKEN, &secret).await, 400, "invalid_request");
}

/// B88, KEY-7: a token ends with its key: here, elsewhere, and after a start.
#[tokio::test]
async fn a_token_ends_with_its_key() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let untouched = make(&clara, &["models:view"]).await;
    let (caller, token) = program(&app, &made).await;
    let (other, _) = program(&app, &untouched).await;
    let there = another_process(&app).await;
    let value = format!("Bearer {token}");
    let header = ("authorization", value.as_str());
    assert_eq!(status_there(&there, MODELS, header).await, 200);
    clara.delete(&path(&made)).await.is(204);
    caller.get(MODELS).await.is_problem(401, "invalid_token");
    there.hear_of_changes().await.unwrap();
    assert_eq!(status_there(&there, MODELS, header).await, 401);
    let later = another_process(&app).await;
    assert_eq!(status_there(&later, MODELS, header).await, 401);
    other.get(MODELS).await.is(200);
}

/// KEY-6, B88: a token outlives neither the key's overlap nor its own end.
#[tokio::test]
async fn a_token_of_a_rotated_key_ends_with_the_overlap() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let first = make(&clara, &["models:view"]).await;
    let rotate = |made: &Value| format!("{}/rotate", path(made));
    let (at_first, _) = program(&app, &first).await;
    let second = clara
        .post(&rotate(&first), json!({"overlap_hours": 1}))
        .await;
    let second = second.is(200).json();
    at_first.get(MODELS).await.is(200);
    app.advance(Duration::minutes(55));
    let last = exchange(&app, &first, "").await.is(200).json();
    assert_eq!(last["expires_in"], 300, "not beyond the overlap");
    let last = bearer(&app, last["access_token"].as_str().unwrap());
    last.get(MODELS).await.is(200);
    let (at_second, _) = program(&app, &second).await;

    let clara = app.sign_in("clara").await;
    let third = clara
        .post(&rotate(&second), json!({"overlap_hours": 0}))
        .await;
    third.is(200);
    last.get(MODELS).await.is_problem(401, "invalid_token");
    at_second.get(MODELS).await.is_problem(401, "invalid_token");
    is_error(&exchange(&app, &second, "").await, 401, "invalid_client");
}

/// KEY-4, REV-13: what the owner loses, the token loses.
#[tokio::test]
async fn a_token_follows_its_owner() {
    let app = TestApp::start().await;
    let ada = app.admin("ada").await;
    let _ = app.admin("bea").await;
    let made = make(&ada, &["system:manage", "models:view"]).await;
    let (caller, _) = program(&app, &made).await;
    caller.get("/metrics").await.is(200);
    app.make_user("ada").await;
    caller
        .get("/metrics")
        .await
        .is_problem(403, "insufficient_permission");
    caller.get(MODELS).await.is(200);
    app.disable("ada").await;
    caller.get(MODELS).await.is_problem(401, "invalid_token");
    is_error(&exchange(&app, &made, "").await, 401, "invalid_client");
}

/// KEY-8: a key's networks hold for its tokens.
#[tokio::test]
async fn a_token_comes_from_the_networks_of_its_key() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let body = json!({"name": "a", "scopes": ["models:view"], "networks": ["192.0.2.0/24"]});
    let made = clara.post(KEYS, body).await.is(201).json();
    is_error(&exchange(&app, &made, "").await, 401, "invalid_client");
    let call = async |path: &str, header: (&str, &str), body: &str, address: &str| {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header.0, header.1);
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        let peer: SocketAddr = address.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        app.call(request).await
    };
    let header = basic(id(&made), text(&made));
    let grant = "grant_type=client_credentials";
    let credentials = ("authorization", header.as_str());
    let refused = call(TOKEN, credentials, grant, "198.51.100.1:1").await;
    is_error(&refused, 401, "invalid_client");
    let given = call(TOKEN, credentials, grant, "192.0.2.1:1").await;
    let token = given.is(200).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(claims(&token)["by_network"], true);
    assert!(!claims(&token).to_string().contains("192.0.2"), "TOK-18");
    let value = format!("Bearer {token}");
    for (address, status) in [("192.0.2.77:1", 200), ("198.51.100.1:1", 401)] {
        let answer = call(MODELS, ("authorization", &value), "", address).await;
        assert_eq!(answer.status, status, "{address}");
    }
    bearer(&app, &token)
        .get(MODELS)
        .await
        .is_problem(401, "invalid_token");
}

/// B88: however an exchange and a revocation overlap, no token outlives the key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_slips_past_a_revocation() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    for round in 0..15 {
        let made = make(&clara, &["models:view"]).await;
        let exchanges = (0..20).map(|_| exchange(&app, &made, ""));
        let exchanges = futures_util::future::join_all(exchanges);
        let to = path(&made);
        let (answers, ended) = tokio::join!(exchanges, clara.delete(&to));
        ended.is(204);
        for answer in answers {
            if answer.status == 401 {
                continue;
            }
            let given = answer.is(200).json();
            let program = bearer(&app, given["access_token"].as_str().unwrap());
            let answer = program.get(MODELS).await;
            assert_eq!(answer.status, 401, "round {round}");
        }
    }
}

/// AZ-8: what a form says beside its parameters changes nothing.
#[tokio::test]
async fn nobody_sets_what_a_token_says() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let (_, plain) = program(&app, &made).await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id(&made)),
        ("client_secret", text(&made)),
        ("sub", "0b0f6a5e-0000-4000-8000-000000000000"),
        ("roles", "admin"),
        ("tier", "internal"),
        ("epoch", "99"),
        ("expires_in", "99999999"),
        ("by_network", "false"),
    ];
    let answer = send(&app.anonymous(), TOKEN, &fields).await;
    let answer = answer.is(200).json();
    assert_eq!(
        (&answer["expires_in"], &answer["scope"]),
        (&json!(900), &json!("models:view"))
    );
    let mut given = claims(answer["access_token"].as_str().unwrap());
    let mut plain = claims(&plain);
    for one in [&mut given, &mut plain] {
        one["jti"] = json!("");
    }
    assert_eq!(given, plain);
}
