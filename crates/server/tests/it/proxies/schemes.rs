//! Whether the request came by https, which is the proxy's to say.

use super::*;
use crate::proxies::chains;

const HSTS: &str = "strict-transport-security";

/// One answer of each kind.
async fn answers(caller: &Caller) -> Vec<(&'static str, Answer)> {
    let big = json!({"email": "a@example.com", "password": "x".repeat(100_000)});
    vec![
        ("200", caller.get("/health/live").await),
        ("a page", caller.get("/docs").await),
        ("401", caller.get("/api/auth/me").await),
        ("404", caller.get("/nothing").await),
        ("405", caller.send("PUT", "/health", None).await),
        ("413", caller.post("/api/auth/login", big).await),
        (
            "OPTIONS",
            caller.send("OPTIONS", "/api/auth/me", None).await,
        ),
    ]
}

/// B111, HDR-1, IP-10: HSTS where the proxy says that it ended TLS, once; never by a caller's word.
#[tokio::test]
async fn b111_hsts_where_the_proxy_says_https() {
    let site = Site::start(&[]);
    let with_tls = [
        chains::nginx_that_appends(site.address()),
        chains::haproxy_that_appends(site.address()),
    ];
    let without = chains::nginx_without_tls(site.address());
    let mut rows = vec![
        ("http to nginx", caller(without.address, "127.0.0.2"), 0),
        ("past the proxy", caller(site.address(), "127.0.0.4"), 0),
    ];
    for front in &with_tls {
        rows.push(("https to the proxy", caller(front.address, "127.0.0.2"), 1));
    }
    for (way, caller, expected) in rows {
        let https = caller
            .with("x-forwarded-proto", "https")
            .with("forwarded", "proto=https");
        let listed = https.with("x-forwarded-proto", "https");
        let http = caller.with("x-forwarded-proto", "http");
        for caller in [caller, https, listed, http] {
            for (what, answer) in answers(&caller).await {
                let found = answer.headers.get_all(HSTS).iter().count();
                assert_eq!(found, expected, "{way}, {what}: {:?}", answer.headers);
                if expected == 1 {
                    assert_eq!(
                        answer.header(HSTS),
                        "max-age=63072000; includeSubDomains",
                        "{what}"
                    );
                }
            }
        }
    }
}

/// B29, CK-1: in production cookies are Secure behind https, behind nothing, and whatever is claimed.
#[tokio::test]
async fn b29_cookies_are_secure_whatever_is_said_of_the_scheme() {
    let site = Site::start(&[]);
    sign_up(&caller(site.address(), "127.0.0.2"), "clara").await;
    let with_tls = chains::nginx_that_appends(site.address());
    let without = chains::nginx_without_tls(site.address());
    for (way, caller) in [
        ("https", caller(with_tls.address, "127.0.0.2")),
        ("http", caller(without.address, "127.0.0.2")),
        ("past the proxy", caller(site.address(), "127.0.0.4")),
        (
            "a claim of http",
            caller(site.address(), "127.0.0.4").with("x-forwarded-proto", "http"),
        ),
        (
            "a claim of https",
            caller(site.address(), "127.0.0.4").with("x-forwarded-proto", "https"),
        ),
    ] {
        let body = json!({"email": "clara@example.com", "password": PASSWORD});
        let answer = caller.post("/api/auth/login", body).await;
        answer.is(200);
        let cookies = answer.set_cookies();
        assert!(cookies.len() >= 3, "{way}: {cookies:?}");
        for cookie in cookies {
            assert!(cookie.name.starts_with("__Host-"), "{way}: {cookie:?}");
            assert_eq!(cookie.attribute("secure"), Some(""), "{way}: {cookie:?}");
            assert_eq!(
                cookie.attribute("samesite"),
                Some("Lax"),
                "{way}: {cookie:?}"
            );
        }
    }
}
