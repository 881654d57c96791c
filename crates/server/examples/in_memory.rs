//! Requests of one kind through the whole stack, without a socket: for a profiler that counts
//! instructions, whose figures don't depend on what else the machine does.
//!
//!   valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::measured*' \
//!     target/release/examples/in_memory bearer 2000
//!
//! `bare` is axum alone with the same answer; the difference is what the stack costs.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderName, Request};
use http_body_util::BodyExt;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::TestApp;
use serde_json::json;
use std::fmt::Debug;
use std::hint::black_box;
use std::net::SocketAddr;
use tokio::runtime::{Builder, Runtime};
use tower::{Service, ServiceExt};

type Headers = Vec<(HeaderName, String)>;

const MODELS: &str = "/api/v1/models";
const HOST: &str = "music.example.com";

/// As a connection passes it to the service.
fn request(path: &str, headers: &Headers) -> Request<Body> {
    let peer = SocketAddr::from(([192, 0, 2, 1], 50_000));
    let mut request = Request::builder()
        .uri(path)
        .extension(ConnectInfo(peer))
        .header("host", HOST)
        .header("user-agent", "in_memory");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Body::empty()).expect("a request")
}

/// The name that a profiler switches on by.
#[inline(never)]
fn measured<S>(runtime: &Runtime, service: &S, requests: Vec<Request<Body>>) -> u16
where
    S: Service<Request<Body>, Response = Response> + Clone,
    S::Error: Debug,
{
    let mut status = 0;
    for request in requests {
        runtime.block_on(async {
            let response = service.clone().oneshot(request).await.expect("an answer");
            status = response.status().as_u16();
            black_box(response.into_body().collect().await.is_ok());
        });
    }
    status
}

/// The first requests fill caches.
fn run<S>(
    runtime: &Runtime,
    service: &S,
    requests: impl Fn(usize) -> Vec<Request<Body>>,
    count: usize,
) -> u16
where
    S: Service<Request<Body>, Response = Response> + Clone,
    S::Error: Debug,
{
    for request in requests(10) {
        let answer = runtime.block_on(service.clone().oneshot(request));
        black_box(answer.expect("an answer"));
    }
    measured(runtime, service, requests(count))
}

async fn case(app: &TestApp, name: &str) -> (&'static str, Headers) {
    let bearer = |token: &str| vec![(http::header::AUTHORIZATION, format!("Bearer {token}"))];
    match name {
        "public" => ("/health/live", Vec::new()),
        "bearer" => (MODELS, bearer(&app.user("profiled").await.access_token)),
        "cookie" => {
            let token = app.user("profiled").await.access_token;
            let cookie = app.cookie_name(CookieKind::Access);
            let cookies = vec![(http::header::COOKIE, format!("{cookie}={token}"))];
            (MODELS, cookies)
        }
        "key" => {
            let user = app.user("profiled").await;
            let body = json!({"name": "profiled", "scopes": ["models:view"]});
            let made = user
                .post("/api/v1/user/api-keys", body)
                .await
                .is(201)
                .json();
            (MODELS, bearer(made["key"].as_str().expect("a key")))
        }
        "signature" => {
            let token = app.user("profiled").await.access_token;
            let (message, _) = token.rsplit_once('.').expect("a token");
            (MODELS, bearer(&format!("{message}.{}", "A".repeat(43))))
        }
        "anonymous" => (MODELS, Vec::new()),
        "unknown" => ("/nothing", Vec::new()),
        other => panic!("no such kind of request: {other}"),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(name), Some(Ok(count))) = (arguments.first(), arguments.get(1).map(|n| n.parse()))
    else {
        panic!("usage: in_memory KIND COUNT");
    };
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let app = runtime.block_on(TestApp::in_production());
    let status = if name == "bare" {
        let body = runtime.block_on(async { app.user("profiled").await.get(MODELS).await.text() });
        let answer = move || {
            let body = body.clone();
            async move { ([(CONTENT_TYPE, "application/json")], body) }
        };
        let bare = Router::new().route(MODELS, get(answer));
        let headers = Vec::new();
        let requests = |count| (0..count).map(|_| request(MODELS, &headers)).collect();
        run(&runtime, &bare, requests, count)
    } else {
        let (path, headers) = runtime.block_on(case(&app, name));
        let requests = |count| (0..count).map(|_| request(path, &headers)).collect();
        run(&runtime, &app.service(), requests, count)
    };
    println!("{name}: {count} × {status}");
}
