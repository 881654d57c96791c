//! A shared cache in front, which stores what it may and keys it by `Vary`.

use super::*;
use musicgen_testkit::proxies::Varnish;

const ALLOWED: [&str; 2] = ["https://app.example.com", "https://other.example.com"];

/// B25, CORS-3: what the cache holds for one origin is given to no other, in any order, and the cache does work.
#[tokio::test]
async fn b25_a_cache_gives_no_origin_the_headers_of_another() {
    let origins = ALLOWED.join(",");
    let site = Site::start(&[("CORS_ALLOWED_ORIGINS", &origins)]);
    let cache = Varnish::before(site.address(), "");
    let asked = [
        Some(ALLOWED[0]),
        None,
        Some("https://evil.example"),
        Some(ALLOWED[1]),
        Some("null"),
        Some(ALLOWED[0]),
    ];
    let mut hits = 0;
    for path in [
        "/openapi.json",
        "/docs",
        "/.well-known/jwks.json",
        "/nothing",
        "/api/auth/me",
    ] {
        for round in 0..3 {
            for origin in asked {
                let caller = caller(cache.address(), "127.0.0.2");
                let caller = origin.map_or(caller.clone(), |origin| caller.with("origin", origin));
                let answer = caller.get(path).await;
                hits += usize::from(answer.header("x-cache") == "HIT");
                let allowed = answer.headers.get("access-control-allow-origin");
                let allowed = allowed.map(|value| value.to_str().unwrap());
                let what = format!("{path}, round {round}, {origin:?}: {:?}", answer.headers);
                // A page is for reading, not for scripts of others; who may read it may be said or not.
                if let Some(allowed) = allowed {
                    assert_eq!(Some(allowed), origin, "{what}");
                    assert!(ALLOWED.contains(&allowed), "{what}");
                } else if path != "/docs" {
                    assert!(
                        !origin.is_some_and(|origin| ALLOWED.contains(&origin)),
                        "{what}"
                    );
                }
                let vary = answer.headers.get_all("vary").iter();
                let vary: Vec<_> = vary
                    .map(|value| value.to_str().unwrap().to_lowercase())
                    .collect();
                assert!(
                    path == "/docs" || vary.join(",").contains("origin"),
                    "{what}"
                );
            }
        }
    }
    assert!(hits >= 10, "{hits} answers from the cache");
}

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
    let cache = Varnish::before(site.address(), "");
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
