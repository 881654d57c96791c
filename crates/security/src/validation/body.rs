use super::{BodyLimit, BodyShare, FromFields, Json, parse_query, read};
use crate::framing::BodyTooSlow;
use crate::problem::Problem;
use axum_core::body::Body;
use axum_core::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request};
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;

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
        let limit = parts.extensions.get::<BodyLimit>().cloned();
        let limit = limit.unwrap_or_default();
        // Who asks before sending hears at once that it would be too much (RFC 9110 section 10.1.1).
        if parts.headers.contains_key(EXPECT) && body.size_hint().lower() > limit.bytes() as u64 {
            return Err(Problem::body_too_large(limit.bytes()));
        }
        // Held until the value is read out of the text.
        let mut share = limit.share();
        let bytes = collect(body, limit.bytes(), &mut share).await?;
        let json = Json::parse(&bytes)
            .map_err(|error| Problem::malformed(format!("The body is {error}.")))?;
        read(&json, "").map(Valid)
    }
}

impl<T: FromFields, S: Send + Sync> OptionalFromRequest<S> for Valid<T> {
    type Rejection = Problem;

    /// `None` where there is no body at all: neither declared nor sent.
    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        let is_declared = request.headers().contains_key(CONTENT_TYPE);
        if !is_declared && request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state)
            .await
            .map(Some)
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

/// The whole body, if it fits.
///
/// One that doesn't fit is read up to the limit and no further: if no JSON begins like that it is
/// malformed, whatever its size; else it is too large.
async fn collect(mut body: Body, limit: usize, share: &mut BodyShare) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(broken_off)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let room = limit - bytes.len();
        share.grow(data.len().min(room))?;
        bytes.extend_from_slice(data.get(..room).unwrap_or(&data));
        if data.len() > room {
            let close = (CONNECTION, HeaderValue::from_static("close"));
            return Err(if Json::is_broken_prefix(&bytes) {
                Problem::malformed("The body is not valid JSON.").with_header(close.0, close.1)
            } else {
                Problem::body_too_large(limit)
            });
        }
    }
    Ok(bytes)
}

/// A reason may stand behind others that passed it on.
fn broken_off(error: axum_core::Error) -> Problem {
    let mut reason: Option<&dyn std::error::Error> = Some(&error);
    while let Some(one) = reason {
        if one.is::<BodyTooSlow>() {
            return Problem::too_slow();
        }
        reason = one.source();
    }
    Problem::malformed("The body broke off.").with_cause(error)
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
