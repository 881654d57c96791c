//! Pages of other origins in a real browser: what their scripts can read and send is what the browser says.

mod browsing;

use browsing::{Pages, Read, visit};
use http::{Request, Response};
use musicgen_security::client_ip::{ClientIpLayer, ClientIpRules};
use musicgen_security::clock::SharedClock;
use musicgen_security::cors::{CorsLayer, CorsPolicy};
use musicgen_security::random::SystemRandom;
use musicgen_security::rate_limiting::{AddressRateLimitLayer, RateLimiter, RateLimiting};
use musicgen_security::request_id::RequestIdLayer;
use musicgen_security::stack::{EdgeStages, edge};
use musicgen_security::testing::TestClock;
use musicgen_security::validation::{AllowedHosts, LimitsLayer, RequestLimits};
use musicgen_testkit::{PASSWORD, Served, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;

/// The application, and a server whose pages it allows under `http://127.0.0.1`, with these too.
async fn scene(variables: &[(&str, &str)]) -> (Pages, Served) {
    let pages = Pages::serve().await;
    let origin = pages.origin("127.0.0.1");
    let list = [&[("CORS_ALLOWED_ORIGINS", origin.as_str())][..], variables].concat();
    let app = TestApp::with(&list).await.serve();
    app.user("clara").await;
    (pages, app)
}

fn get(url: &str, headers: &Value) -> Value {
    json!({"url": url, "init": {"headers": headers}})
}

/// Under which names the same pages are reached, and whether the application allows them.
const HOSTS: [(&str, bool); 4] = [
    ("127.0.0.1", true),
    ("localhost", false),
    ("127.0.0.1.evil.test", false),
    ("evil-127.0.0.1.test", false),
];

/// CORS-1, CORS-2, CORS-5, CORS-9, CORS-13: a page of an allowed origin reads answers and refusals, with
/// the headers that are for it; a page of another reads nothing, though it is called alike.
#[tokio::test(flavor = "multi_thread")]
async fn an_allowed_page_reads_what_another_cannot() {
    let (pages, app) = scene(&[]).await;
    let url = app.url();
    let token = format!("Bearer {}", app.sign_in("clara").await.access_token);
    let bearer = json!({"authorization": token});
    let wrong = json!({"email": "bob@example.com", "password": "not the password"});
    let wrong = json!({"url": format!("{url}/api/auth/login"), "init": {
        "method": "POST", "headers": {"content-type": "application/json"}, "body": wrong.to_string(),
    }});
    let asked = json!([
        get(&format!("{url}/health"), &json!({})),
        get(&format!("{url}/api/auth/me"), &bearer),
        get(&format!("{url}/api/auth/me"), &json!({})),
        get(&format!("{url}/nothing"), &json!({})),
        get(&format!("{url}/docs"), &json!({})),
        get(&format!("{url}/health"), &json!({"x-evil": "1"})),
        {"url": format!("{url}/health"), "init": {"method": "PUT"}},
    ]);
    for (host, allowed) in HOSTS {
        let read = visit(&pages, host, "/", &asked).await;
        let statuses: Vec<u64> = read.iter().map(Read::status).collect();
        let expected = if allowed {
            // The last three: a page without CORS, a header and a method that aren't allowed.
            [200, 200, 401, 404, 0, 0, 0]
        } else {
            [0; 7]
        };
        assert_eq!(statuses, expected, "{host}: {read:?}");
        if allowed {
            assert_eq!(read[1].body()["email"], "clara@example.com");
            for header in ["x-request-id", "www-authenticate"] {
                assert!(read[2].header(header).is_some(), "{header}: {:?}", read[2]);
            }
            assert_eq!(read[3].body()["code"], "not_found");
            assert!(read[0].header("x-frame-options").is_none(), "not exposed");
        }
    }
    // Only a page that was let in can be one of six whose guesses are counted; the last is told to wait.
    let guesses = Value::from(vec![wrong; 6]);
    let read = visit(&pages, "127.0.0.1", "/", &guesses).await;
    assert_eq!(read[0].status(), 401, "{read:?}");
    assert_eq!(read[5].status(), 429, "{read:?}");
    assert!(read[5].header("retry-after").is_some(), "{:?}", read[5]);
    let read = visit(&pages, "localhost", "/", &guesses).await;
    assert!(read.iter().all(|one| one.status() == 0), "{read:?}");
}

/// CORS-6, B67: a sandboxed frame has the origin `null`, whoever made it.
#[tokio::test(flavor = "multi_thread")]
async fn b67_a_sandboxed_page_reads_nothing() {
    for variables in [&[][..], &[("CORS_ALLOWED_ORIGINS", "*")]] {
        let (pages, app) = scene(variables).await;
        let asked = json!([
            {"url": format!("{}/health", app.url()), "init": {"credentials": "include"}},
            get(&format!("{}/health", app.url()), &json!({})),
        ]);
        let read = visit(&pages, "127.0.0.1", "/sandboxed", &asked).await;
        assert!(read.iter().all(|one| one.status() == 0), "{read:?}");
    }
}

/// CORS-1, CORS-14: cookies count where credentials are on, with the session's token; without them, and
/// with a star, the browser keeps such answers from the page, and here nobody is signed in.
#[tokio::test(flavor = "multi_thread")]
async fn cookies_of_a_page_count_only_with_credentials() {
    let on: &[_] = &[("CORS_ALLOW_CREDENTIALS", "true")];
    for (variables, expected) in [
        (on, [200, 200, 401, 403, 200]),
        (&[], [0, 0, 401, 0, 0]),
        (&[("CORS_ALLOWED_ORIGINS", "*")], [0, 0, 401, 0, 0]),
    ] {
        let (pages, app) = scene(variables).await;
        let api = |path: &str| format!("{}{path}", app.url());
        let json_type = json!({"content-type": "application/json"});
        let login = json!({"email": "clara@example.com", "password": PASSWORD}).to_string();
        let login = json!({"method": "POST", "credentials": "include", "headers": json_type, "body": login});
        let change = json!({"username": "Clara"}).to_string();
        let change = json!({"method": "PATCH", "credentials": "include", "headers": json_type, "body": change});
        let asked = json!([
            {"url": api("/api/auth/login"), "init": login},
            {"url": api("/api/auth/me"), "init": {"credentials": "include"}},
            {"url": api("/api/auth/me"), "init": {"credentials": "omit"}},
            {"url": api("/api/auth/me"), "init": change},
            {"url": api("/api/auth/me"), "init": change, "token_of": api("/api/auth/csrf-token")},
        ]);
        let read = visit(&pages, "127.0.0.1", "/", &asked).await;
        let statuses: Vec<u64> = read.iter().map(Read::status).collect();
        assert_eq!(statuses, expected, "{variables:?}: {read:?}");
    }
}

/// CORS-10: with a star `Authorization` is allowed because it is named, and only by its name.
#[tokio::test(flavor = "multi_thread")]
async fn authorization_is_covered_by_its_name_alone() {
    let star = ("CORS_ALLOWED_ORIGINS", "*");
    for (headers, status) in [("authorization", 200), ("x-request-id", 0)] {
        let (pages, app) = scene(&[star, ("CORS_ALLOWED_HEADERS", headers)]).await;
        let token = format!("Bearer {}", app.sign_in("clara").await.access_token);
        let me = get(
            &format!("{}/api/auth/me", app.url()),
            &json!({"authorization": token}),
        );
        let read = visit(&pages, "localhost", "/", &json!([me])).await;
        assert_eq!(read[0].status(), status, "{headers}: {read:?}");
    }
}

/// CORS-13, B24: a failure of ours is readable like a refusal.
#[tokio::test(flavor = "multi_thread")]
async fn b24_an_allowed_page_reads_a_500() {
    let pages = Pages::serve().await;
    let allowed = pages.origin("127.0.0.1").parse().unwrap();
    let hosts = AllowedHosts::none().with_loopback();
    let clock: SharedClock = Arc::new(TestClock::default());
    let limiter = RateLimiter::new(RateLimiting::default(), clock.clone());
    let stages = EdgeStages {
        request_id: RequestIdLayer::new(Arc::new(SystemRandom)),
        client_ip: ClientIpLayer::new(ClientIpRules::default(), clock),
        cors: CorsLayer::new(CorsPolicy::without_credentials([allowed])),
        limits: LimitsLayer::new(RequestLimits::new(hosts)),
        flood: AddressRateLimitLayer::new(limiter),
    };
    let panics = axum::routing::any(async |_: Request<axum::body::Body>| -> Response<String> {
        panic!("told to")
    });
    let router = axum::Router::new()
        .route("/panics", panics)
        .layer(edge(stages));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/panics", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    for (host, status) in [("127.0.0.1", 500), ("localhost", 0)] {
        let read = visit(&pages, host, "/", &json!([get(&url, &json!({}))])).await;
        assert_eq!(read[0].status(), status, "{host}: {read:?}");
        if status == 500 {
            assert_eq!(read[0].body()["code"], "internal_error");
            assert!(read[0].header("x-request-id").is_some());
        }
    }
    serving.abort();
}
