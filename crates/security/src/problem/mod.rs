//! What a refused caller is told: RFC 9457 `application/problem+json`, in one form everywhere.
//!
//! 1. A [`Problem`] has a status, a stable `code`, and a text that helps a person. It holds nothing
//!    that a stranger must not learn: no SQL, path, library text, stack or secret.
//! 2. The exact reason, for the log, is its [`cause`](Problem::with_cause); it is never rendered.
//! 3. Whoever refuses returns [`Problem::into_response`]: an empty body, with the problem in the
//!    response's extensions. [`ProblemLayer`] renders all of them, with the request's id and path.
//! 4. An answer of 400 or more that carries no problem (a router's own 404 or 405, say) gets one by
//!    its status: no error leaves in another form.
//!    The refusals of OAuth endpoints alone have the form of RFC 6749 ([`Problem::oauth`]), which
//!    their clients read.
//! 5. A failure of ours is said as ours: `internal` and `unavailable` look the same whatever failed.

mod catalogue;
mod layer;

pub use layer::{ProblemLayer, ProblemService};

use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use std::borrow::Cow;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Problem(Box<Details>);

/// Boxed, because it rides in every `Result` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldProblem>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
    is_expected: bool,
    form: Form,
}

/// How an answer's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// RFC 9457.
    Problem,
    /// RFC 6749, section 5.2.
    OAuth,
}

/// One thing wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// JSON Pointer (RFC 6901) into the body, or `/query/<name>`, `/path/<name>` beside it.
    pub pointer: String,
    /// A stable word: `required`, `type`, `unknown_field`, `too_long`, `out_of_range`, …
    pub code: &'static str,
    /// What is accepted.
    pub detail: String,
}

impl FieldProblem {
    /// One thing wrong with one field.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

impl Problem {
    /// A problem with its own code; the [catalogue](self) has ready ones for common cases.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Details {
            status,
            code,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
            cause: None,
            is_expected: false,
            form: Form::Problem,
        }))
    }

    /// A refusal of an OAuth endpoint, in the form that its clients read (RFC 6749, section 5.2):
    /// `error` is the word, `detail` its `error_description`, in ASCII without `"` and `\`.
    pub fn oauth(
        status: StatusCode,
        error: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut problem = Self::new(status, error, "", detail);
        problem.0.form = Form::OAuth;
        problem
    }

    /// Adds the fields that are wrong.
    pub fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a header to the answer.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Adds `Retry-After` in whole seconds, at least 1 (RFC 9110, section 10.2.3).
    pub fn with_retry_after(self, seconds: u64) -> Self {
        self.with_header(http::header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// Adds the exact reason, for the log alone.
    pub fn with_cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// Says that a status of 500 or more is no failure: the log needn't hear of each, and whoever
    /// answers so counts them.
    pub fn expected(mut self) -> Self {
        self.0.is_expected = true;
        self
    }

    /// Whether the log needn't hear of it.
    pub(crate) fn is_expected(&self) -> bool {
        self.0.is_expected
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable word.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The text for people.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The fields that are wrong.
    pub fn errors(&self) -> &[FieldProblem] {
        &self.0.errors
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }

    /// The exact reason, for the log alone.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The answer that [`ProblemLayer`] will fill in.
    pub fn into_response<R: Default>(self) -> Response<R> {
        let mut response = Response::new(R::default());
        *response.status_mut() = self.0.status;
        for (name, value) in self.headers() {
            response.headers_mut().append(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }

    /// The type of the body.
    fn media_type(&self) -> HeaderValue {
        HeaderValue::from_static(match self.0.form {
            Form::Problem => "application/problem+json",
            Form::OAuth => "application/json",
        })
    }

    /// The body.
    pub fn to_json(&self, request_id: Option<&str>, instance: &str) -> String {
        match self.0.form {
            Form::Problem => self.to_problem_json(request_id, instance),
            Form::OAuth => serde_json::json!({
                "error": self.0.code,
                "error_description": self.0.detail,
            })
            .to_string(),
        }
    }

    fn to_problem_json(&self, request_id: Option<&str>, instance: &str) -> String {
        #[derive(Serialize)]
        struct Body<'a> {
            r#type: String,
            title: &'a str,
            status: u16,
            detail: &'a str,
            instance: &'a str,
            code: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            request_id: Option<&'a str>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            errors: &'a [FieldProblem],
        }
        let body = Body {
            r#type: format!("urn:musicgen:problem:{}", self.0.code),
            title: self.0.title,
            status: self.0.status.as_u16(),
            detail: &self.0.detail,
            instance,
            code: self.0.code,
            request_id,
            errors: &self.0.errors,
        };
        // Strings and numbers alone: serialising them has no way to fail.
        serde_json::to_string(&body).unwrap_or_default()
    }
}

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for Problem {
    fn into_response(self) -> axum_core::response::Response {
        Self::into_response(self)
    }
}
