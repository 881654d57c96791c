use super::{Head, check_path};
use crate::problem::Problem;
use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};

/// The longest target, path and query, in bytes. RFC 9112, section 3, asks for 8,000 at least.
pub const MAX_TARGET_BYTES: usize = 8 * 1024;

/// What is asked for: a path in its one spelling, of this server and through it to no other.
pub(super) fn check(head: &Head<'_>) -> Result<(), Problem> {
    let uri = head.uri;
    let path = uri.path();
    let is_for_the_server = path == "*" && *head.method == Method::OPTIONS;
    if *head.method == Method::CONNECT || is_for_the_server {
        return Err(no_such_method());
    }
    if path.len() + uri.query().map_or(0, |query| query.len() + 1) > MAX_TARGET_BYTES {
        return Err(too_long());
    }
    if let Some(scheme) = uri.scheme_str()
        && !matches!(scheme, "http" | "https")
    {
        return Err(Problem::malformed(
            "The target's scheme is neither http nor https.",
        ));
    }
    check_path(path).map_err(|fault| Problem::malformed(fault.to_string()))
}

/// 414
fn too_long() -> Problem {
    Problem::new(
        StatusCode::URI_TOO_LONG,
        "target_too_long",
        "The address is too long",
        format!("Path and query have at most {MAX_TARGET_BYTES} bytes together."),
    )
}

/// 405 for what concerns no resource: the methods are those of the server as a whole.
fn no_such_method() -> Problem {
    let methods = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This can't be done here",
        "This server is no proxy, and it has nothing to say of itself as a whole.",
    )
    .with_header(ALLOW, methods)
}
