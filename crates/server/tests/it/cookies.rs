//! What a browser is given to keep.

use super::walk::{self, Ids};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musicgen::routes::table;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Browser, PASSWORD, SetCookie, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use time::Duration;

/// The browser of the harness lives with the service as a real one does: signed in by cookies alone,
/// renewed, signed out, and left with nothing.
#[tokio::test]
async fn a_browser_signs_in_is_renewed_and_forgets() {
    for app in [TestApp::start().await, TestApp::in_production().await] {
        app.user("clara").await;
        let browser = app.browser();
        let answer = browser.sign_in("clara").await;
        let token = answer.json()["csrf_token"].as_str().map(str::to_owned);
        assert_eq!(token, browser.cookie(CookieKind::Csrf));
        browser.get("/api/auth/me").await.is(200);
        let before = browser.cookie(CookieKind::Refresh);
        browser.post_nothing("/api/auth/refresh").await.is(200);
        assert_ne!(browser.cookie(CookieKind::Refresh), before);
        let thief = browser.fork();
        browser.post_nothing("/api/auth/logout").await.is(204);
        for kind in CookieKind::ALL {
            assert_eq!(browser.cookie(kind), None, "{kind:?}");
        }
        let nobody = browser.get("/api/auth/me").await;
        nobody.is_problem(401, "unauthenticated");
        let stolen = thief.get("/api/auth/me").await;
        stolen.is_problem(401, "invalid_token");
    }
}

fn kind(app: &TestApp, name: &str) -> CookieKind {
    let known = CookieKind::ALL.into_iter();
    let mut known = known.filter(|kind| app.cookie_name(*kind) == name);
    known.next().unwrap_or_else(|| panic!("a cookie {name}"))
}

/// Each attribute of a cookie, its name and its value; says which cookie it is and whether it goes.
fn check(app: &TestApp, answer: &Answer, set: &SetCookie, fixed: &[&str]) -> (CookieKind, bool) {
    let kind = kind(app, &set.name);
    let gone = set.value.is_empty();
    let mut expected: Vec<String> = fixed.iter().map(|&it| it.to_owned()).collect();
    expected.push(format!(
        "Max-Age={}",
        set.max_age().unwrap().whole_seconds()
    ));
    if kind != CookieKind::Csrf {
        expected.push("HttpOnly".to_owned());
    }
    let written = set.attributes.iter().map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    });
    let written: BTreeSet<String> = written.collect();
    assert_eq!(written, expected.into_iter().collect(), "{kind:?}");
    assert_eq!(written.len(), set.attributes.len(), "none twice: {kind:?}");
    let age = set.max_age().unwrap();
    assert!(
        age <= Duration::days(400) && (age == Duration::ZERO) == gone,
        "{kind:?}: {age}"
    );
    assert!(set.name.len() + set.value.len() <= 4096, "{kind:?}");
    let octet = |b: u8| b.is_ascii_graphic() && !b"\",;\\".contains(&b);
    assert!(set.value.bytes().all(octet), "{kind:?}");
    assert_eq!(answer.header("cache-control"), "no-store", "{kind:?}");
    (kind, gone)
}

/// A browser with this past, before it calls a route.
async fn with_past<'a>(app: &'a TestApp, past: &str) -> Browser<'a> {
    let browser = app.browser();
    match past {
        "a visitor" => {}
        "a visitor with a token" => drop(browser.get("/api/auth/csrf-token").await),
        _ => drop(browser.sign_in("clara").await),
    }
    match past {
        "a broken access cookie" => browser.set_cookie(CookieKind::Access, "broken"),
        "a broken refresh cookie" => {
            browser.remove_cookie(CookieKind::Access);
            browser.set_cookie(CookieKind::Refresh, "broken");
        }
        "no access cookie" => browser.remove_cookie(CookieKind::Access),
        _ => {}
    }
    browser
}

const PASTS: [&str; 6] = [
    "a visitor",
    "a visitor with a token",
    "signed in",
    "a broken access cookie",
    "a broken refresh cookie",
    "no access cookie",
];

/// CK-1, CK-2, CK-6, CK-7, CK-8, CK-11, CK-12, CK-14: every cookie that any route sets for anybody,
/// each with exactly these attributes, set or taken away; nothing else is ever a cookie.
#[tokio::test]
async fn every_cookie_of_every_route_has_its_name_and_attributes() {
    let production: &[(&str, &str)] = &[];
    let domain: &[(&str, &str)] = &[
        ("COOKIE_DOMAIN", "example.com"),
        ("COOKIE_SAMESITE", "strict"),
    ];
    let settings: [(TestApp, &str, &[&str]); 3] = [
        (
            TestApp::in_production_with(production).await,
            "__Host-musicgen_",
            &["Path=/", "Secure", "SameSite=Lax"],
        ),
        (
            TestApp::in_production_with(domain).await,
            "__Secure-musicgen_",
            &["Path=/", "Domain=example.com", "Secure", "SameSite=Strict"],
        ),
        (
            TestApp::start().await,
            "musicgen_",
            &["Path=/", "SameSite=Lax"],
        ),
    ];
    for (app, prefix, fixed) in settings {
        app.user("clara").await;
        for kind in CookieKind::ALL {
            assert!(app.cookie_name(kind).starts_with(prefix), "{kind:?}");
        }
        let mut met = BTreeSet::new();
        for past in PASTS {
            for route in table() {
                let browser = with_past(&app, past).await;
                let body = walk::body(&route).map(|body| body.to_string());
                let path = Ids::absent().path(&route);
                let answer = browser.send(walk::method(&route), &path, body).await;
                for set in answer.set_cookies() {
                    let (kind, gone) = check(&app, &answer, &set, fixed);
                    met.insert((app.cookie_name(kind).to_owned(), gone));
                }
            }
        }
        let name = |kind| app.cookie_name(kind).to_owned();
        for kind in CookieKind::SESSION {
            assert!(met.contains(&(name(kind), false)), "{kind:?} was set");
            assert!(met.contains(&(name(kind), true)), "{kind:?} was taken away");
        }
        assert!(met.contains(&(name(CookieKind::PreSession), false)));
    }
}

/// CK-7: what a browser is told about ends is what the server will do.
#[tokio::test]
async fn cookies_end_when_what_they_hold_does() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.admin("ada").await;
    let ages = |answer: &Answer| {
        let ages = answer.set_cookies().into_iter();
        let ages = ages.map(|set| (kind(&app, &set.name), set.max_age().unwrap()));
        let age = |wanted| ages.clone().find(|(kind, _)| *kind == wanted).unwrap().1;
        (
            age(CookieKind::Access),
            age(CookieKind::Refresh),
            age(CookieKind::Csrf),
        )
    };
    let quarter = Duration::minutes(15);
    let rows = [
        ("clara", false, Duration::hours(24)),
        ("clara", true, Duration::days(30)),
        ("ada", false, Duration::minutes(30)),
        ("ada", true, Duration::minutes(30)),
    ];
    for (name, remember_me, end) in rows {
        let browser = app.browser();
        let more = json!({"remember_me": remember_me});
        let answer = browser.sign_in_with(name, more).await;
        assert_eq!(ages(&answer), (quarter, end, end), "{name} {remember_me}");
    }
    let browser = app.browser();
    browser.sign_in("clara").await;
    for _ in 0..8 {
        app.advance(Duration::hours(20));
        browser.post_nothing("/api/auth/refresh").await.is(200);
    }
    app.advance(Duration::hours(8) - Duration::minutes(5));
    let answer = browser.post_nothing("/api/auth/refresh").await;
    let left = Duration::minutes(5);
    assert_eq!(
        ages(&answer),
        (left, left, left),
        "the absolute end is near"
    );
    // A browser that keeps them longer has nothing of it.
    let keeper = app.browser();
    for kind in CookieKind::SESSION {
        keeper.set_cookie(kind, browser.cookie(kind).unwrap());
    }
    app.advance(left + Duration::seconds(30));
    assert_eq!(browser.cookie(CookieKind::Access), None);
    let me = keeper.get("/api/auth/me").await;
    me.is_problem(401, "invalid_token");
    let refresh = keeper.post_nothing("/api/auth/refresh").await;
    refresh.is_problem(401, "invalid_refresh_token");
}

/// CK-8: a sign-out takes away what was set, by the same name and attributes, and says to forget the
/// rest; a program, which holds no cookies, is told nothing.
#[tokio::test]
async fn a_sign_out_takes_away_what_the_sign_in_set() {
    for path in ["/api/auth/logout", "/api/auth/logout-all"] {
        let app = TestApp::in_production().await;
        let program = app.user("clara").await;
        let browser = app.browser();
        let set = browser.sign_in("clara").await.set_cookies();
        let answer = browser.post_nothing(path).await;
        answer.is(204);
        let forget = answer.header("clear-site-data");
        assert_eq!(forget, "\"cookies\", \"storage\"");
        let mut expected = set.clone();
        // It is of the browser and not of the session: `Clear-Site-Data` says to forget it.
        expected.retain(|cookie| kind(&app, &cookie.name) != CookieKind::Device);
        for cookie in &mut expected {
            cookie.value.clear();
            for (name, value) in &mut cookie.attributes {
                if name == "Max-Age" {
                    *value = Some("0".to_owned());
                }
            }
        }
        let sorted = |mut cookies: Vec<SetCookie>| {
            cookies.sort_by(|one, other| one.name.cmp(&other.name));
            cookies
        };
        assert_eq!(sorted(answer.set_cookies()), sorted(expected));
        if path.ends_with("logout") {
            let answer = program.post_nothing(path).await;
            answer.is(204);
            assert!(answer.set_cookies().is_empty());
            assert_eq!(answer.header("clear-site-data"), "");
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// CK-10, CK-14, TOK-20, B127: tokens come in cookies or in the body, never both; an answer with
/// either is kept by nobody; and what a cookie holds says nothing about a person.
#[tokio::test]
async fn tokens_come_one_way_and_say_nothing() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    let answers = [
        browser.sign_in("clara").await,
        browser.post_nothing("/api/auth/refresh").await,
        browser
            .post("/api/auth/confirm", json!({"password": PASSWORD}))
            .await,
    ];
    for (n, answer) in answers.iter().enumerate() {
        let is_sign_in = n == 0;
        answer.is(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let (body, mut cookies) = (texts(&answer.json()), answer.set_cookies());
        cookies.sort_by_key(|cookie| kind(&app, &cookie.name) as usize);
        let kinds: Vec<_> = cookies
            .iter()
            .map(|cookie| kind(&app, &cookie.name))
            .collect();
        assert_eq!(kinds[..3], CookieKind::SESSION);
        let device = (kinds.len() > 3).then_some(&kinds[3..]);
        assert_eq!(device, is_sign_in.then_some(&[CookieKind::Device][..]));
        for cookie in cookies {
            let stands_there = body.contains(&cookie.value);
            let is_csrf = kind(&app, &cookie.name) == CookieKind::Csrf;
            assert_eq!(stands_there, is_csrf, "{}", cookie.name);
            for part in cookie.value.split('.') {
                let read = part.trim_start_matches("mgr_").trim_start_matches("mgd_");
                let read = URL_SAFE_NO_PAD.decode(read);
                let read = String::from_utf8_lossy(&read.unwrap()).to_lowercase();
                for personal in ["clara", "mozilla", "firefox", "127.0"] {
                    assert!(!read.contains(personal), "{personal} in {}", cookie.name);
                }
            }
        }
    }
    let body = json!({"email": "clara@example.com", "password": PASSWORD, "delivery": "body"});
    let program = app.anonymous();
    let signed_in = program.post("/api/auth/login", body).await;
    let refresh = json!({"refresh_token": signed_in.json()["refresh_token"]});
    for answer in [signed_in, program.post("/api/auth/refresh", refresh).await] {
        answer.is(200);
        assert!(answer.json()["access_token"].is_string());
        assert!(answer.set_cookies().is_empty());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

/// B29: whether cookies are Secure is said by the configuration; no header of a proxy, or of anybody
/// who claims to be one, changes it.
#[tokio::test]
async fn no_request_turns_secure_on_or_off() {
    for (app, secure) in [
        (TestApp::in_production().await, true),
        (TestApp::start().await, false),
    ] {
        app.user("clara").await;
        for (name, value) in [
            ("x-forwarded-proto", "http"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "proto=http"),
            ("x-forwarded-ssl", "off"),
            ("front-end-https", "off"),
            ("x-forwarded-port", "80"),
        ] {
            for address in ["127.0.0.1", "192.0.2.9"] {
                let browser = app.browser().from_address(address).with(name, value);
                for cookie in browser.sign_in("clara").await.set_cookies() {
                    let is = cookie.attribute("secure").is_some();
                    assert_eq!(is, secure, "{name}: {value} from {address}");
                }
            }
        }
    }
}

/// SES-18, B127: what is somebody's own is kept by no cache, but for audio, which its browser may
/// keep and must ask about.
#[tokio::test]
async fn answers_to_somebody_are_not_kept() {
    let app = TestApp::start().await;
    app.user("clara").await;
    app.make_premium("clara").await;
    for route in table() {
        let browser = app.browser();
        browser.sign_in("clara").await;
        let body = walk::body(&route).map(|body| body.to_string());
        let path = Ids::absent().path(&route);
        let answer = browser.send(walk::method(&route), &path, body).await;
        let open = ["/openapi.json", "/docs", "/.well-known/jwks.json"].contains(&route.path);
        let kept = answer.header("cache-control");
        assert!(open || kept == "no-store", "{route:?}: {kept}");
    }
}
