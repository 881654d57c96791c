//! The public keys of access tokens (RFC 7517), for other services.

use crate::state::KeyService;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use musicgen_security::problem::Problem;
use std::sync::Arc;

/// How long others may keep it: as long as a next key has to be published before it is used.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub(crate) async fn show(State(keys): State<Arc<KeyService>>) -> Result<Response, Problem> {
    // A shared secret has no public half, and then there is no such document.
    let set = keys.ring.published(keys.clock.now());
    let mut response = Json(set.ok_or_else(Problem::not_found)?).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/jwk-set+json");
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, CACHE);
    Ok(response)
}
