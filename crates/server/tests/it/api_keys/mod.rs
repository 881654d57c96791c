//! API keys through the API.

mod lives;
mod refusals;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request};
use musicgen::app::{App, Surroundings};
use musicgen::config::Config;
use musicgen_security::testing::TestClock;
use musicgen_testkit::{Answer, Persona, TestApp};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;

pub(crate) const KEYS: &str = "/api/v1/user/api-keys";

/// A key of somebody's; its record with its text.
pub(crate) async fn make(somebody: &Persona<'_>, scopes: &[&str]) -> Value {
    let body = json!({"name": "build server", "scopes": scopes});
    let answer = somebody.post(KEYS, body).await;
    answer.is(201).json()
}

/// The text in the answer that made a key.
pub(crate) fn text(made: &Value) -> &str {
    made["key"].as_str().unwrap()
}

/// The path of a key.
pub(crate) fn path(made: &Value) -> String {
    format!("{KEYS}/{}", made["id"].as_str().unwrap())
}

/// A program with this key.
pub(crate) fn program<'a>(app: &'a TestApp, made: &Value) -> Persona<'a> {
    app.anonymous().with("x-api-key", text(made))
}

/// A GET with these headers from an address.
async fn get_from(app: &TestApp, path: &str, headers: &[(&str, &str)], address: &str) -> Answer {
    let mut request = Request::builder().method(Method::GET).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer: SocketAddr = address.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    app.call(request).await
}

/// Another process on the same data.
pub(crate) async fn another_process(app: &TestApp) -> App {
    let variables = [("DATA_DIR".to_owned(), app.data_dir().display().to_string())];
    let config = Config::for_tests(variables.into_iter().collect()).unwrap();
    let surroundings = Surroundings {
        clock: Arc::new(TestClock::default()),
        ..Surroundings::system()
    };
    App::build(&config, surroundings).await.unwrap()
}

/// The status of a GET there.
pub(crate) async fn status_there(app: &App, path: &str, header: (&str, &str)) -> u16 {
    let request = Request::builder().uri(path).header("host", "localhost");
    let request = request.header(header.0, header.1);
    let request = request.body(Body::empty()).unwrap();
    let Ok(response) = app.service().oneshot(request).await;
    response.status().as_u16()
}
