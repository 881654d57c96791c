//! Who is charged: tiers, accounts, keys, the operator's programs.

use super::{DOCS, MODELS, app, is_limited, number, remaining};
use musicgen_security::authorization::Tier;
use musicgen_testkit::{Persona, TestApp};
use serde_json::{Value, json};
use time::Duration;

fn limit(answer: &musicgen_testkit::Answer) -> u64 {
    number(answer.is(200), "x-ratelimit-limit")
}

/// RL-7: the tier of the account as it is now, on a token that says another.
#[tokio::test]
async fn a_change_of_tier_counts_at_once() {
    let app = app(&[("FREE", 2, 2), ("PREMIUM", 50, 50), ("INTERNAL", 300, 300)]).await;
    let clara = app.user("clara").await;
    app.admin("root").await;
    assert_eq!(limit(&clara.get(MODELS).await), 2);
    app.make_premium("clara").await;
    assert_eq!(limit(&clara.get(MODELS).await), 50);
    app.make_admin("clara").await;
    for _ in 0..100 {
        assert_eq!(limit(&clara.get(MODELS).await), 300);
    }
    app.make_user("clara").await;
    app.advance(Duration::minutes(1));
    for _ in 0..2 {
        assert_eq!(limit(&clara.get(MODELS).await), 2);
    }
    // What was used keeps its share: who changes tiers gains no fresh bucket.
    is_limited(&clara.get(MODELS).await);
    app.make_premium("clara").await;
    is_limited(&clara.get(MODELS).await);
    app.advance(Duration::seconds(2));
    assert_eq!(limit(&clara.get(MODELS).await), 50);
    app.make_user("clara").await;
    app.advance(Duration::minutes(1));
    // No header gives a tier.
    let liar = clara
        .with("x-tier", "internal")
        .with("x-user-tier", "internal");
    assert_eq!(limit(&liar.get(MODELS).await), 2);
}

/// An account is one caller, with whichever of its sessions and from wherever.
#[tokio::test]
async fn an_account_is_one_caller() {
    let app = app(&[("FREE", 4, 4)]).await;
    let clara = app.user("clara").await;
    let again = app.sign_in("clara").await.from_address("192.0.2.7");
    let browser = app.browser().from_address("192.0.2.8");
    browser.sign_in("clara").await;
    clara.get(MODELS).await.is(200);
    again.get(MODELS).await.is(200);
    browser.get(MODELS).await.is(200);
    again.get(MODELS).await.is(200);
    for answer in [clara.get(MODELS).await, browser.get(MODELS).await] {
        is_limited(&answer);
    }
    app.user("bob").await.get(MODELS).await.is(200);
}

async fn key(owner: &Persona<'_>, limits: Value) -> String {
    let body = json!({"name": "radio", "scopes": ["models:view"], "limits": limits});
    let made = owner.post("/api/v1/user/api-keys", body).await;
    let text = made.is(201).json()["key"].as_str().map(ToOwned::to_owned);
    text.unwrap_or_else(|| panic!("{}", made.text()))
}

/// A key's own limits narrow and never widen; what it uses is its owner's too.
#[tokio::test]
async fn a_key_narrows_and_never_widens() {
    let app = app(&[("FREE", 12, 60)]).await;
    let clara = app.user("clara").await;
    let narrow = key(&clara, json!({"per_minute": 3})).await;
    let wide = key(&clara, json!({"per_minute": 1000, "per_hour": 100_000})).await;
    assert_eq!(remaining(clara.get(MODELS).await.is(200)), 9);
    let by = |key: &str| app.anonymous().with("x-api-key", key);
    for left in [2, 1, 0] {
        let answer = by(&narrow).get(MODELS).await;
        assert_eq!((remaining(answer.is(200)), limit(&answer)), (left, 3));
    }
    let refused = by(&narrow).get(MODELS).await;
    is_limited(&refused);
    assert!(refused.text().contains("Your API key may send 3 requests"));
    // The refused call took nothing from the account, the others did.
    assert_eq!(remaining(clara.get(MODELS).await.is(200)), 5);
    for left in [4, 3, 2, 1, 0] {
        assert_eq!(remaining(by(&wide).get(MODELS).await.is(200)), left);
    }
    is_limited(&by(&wide).get(MODELS).await);
    is_limited(&clara.get(MODELS).await);
    app.advance(Duration::seconds(20));
    by(&narrow).get(MODELS).await.is(200);
    is_limited(&by(&narrow).get(MODELS).await);
}

/// The same for a token that was made from the key.
#[tokio::test]
async fn a_token_of_a_key_has_the_limits_of_the_key() {
    let app = app(&[("FREE", 100, 100)]).await;
    let clara = app.user("clara").await;
    let text = key(&clara, json!({"per_minute": 2})).await;
    let program = app
        .anonymous()
        .with("content-type", "application/x-www-form-urlencoded");
    let list = clara.get("/api/v1/user/api-keys").await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={text}");
    let token = program
        .post_text("/api/auth/token", form)
        .await
        .is(200)
        .json();
    let token = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let program = app.anonymous().with("authorization", &token);
    program.get(MODELS).await.is(200);
    app.anonymous()
        .with("x-api-key", &text)
        .get(MODELS)
        .await
        .is(200);
    is_limited(&program.get(MODELS).await);
    clara.get(MODELS).await.is(200);
}

/// An administrator's override takes the place of the tier, at once and on every node, until it is
/// taken back.
#[tokio::test]
async fn an_override_takes_the_place_of_the_tier() {
    let app = app(&[("FREE", 7, 60)]).await;
    let (admin, clara) = (app.admin("root").await, app.user("clara").await);
    let path = format!("/api/v1/admin/users/{}", app.account("clara").await.id);
    let plain = admin.get(&path).await.is(200).json();
    assert_eq!(plain["limits"], Value::Null);
    let own = json!({"burst": 30, "per_minute": 40, "per_hour": 500, "per_day": null});
    let wanted = json!({"limits": {"burst": 30, "per_minute": 40, "per_hour": 500}});
    assert_eq!(limit(&clara.get(MODELS).await), 7);
    let changed = admin.patch(&path, wanted).await.is(200).json();
    assert_eq!(
        (&changed["limits"], &changed["tier"]),
        (&own, &json!("free"))
    );
    assert_eq!(admin.get(&path).await.is(200).json()["limits"], own);
    assert_eq!(limit(&clara.get(MODELS).await), 30);
    // It stays whatever becomes of the tier, in tokens of before and of after.
    app.make_premium("clara").await;
    assert_eq!(limit(&clara.get(MODELS).await), 30);
    let fresh = app.sign_in("clara").await;
    assert_eq!(limit(&fresh.get(MODELS).await), 30);
    let me = fresh.get("/api/auth/me").await.is(200).json();
    assert_eq!(me["limits"]["requests"], own);
    let other = app.another_node(&[]).await;
    let there = other.sign_in("clara").await;
    assert_eq!(limit(&there.get(MODELS).await), 30);
    admin.patch(&path, json!({"limits": null})).await.is(200);
    app.make_user("clara").await;
    // What was used keeps its share of the smaller bucket.
    app.advance(Duration::seconds(10));
    assert_eq!(limit(&fresh.get(MODELS).await), 7);
    other.hear_of_changes().await;
    assert_eq!(limit(&there.get(MODELS).await), 7);
    // A change of something else leaves it alone.
    let tight = json!({"limits": {"burst": 1, "per_minute": 1}});
    admin.patch(&path, tight).await.is(200);
    admin.patch(&path, json!({"tier": "premium"})).await.is(200);
    assert_eq!(admin.get(&path).await.json()["limits"]["burst"], 1);
}

#[tokio::test]
async fn an_override_has_good_numbers() {
    let app = TestApp::start().await;
    let admin = app.admin("root").await;
    app.user("clara").await;
    let path = format!("/api/v1/admin/users/{}", app.account("clara").await.id);
    for (limits, pointer, code) in [
        (json!({}), "/limits/burst", "required"),
        (
            json!({"burst": 0, "per_minute": 1}),
            "/limits/burst",
            "out_of_range",
        ),
        (
            json!({"burst": 1, "per_minute": "1"}),
            "/limits/per_minute",
            "type",
        ),
        (
            json!({"burst": 1, "per_minute": 1.5}),
            "/limits/per_minute",
            "type",
        ),
        (
            json!({"burst": 1, "per_minute": 10_000_001}),
            "/limits/per_minute",
            "out_of_range",
        ),
        (
            json!({"burst": 1, "per_minute": 9, "per_hour": 8}),
            "/limits/per_hour",
            "out_of_range",
        ),
        (
            json!({"burst": 1, "per_minute": 9, "per_day": 8}),
            "/limits/per_day",
            "out_of_range",
        ),
        (
            json!({"burst": 1, "per_minute": 1, "per_hour": 9, "per_day": 8}),
            "/limits/per_day",
            "out_of_range",
        ),
        (
            json!({"burst": 9, "per_minute": 1, "per_hour": 8}),
            "/limits/burst",
            "out_of_range",
        ),
        (
            json!({"burst": 10_000, "per_minute": 1}),
            "/limits/burst",
            "out_of_range",
        ),
        (
            json!({"burst": 1, "per_minute": 1, "x": 1}),
            "/limits/x",
            "unknown_field",
        ),
        (json!(5), "/limits", "type"),
        (json!([1, 1, 1, 1]), "/limits", "type"),
    ] {
        let answer = admin.patch(&path, json!({"limits": limits.clone()})).await;
        let faults = answer.faults();
        assert!(
            faults.contains(&(pointer.to_owned(), code.to_owned())),
            "{limits}: {faults:?}"
        );
    }
    assert_eq!(app.account("clara").await.limits, None);
    // Not for the taking (AZ-4).
    let clara = app.sign_in("clara").await;
    let mine = json!({"username": "Clara", "limits": {"burst": 9, "per_minute": 9}});
    clara.patch("/api/auth/me", mine).await.is(422);
    clara.patch(&path, json!({"limits": null})).await.is(403);
}

/// The bypass is for a key that was compared, and for nothing else.
#[tokio::test]
async fn only_an_internal_key_passes_without_limit() {
    let app = app(&[("ANONYMOUS", 3, 3), ("PROBE", 1, 1), ("INTERNAL", 2, 2)]).await;
    let operator = app
        .anonymous()
        .from_address("127.0.0.1")
        .with("x-api-key", TestApp::INTERNAL_KEY);
    for _ in 0..50 {
        let answer = operator.get(DOCS).await;
        assert_eq!(answer.is(200).header("ratelimit"), "");
        operator.get("/metrics").await.is(200);
    }
    let metrics = operator.get("/metrics").await.text();
    assert!(
        metrics
            .contains("musicgen_rate_limit_decisions_total{bucket=\"none\",outcome=\"bypassed\"}")
    );
    assert!(metrics.contains("musicgen_rate_limit_keys"));
    // Who is near, who says so or who guesses doesn't.
    let near = app
        .anonymous()
        .from_address("127.0.0.1")
        .with("x-internal", "true");
    for _ in 0..2 {
        near.get(DOCS).await.is(200);
    }
    let guess = near.clone().with("x-api-key", "internal");
    guess.get(DOCS).await.is_problem(401, "invalid_token");
    is_limited(&guess.get(DOCS).await);
    is_limited(&near.get(DOCS).await);
    operator.get(DOCS).await.is(200);
    // An administrator has a tier like everybody.
    let admin = app.admin("root").await;
    for _ in 0..2 {
        admin.get(MODELS).await.is(200);
    }
    is_limited(&admin.get(MODELS).await);
}

#[tokio::test]
async fn a_new_account_has_the_configured_tier() {
    let app = TestApp::with(&[("DEFAULT_RATE_LIMIT_TIER", "premium")]).await;
    let clara = app.user("clara").await;
    let me = clara.get("/api/auth/me").await.json();
    assert_eq!(me["tier"], "premium");
    assert_eq!(app.account("clara").await.tier, Tier::Premium);
    assert_eq!(me["limits"]["requests"]["burst"], 1_000_000);
}
