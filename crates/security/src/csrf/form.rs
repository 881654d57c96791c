use super::CsrfFault;
use crate::problem::Problem;
use crate::validation::{BodyShare, Json, parse_query};
use bytes::{Buf, Bytes};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body::Body;
use http_body_util::BodyExt;
use std::pin::Pin;

/// The form field of a token.
pub const FORM_FIELD: &str = "csrf_token";

/// The longest form that is looked into.
pub const MAX_FORM_BYTES: usize = 64 * 1024;

/// The declared type and its parameters; nothing when there is none, or more than one.
fn declared_type(headers: &HeaderMap) -> (&str, &str) {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let declared = match (types.next(), types.next()) {
        (Some(declared), None) => declared.to_str().unwrap_or_default(),
        _ => "",
    };
    let (essence, parameters) = declared.split_once(';').unwrap_or((declared, ""));
    (essence.trim(), parameters.trim())
}

/// Whether the body is declared as JSON, which no form on any site can send.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    declared_type(headers)
        .0
        .eq_ignore_ascii_case("application/json")
}

/// Whether the body is declared as a form in UTF-8, once, and not compressed.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let (essence, parameters) = declared_type(headers);
    let parameters = parameters.to_ascii_lowercase();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        && matches!(
            parameters.as_str(),
            "" | "charset=utf-8" | "charset=\"utf-8\""
        )
        && headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The whole body of a form, if it fits.
pub(crate) async fn collect<B>(
    mut body: Pin<Box<B>>,
    limit: usize,
    share: &mut BodyShare,
) -> Result<Bytes, Problem>
where
    B: Body,
    B::Error: std::fmt::Display,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(Problem::body_too_large(limit));
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Problem::malformed("The body broke off.").with_cause(error))?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if data.remaining() > limit - bytes.len() {
            return Err(Problem::body_too_large(limit));
        }
        share.grow(data.remaining())?;
        bytes.extend_from_slice(&data.copy_to_bytes(data.remaining()));
    }
    Ok(bytes.into())
}

/// The token in a form. The handler reads the same body by the same reader, so a field can't be one
/// thing here and another there.
pub(super) fn field_token(form: &[u8]) -> Result<String, Problem> {
    let text =
        std::str::from_utf8(form).map_err(|_| Problem::malformed("The form is not UTF-8 text."))?;
    let fields = match parse_query(text) {
        Ok(Json::Object(fields)) => fields,
        Ok(_) => return Err(CsrfFault::TokenMissing.into()),
        Err(error) => {
            return Err(Problem::malformed("The form is malformed.").with_cause(error));
        }
    };
    if fields.is_repeated(FORM_FIELD) {
        return Err(CsrfFault::TokenMalformed.into());
    }
    match fields.get(FORM_FIELD) {
        Some(Json::String(token)) => Ok(token.clone()),
        _ => Err(CsrfFault::TokenMissing.into()),
    }
}
