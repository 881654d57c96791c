//! What administrators do to accounts, and what they may not.

use http::Method;
use musicgen_testkit::{Persona, TestApp};
use serde_json::{Value, json};
use time::Duration;

async fn patch(by: &Persona<'_>, id: &str, body: Value) -> musicgen_testkit::Answer {
    by.patch(&format!("/api/v1/admin/users/{id}"), body).await
}

async fn id_of(app: &TestApp, name: &str) -> String {
    app.account(name).await.id.to_string()
}

#[tokio::test]
async fn accounts_are_listed_page_by_page() {
    let app = TestApp::start().await;
    let admin = app.admin("ada").await;
    for n in 0..5 {
        app.user(&format!("user{n}")).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/admin/users?limit=2".to_owned());
    loop {
        let page = admin.get(&path).await.is(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(
            items
                .iter()
                .map(|one| one["email"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/admin/users?limit=2&cursor={next}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
    for (name, query) in [
        ("limit", "limit=0"),
        ("cursor", "cursor=x"),
        ("email", "email=x"),
    ] {
        let answer = admin.get(&format!("/api/v1/admin/users?{query}")).await;
        assert!(answer.faults()[0].0.ends_with(name), "{query}");
    }
    let far = format!("cursor=7{}", "f".repeat(47));
    let page = admin
        .get(&format!("/api/v1/admin/users?{far}"))
        .await
        .is(200)
        .json();
    assert_eq!(page["items"], json!([]));
    let one = admin
        .get(&format!(
            "/api/v1/admin/users/{}",
            id_of(&app, "user1").await
        ))
        .await;
    let one = one.is(200).json();
    assert_eq!(one["roles"], json!(["user"]));
    assert_eq!(one["permissions"], json!(["music:generate", "models:view"]));
    assert!(!one.to_string().contains("argon2"), "no hash leaves");
    let absent = "/api/v1/admin/users/0b0f6a5e-0000-4000-8000-000000000000";
    admin.get(absent).await.is_problem(404, "not_found");
}

/// B13, AZ-7: what is changed counts at the next request of a token that is already out.
#[tokio::test]
async fn a_change_counts_on_live_tokens() {
    let app = TestApp::start().await;
    let (admin, clara) = (app.admin("ada").await, app.user("clara").await);
    let id = id_of(&app, "clara").await;
    clara
        .get("/api/v1/admin/users")
        .await
        .is_problem(403, "insufficient_permission");
    let changed = patch(
        &admin,
        &id,
        json!({"roles": ["moderator"], "tier": "premium"}),
    )
    .await;
    assert_eq!(changed.is(200).json()["tier"], "premium");
    clara.get("/api/v1/admin/users").await.is(200);
    let me = clara.get("/api/auth/me").await.json();
    assert_eq!(
        (&me["roles"], &me["tier"]),
        (&json!(["moderator"]), &json!("premium"))
    );
    patch(&admin, &id, json!({"roles": ["user"]})).await.is(200);
    clara
        .get("/api/v1/admin/users")
        .await
        .is_problem(403, "insufficient_permission");

    patch(&admin, &id, json!({"disabled": true})).await.is(200);
    clara
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    let again = json!({"refresh_token": clara.refresh_token});
    app.anonymous()
        .post("/api/auth/refresh", again.clone())
        .await
        .is_problem(401, "invalid_refresh_token");
    patch(&admin, &id, json!({"disabled": false})).await.is(200);
    app.anonymous()
        .post("/api/auth/refresh", again)
        .await
        .is_problem(401, "invalid_refresh_token");
    app.sign_in("clara").await.get("/api/auth/me").await.is(200);
}

/// REV-5, SES-8: all sessions of one account, and of no other.
#[tokio::test]
async fn sessions_of_an_account_are_ended() {
    let app = TestApp::start().await;
    let (admin, one) = (app.admin("ada").await, app.user("clara").await);
    let (two, other) = (app.sign_in("clara").await, app.user("bach").await);
    let path = format!(
        "/api/v1/admin/users/{}/revoke-sessions",
        id_of(&app, "clara").await
    );
    let ended = admin.post_nothing(&path).await.is(200).json();
    assert_eq!(ended, json!({"ended": 2}));
    for session in [&one, &two] {
        session
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
    }
    other.get("/api/auth/me").await.is(200);
    assert_eq!(admin.post_nothing(&path).await.json(), json!({"ended": 0}));
}

/// AZ-6 over HTTP: each row is what somebody may not do.
#[tokio::test]
async fn nobody_gives_or_takes_what_is_not_theirs() {
    let app = TestApp::start().await;
    let admin = app.admin("ada").await;
    app.user("clara").await;
    app.user("mod").await;
    let moderator = id_of(&app, "mod").await;
    patch(&admin, &moderator, json!({"roles": ["moderator"]}))
        .await
        .is(200);
    let moderator = app.sign_in("mod").await;
    let (ada, clara) = (id_of(&app, "ada").await, id_of(&app, "clara").await);
    let none = "0b0f6a5e-0000-4000-8000-000000000000";
    let rows = [
        (
            "own roles",
            &admin,
            ada.as_str(),
            json!({"roles": ["admin", "user"]}),
            403,
            "assignment_refused",
        ),
        (
            "oneself disabled",
            &admin,
            &ada,
            json!({"disabled": true}),
            403,
            "assignment_refused",
        ),
        (
            "no permission",
            &moderator,
            &clara,
            json!({"tier": "premium"}),
            403,
            "insufficient_permission",
        ),
        (
            "nobody",
            &admin,
            none,
            json!({"tier": "premium"}),
            404,
            "not_found",
        ),
        (
            "unknown role",
            &admin,
            &clara,
            json!({"roles": ["conductor"]}),
            422,
            "validation_failed",
        ),
        (
            "malformed role",
            &admin,
            &clara,
            json!({"roles": ["A B"]}),
            422,
            "validation_failed",
        ),
        (
            "unknown tier",
            &admin,
            &clara,
            json!({"tier": "gold"}),
            422,
            "validation_failed",
        ),
        (
            "anonymous tier",
            &admin,
            &clara,
            json!({"tier": "anonymous"}),
            422,
            "validation_failed",
        ),
        (
            "unknown field",
            &admin,
            &clara,
            json!({"email": "x@example.com"}),
            422,
            "validation_failed",
        ),
        (
            "too many roles",
            &admin,
            &clara,
            json!({"roles": vec!["user"; 21]}),
            422,
            "validation_failed",
        ),
    ];
    for (name, by, id, body, status, code) in rows {
        println!("{name}");
        patch(by, id, body).await.is_problem(status, code);
    }
    let clara = app.account("clara").await;
    assert_eq!(
        (clara.tier.id(), clara.epoch),
        ("free", 0),
        "nothing was changed"
    );
}

/// Administration wants a sign-in that is not long ago, and a person.
#[tokio::test]
async fn changes_need_a_fresh_sign_in() {
    let app = TestApp::start().await;
    let admin = app.admin("ada").await;
    app.user("clara").await;
    let id = id_of(&app, "clara").await;
    for (name, seconds, status) in [("at 15 minutes", 900, 200), ("after", 901, 428)] {
        let app = TestApp::start().await;
        let admin = app.admin("ada").await;
        app.user("clara").await;
        let id = id_of(&app, "clara").await;
        app.advance(Duration::seconds(seconds));
        let answer = patch(&admin, &id, json!({"tier": "premium"})).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
    }
    let path = format!("/api/v1/admin/users/{id}/revoke-sessions");
    app.advance(Duration::minutes(16));
    let pair = json!({"refresh_token": admin.refresh_token});
    let pair = app
        .anonymous()
        .post("/api/auth/refresh", pair)
        .await
        .is(200)
        .json();
    let token = format!("Bearer {}", pair["access_token"].as_str().unwrap());
    let later = app.anonymous().with("authorization", &token);
    later
        .send(Method::POST, &path, None)
        .await
        .is_problem(428, "step_up_required");
    let confirm = json!({"password": musicgen_testkit::PASSWORD});
    let fresh = later
        .post("/api/auth/confirm", confirm)
        .await
        .is(200)
        .json();
    let token = format!("Bearer {}", fresh["access_token"].as_str().unwrap());
    let fresh = app.anonymous().with("authorization", &token);
    fresh.send(Method::POST, &path, None).await.is(200);
    later
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
}
