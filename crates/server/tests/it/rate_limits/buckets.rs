//! Numbers: exactly as many as allowed, what is told, what waits for whom.

use super::{DOCS, MODELS, app, app_with, is_limited, number, remaining};
use futures_util::future::join_all;
use http::Method;
use musicgen_testkit::TestApp;
use serde_json::json;
use time::Duration;

/// RL-4, RL-5: however many ask at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_as_many_get_through_as_the_limit_allows() {
    for burst in [1, 7, 20] {
        let app = app(&[("FREE", burst, 60), ("ANONYMOUS", burst, 60)]).await;
        let (clara, nobody) = (app.user("clara").await, app.anonymous());
        for (who, path) in [(&clara, MODELS), (&nobody, DOCS)] {
            let answers = join_all((0..burst + 30).map(|_| who.get(path))).await;
            let (through, refused): (Vec<_>, Vec<_>) =
                answers.iter().partition(|answer| answer.status == 200);
            assert_eq!(through.len(), burst as usize, "{path}");
            refused.into_iter().for_each(is_limited);
            // Each of them was told another number, down to 0.
            let mut left: Vec<_> = through.into_iter().map(remaining).collect();
            left.sort_unstable();
            assert_eq!(left, (0..u64::from(burst)).collect::<Vec<_>>(), "{path}");
        }
        // An edge of a minute gives nobody twice as much.
        app.advance(Duration::seconds(59));
        let refilled = u64::from(burst).min(59);
        for n in 0..burst + 5 {
            let expected = if u64::from(n) < refilled { 200 } else { 429 };
            clara.get(MODELS).await.is(expected);
        }
    }
}

/// B56, RL-1, RL-2, RL-3: what is told agrees, on answers and on refusals, and holds.
#[tokio::test]
async fn b56_who_waits_as_told_is_let_in() {
    let variables = [
        ("RATE_LIMIT_ANONYMOUS_BURST", "3"),
        ("RATE_LIMIT_ANONYMOUS_PER_MINUTE", "7"),
        ("RATE_LIMIT_ANONYMOUS_PER_HOUR", "20"),
        ("RATE_LIMIT_ANONYMOUS_PER_DAY", "30"),
    ];
    let app = TestApp::with(&variables).await;
    let nobody = app.anonymous();
    let mut windows = Vec::new();
    for round in 0..60 {
        let answer = nobody.get(DOCS).await;
        let policy = answer.header("ratelimit-policy");
        assert!(policy.starts_with("\"burst\";q=3;w="), "{policy}");
        assert!(policy.ends_with(", \"hour\";q=20;w=3600, \"day\";q=30;w=86400"));
        let told = format!(
            ";r={};t={}",
            remaining(&answer),
            number(&answer, "x-ratelimit-reset")
        );
        assert!(answer.header("ratelimit").ends_with(&told), "{round}");
        if answer.status == 200 {
            assert_eq!(answer.header("retry-after"), "");
            continue;
        }
        is_limited(&answer);
        let window = answer.header("ratelimit").split('"').nth(1).unwrap();
        windows.push(window.to_owned());
        let wait = number(&answer, "retry-after").cast_signed();
        app.advance(Duration::seconds(wait - 1));
        is_limited(&nobody.get(DOCS).await);
        app.advance(Duration::SECOND);
        nobody.get(DOCS).await.is(200);
    }
    windows.dedup();
    assert_eq!(windows, ["burst", "hour", "day"], "the tightest is named");
}

/// RL-8: an order of music costs five times as much as reading about it.
#[tokio::test]
async fn costly_routes_cost_more() {
    let app = app(&[("FREE", 20, 60)]).await;
    let clara = app.user("clara").await;
    let order = json!({"prompt": "slow sad piano", "duration": 1});
    assert_eq!(remaining(clara.get(MODELS).await.is(200)), 19);
    let ordered = clara.post("/api/v1/generate", order.clone()).await;
    assert_eq!(remaining(ordered.is(202)), 14);
    let id = ordered.json()["task_id"].as_str().unwrap().to_owned();
    let cancel = format!("/api/v1/generate/{id}/cancel");
    assert_eq!(remaining(clara.post_nothing(&cancel).await.is(200)), 13);
    for left in [8, 3] {
        let ordered = clara.post("/api/v1/generate", order.clone()).await;
        assert_eq!(remaining(ordered.is(202)), left);
    }
    // Not enough for an order, and nothing is taken for trying: what is left can be read with.
    is_limited(&clara.post("/api/v1/generate", order).await);
    for left in [2, 1, 0] {
        assert_eq!(remaining(clara.get(MODELS).await.is(200)), left);
    }
    is_limited(&clara.get(MODELS).await);
}

/// RL-14: what is refused counts as well.
#[tokio::test]
async fn refusals_count() {
    let app = app(&[("FREE", 8, 8)]).await;
    let clara = app.user("clara").await;
    let absent = "/api/v1/generate/0b0f6a5e-0000-4000-8000-000000000000";
    for (path, status, left) in [
        (absent, 404, 7),
        ("/api/v1/admin/users", 403, 6),
        ("/api/v1/generate?x=1", 422, 5),
        (MODELS, 200, 4),
        ("/api/v1/generate?limit=x", 422, 3),
    ] {
        let answer = clara.get(path).await;
        assert_eq!(remaining(answer.is(status)), left, "{path}");
    }
    for left in [2, 1, 0] {
        let answer = clara.patch("/api/auth/me", json!({})).await;
        assert_eq!(remaining(answer.is(422)), left);
    }
    is_limited(&clara.get(MODELS).await);
}

/// RL-15, B53: a route is what was matched, however it was written; HEAD is GET.
#[tokio::test]
async fn b53_another_spelling_is_no_other_bucket() {
    let app = app(&[("AUTH", 3, 3), ("ANONYMOUS", 4, 4)]).await;
    let nobody = app.anonymous();
    let wrong = json!({"email": "clara@example.com", "password": "wrong"});
    for _ in 0..3 {
        nobody.post("/api/auth/login", wrong.clone()).await.is(401);
    }
    for path in [
        "/api/auth/login",
        "/api/auth/login/",
        "//api/auth/login",
        "/api/auth//login",
        "/api/auth/%6cogin",
        "/API/AUTH/LOGIN",
        "/api/auth/login?x=1",
        "/api/auth/login;a=b",
        "/api/auth/./login",
        "/api/auth/x/../login",
        "/api/auth/login%2f",
        "/api/auth/refresh",
        "/api/auth/password/forgot",
    ] {
        let answer = nobody.post(path, wrong.clone()).await;
        let status = answer.status.as_u16();
        assert!(matches!(status, 400 | 404 | 429), "{path}: {status}");
    }
    for (method, path) in [
        (Method::GET, DOCS),
        (Method::HEAD, DOCS),
        (Method::GET, "/openapi.json"),
        (Method::HEAD, "/openapi.json"),
    ] {
        nobody.send(method, path, None).await.is(200);
    }
    nobody.send(Method::HEAD, DOCS, None).await.is(429);
    is_limited(&nobody.get(DOCS).await);
}

/// A page with all that belongs to it never trips a limit, whoever looks at it.
#[tokio::test]
async fn a_page_with_twelve_assets_never_trips() {
    let app = TestApp::with_default_limits().await;
    let browser = app.browser().from_address("192.0.2.1");
    for view in 0..5 {
        for n in 0..13 {
            let answer = browser.get(DOCS).await;
            assert_eq!(answer.status, 200, "{n} of view {view}");
        }
        app.advance(Duration::seconds(15));
    }
    let clara = app.user("clara").await.from_address("192.0.2.2");
    for _ in 0..13 {
        clara.get(MODELS).await.is(200);
    }
}

/// RL-6, B07: an IPv6 subscriber is one caller. RL-10: a flood is refused by its address alone,
/// whatever it asks for and whoever sends it.
#[tokio::test]
async fn b07_ten_thousand_addresses_of_a_64_are_one_bucket() {
    let app = app(&[("FLOOD", 50, 50), ("FREE", 1_000, 1_000)]).await;
    let clara = app.user("clara").await;
    let mut through = 0;
    for n in 0..10_000_u32 {
        let address = format!("2001:db8:1:2::{n:x}");
        let answer = clara.clone().from_address(&address).get("/nothing").await;
        through += u32::from(answer.status == 404);
        if answer.status != 404 {
            is_limited(&answer);
        }
        if n > 200 && through > 50 {
            break;
        }
    }
    assert_eq!(through, 50);
    is_limited(
        &clara
            .clone()
            .from_address("2001:db8:1:2::1")
            .get(MODELS)
            .await,
    );
    for other in ["2001:db8:1:3::1", "192.0.2.1"] {
        clara.clone().from_address(other).get(MODELS).await.is(200);
    }
}

/// An address that can't be seen is no way around the limits: all of them are one.
#[tokio::test]
async fn callers_without_an_address_share_a_bucket() {
    let app = app(&[("ANONYMOUS", 2, 2)]).await;
    app.anonymous().get(DOCS).await.is(200);
    app.browser().get(DOCS).await.is(200);
    is_limited(&app.anonymous().get(DOCS).await);
    app.anonymous()
        .from_address("192.0.2.1")
        .get(DOCS)
        .await
        .is(200);
}

/// RL-19: probes have a bucket of their own, and take nothing from anybody.
#[tokio::test]
async fn probes_are_counted_apart() {
    let app = app(&[("PROBE", 5, 5), ("ANONYMOUS", 3, 3), ("FREE", 2, 2)]).await;
    let clara = app.user("clara").await;
    for path in ["/health", "/health/live", "/health/ready"] {
        app.anonymous().get(path).await.is(200);
    }
    // Whoever signed in is a prober like everybody else there.
    clara.get("/health").await.is(200);
    clara.get("/health/live").await.is(200);
    is_limited(&app.anonymous().get("/health/ready").await);
    is_limited(&clara.get("/health").await);
    assert_eq!(remaining(clara.get(MODELS).await.is(200)), 1);
    for left in [2, 1, 0] {
        assert_eq!(remaining(app.anonymous().get(DOCS).await.is(200)), left);
    }
}

/// B55: asking whether a request may be sent takes nothing, and the answer to one that is refused can be
/// read by the page that sent it.
#[tokio::test]
async fn b55_preflights_take_nothing_and_refusals_can_be_read() {
    let page = "https://studio.example";
    let app = app_with(&[("AUTH", 10, 10)], &[("CORS_ALLOWED_ORIGINS", page)]).await;
    let there = app
        .anonymous()
        .from_address("192.0.2.1")
        .with("origin", page);
    let ask = there
        .clone()
        .with("access-control-request-method", "POST")
        .with("access-control-request-headers", "content-type");
    for n in 0..12 {
        let login = "/api/auth/login";
        let preflight = ask.send(Method::OPTIONS, login, None).await;
        preflight.is(204);
        let body = json!({"email": format!("somebody{n}@example.com"), "password": "a wrong one"});
        let answer = there.post(login, body).await;
        if n < 10 {
            answer.is(401);
        } else {
            is_limited(&answer);
        }
        for answer in [&preflight, &answer] {
            assert_eq!(answer.header("access-control-allow-origin"), page);
        }
        let exposed = answer
            .header("access-control-expose-headers")
            .to_lowercase();
        for name in ["retry-after", "ratelimit", "ratelimit-policy"] {
            assert!(
                exposed.split(", ").any(|one| one == name),
                "{name} in {exposed}"
            );
        }
    }
}

/// Hours and days survive a restart; what is at once begins anew.
#[tokio::test]
async fn hours_and_days_survive_a_restart() {
    let app = TestApp::with(&[
        ("RATE_LIMIT_FREE_BURST", "4"),
        ("RATE_LIMIT_FREE_PER_MINUTE", "4"),
        ("RATE_LIMIT_FREE_PER_HOUR", "10"),
        ("RATE_LIMIT_FREE_PER_DAY", "1000"),
    ])
    .await;
    let clara = app.user("clara").await;
    for _ in 0..4 {
        clara.get(MODELS).await.is(200);
    }
    is_limited(&clara.get(MODELS).await);
    app.save_rates().await;
    let again = app.another_node(&[]).await;
    let there = again.sign_in("clara").await;
    let answer = there.get(MODELS).await;
    assert_eq!(remaining(answer.is(200)), 3, "of the burst");
    for _ in 0..3 {
        there.get(MODELS).await.is(200);
    }
    // Eight of ten are used; the ninth and the tenth of the hour go through after a minute.
    again.advance(Duration::seconds(50));
    for _ in 0..2 {
        there.get(MODELS).await.is(200);
    }
    let refused = there.get(MODELS).await;
    is_limited(&refused);
    assert!(
        refused.header("ratelimit").starts_with("\"hour\""),
        "{:?}",
        refused.headers
    );
}
