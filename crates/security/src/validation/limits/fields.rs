use crate::authentication::API_KEY_HEADER;
use crate::csrf::{CSRF_HEADER, SEC_FETCH_SITE};
use crate::problem::Problem;
use http::header::{self, HeaderName};
use http::{HeaderMap, StatusCode};

/// The most header fields of a request.
pub const MAX_FIELDS: usize = 100;
/// All header fields together, in bytes, as HTTP/1.1 writes them.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;
/// The longest header field, in bytes; cookies, which have a limit of their own, are as long as the
/// head allows.
pub const MAX_FIELD_BYTES: usize = 8 * 1024;

/// What may stand once, because somebody here reads one value of it. Lists (`Accept`, `Cookie`,
/// `Forwarded`, `If-None-Match`) may stand on several lines, and their readers join them.
/// `X-Request-Id` isn't here: of two, neither is kept.
const SINGLE: [HeaderName; 19] = [
    header::HOST,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::AUTHORIZATION,
    API_KEY_HEADER,
    CSRF_HEADER,
    header::ORIGIN,
    header::REFERER,
    SEC_FETCH_SITE,
    header::ACCESS_CONTROL_REQUEST_METHOD,
    HeaderName::from_static("idempotency-key"),
    header::EXPECT,
    header::RANGE,
    header::IF_RANGE,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::USER_AGENT,
    HeaderName::from_static("last-event-id"),
];

/// Number, size and repetition of fields, and what two of them ask for.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.len() > MAX_FIELDS {
        return Err(too_large(format!("It has at most {MAX_FIELDS} fields.")));
    }
    let mut bytes = 0;
    for (name, value) in headers {
        let name = name.as_str();
        let field = name.len() + value.len() + ": \r\n".len();
        bytes += field;
        if field > MAX_FIELD_BYTES && name != "cookie" {
            let what = format!("A field has at most {MAX_FIELD_BYTES} bytes.");
            return Err(too_large(what));
        }
        let value = value.as_bytes();
        match name {
            "content-encoding" if !value.eq_ignore_ascii_case(b"identity") => {
                return Err(compressed());
            }
            "expect" if !value.eq_ignore_ascii_case(b"100-continue") => {
                return Err(expectation_failed());
            }
            _ => {}
        }
    }
    if bytes > MAX_HEAD_BYTES {
        return Err(too_large(format!("It has at most {MAX_HEAD_BYTES} bytes.")));
    }
    // Hardly any request repeats a field, so hardly any pays for looking which.
    if headers.len() == headers.keys_len() {
        return Ok(());
    }
    let repeated = |name: &&HeaderName| headers.get_all(*name).iter().nth(1).is_some();
    match SINGLE.iter().find(repeated) {
        Some(name) => {
            let what = format!("There is more than one `{name}`.");
            Err(Problem::malformed(what))
        }
        None => Ok(()),
    }
}

/// 431 (RFC 6585, section 5)
fn too_large(what: String) -> Problem {
    Problem::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "head_too_large",
        "The head of the request is too large",
        what,
    )
}

/// 415 (RFC 9110, section 15.5.16)
fn compressed() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The body is compressed",
        "Send the body as it is, without a content encoding.",
    )
}

/// 417 (RFC 9110, section 15.5.18)
fn expectation_failed() -> Problem {
    Problem::new(
        StatusCode::EXPECTATION_FAILED,
        "expectation_failed",
        "The expectation can't be met",
        "`Expect` takes `100-continue` alone.",
    )
}
