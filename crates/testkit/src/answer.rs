use crate::SetCookie;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Checks the status.
    ///
    /// # Panics
    ///
    /// When it is another.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Checks status and code of a problem, and that it is one in full.
    ///
    /// # Panics
    ///
    /// When it isn't.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        self.is(status);
        let body = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["status"], status, "{body}");
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{body}");
        for name in ["type", "title", "detail", "instance"] {
            assert!(body[name].is_string(), "{name} in {body}");
        }
        self
    }

    /// The pointers and codes of a 422, sorted.
    ///
    /// # Panics
    ///
    /// When it is another answer.
    #[track_caller]
    pub fn faults(&self) -> Vec<(String, String)> {
        self.is_problem(422, "validation_failed");
        let body = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let mut faults: Vec<_> = errors
            .iter()
            .map(|error| (text(&error["pointer"]), text(&error["code"])))
            .collect();
        faults.sort();
        faults
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error} in an answer with {}: {}", self.status, self.text())
        })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The cookies that it sets or takes away.
    ///
    /// # Panics
    ///
    /// When one of them is no text.
    pub fn set_cookies(&self) -> Vec<SetCookie> {
        let all = self.headers.get_all("set-cookie").iter();
        all.map(|value| SetCookie::parse(value.to_str().expect("a cookie is ASCII")))
            .collect()
    }

    /// A header; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}
