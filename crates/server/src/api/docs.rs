//! The API's description, as a document and as a page.

use crate::state::OperationService;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use musicgen_security::headers::PagePolicy;
use std::sync::Arc;

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
    let policy = PagePolicy::Styled(page.style_hash.clone());
    response.extensions_mut().insert(policy);
    response
}
