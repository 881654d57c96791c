//! Whether the request came by https, which is the proxy's to say.

use super::*;
use crate::proxies::chains;

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
