//! What another site makes a signed-in browser send.

use super::walk::{self, Ids};
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Browser, PASSWORD, TestApp};
use serde_json::json;
use time::Duration;

/// A victim who may do everything that has no operator in it, with things of its own, and an
/// attacker with a session of his own.
struct Scene<'a> {
    victim: Browser<'a>,
    attacker: Browser<'a>,
    ids: Ids,
}

impl<'a> Scene<'a> {
    async fn set(app: &'a TestApp) -> Self {
        app.user("clara").await;
        app.make_admin("clara").await;
        app.user("mallory").await;
        let (victim, attacker) = (app.browser(), app.browser());
        victim.sign_in("clara").await;
        attacker.sign_in("mallory").await;
        let ids = Ids::of(&victim, "clara").await;
        Self {
            victim,
            attacker,
            ids,
        }
    }

    fn token_of(browser: &Browser<'_>) -> String {
        browser.cookie(CookieKind::Csrf).unwrap()
    }

    /// The victim's browser in a trap.
    fn trapped(&self, trap: &str) -> Browser<'a> {
        let victim = self.victim.fork();
        let theirs = Self::token_of(&self.attacker);
        let sends = |header: &[u8]| victim.with("x-csrf-token", header);
        let planted = |value: &str, header: &str| {
            victim.set_cookie(CookieKind::Csrf, value);
            sends(header.as_bytes())
        };
        match trap {
            "no token" => victim.without("x-csrf-token"),
            "no cookie" => {
                let own = Self::token_of(&victim);
                victim.remove_cookie(CookieKind::Csrf);
                sends(own.as_bytes())
            }
            "another session's token" => sends(theirs.as_bytes()),
            "another session's pair" => planted(&theirs, &theirs),
            "a made-up pair" => planted("x", "x"),
            "a made-up pair of the right form" => {
                let made_up = "A".repeat(Self::token_of(&victim).len());
                planted(&made_up, &made_up)
            }
            "nothing twice" => planted("", ""),
            "an empty token" => sends(b""),
            "a token of 257 bytes" => sends(&b"A".repeat(257)),
            "a token that is no ASCII" => sends("\u{e9}".as_bytes()),
            "the token twice" => {
                let own = Self::token_of(&victim);
                sends(own.as_bytes()).with("x-csrf-token", own)
            }
            "a cross-site page" => victim
                .with("sec-fetch-site", "cross-site")
                .without("origin"),
            "a cross-site page with our origin" => victim.with("sec-fetch-site", "cross-site"),
            "a sibling site" => victim
                .with("sec-fetch-site", "same-site")
                .with("origin", "https://app.example.com"),
            "a sibling site without an origin" => {
                victim.with("sec-fetch-site", "same-site").without("origin")
            }
            "a page without an origin" => victim.without("sec-fetch-site").with("origin", "null"),
            "our name without TLS" => victim
                .without("sec-fetch-site")
                .with("origin", "http://music.example.com"),
            "our name at another port" => victim
                .without("sec-fetch-site")
                .with("origin", "https://music.example.com:8443"),
            "a longer name" => victim
                .without("sec-fetch-site")
                .with("origin", "https://music.example.com.evil.example"),
            "an old browser on another site" => victim
                .without("sec-fetch-site")
                .without("origin")
                .with("referer", "https://evil.example/music.example.com"),
            "two origins" => victim
                .with("origin", "https://music.example.com")
                .with("origin", "https://evil.example"),
            other => panic!("no trap {other}"),
        }
    }
}

const TRAPS: [(&str, &str); 21] = [
    ("no token", "csrf_token_missing"),
    ("no cookie", "csrf_cookie_missing"),
    ("another session's token", "csrf_token_mismatch"),
    ("another session's pair", "csrf_token_invalid"),
    ("a made-up pair", "csrf_token_malformed"),
    ("a made-up pair of the right form", "csrf_token_invalid"),
    ("nothing twice", "csrf_token_malformed"),
    ("an empty token", "csrf_token_malformed"),
    ("a token of 257 bytes", "csrf_token_malformed"),
    ("a token that is no ASCII", "csrf_token_malformed"),
    ("the token twice", "malformed_request"),
    ("a cross-site page", "cross_site_request"),
    ("a cross-site page with our origin", "cross_site_request"),
    ("a sibling site", "origin_not_allowed"),
    ("a sibling site without an origin", "origin_not_allowed"),
    ("a page without an origin", "origin_not_allowed"),
    ("our name without TLS", "origin_not_allowed"),
    ("our name at another port", "origin_not_allowed"),
    ("a longer name", "origin_not_allowed"),
    ("an old browser on another site", "origin_not_allowed"),
    ("two origins", "malformed_request"),
];

async fn call(browser: &Browser<'_>, route: &musicgen::routes::Route, ids: &Ids) -> Answer {
    let body = walk::body(route).map(|body| body.to_string());
    browser
        .send(walk::method(route), &ids.path(route), body)
        .await
}

/// CSRF-1, CSRF-2, CSRF-3, CSRF-7, CSRF-8, CSRF-12, CSRF-13, CSRF-15, CSRF-17, REF-13, B26, B71, B73:
/// every trap at every route that changes something is refused by name, and nothing has changed.
#[tokio::test]
async fn no_trap_moves_a_signed_in_browser() {
    let app = TestApp::in_production().await;
    let scene = Scene::set(&app).await;
    let before = app.dump().await;
    let mut cells = 0;
    for route in walk::unsafe_routes() {
        for (trap, code) in TRAPS {
            let browser = scene.trapped(trap);
            let answer = call(&browser, &route, &scene.ids).await;
            // Two origins are no request at all (CORS-7); whoever it is for isn't asked.
            let status = if code == "malformed_request" {
                400
            } else {
                403
            };
            assert_eq!(
                answer.status,
                status,
                "{trap} at {route:?}: {}",
                answer.text()
            );
            answer.is_problem(status, code);
            assert!(answer.set_cookies().is_empty(), "{trap} at {route:?}");
            cells += 1;
        }
        assert_eq!(app.dump().await, before, "{route:?}");
    }
    assert_eq!(cells, TRAPS.len() * walk::unsafe_routes().len());
}

/// The other side of the same table: with its own token, from its own page, the browser is heard.
#[tokio::test]
async fn an_honest_browser_is_heard_at_every_route() {
    for route in walk::unsafe_routes() {
        let app = TestApp::in_production().await;
        let scene = Scene::set(&app).await;
        let answer = call(&scene.victim, &route, &scene.ids).await;
        assert_ne!(answer.status, 403, "{route:?}: {}", answer.text());
        assert_ne!(answer.status, 401, "{route:?}: {}", answer.text());
    }
}

/// CSRF-7, B71, B72: where nothing says where a request comes from, the token decides; our own origin
/// is that of the configuration, whatever `Host` a proxy passes on.
#[tokio::test]
async fn an_honest_request_is_judged_by_the_configured_origin() {
    let app = TestApp::in_production_with(&[("ALLOWED_HOSTS", "10.0.0.7:8000,evil.example")]).await;
    let scene = Scene::set(&app).await;
    let name = json!({"username": "Clara"});
    let victim = &scene.victim;
    let bare = victim.without("origin").without("sec-fetch-site");
    let rows = [
        ("neither origin nor referer", bare.clone()),
        (
            "our referer",
            bare.with("referer", "https://music.example.com/settings?a=b"),
        ),
        (
            "the default port written out",
            victim.with("origin", "https://music.example.com:443"),
        ),
        (
            "Host as the proxy sees it",
            victim.with("host", "10.0.0.7:8000"),
        ),
        (
            "a proxy on the way",
            victim
                .with("x-forwarded-proto", "http")
                .with("host", "music.example.com"),
        ),
        (
            "an unknown relation",
            victim.with("sec-fetch-site", "sideways"),
        ),
        ("typed in", victim.with("sec-fetch-site", "none")),
    ];
    for (what, browser) in rows {
        let answer = browser.patch("/api/auth/me", name.clone()).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    }
    let fooled = victim
        .with("host", "evil.example")
        .with("origin", "https://evil.example");
    let answer = fooled.patch("/api/auth/me", name.clone()).await;
    answer.is_problem(403, "origin_not_allowed");
}

/// CSRF-4: a renewal replaces the token; the one before, which requests on their way carry, is good
/// for 60 seconds and not longer.
#[tokio::test]
async fn the_token_before_a_renewal_is_good_for_a_minute() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let old = Scene::token_of(&browser);
    app.advance(Duration::minutes(10));
    let name = json!({"username": "Clara"});
    browser.patch("/api/auth/me", name.clone()).await.is(200);
    browser.post_nothing("/api/auth/refresh").await.is(200);
    let current = Scene::token_of(&browser);
    assert_ne!(current, old);
    for (seconds, good) in [(0, true), (59, true), (60, false), (61, false)] {
        let late = browser.fork();
        late.set_cookie(CookieKind::Csrf, &old);
        app.advance(Duration::seconds(seconds));
        let answer = late.patch("/api/auth/me", name.clone()).await;
        if good {
            assert_eq!(answer.status, 200, "after {seconds} s");
        } else {
            answer.is_problem(403, "csrf_token_expired");
        }
        // Half a pair of each is no pair.
        let mixed = browser.with("x-csrf-token", &old);
        let answer = mixed.patch("/api/auth/me", name.clone()).await;
        answer.is_problem(403, "csrf_token_mismatch");
        browser.patch("/api/auth/me", name.clone()).await.is(200);
        app.advance(Duration::seconds(-seconds));
    }
}

/// CSRF-4: a sign-in, a confirmation and a sign-out leave the token before worthless.
#[tokio::test]
async fn a_new_session_has_a_new_token() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    let visitor = browser.get("/api/auth/csrf-token").await.json();
    let mut tokens = vec![visitor["csrf_token"].as_str().unwrap().to_owned()];
    let password = json!({"password": PASSWORD});
    for step in [
        "sign-in",
        "confirmation",
        "sign-out and sign-in",
        "sign-in again",
    ] {
        match step {
            "confirmation" => {
                let answer = browser.post("/api/auth/confirm", password.clone()).await;
                answer.is(200);
            }
            "sign-out and sign-in" => {
                browser.post_nothing("/api/auth/logout").await.is(204);
                browser.sign_in("clara").await;
            }
            _ => drop(browser.sign_in("clara").await),
        }
        for old in &tokens {
            let late = browser.fork();
            late.set_cookie(CookieKind::Csrf, old);
            let answer = late.post_nothing("/api/auth/logout").await;
            answer.is_problem(403, "csrf_token_invalid");
        }
        tokens.push(Scene::token_of(&browser));
    }
}

/// A page without scripts signs out by a form that holds the token.
#[tokio::test]
async fn a_form_field_is_as_good_as_the_header() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let own = Scene::token_of(&browser);
    let form = browser
        .without("x-csrf-token")
        .with("content-type", "application/x-www-form-urlencoded");
    let send = async |browser: &Browser<'_>, body: String| {
        let method = http::Method::POST;
        browser.send(method, "/api/auth/logout", Some(body)).await
    };
    let pair = format!("csrf_token={own}");
    for (body, status, code) in [
        (String::new(), 403, "csrf_token_missing"),
        ("other=1".to_owned(), 403, "csrf_token_missing"),
        ("csrf_token=".to_owned(), 403, "csrf_token_malformed"),
        ("csrf_token=x".to_owned(), 403, "csrf_token_mismatch"),
        (format!("{pair}&{pair}"), 403, "csrf_token_malformed"),
        (format!("{pair}&a=%zz"), 400, "malformed_request"),
    ] {
        send(&form, body).await.is_problem(status, code);
    }
    let cross = form.with("sec-fetch-site", "cross-site");
    let answer = send(&cross, pair.clone()).await;
    answer.is_problem(403, "cross_site_request");
    let text = browser
        .without("x-csrf-token")
        .with("content-type", "text/plain");
    let answer = send(&text, pair.clone()).await;
    answer.is_problem(403, "csrf_token_missing");
    send(&form, pair).await.is(204);
}
