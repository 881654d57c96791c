//! The problems that more than one place needs.

use super::{FieldProblem, Problem};
use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

impl Problem {
    /// 400: the request isn't well-formed.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed_request",
            "The request is malformed",
            detail.into(),
        )
    }

    /// 401 without a credential (RFC 6750, section 3: then no error code).
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in first",
            "This needs an access token: send it as `Authorization: Bearer <token>`.",
        )
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 401 for a credential that is wrong; the same for every reason.
    pub fn invalid_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "The access token is not valid",
            "The token is malformed, expired, revoked or not ours. Refresh it or sign in again.",
        )
        .with_header(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"invalid_token\""),
        )
    }

    /// 401 for a credential in the query, whatever it is worth.
    pub fn credential_in_query() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "credential_in_query",
            "A credential doesn't belong into the address",
            "Addresses end in logs. Send tokens and API keys in the `Authorization` header, and \
             revoke what was sent like this.",
        )
        .with_header(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"invalid_request\""),
        )
    }

    /// 403: known, but without the permission.
    pub fn forbidden(permission: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "insufficient_permission",
            "You may not do this",
            format!("This needs the permission `{permission}`, which your account doesn't have."),
        )
        .with_header(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"insufficient_scope\""),
        )
    }

    /// 403: a program's credential where a person has to sign in.
    pub fn session_needed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "session_required",
            "This needs a person who signed in",
            "API keys and programs' tokens can't do what concerns the account's own security. \
             Sign in and try again.",
        )
        .with_header(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"insufficient_scope\""),
        )
    }

    /// 428: the sign-in is too long ago for what is asked.
    pub fn step_up_needed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "step_up_required",
            "Confirm that it is you",
            "Your sign-in is more than 15 minutes old. Send your password to \
             `/api/auth/confirm`, or sign in again, then repeat the request.",
        )
    }

    /// 404: absent, or somebody else's; the two look the same.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here",
            "No such resource, or none that you may see.",
        )
    }

    /// 408: the request took too long to arrive (RFC 9110 section 15.5.9). The connection ends.
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "The request took too long to arrive",
            "Send it again, without pauses.",
        )
        .with_header(http::header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// 414, with the limit in bytes (RFC 9110 section 15.5.15).
    pub fn target_too_long(limit: usize) -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "uri_too_long",
            "The address is too long",
            format!("Path and query have at most {limit} bytes."),
        )
    }

    /// 431, with the limits in bytes and fields (RFC 6585 section 5).
    pub fn head_too_large(bytes: usize, fields: usize) -> Self {
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            "The headers are too large",
            format!("They have at most {bytes} bytes and {fields} fields."),
        )
    }

    /// 413, with the limit in bytes.
    pub fn body_too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is too large",
            format!("This route takes at most {limit} bytes."),
        )
        .with_header(http::header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// 415: the body is declared as something else than is accepted.
    pub fn unsupported_media_type(accepted: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body has the wrong type",
            format!("Send the body as `{accepted}`, without a content encoding."),
        )
    }

    /// 422: well-formed but wrong, with every field that is.
    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "validation_failed",
            "Something in the request is not valid",
            "See `errors`: each names a field and what it takes.",
        )
        .with_errors(errors)
    }

    /// 500: our fault, whatever it was.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong on our side",
            "The failure was logged under the request id. Trying again may help.",
        )
    }

    /// 503: something that must not be bypassed is away, or full; try again after `seconds`.
    pub fn unavailable(seconds: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The service can't do this at the moment",
            "Try again after the seconds in `Retry-After`.",
        )
        .with_retry_after(seconds)
    }

    /// 503: there is no room for the request; try again after `seconds`. It is no failure, so the log
    /// doesn't hear of each.
    pub fn overloaded(seconds: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "The service has too much to do at the moment",
            "Try again after the seconds in `Retry-After`.",
        )
        .with_retry_after(seconds)
        .expected()
    }

    /// The problem of an answer that came without one, by its status.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let (code, title, detail) = match status {
            StatusCode::NOT_FOUND => return Self::not_found(),
            StatusCode::UNAUTHORIZED => return Self::unauthenticated(),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "This can't be done here",
                "The `Allow` header lists the methods of this resource.",
            ),
            StatusCode::NOT_ACCEPTABLE => (
                "not_acceptable",
                "No such representation",
                "The resource has no form that `Accept` allows.",
            ),
            StatusCode::REQUEST_TIMEOUT => (
                "request_timeout",
                "The request came too slowly",
                "Send the whole request within the time limit.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("body_too_large", "The body is too large", "Send less.")
            }
            StatusCode::RANGE_NOT_SATISFIABLE => (
                "range_not_satisfiable",
                "The range is outside the file",
                "`Content-Range` tells its length.",
            ),
            status if status.is_client_error() => (
                "malformed_request",
                "The request is malformed",
                "The request can't be understood.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => return Self::unavailable(1),
            _ => return Self::internal(),
        };
        Self::new(status, code, title, detail)
    }
}

impl From<crate::store::StoreError> for Problem {
    fn from(error: crate::store::StoreError) -> Self {
        use crate::store::StoreError;
        match &error {
            StoreError::Unavailable(_) => Self::unavailable(1).with_cause(error),
            StoreError::Conflict | StoreError::Corrupt(_) => Self::internal().with_cause(error),
        }
    }
}
