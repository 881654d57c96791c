use super::accept::accepts;
use super::{Json, parse_query};
use crate::problem::{FieldProblem, Problem};
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Version};
use http_body::Body;

/// A declared length up to which a body that is too large is still looked into, for whether it is any JSON
/// at all; what announces more is refused unread.
const LOOKED_INTO: u64 = 1024 * 1024;

/// What a route takes beside its path, as its declaration says; judged before its handler is called,
/// whatever the handler reads.
///
/// 1. A query parameter that isn't declared is 422 `unknown_field`, one that stands twice or can't be
///    decoded 400. A route that declares none takes none.
/// 2. `Accept` that allows nothing of what the route gives is 406.
/// 3. A body of GET, HEAD or DELETE where none is taken is 413, and so is one that announces more than the
///    route takes; neither is read, and the connection ends. (POST may have a form there, for its CSRF
///    token.)
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct InputRule {
    query: Option<&'static [&'static str]>,
    gives: Vec<&'static str>,
    body_limit: Option<usize>,
}

impl InputRule {
    /// Leaves everything to the handler: for a route that declares nothing.
    pub fn undeclared() -> Self {
        Self::default()
    }

    /// A route that takes these query parameters and a body of so many bytes, 0 for none.
    pub fn new(query: &'static [&'static str], body_limit: usize) -> Self {
        Self {
            query: Some(query),
            gives: Vec::new(),
            body_limit: Some(body_limit),
        }
    }

    /// The same, giving these media types; `audio/*` is some type of that kind. With none `Accept` is
    /// not looked at.
    pub fn giving(mut self, media_types: impl IntoIterator<Item = &'static str>) -> Self {
        self.gives.extend(media_types);
        self
    }

    pub(crate) fn check<B: Body>(&self, parts: &Parts, body: &B) -> Result<(), Problem> {
        if let (Some(declared), Some(query)) = (self.query, parts.uri.query()) {
            check_query(declared, query)?;
        }
        if !self.gives.is_empty() && !accepts(&parts.headers, &self.gives) {
            return Err(not_acceptable(&self.gives));
        }
        match self.body_limit {
            Some(0) if asks_without_body(&parts.method) && has_body(parts, body) => {
                Err(no_body_taken())
            }
            Some(limit) if limit > 0 && announces_too_much(&parts.headers, limit) => {
                Err(Problem::body_too_large(limit))
            }
            _ => Ok(()),
        }
    }
}

fn check_query(declared: &[&str], query: &str) -> Result<(), Problem> {
    let read = parse_query(query);
    let read = read.map_err(|error| Problem::malformed(format!("{error}.")))?;
    let Json::Object(fields) = read else {
        return Ok(());
    };
    if let Some(name) = fields.names().find(|name| fields.is_repeated(name)) {
        let pointer = pointer_to(name);
        return Err(Problem::malformed(format!(
            "`{pointer}` stands more than once."
        )));
    }
    let unknown = fields.names().filter(|name| !declared.contains(name));
    let errors: Vec<_> = unknown
        .map(|name| {
            let what = "there is no such parameter here";
            FieldProblem::new(pointer_to(name), "unknown_field", what)
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(errors))
    }
}

fn pointer_to(name: &str) -> String {
    format!("/query/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn asks_without_body(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::DELETE)
}

/// Whether there is a body. HTTP/2 can end one later than the head, so there only what is announced or
/// has come counts.
fn has_body<B: Body>(parts: &Parts, body: &B) -> bool {
    body.size_hint().lower() > 0 || (parts.version < Version::HTTP_2 && !body.is_end_stream())
}

/// Whoever waits to be asked for the body before sending it is told at once.
fn announces_too_much(headers: &HeaderMap, limit: usize) -> bool {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let length = length.and_then(|text| text.parse::<u64>().ok());
    let most = if headers.contains_key(EXPECT) {
        limit as u64
    } else {
        LOOKED_INTO.max(limit as u64)
    };
    length.is_some_and(|length| length > most)
}

/// 413 (RFC 9110, section 15.5.14)
fn no_body_taken() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        "The body is too large",
        "This takes no body.",
    )
    .with_header(CONNECTION, HeaderValue::from_static("close"))
}

/// 406 (RFC 9110, section 15.5.7)
fn not_acceptable(gives: &[&str]) -> Problem {
    Problem::new(
        StatusCode::NOT_ACCEPTABLE,
        "not_acceptable",
        "No such representation",
        format!(
            "`Accept` allows nothing of what there is: {}.",
            gives.join(", ")
        ),
    )
}
