use super::*;
use time::Duration;

/// RFC 6749, section 6: the next pair; REF-9: a scope narrows the access token and nothing else.
#[tokio::test]
async fn a_refresh_token_gives_the_next_pair() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let answer = refresh(&app, &clara.refresh_token, "models:view").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    let pair = answer.is(200).json();
    assert_eq!(pair["token_type"], "Bearer");
    assert_eq!(pair["expires_in"], 900);
    assert_eq!(pair["scope"], "models:view");
    let narrow = bearer(&app, pair["access_token"].as_str().unwrap());
    narrow.get(MODELS).await.is(200);
    let generation = json!({"prompt": "a", "duration": 1});
    let refused = narrow.post("/api/v1/generate", generation.clone()).await;
    refused.is_problem(403, "insufficient_permission");

    let next = pair["refresh_token"].as_str().unwrap();
    let pair = refresh(&app, next, "").await.is(200).json();
    assert_eq!(
        pair["scope"], "music:generate models:view",
        "as wide as before"
    );
    let wide = bearer(&app, pair["access_token"].as_str().unwrap());
    wide.post("/api/v1/generate", generation).await.is(202);
}

/// REF-9: more than there is to give spends nothing.
#[tokio::test]
async fn a_scope_never_grows() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    for scope in [
        "admin:*",
        "models:view users:view",
        "music:*",
        "music:generate:premium",
        "nonsense",
        "models:view  music:generate",
        " models:view",
        "Models:view",
    ] {
        let answer = refresh(&app, &clara.refresh_token, scope).await;
        is_error(&answer, 400, "invalid_scope");
    }
    let pair = refresh(&app, &clara.refresh_token, "models:view music:generate").await;
    assert_eq!(pair.is(200).json()["scope"], "models:view music:generate");
}

/// REF-2, B02: as at the other endpoint.
#[tokio::test]
async fn a_spent_refresh_token_ends_its_session() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let first = refresh(&app, &clara.refresh_token, "").await.is(200).json();
    let next = first["refresh_token"].as_str().unwrap();
    app.advance(Duration::seconds(31));
    let reused = refresh(&app, &clara.refresh_token, "").await;
    is_error(&reused, 400, "invalid_grant");
    is_error(&refresh(&app, next, "").await, 400, "invalid_grant");
    clara
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
}

/// B12, REF-10, RFC 6749: each kind of token opens its own door only; every other grant is none.
#[tokio::test]
async fn what_gives_no_token() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let (refresh_token, access) = (clara.refresh_token.as_str(), clara.access_token.as_str());
    let body = json!({"email": "clara@example.com", "password": musicgen_testkit::PASSWORD});
    let browser = app.anonymous().post("/api/auth/login", body).await;
    let cookies = browser.headers.get_all("set-cookie").iter();
    let cookies = cookies.map(|value| value.to_str().unwrap().to_owned());
    let by_cookie = cookies
        .filter_map(|cookie| Some(cookie.split_once("mgr_")?.1.split(';').next()?.to_owned()))
        .map(|rest| format!("mgr_{rest}"))
        .next()
        .unwrap();
    let grant = |kind| ("grant_type", kind);
    let password = musicgen_testkit::PASSWORD;
    let rows: &[(&str, &[(&str, &str)], u16, &str)] = &[
        ("nothing", &[], 400, "invalid_request"),
        ("an empty grant", &[grant("")], 400, "invalid_request"),
        (
            "no token",
            &[grant("refresh_token")],
            400,
            "invalid_request",
        ),
        (
            "a token twice",
            &[
                grant("refresh_token"),
                ("refresh_token", refresh_token),
                ("refresh_token", "x"),
            ],
            400,
            "invalid_request",
        ),
        (
            "two grants",
            &[
                grant("refresh_token"),
                grant("refresh_token"),
                ("refresh_token", refresh_token),
            ],
            400,
            "invalid_request",
        ),
        (
            "a password",
            &[
                grant("password"),
                ("username", "clara@example.com"),
                ("password", password),
            ],
            400,
            "unsupported_grant_type",
        ),
        (
            "a code",
            &[grant("authorization_code"), ("code", "x")],
            400,
            "unsupported_grant_type",
        ),
        (
            "another case",
            &[grant("Refresh_Token")],
            400,
            "unsupported_grant_type",
        ),
        (
            "an access token",
            &[grant("refresh_token"), ("refresh_token", access)],
            400,
            "invalid_grant",
        ),
        (
            "an API key",
            &[grant("refresh_token"), ("refresh_token", text(&made))],
            400,
            "invalid_grant",
        ),
        (
            "a browser's refresh token",
            &[grant("refresh_token"), ("refresh_token", &by_cookie)],
            400,
            "invalid_grant",
        ),
        (
            "another client's name",
            &[
                grant("refresh_token"),
                ("refresh_token", refresh_token),
                ("client_id", id(&made)),
            ],
            401,
            "invalid_client",
        ),
        (
            "no client",
            &[grant("client_credentials")],
            401,
            "invalid_client",
        ),
        (
            "a public client",
            &[grant("client_credentials"), ("client_id", "musicgen")],
            401,
            "invalid_client",
        ),
    ];
    for (name, fields, status, error) in rows {
        let answer = send(&app.anonymous(), TOKEN, fields).await;
        assert_eq!(answer.status.as_u16(), *status, "{name}: {}", answer.text());
        is_error(&answer, *status, error);
    }
    let json = app
        .anonymous()
        .post(TOKEN, json!({"grant_type": "refresh_token"}))
        .await;
    is_error(&json, 400, "invalid_request");
    let as_access = bearer(&app, refresh_token).get("/api/auth/me").await;
    as_access.is_problem(401, "invalid_token");
    let named = [
        grant("refresh_token"),
        ("refresh_token", refresh_token),
        ("client_id", "musicgen"),
    ];
    send(&app.anonymous(), TOKEN, &named).await.is(200);
}

/// REF-8, B125: under a program's name a session's refresh token gives nothing, and isn't spent.
#[tokio::test]
async fn another_clients_refresh_token_gives_nothing() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    for owner in [&clara, &bob] {
        let made = make(owner, &["models:view"]).await;
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", clara.refresh_token.as_str()),
        ];
        let by_header = basic(id(&made), text(&made));
        let program = app.anonymous().with("authorization", &by_header);
        is_error(&send(&program, TOKEN, &fields).await, 400, "invalid_grant");
        let wrong = app
            .anonymous()
            .with("authorization", &basic(id(&made), "x"));
        is_error(&send(&wrong, TOKEN, &fields).await, 401, "invalid_client");
    }
    refresh(&app, &clara.refresh_token, "").await.is(200);
}

/// B57 and the like: a page of another site can't make a browser send the form, with or without
/// credentials that the browser remembers.
#[tokio::test]
async fn another_sites_form_is_refused() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let known = basic(id(&made), text(&made));
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id(&made)),
        ("token", clara.refresh_token.as_str()),
    ];
    for path in [TOKEN, REVOKE] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let page = app.anonymous().with(name, value);
            assert_eq!(
                send(&page, path, &fields).await.status,
                403,
                "{path} {name}"
            );
            let page = page.with("authorization", &known);
            assert_eq!(
                send(&page, path, &fields).await.status,
                403,
                "{path} {name}"
            );
        }
    }
    clara.get("/api/auth/me").await.is(200);
}

/// REF-16: no token that nobody keeps.
#[tokio::test]
async fn without_the_database_there_are_no_tokens() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    app.close_database().await;
    let answers = [
        refresh(&app, &clara.refresh_token, "").await,
        exchange(&app, &made, "").await,
        send(&app.anonymous(), REVOKE, &[("token", &clara.refresh_token)]).await,
        send(&app.anonymous(), REVOKE, &[("token", &clara.access_token)]).await,
        send(&app.anonymous(), REVOKE, &[("token", text(&made))]).await,
    ];
    for answer in answers {
        answer.is_problem(503, "unavailable");
    }
}
