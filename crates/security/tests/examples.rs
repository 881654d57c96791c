//! The examples do what they say.

// Each example is a program of its own: what only its `main` uses is unused here.
#![expect(dead_code, reason = "the examples' main functions aren't called")]
#![expect(unreachable_pub, reason = "an example explains in place")]

#[path = "../examples/api_keys.rs"]
mod api_keys;
#[path = "../examples/bearer_tokens.rs"]
mod bearer_tokens;
#[path = "../examples/browser_sessions.rs"]
mod browser_sessions;
#[path = "../examples/own_store.rs"]
mod own_store;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use musicgen_security::authentication::jwt::{self, KeyHistory, SigningKeyStore};
use musicgen_security::stack::Site;
use musicgen_security::store::StoreError;
use own_store::FileSigningKeys;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use time::OffsetDateTime;
use tower::ServiceExt;

/// What came back: status, headers, body.
type Answer = (u16, HeaderMap, Value);

async fn send(
    service: &Router,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or(Body::empty(), |json| Body::from(json.to_string()));
    let peer = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 50_000)));
    let request = request
        .header(CONTENT_TYPE, "application/json")
        .header("host", "localhost:8000");
    let request = request.extension(peer).body(body);
    let answer = service.clone().oneshot(request.expect("a request"));
    let answer = answer.await.expect("infallible");
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (parts.status.as_u16(), parts.headers, json)
}

fn ada() -> Value {
    json!({"email": "ada@example.com", "password": "correct horse battery staple"})
}

fn text(json: &Value) -> &str {
    json.as_str().expect("a text")
}

const SIGN_IN: (&str, &str) = ("POST", "/sign-in");
const SIGN_OUT: (&str, &str) = ("POST", "/sign-out");
const REFRESH: (&str, &str) = ("POST", "/refresh");
const ME: (&str, &str) = ("GET", "/me");

/// REF-1, REV-1.
#[tokio::test]
async fn bearer_tokens_open_refresh_and_end_at_once() {
    let service = bearer_tokens::service().await.unwrap();
    let wrong = json!({"email": "ada@example.com", "password": "wrong"});
    assert_eq!(send(&service, SIGN_IN, &[], Some(wrong)).await.0, 401);
    assert_eq!(send(&service, ME, &[], None).await.0, 401);
    let (status, _, first) = send(&service, SIGN_IN, &[], Some(ada())).await;
    assert_eq!(status, 200, "{first}");
    let refresh = json!({"refresh_token": first["refresh_token"]});
    let (status, _, second) = send(&service, REFRESH, &[], Some(refresh)).await;
    assert_eq!(status, 200, "{second}");
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let bearers = [&first, &second].map(|pair| format!("Bearer {}", text(&pair["access_token"])));
    for bearer in &bearers {
        let (status, headers, me) = send(&service, ME, &[("authorization", bearer)], None).await;
        assert_eq!((status, &me["roles"]), (200, &json!(["user"])), "{me}");
        assert!(headers.contains_key("x-request-id"));
    }
    let by_second = [("authorization", bearers[1].as_str())];
    assert_eq!(send(&service, SIGN_OUT, &by_second, None).await.0, 204);
    for bearer in &bearers {
        let (status, _, problem) = send(&service, ME, &[("authorization", bearer)], None).await;
        assert_eq!((status, text(&problem["code"])), (401, "invalid_token"));
    }
    let refresh = json!({"refresh_token": second["refresh_token"]});
    assert_eq!(send(&service, REFRESH, &[], Some(refresh)).await.0, 401);
    let (status, headers, _) = send(&service, ("GET", "/nowhere"), &[], None).await;
    assert_eq!(
        (status, &headers["x-content-type-options"]),
        (404, &"nosniff".parse().unwrap())
    );
    assert_eq!(
        send(&service, ("PUT", "/me"), &[], None).await.1["x-frame-options"],
        "DENY"
    );
}

/// The cookies of an answer, by name.
fn cookies(headers: &HeaderMap) -> BTreeMap<String, String> {
    let pairs = headers.get_all(SET_COOKIE).iter().map(|line| {
        let line = line.to_str().expect("ASCII");
        assert!(
            line.contains("; Secure") && line.contains("; SameSite=Lax"),
            "{line}"
        );
        let (name, value) = line
            .split(';')
            .next()
            .and_then(|pair| pair.split_once('='))
            .expect("a name and a value");
        (name.to_owned(), value.to_owned())
    });
    pairs.collect()
}

fn cookie_line(cookies: &BTreeMap<String, String>) -> String {
    let pairs = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("; ")
}

/// CSRF-1, CSRF-7, CK-8, B75.
#[tokio::test]
async fn a_browser_session_needs_its_token_and_ends() {
    let mut site = Site::new("shop", "https://shop.example").unwrap();
    site.hosts = site.hosts.with_loopback();
    let service = browser_sessions::service(site).await.unwrap();
    let ours = ("origin", "https://shop.example");
    let theirs = ("origin", "https://evil.example");
    let (status, _, problem) = send(&service, SIGN_IN, &[theirs], Some(ada())).await;
    assert_eq!(
        (status, text(&problem["code"])),
        (403, "origin_not_allowed")
    );
    let (status, headers, body) = send(&service, SIGN_IN, &[ours], Some(ada())).await;
    assert_eq!(status, 200, "{body}");
    let held = cookies(&headers);
    assert_eq!(held.len(), 3);
    assert!(
        held.keys().all(|name| name.starts_with("__Host-shop_")),
        "{:?}",
        held.keys()
    );
    let (cookie, csrf) = (cookie_line(&held), text(&body["csrf_token"]));
    let note = Some(json!({"text": "milk"}));
    let notes = ("POST", "/notes");
    for (name, headers, expected) in [
        ("nobody", vec![ours], 401),
        ("no token", vec![ours, ("cookie", cookie.as_str())], 403),
        (
            "another's",
            vec![ours, ("cookie", &cookie), ("x-csrf-token", "AAAA")],
            403,
        ),
        (
            "other site",
            vec![theirs, ("cookie", &cookie), ("x-csrf-token", csrf)],
            403,
        ),
        (
            "ours",
            vec![ours, ("cookie", &cookie), ("x-csrf-token", csrf)],
            201,
        ),
    ] {
        let (status, _, body) = send(&service, notes, &headers, note.clone()).await;
        assert_eq!(status, expected, "{name}: {body}");
    }
    assert_eq!(
        send(&service, ME, &[("cookie", &cookie)], None).await.0,
        200
    );
    let with_token = [ours, ("cookie", &cookie), ("x-csrf-token", csrf)];
    let (status, headers, body) = send(&service, REFRESH, &with_token, None).await;
    assert_eq!(status, 200, "{body}");
    let (next, csrf) = (cookie_line(&cookies(&headers)), text(&body["csrf_token"]));
    // Who signs in again leaves no session behind.
    let with_token = [ours, ("cookie", &next), ("x-csrf-token", csrf)];
    let (status, headers, body) = send(&service, SIGN_IN, &with_token, Some(ada())).await;
    assert_eq!(status, 200, "{body}");
    let (last, csrf) = (cookie_line(&cookies(&headers)), text(&body["csrf_token"]));
    assert_eq!(send(&service, ME, &[("cookie", &next)], None).await.0, 401);
    assert_eq!(send(&service, ME, &[("cookie", &last)], None).await.0, 200);
    let with_token = [ours, ("cookie", &last), ("x-csrf-token", csrf)];
    let (status, headers, _) = send(&service, SIGN_OUT, &with_token, None).await;
    assert_eq!(status, 204);
    assert!(cookies(&headers).values().all(String::is_empty));
    for cookie in [&cookie, &next, &last] {
        assert_eq!(send(&service, ME, &[("cookie", cookie)], None).await.0, 401);
    }
}

/// KEY-4, KEY-9, KEY-14.
#[tokio::test]
async fn an_api_key_does_what_its_scope_says_until_it_is_revoked() {
    let (service, token) = api_keys::service().await.unwrap();
    let bearer = format!("Bearer {token}");
    let ada = [("authorization", bearer.as_str())];
    let make = ("POST", "/keys");
    for (name, scopes, pointer) in [
        (
            "wider than its maker",
            json!(["orders:read", "admin:*"]),
            "/scopes/1",
        ),
        ("no scope", json!([]), "/scopes"),
        ("not a scope", json!(["everything"]), "/scopes"),
    ] {
        let wish = json!({"name": "till", "scopes": scopes});
        let (status, _, problem) = send(&service, make, &ada, Some(wish)).await;
        assert_eq!(
            (status, text(&problem["errors"][0]["pointer"])),
            (422, pointer),
            "{name}"
        );
    }
    let wish = Some(json!({"name": "till", "scopes": ["orders:read"]}));
    let (status, _, made) = send(&service, make, &ada, wish.clone()).await;
    assert_eq!(status, 201, "{made}");
    let by_key = [("x-api-key", text(&made["key"]))];
    let (read, write) = (("GET", "/orders"), ("POST", "/orders"));
    let (status, _, body) = send(&service, read, &by_key, None).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        send(&service, write, &ada, None).await.0,
        200,
        "by her token"
    );
    assert_eq!(
        send(&service, write, &by_key, None).await.0,
        403,
        "another scope"
    );
    assert_eq!(
        send(&service, make, &by_key, wish).await.0,
        403,
        "no key makes keys"
    );
    assert_eq!(send(&service, read, &[], None).await.0, 401);
    let path = format!("/keys/{}", text(&made["id"]));
    assert_eq!(send(&service, ("DELETE", &path), &ada, None).await.0, 204);
    assert_eq!(send(&service, read, &by_key, None).await.0, 401, "revoked");
    let unknown = format!("/keys/{}", uuid::Uuid::nil());
    assert_eq!(
        send(&service, ("DELETE", &unknown), &ada, None).await.0,
        404
    );
}

/// A path of its own at each call.
fn new_path(folder: &TempDir) -> std::path::PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let n = COUNT.fetch_add(1, Ordering::SeqCst);
    folder.path().join(format!("keys-{n}.json"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_over_a_file_keeps_the_contract() {
    let folder = TempDir::new().unwrap();
    jwt::contract::run(|| async { FileSigningKeys::new(new_path(&folder)) }).await;
}

/// A file that isn't JSON is a damaged store, and no empty one.
#[tokio::test]
async fn a_damaged_file_is_said_to_be_one() {
    let folder = TempDir::new().unwrap();
    let path = new_path(&folder);
    std::fs::write(&path, "{").unwrap();
    let answer = FileSigningKeys::new(&path)
        .rotate("k1", &[], OffsetDateTime::UNIX_EPOCH)
        .await;
    assert!(matches!(answer, Err(StoreError::Corrupt(_))), "{answer:?}");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{",
        "left as it was"
    );
}

/// The same store without the lock.
struct Unlocked(FileSigningKeys);

impl SigningKeyStore for Unlocked {
    async fn rotate(
        &self,
        current: &str,
        previous: &[&str],
        now: OffsetDateTime,
    ) -> Result<KeyHistory, StoreError> {
        let mut records = self.0.read()?;
        tokio::task::yield_now().await;
        let history = own_store::step(&mut records, current, previous, now);
        self.0.write(&records)?;
        Ok(history)
    }
}

/// What the example's comment says that the suite says.
#[tokio::test]
#[should_panic(expected = "0:10:00.001 +00:00:00")]
async fn a_store_without_the_lock_is_found_out() {
    let folder = TempDir::new().unwrap();
    jwt::contract::run(|| async { Unlocked(FileSigningKeys::new(new_path(&folder))) }).await;
}
