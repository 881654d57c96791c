//! What goes by the service's own address, whatever a proxy says of scheme and host.

use super::*;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::{Answer, Browser};

/// B29: what a browser is given is Secure by PUBLIC_URL: no scheme that a request names takes it away, and
/// none gives it.
#[tokio::test]
async fn b29_cookies_are_secure_whoever_says_what() {
    let app = TestApp::in_production_with(&[TRUSTED]).await;
    app.user("clara").await;
    let body = json!({"email": "clara@example.com", "password": PASSWORD});
    let proto = "x-forwarded-proto";
    let rows: &[(&str, &str, Option<&str>)] = &[
        ("trusted", PROXY, Some("https")),
        ("trusted, in the clear", PROXY, Some("http")),
        ("untrusted", "192.0.2.7", Some("https")),
        ("untrusted, in the clear", "192.0.2.7", Some("http")),
        ("no header", PROXY, None),
    ];
    for (name, peer, said) in rows {
        let mut caller = app.anonymous().from_address(peer);
        if let Some(said) = said {
            caller = caller.with(proto, said);
        }
        let answer = caller.post("/api/auth/login", body.clone()).await;
        answer.is(200);
        let set: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert!(set.len() >= 3, "{name}");
        for line in set {
            let line = line.to_str().unwrap();
            let good = line.starts_with("__Host-")
                && line.contains("; Secure")
                && line.contains("SameSite=");
            assert!(good, "{name}: {line}");
        }
    }
    let local = TestApp::start().await;
    local.user("clara").await;
    let caller = local
        .anonymous()
        .from_address("192.0.2.7")
        .with(proto, "https");
    let answer = caller.post("/api/auth/login", body).await;
    answer.is(200);
    let access = local.cookie_name(CookieKind::Access);
    let set = answer.headers.get_all("set-cookie").iter();
    let mut set = set
        .map(|line| line.to_str().unwrap())
        .filter(|line| line.starts_with(access));
    assert!(set.next().is_some_and(|line| !line.contains("Secure")));
}

/// B72: a page of ours is one by PUBLIC_URL, behind a proxy that ends TLS and without; a host or a scheme
/// that a proxy names makes no other page ours.
#[tokio::test]
async fn b72_pages_are_ours_by_the_public_address() {
    let app = TestApp::in_production_with(&[TRUSTED]).await;
    app.user("clara").await;
    let browser = app.browser();
    browser.sign_in("clara").await;
    let by_proxy = browser.from_address(PROXY).with(XFF, "198.51.100.7");
    let by_proxy = by_proxy
        .with("x-forwarded-proto", "https")
        .with("host", "music.example.com");
    let call = async |browser: &Browser<'_>| -> Answer {
        browser.post_nothing("/api/auth/sessions/end-others").await
    };
    call(&by_proxy).await.is(200);
    call(&browser.from_address("192.0.2.7")).await.is(200);
    for (host, proto) in [("evil.example", "https"), ("music.example.com", "http")] {
        let evil = by_proxy
            .with("x-forwarded-host", host)
            .with("x-forwarded-proto", proto);
        let evil = evil.with("origin", format!("{proto}://{host}"));
        let answer = call(&evil).await;
        assert!(
            [403, 421].contains(&answer.status.as_u16()),
            "{host} {proto}"
        );
    }
}

/// B108, IP-10: a trusted proxy may name a host; no link is made of it.
#[tokio::test]
async fn b108_links_follow_no_host_of_a_proxy() {
    for header in ["x-forwarded-for", "forwarded"] {
        let app = TestApp::in_production_with(&[TRUSTED, ("PROXY_HEADER", header)]).await;
        app.user("clara").await;
        let heads: [&[(&str, &str)]; 3] = [
            &[
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "http"),
            ],
            &[("forwarded", "for=198.51.100.7;host=evil.example;proto=http")],
            &[
                ("x-forwarded-host", "music.example.com"),
                ("x-forwarded-port", "666"),
            ],
        ];
        for head in heads {
            let mut caller = app
                .anonymous()
                .from_address(PROXY)
                .with("host", "music.example.com");
            for (name, value) in head {
                caller = caller.with(name, value);
            }
            let body = json!({"email": "clara@example.com"});
            let answer = caller.post("/api/auth/password/forgot", body).await;
            // A host that isn't ours may be refused before.
            assert!(
                [202, 421].contains(&answer.status.as_u16()),
                "{header}: {head:?}"
            );
        }
        let letters = app.letters("clara", "Reset your password").await;
        assert!(!letters.is_empty(), "{header}");
        for letter in letters {
            let text = letter.body();
            assert!(
                text.contains("https://music.example.com/reset-password#token="),
                "{text}"
            );
            assert!(!text.contains("evil") && !text.contains("666"), "{text}");
        }
    }
}
