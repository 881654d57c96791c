//! Sessions as their owner sees them: where one is signed in, and ending it.

use super::walk::{self, ABSENT};
use musicgen::routes::table;
use musicgen_security::authorization::Access;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Browser, PASSWORD, TestApp};
use serde_json::{Value, json};
use time::Duration;

async fn list(browser: &Browser<'_>) -> Vec<Value> {
    let answer = browser.get("/api/auth/sessions").await;
    answer.is(200);
    answer.json()["items"].as_array().unwrap().clone()
}

/// The id of the session that the browser is in.
async fn current(browser: &Browser<'_>) -> String {
    let own = list(browser).await;
    let own: Vec<_> = own.iter().filter(|one| one["current"] == true).collect();
    assert_eq!(own.len(), 1);
    own[0]["id"].as_str().unwrap().to_owned()
}

/// Neither the access cookie nor the refresh cookie of this copy opens anything.
async fn is_dead(copy: &Browser<'_>, what: &str) {
    let answer = copy.fork().get("/api/auth/me").await;
    assert_eq!(answer.status, 401, "{what}: the access token");
    let answer = copy.fork().post_nothing("/api/auth/refresh").await;
    assert_eq!(answer.status, 401, "{what}: the refresh token");
    answer.is_problem(401, "invalid_refresh_token");
}

async fn is_alive(browser: &Browser<'_>) {
    browser.get("/api/auth/me").await.is(200);
    browser.post_nothing("/api/auth/refresh").await.is(200);
    browser.get("/api/auth/me").await.is(200);
}

/// SES-3, B75: nobody chooses the session that a sign-in makes, and one that a new sign-in of the same
/// browser, a confirmation or a sign-out has taken the place of is over.
#[tokio::test]
async fn a_session_cannot_be_fixed() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.user("mallory").await;
    let attacker = app.browser();
    attacker.sign_in("mallory").await;
    for (what, access, refresh) in [
        (
            "invented",
            "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            "mgr_AAAA".to_owned(),
        ),
        (
            "the attacker's",
            attacker.cookie(CookieKind::Access).unwrap(),
            attacker.cookie(CookieKind::Refresh).unwrap(),
        ),
    ] {
        let victim = app.browser();
        victim.set_cookie(CookieKind::Access, &access);
        victim.set_cookie(CookieKind::Refresh, &refresh);
        victim.set_cookie(CookieKind::Csrf, attacker.cookie(CookieKind::Csrf).unwrap());
        victim.plant_cookie("session", ABSENT, true);
        victim.sign_in("clara").await;
        assert_ne!(victim.cookie(CookieKind::Access).unwrap(), access, "{what}");
        assert_ne!(
            victim.cookie(CookieKind::Refresh).unwrap(),
            refresh,
            "{what}"
        );
        let me = victim.get("/api/auth/me").await.json();
        assert_eq!(me["username"], "clara", "{what}");
    }
    is_dead(&attacker, "his own session was left behind in that browser").await;

    let browser = app.browser();
    browser.sign_in("clara").await;
    let mut ids = vec![current(&browser).await];
    for step in [
        "sign-in again",
        "confirmation",
        "another account",
        "sign-out",
    ] {
        let before = browser.fork();
        match step {
            "sign-in again" => drop(browser.sign_in("clara").await),
            "another account" => drop(browser.sign_in("mallory").await),
            "confirmation" => {
                let answer = browser
                    .post("/api/auth/confirm", json!({"password": PASSWORD}))
                    .await;
                answer.is(200);
            }
            _ => {
                browser.post_nothing("/api/auth/logout").await.is(204);
                browser.sign_in("clara").await;
            }
        }
        is_dead(&before, step).await;
        is_alive(&browser).await;
        let id = current(&browser).await;
        assert!(!ids.contains(&id), "{step} gives a new id");
        ids.push(id);
    }
}

/// SES-7: devices, when and from where, in words of ours; the address is that of the connection.
#[tokio::test]
async fn own_sessions_are_listed() {
    let app = TestApp::in_production().await;
    let program = app.user("clara").await;
    let phone = app.browser().from_address("2001:db8:1:2:3:4:5:6").with(
        "user-agent",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 \
         (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    );
    app.advance(Duration::minutes(2));
    phone
        .sign_in_with("clara", json!({"remember_me": true}))
        .await;
    app.advance(Duration::minutes(2));
    let laptop = app.browser().from_address("::ffff:192.0.2.7");
    let laptop = laptop.with("x-forwarded-for", "203.0.113.9");
    laptop.sign_in("clara").await;
    let mallory = app.browser();
    app.user("mallory").await;
    mallory.sign_in("mallory").await;

    let items = list(&laptop).await;
    let fact = |name: &str| {
        items
            .iter()
            .map(|item| item[name].clone())
            .collect::<Vec<_>>()
    };
    let words = |words: [&str; 3]| words.map(Value::from).to_vec();
    assert_eq!(fact("current"), [json!(true), json!(false), json!(false)]);
    assert_eq!(
        fact("ip"),
        [
            json!("192.0.2.7"),
            json!("2001:db8:1:2:3:4:5:6"),
            Value::Null
        ]
    );
    let devices = ["Firefox on Linux", "Safari on iPhone", "an unknown device"];
    assert_eq!(fact("device"), words(devices));
    assert_eq!(fact("delivery"), words(["cookie", "cookie", "body"]));
    assert_eq!(
        fact("remembered"),
        [json!(false), json!(true), json!(false)]
    );
    let times = [
        "2024-10-04T00:04:00Z",
        "2024-10-04T00:02:00Z",
        "2024-10-04T00:00:00Z",
    ];
    assert_eq!(fact("created_at"), words(times));
    assert_eq!(fact("last_seen_at"), words(times));
    let ends = [
        "2024-10-11T00:04:00Z",
        "2024-11-03T00:02:00Z",
        "2024-10-11T00:00:00Z",
    ];
    assert_eq!(fact("expires_at"), words(ends));
    let program = program.get("/api/auth/sessions").await.json();
    assert_eq!(program["items"].as_array().unwrap().len(), 3);
    assert_eq!(list(&mallory).await.len(), 2, "her own alone");
}

/// SES-7, B77: use is written down at most once a minute; another network, another version and
/// another device are written down too, and sign nobody out.
#[tokio::test]
async fn use_is_written_down_once_a_minute_and_moving_is_no_crime() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser().from_address("192.0.2.7");
    browser.sign_in("clara").await;
    let seen = async || {
        app.record_use().await;
        let item = list(&browser.from_address("192.0.2.7")).await.remove(0);
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        (
            text("last_seen_at")["2024-10-04T".len()..].to_owned(),
            text("ip"),
        )
    };
    let at = |time: &str, address: &str| (time.to_owned(), address.to_owned());
    let rows = [
        (60, "192.0.2.8", at("00:01:00Z", "192.0.2.8")),
        (59, "192.0.2.9", at("00:01:00Z", "192.0.2.8")),
        (1, "198.51.100.1", at("00:02:00Z", "198.51.100.1")),
    ];
    for (later, address, expected) in rows {
        app.advance(Duration::seconds(later));
        browser
            .from_address(address)
            .get("/api/auth/me")
            .await
            .is(200);
        assert_eq!(seen().await, expected, "{later} s later from {address}");
    }
    for n in 0..20 {
        let address = if n % 2 == 0 {
            "192.0.2.7"
        } else {
            "2001:db8::7"
        };
        let moving = browser.from_address(address).with(
            "user-agent",
            format!("Mozilla/5.0 (X11; Linux x86_64) Firefox/14{n}.0"),
        );
        app.advance(Duration::minutes(1));
        app.record_use().await;
        is_alive(&moving).await;
    }
}

/// SES-7, B78, AZ-2: one session is ended by its owner, at once and alone; somebody else's is absent,
/// as is one that was ended.
#[tokio::test]
async fn one_session_is_ended_and_no_other() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.user("mallory").await;
    let (one, two, three, mallory) = (app.browser(), app.browser(), app.browser(), app.browser());
    for browser in [&one, &two, &three] {
        browser.sign_in("clara").await;
    }
    mallory.sign_in("mallory").await;
    let end = async |browser: &Browser<'_>, id: &str| -> Answer {
        browser.delete(&format!("/api/auth/sessions/{id}")).await
    };
    let hers = current(&two).await;
    end(&mallory, "%00").await.is(400);
    for id in [&hers[..], ABSENT, "x", "", "%20", &hers.to_uppercase()] {
        let answer = end(&mallory, id).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    is_alive(&two).await;
    end(&one, &hers).await.is(204);
    is_dead(&two, "ended").await;
    end(&one, &hers).await.is_problem(404, "not_found");
    is_alive(&one).await;
    is_alive(&three).await;
    let own = current(&one).await;
    end(&one, &own).await.is(204);
    is_dead(&one, "ended by itself").await;
    is_alive(&three).await;
    is_alive(&mallory).await;
}

/// SES-7, B78: all others, then all.
#[tokio::test]
async fn the_others_and_then_all_are_ended() {
    let app = TestApp::in_production().await;
    let program = app.user("clara").await;
    app.user("mallory").await;
    let (one, two, mallory) = (app.browser(), app.browser(), app.browser());
    one.sign_in("clara").await;
    two.sign_in("clara").await;
    mallory.sign_in("mallory").await;
    let answer = one.post_nothing("/api/auth/sessions/end-others").await;
    answer.is(200);
    // The other browser, the program, and the harness's own sign-in: none.
    assert_eq!(answer.json()["ended"], 2);
    is_dead(&two, "another").await;
    program
        .get("/api/auth/me")
        .await
        .is_problem(401, "invalid_token");
    is_alive(&one).await;
    let answer = one.post_nothing("/api/auth/sessions/end-others").await;
    assert_eq!(answer.json()["ended"], 0);
    two.clear_cookies();
    two.sign_in("clara").await;
    is_alive(&one).await;
    let copy = one.fork();
    two.post_nothing("/api/auth/logout-all").await.is(204);
    is_dead(&copy, "everywhere").await;
    is_alive(&mallory).await;
    one.clear_cookies();
    one.sign_in("clara").await;
    is_alive(&one).await;
}

/// SES-17: a session that asked to be remembered is no proof of who sits there now; a confirmation
/// is, for 15 minutes. Routes that ask for it are found in the table.
#[tokio::test]
async fn being_remembered_is_not_being_known() {
    for route in table()
        .into_iter()
        .filter(|route| route.access == Access::Fresh)
    {
        let app = TestApp::in_production().await;
        app.user("clara").await;
        let browser = app.browser();
        browser
            .sign_in_with("clara", json!({"remember_me": true}))
            .await;
        let call = async || {
            let body = (route.body_limit > 0).then(|| "{}".to_owned());
            let path = walk::Ids::absent().path(&route);
            browser.send(walk::method(&route), &path, body).await
        };
        app.advance(Duration::minutes(10));
        // Renewed, and with it no proof.
        browser.post_nothing("/api/auth/refresh").await.is(200);
        app.advance(Duration::seconds(5 * 60 - 1));
        assert_ne!(call().await.status, 428, "14:59 at {route:?}");
        app.advance(Duration::seconds(1));
        assert_ne!(call().await.status, 428, "15:00 at {route:?}");
        app.advance(Duration::seconds(1));
        call().await.is_problem(428, "step_up_required");
        browser.post_nothing("/api/auth/refresh").await.is(200);
        call().await.is_problem(428, "step_up_required");
        let password = json!({"password": PASSWORD});
        browser.post("/api/auth/confirm", password).await.is(200);
        assert_ne!(call().await.status, 428, "{route:?}");
    }
}
