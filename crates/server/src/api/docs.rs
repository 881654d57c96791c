//! The API's description, as a document and as a page.

use crate::state::OperationService;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use std::sync::Arc;

/// The page has its style in itself, named by hash, and no script at all.
fn page_policy(style_hash: &str) -> String {
    format!(
        "default-src 'none'; style-src '{style_hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

pub(crate) async fn openapi(State(operations): State<Arc<OperationService>>) -> Response {
    let mut response = operations.openapi.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    response
}

pub(crate) async fn page(State(operations): State<Arc<OperationService>>) -> Response {
    let page = &operations.docs_page;
    let mut response = page.html.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    if let Ok(policy) = HeaderValue::from_str(&page_policy(&page.style_hash)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
