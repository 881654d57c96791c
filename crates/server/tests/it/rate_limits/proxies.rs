//! Behind a proxy: each client is counted as itself, and by nothing that it says itself.

use super::{MODELS, app_with, is_limited};
use musicgen_testkit::{Answer, TestApp};
use serde_json::json;

const PROXY: &str = "127.0.0.1";

async fn behind_a_proxy(rows: &[(&str, u32, u32)]) -> TestApp {
    app_with(rows, &[("TRUSTED_PROXIES", "127.0.0.1/32")]).await
}

/// A wrong sign-in as the proxy passes it on; each at another account.
async fn guess(app: &TestApp, forwarded: &str) -> Answer {
    let name = format!("{}@example.com", forwarded.replace([',', ' ', ':'], "-"));
    let from = app.anonymous().from_address(PROXY);
    let from = from.with("x-forwarded-for", forwarded);
    let body = json!({"email": name, "password": "a wrong one"});
    from.post("/api/auth/login", body).await
}

/// B03: what a client puts before the proxy's own entry is nobody's address.
#[tokio::test]
async fn b03_a_forged_hop_is_no_fresh_bucket() {
    let app = behind_a_proxy(&[("AUTH", 10, 10)]).await;
    for n in 0..30 {
        let answer = guess(&app, &format!("192.0.2.{n}, 198.51.100.7")).await;
        if n < 10 {
            answer.is(401);
        } else {
            is_limited(&answer);
        }
    }
    guess(&app, "192.0.2.1").await.is(401);
}

/// B05: one client behind the proxy doesn't use up what others have.
#[tokio::test]
async fn b05_clients_behind_one_proxy_are_counted_apart() {
    let app = behind_a_proxy(&[("ANONYMOUS", 20, 60)]).await;
    let from = |client: &str| {
        let proxy = app.anonymous().from_address(PROXY);
        proxy.with("x-forwarded-for", client)
    };
    let mut through = 0;
    for _ in 0..200 {
        let answer = from("203.0.113.10").get("/docs").await;
        through += u32::from(answer.status == 200);
    }
    assert_eq!(through, 20);
    from("203.0.113.11").get("/docs").await.is(200);
}

/// B07: the same for IPv6.
#[tokio::test]
async fn b07_a_subscriber_behind_a_proxy_is_one_client() {
    let app = behind_a_proxy(&[("AUTH", 10, 10)]).await;
    for n in 1..=100 {
        let answer = guess(&app, &format!("2001:db8:1:2::{n:x}")).await;
        assert_eq!(answer.status, if n <= 10 { 401 } else { 429 }, "{n}");
    }
    guess(&app, "2001:db8:1:3::1").await.is(401);
}

/// Without a trusted proxy such a header is noise.
#[tokio::test]
async fn a_strangers_word_gives_no_bucket() {
    let app = super::app(&[("ANONYMOUS", 3, 3)]).await;
    for n in 0..6 {
        let stranger = app.anonymous().from_address("192.0.2.1");
        let stranger = stranger
            .with("x-forwarded-for", &format!("198.51.100.{n}"))
            .with("x-real-ip", &format!("198.51.100.{n}"))
            .with("forwarded", &format!("for=198.51.100.{n}"));
        let answer = stranger.get(MODELS).await;
        answer.is(if n < 3 { 401 } else { 429 });
    }
}
