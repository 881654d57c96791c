//! What a browser brings back, and what others make it bring.

use super::walk::{self, Ids};
use musicgen::routes::table;
use musicgen_security::authorization::Access;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, PASSWORD, TestApp};
use serde_json::json;

/// Refused, and the access cookie taken away.
#[track_caller]
fn is_refused(app: &TestApp, answer: &Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}");
    answer.is_problem(401, "invalid_token");
    let cookies = answer.set_cookies();
    let cleared = cookies
        .iter()
        .map(|set| (set.name.as_str(), set.value.as_str()));
    let cleared: Vec<_> = cleared.collect();
    assert_eq!(
        cleared,
        [(app.cookie_name(CookieKind::Access), "")],
        "{what}"
    );
}

/// B76, CK-15, CK-16, B12: a cookie that we could not have set, or that holds something else of ours,
/// is no decision in anybody's favour: 401 and gone where somebody is needed, nobody elsewhere.
#[tokio::test]
async fn a_broken_access_cookie_is_nobody_and_taken_away() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let good = browser.cookie(CookieKind::Access).unwrap();
    let refresh = browser.cookie(CookieKind::Refresh).unwrap();
    let csrf = browser.cookie(CookieKind::Csrf).unwrap();
    let other = if good.ends_with("AA") { "BB" } else { "AA" };
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("%00", b"%00".to_vec()),
        ("8 KiB", b"A".repeat(8192)),
        ("truncated", good.as_bytes()[..good.len() - 1].to_vec()),
        ("half", good.as_bytes()[..good.len() / 2].to_vec()),
        ("longer", format!("{good}A").into_bytes()),
        (
            "another signature",
            format!("{}{other}", &good[..good.len() - 2]).into_bytes(),
        ),
        (
            "no signature",
            format!("{}.", good.rsplit_once('.').unwrap().0).into_bytes(),
        ),
        ("not UTF-8", b"\xff\xfe".to_vec()),
        ("good and not UTF-8", [good.as_bytes(), b"\xff"].concat()),
        ("quoted", format!("\"{good}\"").into_bytes()),
        ("quoted, with a semicolon", b"\"a;b\"".to_vec()),
        ("percent-encoded", good.replace('.', "%2E").into_bytes()),
        ("a blank before", format!(" {good}").into_bytes()),
        ("a blank after", format!("{good} ").into_bytes()),
        ("with a scheme", format!("Bearer {good}").into_bytes()),
        ("a refresh token", refresh.into_bytes()),
        ("a CSRF token", csrf.into_bytes()),
        ("a session's id", walk::ABSENT.as_bytes().to_vec()),
    ];
    let login = json!({"email": "clara@example.com", "password": PASSWORD});
    for (name, value) in rows {
        let browser = browser.fork();
        browser.set_cookie(CookieKind::Access, &value);
        is_refused(&app, &browser.fork().get("/api/auth/me").await, name);
        is_refused(&app, &browser.fork().get("/api/v1/generate").await, name);
        for public in ["/health", "/openapi.json"] {
            browser.get(public).await.is(200);
        }
        let token = browser.fork().get("/api/auth/csrf-token").await;
        assert_eq!(token.status, 200, "{name}");
        let again = browser.fork().post("/api/auth/login", login.clone()).await;
        assert_eq!(again.status, 200, "{name}");
        // Once it is gone, the browser is nobody and goes on.
        browser.get("/api/auth/me").await.is(401);
        let nobody = browser.get("/api/auth/me").await;
        nobody.is_problem(401, "unauthenticated");
    }
}

/// CK-4, B73: a cookie of ours that stands twice is refused, whichever is first, on one line or two.
#[tokio::test]
async fn a_cookie_that_stands_twice_is_ambiguous() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    app.user("mallory").await;
    let (browser, attacker) = (app.browser(), app.browser());
    browser.sign_in("clara").await;
    attacker.sign_in("mallory").await;
    let name = app.cookie_name(CookieKind::Access);
    let own = browser.cookie(CookieKind::Access).unwrap();
    let theirs = attacker.cookie(CookieKind::Access).unwrap();
    for (what, value) in [
        ("theirs", &theirs[..]),
        ("nonsense", "x"),
        ("nothing", ""),
        ("equal", &own),
    ] {
        for first in [true, false] {
            let victim = browser.fork();
            victim.plant_cookie(name, value, first);
            let answer = victim.get("/api/auth/me").await;
            is_refused(&app, &answer, &format!("{what}, first: {first}"));
        }
    }
    let lines = browser
        .with("cookie", format!("{name}={own}"))
        .with("cookie", format!("{name}={theirs}"));
    is_refused(&app, &lines.get("/api/auth/me").await, "two lines");

    let name = app.cookie_name(CookieKind::Csrf);
    let planted = attacker.cookie(CookieKind::Csrf).unwrap();
    for first in [true, false] {
        for sent in [&planted, &browser.cookie(CookieKind::Csrf).unwrap()] {
            let victim = browser.fork();
            victim.plant_cookie(name, &planted, first);
            let answer = victim
                .with("x-csrf-token", sent)
                .post_nothing("/api/auth/logout")
                .await;
            answer.is_problem(403, "csrf_cookie_ambiguous");
        }
    }
    let name = app.cookie_name(CookieKind::Refresh);
    let planted = attacker.cookie(CookieKind::Refresh).unwrap();
    for first in [true, false] {
        let victim = browser.fork();
        victim.plant_cookie(name, &planted, first);
        let answer = victim.post_nothing("/api/auth/refresh").await;
        answer.is_problem(401, "invalid_refresh_token");
    }
    browser.post_nothing("/api/auth/refresh").await.is(200);
    attacker.post_nothing("/api/auth/refresh").await.is(200);
}

/// CK-3, CK-5, CK-16: names count byte by byte, and all `Cookie` lines are one list.
#[tokio::test]
async fn names_are_exact_and_lines_are_joined() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let name = app.cookie_name(CookieKind::Access);
    let token = browser.cookie(CookieKind::Access).unwrap();
    for other in [
        "__HOST-musicgen_access",
        "__host-musicgen_access",
        "__Host-Musicgen_access",
        "musicgen_access",
        "__Secure-musicgen_access",
        "__Host%2Dmusicgen_access",
        "__Host-musicgen_access ",
        "$__Host-musicgen_access",
        "session",
        "access_token",
    ] {
        let stranger = app.browser();
        stranger.plant_cookie(other, &token, true);
        let answer = stranger.get("/api/auth/me").await;
        answer.is_problem(401, "unauthenticated");
        // Nor does it stand in the way of the right one.
        let both = browser.fork();
        both.plant_cookie(other, "planted", true);
        both.get("/api/auth/me").await.is(200);
    }
    for lines in [
        vec![format!("a=1; {name}={token}")],
        vec![
            "a=1".to_owned(),
            format!("{name}={token}"),
            "b=2".to_owned(),
        ],
        vec![format!("{name}={token};b=2")],
        vec![format!(";;; =; a; {name}={token};")],
    ] {
        let tab = lines
            .iter()
            .fold(app.browser(), |tab, line| tab.with("cookie", line));
        let answer = tab.get("/api/auth/me").await;
        assert_eq!(answer.status, 200, "{}", lines.len());
    }
}

/// CK-6, B126: a bounded number of cookies is read, and no number that a cookie names is believed.
#[tokio::test]
async fn cookies_are_bounded() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let access = format!(
        "{}={}",
        app.cookie_name(CookieKind::Access),
        browser.cookie(CookieKind::Access).unwrap()
    );
    let many = |count: usize| format!("{access}{}", "; a=1".repeat(count));
    let long = |bytes: usize| format!("{access}; a={}", "b".repeat(bytes - access.len() - 4));
    let chunks = format!("{access}; session_chunks=999999999; __Host-musicgen_access_chunks=99999");
    for (what, line, status) in [
        ("200 of them", many(199), 200),
        ("201", many(200), 431),
        ("12 KiB", long(12 * 1024), 200),
        ("12 KiB and one", long(12 * 1024 + 1), 431),
        ("chunks", chunks, 200),
    ] {
        let answer = browser.with("cookie", &line).get("/api/auth/me").await;
        assert_eq!(answer.status, status, "{what}");
        if status == 431 {
            answer.is_problem(431, "cookies_too_large");
            let public = browser.with("cookie", &line).get("/health").await;
            public.is_problem(431, "cookies_too_large");
        }
    }
}

/// CSRF-6, TOK-16, AZ-13: a header's credential is the one that counts, on every route; a wrong one
/// never falls back to good cookies, and two are malformed.
#[tokio::test]
async fn a_header_credential_counts_and_cookies_do_not() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    let bob = app.user("bob").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let bearer = |token: &str| format!("Bearer {token}");
    for route in table() {
        let path = Ids::absent().path(&route);
        let body = walk::body(&route).map(|body| body.to_string());
        for (name, value) in [
            ("authorization", bearer("nonsense")),
            (
                "authorization",
                bearer(&browser.cookie(CookieKind::Refresh).unwrap()),
            ),
            ("authorization", "Basic Y2xhcmE6eA==".to_owned()),
            ("x-api-key", "k".repeat(40)),
        ] {
            // There it is a client's, and its refusal has another form.
            if route.takes_client_credentials && value.starts_with("Basic") {
                continue;
            }
            let tab = browser.fork().with(name, &value);
            let answer = tab.send(walk::method(&route), &path, body.clone()).await;
            assert_eq!(answer.status, 401, "{route:?} {name}");
            answer.is_problem(401, "invalid_token");
            assert!(
                answer.set_cookies().is_empty(),
                "{route:?}: nobody's cookie is to blame"
            );
        }
        let both = browser
            .fork()
            .with("authorization", bearer(&bob.access_token))
            .with("x-api-key", TestApp::INTERNAL_KEY);
        let answer = both.send(walk::method(&route), &path, body.clone()).await;
        answer.is_problem(400, "malformed_request");
    }
    let as_bob = browser.with("authorization", bearer(&bob.access_token));
    assert_eq!(as_bob.get("/api/auth/me").await.json()["username"], "bob");
    // And needs no token: no browser sends such a header by itself.
    let change = json!({"username": "Bob"});
    let answer = as_bob
        .without("x-csrf-token")
        .patch("/api/auth/me", change)
        .await;
    answer.is(200);
    let as_program = browser.with("x-api-key", TestApp::INTERNAL_KEY);
    let answer = as_program.get("/api/auth/me").await;
    answer.is_problem(401, "unauthenticated");
    let me = browser.get("/api/auth/me").await.json();
    assert_eq!(
        (
            me["username"].as_str(),
            clara.get("/api/auth/me").await.status.as_u16()
        ),
        (Some("clara"), 200)
    );
}

/// The refresh cookie is a credential for refresh and sign-out, by itself, and for nothing else.
#[tokio::test]
async fn the_refresh_cookie_opens_two_routes_alone() {
    let app = TestApp::in_production().await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    browser.remove_cookie(CookieKind::Access);
    let before = app.dump().await;
    for route in table() {
        if route.reads_refresh_cookie {
            continue;
        }
        let path = Ids::absent().path(&route);
        // A sign-in or a registration would be its own doing, not the cookie's.
        let body = (route.body_limit > 0).then(|| "{}".to_owned());
        let tab = browser.fork();
        let answer = tab.send(walk::method(&route), &path, body).await;
        if route.access == Access::Public {
            assert_ne!(answer.status, 401, "{route:?}");
        } else {
            answer.is_problem(401, "unauthenticated");
        }
        let refresh = app.cookie_name(CookieKind::Refresh);
        let touched = answer.set_cookies().iter().any(|set| set.name == refresh);
        assert!(!touched, "{route:?}");
    }
    assert_eq!(app.dump().await, before);
    let reading: Vec<_> = table()
        .into_iter()
        .filter(|route| route.reads_refresh_cookie)
        .collect();
    let reading: Vec<_> = reading.iter().map(|route| route.path).collect();
    assert_eq!(reading, ["/api/auth/refresh", "/api/auth/logout"]);
    browser.post_nothing("/api/auth/refresh").await.is(200);
    browser.remove_cookie(CookieKind::Access);
    browser.post_nothing("/api/auth/logout").await.is(204);
}

/// REF-13, CSRF-6: a good header credential beside the cookies doesn't spend the refresh cookie, for
/// which it brought no proof.
#[tokio::test]
async fn a_header_credential_does_not_lend_itself_to_the_refresh_cookie() {
    let app = TestApp::in_production().await;
    let bob = app.user("bob").await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let bearer = format!("Bearer {}", bob.access_token);
    for (name, value) in [
        ("authorization", bearer.as_str()),
        ("x-api-key", TestApp::INTERNAL_KEY),
    ] {
        let tab = browser.fork().without("x-csrf-token").with(name, value);
        let before = app.dump().await;
        let answer = tab.post_nothing("/api/auth/refresh").await;
        answer.is_problem(401, "refresh_token_missing");
        assert!(answer.set_cookies().is_empty());
        assert_eq!(app.dump().await, before, "{name}");
    }
    browser.post_nothing("/api/auth/refresh").await.is(200);
}
