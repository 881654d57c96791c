use super::*;
use std::time::Duration as RealDuration;
use time::Duration;

/// KEY-2, KEY-7, B86: the text is shown once; both headers take it; a revoked key is over at once.
#[tokio::test]
async fn a_key_from_making_to_revoking() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let body = json!({
        "name": "build server 🎸", "scopes": ["music:generate", "models:view", "models:view"],
        "expires_in_days": 30, "networks": ["192.0.2.0/24"], "mode": "test",
        "limits": {"per_minute": 5},
    });
    let made = clara.post(KEYS, body).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.is(201).json();
    assert!(text(&made).starts_with("mg_test_"), "{made}");
    assert_eq!(made["scopes"], json!(["models:view", "music:generate"]));
    assert_eq!(made["networks"], json!(["192.0.2.0/24"]));
    assert_eq!(made["limits"], json!({"per_minute": 5}));
    assert_eq!(made["state"], "working");
    clara.delete(&path(&made)).await.is(204);

    let made = make(&clara, &["models:view"]).await;
    let bearer = format!("Bearer {}", text(&made));
    for (name, value) in [("x-api-key", text(&made)), ("authorization", &bearer)] {
        let program = app.anonymous().with(name, value);
        program.get("/api/v1/models").await.is(200);
        let me = program.get("/api/auth/me").await;
        assert_eq!(me.is(200).json()["permissions"], json!(["models:view"]));
        program.get("/health").await.is(200);
    }
    let list = clara.get(KEYS).await;
    assert!(!list.is(200).text().contains(text(&made)), "never again");
    let list = list.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let listed = items.iter().find(|item| item["id"] == made["id"]).unwrap();
    assert_eq!(listed["state"], "working");
    assert!(text(&made).ends_with(listed["tail"].as_str().unwrap()));

    let bob = app.user("bob").await;
    bob.delete(&path(&made)).await.is_problem(404, "not_found");
    let rotate = format!("{}/rotate", path(&made));
    bob.post_nothing(&rotate).await.is_problem(404, "not_found");
    assert_eq!(bob.get(KEYS).await.json()["items"], json!([]));
    program(&app, &made).get("/api/v1/models").await.is(200);
    for _ in 0..2 {
        clara.delete(&path(&made)).await.is(204);
        let answer = program(&app, &made).get("/api/v1/models").await;
        answer.is_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn bodies_are_checked() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let good = |change: Value| {
        let mut body = json!({"name": "a", "scopes": ["models:view"]});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let rows: &[(Value, &[(&str, &str)])] = &[
        (json!({}), &[("/name", "required"), ("/scopes", "required")]),
        (good(json!({"name": ""})), &[("/name", "required")]),
        (good(json!({"name": "a\nb"})), &[("/name", "format")]),
        (good(json!({"scopes": []})), &[("/scopes", "required")]),
        (
            good(json!({"scopes": "models:view"})),
            &[("/scopes", "type")],
        ),
        (
            good(json!({"scopes": ["models:view", "Models:view", "*"]})),
            &[("/scopes/1", "format"), ("/scopes/2", "format")],
        ),
        (
            good(json!({"scopes": ["models:view", "admin:*", "users:view"]})),
            &[
                ("/scopes/1", "scope_too_wide"),
                ("/scopes/2", "scope_too_wide"),
            ],
        ),
        (
            good(json!({"scopes": vec!["models:view"; 65]})),
            &[("/scopes", "too_long")],
        ),
        (
            good(json!({"expires_in_days": 0})),
            &[("/expires_in_days", "out_of_range")],
        ),
        (
            good(json!({"expires_in_days": 366})),
            &[("/expires_in_days", "out_of_range")],
        ),
        (
            good(json!({"networks": ["192.0.2.7/24", "x", "::/0"]})),
            &[("/networks/0", "format"), ("/networks/1", "format")],
        ),
        (good(json!({"mode": "LIVE"})), &[("/mode", "not_one_of")]),
        (
            good(json!({"limits": {"per_minute": 0, "per_day": 1}})),
            &[
                ("/limits/per_day", "unknown_field"),
                ("/limits/per_minute", "out_of_range"),
            ],
        ),
        (good(json!({"limits": 5})), &[("/limits", "type")]),
        (
            good(json!({"account_id": "x"})),
            &[("/account_id", "unknown_field")],
        ),
    ];
    for (body, faults) in rows {
        let answer = clara.post(KEYS, body.clone()).await;
        let expected: Vec<_> = faults
            .iter()
            .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
            .collect();
        assert_eq!(answer.faults(), expected, "{body}");
    }
    for days in [1, 365] {
        let body = good(json!({"expires_in_days": days}));
        clara.post(KEYS, body).await.is(201);
    }
    let made = make(&clara, &["models:view"]).await;
    let rotate = format!("{}/rotate", path(&made));
    let answer = clara.post(&rotate, json!({"overlap_hours": 169})).await;
    let fault = ("/overlap_hours".to_owned(), "out_of_range".to_owned());
    assert_eq!(answer.faults(), [fault]);
}

/// KEY-16: neither making nor taking back, with a sign-in that is long ago.
#[tokio::test]
async fn changing_keys_needs_a_fresh_sign_in() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    app.advance(Duration::minutes(16));
    let body = json!({"refresh_token": clara.refresh_token});
    let pair = app.anonymous().post("/api/auth/refresh", body).await;
    let token = pair.is(200).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let clara = app
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    clara.get(KEYS).await.is(200);
    let body = json!({"name": "a", "scopes": ["models:view"]});
    let rotate = format!("{}/rotate", path(&made));
    for answer in [
        clara.post(KEYS, body).await,
        clara.post_nothing(&rotate).await,
        clara.delete(&path(&made)).await,
    ] {
        answer.is_problem(428, "step_up_required");
    }
    let again = app.sign_in("clara").await;
    again.delete(&path(&made)).await.is(204);
}

/// KEY-6: both work, then one.
#[tokio::test]
async fn a_rotated_key_works_for_its_overlap() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let first = make(&clara, &["models:view"]).await;
    let rotate = format!("{}/rotate", path(&first));
    let second = clara.post(&rotate, json!({"overlap_hours": 1})).await;
    let second = second.is(200).json();
    assert_eq!(second["rotated_from"], first["id"]);
    assert_eq!(second["scopes"], first["scopes"]);
    let models = "/api/v1/models";
    program(&app, &first).get(models).await.is(200);
    program(&app, &second).get(models).await.is(200);
    let again = clara.post_nothing(&rotate).await;
    again.is_problem(409, "api_key_already_rotated");
    app.advance(Duration::HOUR);
    program(&app, &first)
        .get(models)
        .await
        .is_problem(401, "invalid_token");
    program(&app, &second).get(models).await.is(200);

    let clara = app.sign_in("clara").await;
    let at_once = format!("{}/rotate", path(&second));
    let third = clara.post(&at_once, json!({"overlap_hours": 0})).await;
    let third = third.is(200).json();
    program(&app, &second)
        .get(models)
        .await
        .is_problem(401, "invalid_token");
    program(&app, &third).get(models).await.is(200);
    clara.delete(&path(&third)).await.is(204);
    let ended = clara
        .post_nothing(&format!("{}/rotate", path(&third)))
        .await;
    ended.is_problem(409, "api_key_ended");
}

/// KEY-6: overlapping rotations give one successor.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_rotations_give_one_successor() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let mut key = make(&clara, &["models:view"]).await;
    for round in 0..10 {
        let rotate = format!("{}/rotate", path(&key));
        let calls = (0..30).map(|_| clara.post_nothing(&rotate));
        let answers = futures_util::future::join_all(calls).await;
        let (good, rest): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(good.len(), 1, "round {round}");
        for answer in rest {
            answer.is_problem(409, "api_key_already_rotated");
        }
        key = good[0].json();
        program(&app, &key).get("/api/v1/models").await.is(200);
    }
}

/// KEY-13: the hundred-and-first.
#[tokio::test]
async fn keys_are_capped() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let mut last = json!(null);
    for _ in 0..100 {
        last = make(&clara, &["models:view"]).await;
    }
    let body = json!({"name": "a", "scopes": ["models:view"]});
    let answer = clara.post(KEYS, body).await;
    answer.is_problem(409, "too_many_api_keys");
    clara.delete(&path(&last)).await.is(204);
    make(&clara, &["models:view"]).await;
}

/// KEY-12: the minute and the network of the last use, for the owner to see.
#[tokio::test]
async fn the_last_use_is_shown() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    assert_eq!(made["last_used_at"], json!(null));
    let key = [("x-api-key", text(&made))];
    let answer = get_from(&app, "/api/v1/models", &key, "198.51.100.7:40000").await;
    answer.is(200);
    let mut shown = json!(null);
    for _ in 0..200 {
        shown = clara.get(KEYS).await.json()["items"][0].clone();
        if shown["last_used_at"].is_string() {
            break;
        }
        // The use is written behind the answer.
        tokio::time::sleep(RealDuration::from_millis(10)).await;
    }
    assert!(
        shown["last_used_at"].as_str().unwrap().ends_with(":00Z"),
        "{shown}"
    );
    assert_eq!(shown["last_used_from"], "198.51.100.0/24");
}

/// KEY-7, B88, REV-4: revoked means revoked for every process on the same data, and after a start.
#[tokio::test]
async fn a_revoked_key_is_over_everywhere() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    let made = make(&clara, &["models:view"]).await;
    let other = another_process(&app).await;
    let key = ("x-api-key", text(&made));
    assert_eq!(status_there(&other, "/api/v1/models", key).await, 200);
    clara.delete(&path(&made)).await.is(204);
    assert_eq!(status_there(&other, "/api/v1/models", key).await, 401);
    let later = another_process(&app).await;
    assert_eq!(status_there(&later, "/api/v1/models", key).await, 401);
}
