//! A service of axum alone: no stage, no state, one route. What `scripts/cost` holds the whole service
//! against.
//!
//!   bare_axum 127.0.0.1:8099

use axum::Router;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::routing::get;
use std::error::Error;

/// As long as the answer of `/api/v1/models`.
const BODY: &str = r#"{"items":[{"id":"builtin","name":"Built-in synthesizer","version":"1.0.0","licence":"MIT OR Apache-2.0","max_seconds":600.0,"loaded":true,"default":true}]}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address = address.ok_or("the address to listen on, please")?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    let json = HeaderValue::from_static("application/json");
    let models = get(async move || ([(CONTENT_TYPE, json)], BODY));
    let app = Router::new().route("/api/v1/models", models);
    Ok(axum::serve(listener, app).await?)
}
