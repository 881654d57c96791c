//! When sessions end by themselves, and how many there are.

use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Browser, PASSWORD, TestApp};
use serde_json::json;
use time::Duration;

const SECOND: Duration = Duration::SECOND;

async fn refresh(browser: &Browser<'_>) -> u16 {
    let answer = browser.post_nothing("/api/auth/refresh").await;
    answer.status.as_u16()
}

/// A browser that forgets nothing by itself: what counts is the server's record (CK-7, SES-5).
async fn signed_in<'a>(app: &'a TestApp, name: &str, remember_me: bool) -> Browser<'a> {
    let browser = app.browser();
    browser
        .sign_in_with(name, json!({"remember_me": remember_me}))
        .await;
    keep(&browser)
}

fn keep<'a>(browser: &Browser<'a>) -> Browser<'a> {
    for kind in CookieKind::SESSION {
        if let Some(value) = browser.cookie(kind) {
            browser.set_cookie(kind, value);
        }
    }
    browser.clone()
}

/// SES-4, REF-6: without use a session ends after 24 hours, a remembered one doesn't, an
/// administrator's after 30 minutes, remembered or not; at its end it is over.
#[tokio::test]
async fn idle_sessions_end_to_the_second() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.admin("ada").await;
    let rows = [
        ("clara", false, Duration::hours(24)),
        ("clara", true, Duration::days(30)),
        ("ada", false, Duration::minutes(30)),
        ("ada", true, Duration::minutes(30)),
    ];
    for (name, remember_me, end) in rows {
        let late = signed_in(&app, name, remember_me).await;
        let in_time = signed_in(&app, name, remember_me).await;
        app.advance(end - SECOND);
        assert_eq!(refresh(&in_time).await, 200, "{name} {remember_me}");
        app.advance(SECOND);
        assert_eq!(refresh(&late).await, 401, "{name} {remember_me}");
        app.advance(end);
    }
}

/// SES-4, REF-5: use never moves the absolute end: 7 days, 30 remembered, 12 hours for
/// administrators. The last access token ends with the session.
#[tokio::test]
async fn the_absolute_end_never_moves() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.admin("ada").await;
    let rows = [
        ("clara", false, Duration::days(7), Duration::hours(20)),
        ("clara", true, Duration::days(30), Duration::days(6)),
        ("ada", false, Duration::hours(12), Duration::minutes(25)),
        ("ada", true, Duration::hours(12), Duration::minutes(25)),
    ];
    for (name, remember_me, end, step) in rows {
        let browser = signed_in(&app, name, remember_me).await;
        let mut left = end;
        while left > step {
            app.advance(step);
            left -= step;
            assert_eq!(refresh(&keep(&browser)).await, 200, "{name}, {left} left");
        }
        app.advance(left - SECOND);
        assert_eq!(refresh(&keep(&browser)).await, 200, "{name} at the end");
        keep(&browser);
        browser.get("/api/auth/me").await.is(200);
        app.advance(SECOND);
        assert_eq!(refresh(&browser.fork()).await, 401, "{name} at its end");
        // The leeway of clocks, and not a second more.
        app.advance(Duration::seconds(29));
        browser.fork().get("/api/auth/me").await.is(200);
        app.advance(SECOND);
        browser
            .get("/api/auth/me")
            .await
            .is_problem(401, "invalid_token");
    }
}

/// SES-5: use moves the idle end.
#[tokio::test]
async fn use_keeps_a_session_awake() {
    let app = TestApp::in_production().await;
    app.admin("ada").await;
    let browser = signed_in(&app, "ada", false).await;
    for _ in 0..10 {
        app.advance(Duration::minutes(14));
        browser.get("/api/auth/me").await.is(200);
        app.record_use().await;
        app.advance(Duration::minutes(29));
        assert_eq!(refresh(&browser).await, 200);
        keep(&browser);
    }
}

/// SES-4: who is made an administrator has the short limits from the next refresh on: 12 hours from the
/// sign-in, 30 minutes from the last use.
#[tokio::test]
async fn a_promotion_shortens_the_session() {
    let half_an_hour = Duration::minutes(30);
    for (signed_in_for, unused_for, survives) in [
        (Duration::hours(11), half_an_hour - SECOND, true),
        (Duration::hours(11), half_an_hour, false),
        (Duration::hours(12) - SECOND, SECOND, true),
        (Duration::hours(12), SECOND, false),
    ] {
        let app = TestApp::in_production().await;
        app.admin("ada").await;
        app.user("clara").await;
        let browser = signed_in(&app, "clara", true).await;
        app.advance(signed_in_for - unused_for - Duration::minutes(1));
        assert_eq!(refresh(&keep(&browser)).await, 200);
        keep(&browser);
        app.advance(Duration::minutes(1));
        browser.get("/api/auth/me").await.is(200);
        app.record_use().await;
        app.advance(unused_for);
        app.make_admin("clara").await;
        let answer = browser.post_nothing("/api/auth/refresh").await;
        if !survives {
            answer.is_problem(401, "invalid_refresh_token");
            continue;
        }
        let age = |kind| {
            let name = app.cookie_name(kind);
            let set = answer
                .set_cookies()
                .into_iter()
                .find(|set| set.name == name);
            set.unwrap().max_age().unwrap()
        };
        let left = half_an_hour.min(Duration::hours(12) - signed_in_for);
        assert_eq!(age(CookieKind::Refresh), left);
        keep(&browser);
        app.advance(left);
        assert_eq!(refresh(&browser).await, 401, "as an administrator");
    }
}

/// SES-3, SES-5: a confirmation gives a new session that ends when the old one would have, and a
/// wrong password gives nothing and takes nothing.
#[tokio::test]
async fn a_confirmation_renews_the_proof_and_not_the_end() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = signed_in(&app, "clara", false).await;
    app.advance(Duration::minutes(5));
    let before = browser.fork();
    for wrong in ["", "wrong password of clara", &PASSWORD.to_uppercase()] {
        let answer = browser
            .post("/api/auth/confirm", json!({"password": wrong}))
            .await;
        let faults = answer.faults();
        assert_eq!(
            faults,
            [("/password".to_owned(), "wrong_password".to_owned())]
        );
        assert!(answer.set_cookies().is_empty());
    }
    before.get("/api/auth/me").await.is(200);
    browser
        .post("/api/auth/confirm", json!({"password": PASSWORD}))
        .await
        .is(200);
    before
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    let list = browser.get("/api/auth/sessions").await.json();
    let items = list["items"].as_array().unwrap();
    let own = items.iter().find(|item| item["current"] == true).unwrap();
    assert_eq!(own["expires_at"], "2024-10-11T00:00:00Z", "of the sign-in");
    assert_eq!(own["delivery"], "cookie");
}

/// SES-9: a twenty-first session ends the one that was idle the longest, at once, and no other.
#[tokio::test]
async fn the_twenty_first_session_ends_the_longest_idle() {
    let app = TestApp::in_production().await;
    app.user("mallory").await;
    let foreign = signed_in(&app, "mallory", false).await;
    let body = json!({"email": "clara@example.com", "username": "clara", "password": PASSWORD});
    app.anonymous()
        .post("/api/auth/register", body)
        .await
        .is(201);
    let mut browsers = Vec::new();
    for _ in 0..20 {
        app.advance(SECOND);
        browsers.push(signed_in(&app, "clara", false).await);
    }
    app.advance(SECOND);
    assert_eq!(
        refresh(&browsers[0]).await,
        200,
        "all twenty live, the first was used"
    );
    app.advance(SECOND);
    browsers.push(signed_in(&app, "clara", false).await);
    for (n, browser) in browsers.iter().enumerate() {
        let status = browser.fork().get("/api/auth/me").await.status;
        assert_eq!(status, if n == 1 { 401 } else { 200 }, "number {n}");
    }
    assert_eq!(refresh(&browsers[1]).await, 401);
    // A confirmation takes the place of its own session and of nobody's.
    let last = browsers.last().unwrap();
    last.post("/api/auth/confirm", json!({"password": PASSWORD}))
        .await
        .is(200);
    // So does a sign-in in a browser that had one.
    last.sign_in("clara").await;
    for (n, browser) in browsers.iter().enumerate() {
        let status = browser.fork().get("/api/auth/me").await.status;
        assert_eq!(
            status,
            if n == 1 { 401 } else { 200 },
            "number {n} afterwards"
        );
    }
    foreign.get("/api/auth/me").await.is(200);
}

/// SES-2, REF-7, SES-15: what lies in the data folder is no credential and no way to one.
#[tokio::test]
async fn a_stolen_data_folder_signs_nobody_in() {
    let app = TestApp::in_production().await;
    let program = app.user("clara").await;
    let browser = signed_in(&app, "clara", true).await;
    assert_eq!(refresh(&browser).await, 200);
    browser.get("/api/auth/csrf-token").await.is(200);
    let secret = |kind| browser.cookie(kind).unwrap();
    let secrets = [
        ("the password", PASSWORD.to_owned()),
        ("an access token", program.access_token.clone()),
        ("a refresh token", program.refresh_token.clone()),
        ("an access cookie", secret(CookieKind::Access)),
        ("a refresh cookie", secret(CookieKind::Refresh)),
        ("a CSRF cookie", secret(CookieKind::Csrf)),
        ("the signing secret", TestApp::JWT_SECRET.to_owned()),
        ("an internal key", TestApp::INTERNAL_KEY.to_owned()),
    ];
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let raw = |token: &str| engine.decode(token.trim_start_matches("mgr_")).unwrap();
    let inner = raw(&program.refresh_token)[16..48].to_vec();
    let mut files = 0;
    for entry in std::fs::read_dir(app.data_dir()).unwrap().flatten() {
        let Ok(bytes) = std::fs::read(entry.path()) else {
            continue;
        };
        files += 1;
        let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
        for (what, secret) in &secrets {
            assert!(!holds(secret.as_bytes()), "{what} in {:?}", entry.path());
            if secret.contains('.') {
                let signature = secret.rsplit('.').next().unwrap();
                assert!(!holds(signature.as_bytes()), "the signature of {what}");
            }
        }
        assert!(!holds(&inner), "the secret half of a refresh token");
    }
    assert!(files >= 2, "the database and its log");
}
