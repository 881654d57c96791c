use super::{FromFields, Json, parse_query, read};
use crate::problem::Problem;
use axum_core::extract::{FromRequest, FromRequestParts, Request};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The largest body of a route, in bytes; put into the request's extensions by the route table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

/// The limit of a route that declares none.
pub const DEFAULT_BODY_LIMIT: BodyLimit = BodyLimit(64 * 1024);

/// A checked body; see the [module](super).
#[derive(Debug)]
pub struct Valid<T>(T);

impl<T> Valid<T> {
    /// The checked value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// A checked query string.
#[derive(Debug)]
pub struct ValidQuery<T>(T);

impl<T> ValidQuery<T> {
    /// The checked value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: FromFields, S: Send + Sync> FromRequest<S> for Valid<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        must_be_json(&parts.headers)?;
        let BodyLimit(limit) = parts
            .extensions
            .get()
            .copied()
            .unwrap_or(DEFAULT_BODY_LIMIT);
        // What the head declares is believed when it is too much; what comes is counted anyway.
        let declared = parts.headers.get(http::header::CONTENT_LENGTH);
        let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if declared.is_some_and(|declared| declared > limit) {
            return Err(Problem::body_too_large(limit));
        }
        let bytes = match Limited::new(body, limit).collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Problem::body_too_large(limit));
            }
            Err(error) => {
                return Err(Problem::malformed("The body broke off.").with_cause(error));
            }
        };
        let json = Json::parse(&bytes)
            .map_err(|error| Problem::malformed(format!("The body is {error}.")))?;
        read(&json, "").map(Valid)
    }
}

impl<T: FromFields, S: Send + Sync> FromRequestParts<S> for ValidQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let json = parse_query(parts.uri.query().unwrap_or_default())
            .map_err(|error| Problem::malformed(format!("{error}.")))?;
        read(&json, "/query").map(ValidQuery)
    }
}

fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (declared, second) = (types.next(), types.next());
    if second.is_some() {
        return Err(Problem::malformed("There is more than one `Content-Type`."));
    }
    let declared = declared
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (essence, parameters) = declared.split_once(';').unwrap_or((declared, ""));
    let parameters = parameters.trim().to_ascii_lowercase();
    let is_json = essence.trim().eq_ignore_ascii_case("application/json")
        && matches!(
            parameters.as_str(),
            "" | "charset=utf-8" | "charset=\"utf-8\""
        );
    let is_plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if is_json && is_plain {
        Ok(())
    } else {
        let problem = Problem::unsupported_media_type("application/json");
        debug_assert_eq!(problem.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        Err(problem)
    }
}
