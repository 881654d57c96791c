//! A shared cache in front, which stores what it may and keys it by `Vary`.

use super::*;
use musicgen_testkit::proxies::Varnish;

/// B127: nothing of one account comes to another out of a cache, not even one that looks up requests with
/// credentials.
#[tokio::test]
async fn b127_a_cache_holds_nothing_personal() {
    let site = Site::start(&[]);
    let direct = caller(site.address(), "127.0.0.2");
    let (clara, dora) = (
        sign_up(&direct, "Clara").await,
        sign_up(&direct, "Dora").await,
    );
    let cache = Varnish::before(site.address());
    let caller = caller(cache.address(), "127.0.0.2");
    for _ in 0..3 {
        for (token, name) in [(&clara, "Clara"), (&dora, "Dora")] {
            let user = caller.with("authorization", format!("Bearer {token}"));
            let answer = user.get("/api/auth/me").await;
            assert_eq!(answer.is(200).json()["username"], name);
            assert_eq!(answer.header("x-cache"), "MISS");
            for path in ["/api/v1/generate", "/api/auth/sessions", "/api/v1/models"] {
                let answer = user.get(path).await;
                assert_eq!(answer.is(200).header("x-cache"), "MISS", "{path}");
            }
        }
        caller.get("/api/auth/me").await.is(401);
    }
}
