//! What is over is over: at once here, at the next look on other nodes, and after a restart.

use super::api_keys::KEYS;
use super::walk::ABSENT;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Browser, PASSWORD, Persona, TestApp};
use serde_json::{Value, json};
use time::Duration;

/// All that a person and their programs hold.
struct Held {
    access: String,
    refresh: String,
    csrf: String,
    bearer: String,
    refresh_token: String,
}

impl Held {
    fn by(browser: &Browser<'_>, program: &Persona<'_>) -> Self {
        Self {
            access: browser.cookie(CookieKind::Access).unwrap(),
            refresh: browser.cookie(CookieKind::Refresh).unwrap(),
            csrf: browser.cookie(CookieKind::Csrf).unwrap(),
            bearer: program.access_token.clone(),
            refresh_token: program.refresh_token.clone(),
        }
    }

    fn browser<'a>(&self, node: &'a TestApp) -> Browser<'a> {
        let browser = node.browser();
        browser.set_cookie(CookieKind::Access, &self.access);
        browser.set_cookie(CookieKind::Refresh, &self.refresh);
        browser.set_cookie(CookieKind::Csrf, &self.csrf);
        browser
    }

    /// What each access credential gets at a node: the cookie, what it holds as a bearer token, the
    /// program's bearer token.
    async fn access_at(&self, node: &TestApp) -> [u16; 3] {
        let bearer = async |token: &str| {
            let caller = node.anonymous();
            let caller = caller.with("authorization", &format!("Bearer {token}"));
            caller.get("/api/auth/me").await.status.as_u16()
        };
        let cookie = self.browser(node).get("/api/auth/me").await;
        let (held, program) = (bearer(&self.access).await, bearer(&self.bearer).await);
        [cookie.status.as_u16(), held, program]
    }

    /// What each refresh token gets: the cookie's, the program's.
    async fn refresh_at(&self, node: &TestApp) -> [u16; 2] {
        let cookie = self.browser(node).post_nothing("/api/auth/refresh").await;
        let body = json!({"refresh_token": self.refresh_token});
        let program = node.anonymous().post("/api/auth/refresh", body).await;
        [cookie.status.as_u16(), program.status.as_u16()]
    }
}

/// Which of a browser's session and a program's session something ends.
type Ends = (bool, bool);

const ENDINGS: [(&str, Ends); 10] = [
    ("the browser signs out", (true, false)),
    ("the program signs out", (false, true)),
    ("the browser signs out everywhere", (true, true)),
    ("the program signs out everywhere", (true, true)),
    ("the browser ends the program's session", (false, true)),
    ("the program ends all others", (true, false)),
    ("the browser confirms", (true, false)),
    (
        "a spent refresh token of the program comes again",
        (false, true),
    ),
    ("the account is disabled", (true, true)),
    ("an administrator ends all sessions", (true, true)),
];

async fn bring_about(app: &TestApp, ending: &str, browser: &Browser<'_>, program: &Persona<'_>) {
    match ending {
        "the browser signs out" => drop(browser.post_nothing("/api/auth/logout").await.is(204)),
        "the program signs out" => drop(program.post_nothing("/api/auth/logout").await.is(204)),
        "the browser signs out everywhere" => {
            browser.post_nothing("/api/auth/logout-all").await.is(204);
        }
        "the program signs out everywhere" => {
            program.post_nothing("/api/auth/logout-all").await.is(204);
        }
        "the browser ends the program's session" => {
            let list = program.get("/api/auth/sessions").await.json();
            let items = list["items"].as_array().unwrap().clone();
            let own = items.iter().find(|item| item["current"] == true).unwrap();
            let path = format!("/api/auth/sessions/{}", own["id"].as_str().unwrap());
            browser.delete(&path).await.is(204);
        }
        "the program ends all others" => {
            let answer = program.post_nothing("/api/auth/sessions/end-others").await;
            answer.is(200);
        }
        "the browser confirms" => {
            let answer = browser
                .post("/api/auth/confirm", json!({"password": PASSWORD}))
                .await;
            answer.is(200);
        }
        "a spent refresh token of the program comes again" => {
            let spend = async |token: &str| -> Value {
                let body = json!({"refresh_token": token});
                app.anonymous().post("/api/auth/refresh", body).await.json()
            };
            let second = spend(&program.refresh_token).await;
            spend(second["refresh_token"].as_str().unwrap()).await;
            let third = spend(&program.refresh_token).await;
            assert_eq!(third["code"], "invalid_refresh_token");
        }
        "the account is disabled" => app.disable("clara").await,
        "an administrator ends all sessions" => {
            let admin = app.sign_in("ada").await;
            let id = app.account("clara").await.id;
            let path = format!("/api/v1/admin/users/{id}/revoke-sessions");
            admin.post_nothing(&path).await.is(200);
        }
        other => panic!("no ending {other}"),
    }
}

/// REV-1, REV-4, REV-13, REF-12, REF-15, SES-6, SES-11, B11, B14, B75, B78: each way in which something ends, for
/// each credential of it, on the node that was asked, on another after one look at the feed, and on
/// one that starts afterwards. What isn't meant lives on.
#[tokio::test]
async fn what_ended_is_over_everywhere() {
    for (ending, (ends_browser, ends_program)) in ENDINGS {
        let app = TestApp::in_production().await;
        app.admin("ada").await;
        let program = app.user("clara").await;
        let browser = app.browser();
        browser.sign_in("clara").await;
        let other = app.another_node(&[]).await;
        let held = Held::by(&browser, &program);
        for node in [&app, &other] {
            assert_eq!(held.access_at(node).await, [200; 3], "before: {ending}");
        }
        bring_about(&app, ending, &browser, &program).await;
        let status = |over| if over { 401 } else { 200 };
        let (by_browser, by_program) = (status(ends_browser), status(ends_program));
        let expected = [by_browser, by_browser, by_program];
        assert_eq!(held.access_at(&app).await, expected, "here: {ending}");
        other.hear_of_changes().await;
        assert_eq!(held.access_at(&other).await, expected, "there: {ending}");
        let started = app.another_node(&[]).await;
        assert_eq!(
            held.access_at(&started).await,
            expected,
            "restarted: {ending}"
        );
        // Last: a good one is spent by asking.
        for node in [&started, &other, &app] {
            let expected = [by_browser, by_program];
            assert_eq!(held.refresh_at(node).await, expected, "refresh: {ending}");
        }
        let bystander = app.sign_in("ada").await;
        bystander.get("/api/auth/me").await.is(200);
    }
}

/// REV-9, REV-14: ending again changes nothing, and nobody ends what they can't prove to hold.
#[tokio::test]
async fn ending_is_idempotent_and_takes_proof() {
    let app = TestApp::in_production().await;
    let program = app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let mut forged = program.access_token.clone();
    forged.replace_range(forged.len() - 6.., "AAAAAA");
    let forger = app
        .anonymous()
        .with("authorization", &format!("Bearer {forged}"));
    for path in ["/api/auth/logout", "/api/auth/logout-all"] {
        forger
            .post_nothing(path)
            .await
            .is_problem(401, "invalid_token");
        let nobody = app.anonymous().post_nothing(path).await;
        nobody.is_problem(401, "unauthenticated");
    }
    let thief = app.browser();
    thief.set_cookie(CookieKind::Refresh, format!("mgr_{}", "A".repeat(86)));
    let answer = thief.post_nothing("/api/auth/logout").await;
    answer.is_problem(401, "unauthenticated");
    program.get("/api/auth/me").await.is(200);
    // A browser that signs out twice, the second time by its refresh cookie, is told the same.
    let copy = browser.fork();
    browser.post_nothing("/api/auth/logout").await.is(204);
    let again = copy.post_nothing("/api/auth/logout").await;
    again.is(204);
    assert_eq!(again.header("clear-site-data"), "\"cookies\", \"storage\"");
}

/// B13, B128, AZ-7, REF-11: roles and tier count on every node as they are, on tokens that are out.
#[tokio::test]
async fn a_change_of_rights_counts_on_tokens_that_are_out() {
    let app = TestApp::in_production().await;
    app.admin("ada").await;
    app.admin("clara").await;
    let program = app.sign_in("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let other = app.another_node(&[]).await;
    let held = Held::by(&browser, &program);
    let there = held.browser(&other);
    let users = "/api/v1/admin/users";
    browser.get(users).await.is(200);
    there.get(users).await.is(200);
    app.make_user("clara").await;
    other.hear_of_changes().await;
    for (node, browser) in [(&app, &browser), (&other, &there)] {
        for path in [users, "/metrics", &format!("{users}/{ABSENT}")] {
            let answer = browser.get(path).await;
            answer.is_problem(403, "insufficient_permission");
            let bearer = node.anonymous();
            let bearer = bearer.with("authorization", &format!("Bearer {}", held.bearer));
            bearer
                .get(path)
                .await
                .is_problem(403, "insufficient_permission");
        }
        let promote = json!({"roles": ["admin"]});
        let path = format!("{users}/{}", app.account("clara").await.id);
        let answer = browser.patch(&path, promote).await;
        answer.is_problem(403, "insufficient_permission");
        let me = browser.get("/api/auth/me").await.json();
        assert_eq!(
            (&me["roles"], &me["tier"]),
            (&json!(["user"]), &json!("free"))
        );
        assert_eq!(me["limits"]["longest_seconds"], 60.0);
    }
    let long = json!({"prompt": "slow sad piano", "duration": 61});
    let faults = browser.post("/api/v1/generate", long).await.faults();
    assert_eq!(
        faults,
        [("/duration".to_owned(), "out_of_range".to_owned())]
    );
}

/// REV-13: an account's keys end with it, on every node.
#[tokio::test]
async fn keys_end_with_their_account() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let made = json!({"name": "radio", "scopes": ["music:generate", "models:view"]});
    let key = browser.post(KEYS, made).await.is(201).json();
    let key = key["key"].as_str().unwrap().to_owned();
    let other = app.another_node(&[]).await;
    let call = async |node: &TestApp| {
        let caller = node.anonymous().with("x-api-key", &key);
        caller.get("/api/v1/models").await.status.as_u16()
    };
    assert_eq!((call(&app).await, call(&other).await), (200, 200));
    browser.post_nothing("/api/auth/logout-all").await.is(204);
    assert_eq!(call(&app).await, 200, "a key is no session");
    app.disable("clara").await;
    other.hear_of_changes().await;
    assert_eq!((call(&app).await, call(&other).await), (401, 401));
}

/// REV-3, SES-14, B11: while the feed can't be read, what a node heard in the last five seconds
/// counts; after that it lets nobody in and signs nobody out; afterwards all is as it was, and what
/// was over still is.
#[tokio::test]
async fn silence_is_never_consent() {
    let app = TestApp::in_production().await;
    let program = app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let held = Held::by(&browser, &program);
    app.user("bob").await;
    let over = app.browser();
    over.sign_in("bob").await;
    let copy = over.fork();
    over.post_nothing("/api/auth/logout").await.is(204);
    let away = "ALTER TABLE changes RENAME TO changes_away";
    app.database().execute(away, &[]).await.unwrap();
    copy.fork()
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    app.advance(Duration::seconds(5));
    assert_eq!(
        held.access_at(&app).await,
        [200; 3],
        "heard five seconds ago"
    );
    app.advance(Duration::milliseconds(1));
    assert_eq!(held.access_at(&app).await, [503; 3]);
    for path in ["/api/auth/me", "/api/v1/generate", "/api/auth/sessions"] {
        for browser in [&browser, &copy] {
            let answer = browser.get(path).await;
            answer.is_problem(503, "unavailable");
            assert!(!answer.header("retry-after").is_empty());
            assert!(answer.set_cookies().is_empty(), "{path}");
            assert_eq!(answer.header("clear-site-data"), "");
        }
    }
    let answer = browser.post_nothing("/api/auth/logout").await;
    answer.is_problem(503, "unavailable");
    assert!(
        answer.set_cookies().is_empty(),
        "nobody believes to be signed out"
    );
    // Without a credential nothing is asked of the feed.
    app.browser().get("/health/live").await.is(200);
    let back = "ALTER TABLE changes_away RENAME TO changes";
    app.database().execute(back, &[]).await.unwrap();
    assert_eq!(held.access_at(&app).await, [200; 3], "and back");
    copy.fork()
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    browser.post_nothing("/api/auth/logout").await.is(204);
}

/// REF-16: with the whole database away nobody gets or loses anything.
#[tokio::test]
async fn an_outage_clears_no_cookie_and_makes_no_token() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    app.close_database().await;
    app.advance(Duration::seconds(6));
    for (method, path) in [
        (http::Method::GET, "/api/auth/me"),
        (http::Method::POST, "/api/auth/refresh"),
        (http::Method::POST, "/api/auth/logout"),
        (http::Method::GET, "/api/auth/csrf-token"),
    ] {
        for has_access in [true, false] {
            let tab = browser.fork();
            if !has_access {
                tab.remove_cookie(CookieKind::Access);
            }
            let answer = tab.send(method.clone(), path, None).await;
            let asks_nobody = !has_access && path.ends_with(['e', 'n']);
            if asks_nobody {
                continue;
            }
            answer.is_problem(503, "unavailable");
            assert!(answer.set_cookies().is_empty(), "{path} {has_access}");
            assert_eq!(answer.header("clear-site-data"), "", "{path}");
        }
    }
}

/// A node that heard nothing for five seconds looks by itself before it answers.
#[tokio::test]
async fn a_deaf_node_asks_before_it_answers() {
    let app = TestApp::in_production().await;
    let program = app.user("clara").await;
    let other = app.another_node(&[]).await;
    let there = other.anonymous();
    let there = there.with("authorization", &format!("Bearer {}", program.access_token));
    program.post_nothing("/api/auth/logout").await.is(204);
    app.advance(Duration::seconds(5) + Duration::milliseconds(1));
    there
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
}
