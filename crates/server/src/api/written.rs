use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

/// JSON that stays as it is while the program runs: written once, handed out by reference.
#[derive(Debug, Clone)]
pub(crate) struct Written(Bytes);

impl Written {
    /// Strings, numbers and lists of them, which always can be written.
    pub(crate) fn new(body: &impl Serialize) -> Self {
        Self(serde_json::to_vec(body).unwrap_or_default().into())
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/json");
        ([(CONTENT_TYPE, kind)], self.0).into_response()
    }
}
