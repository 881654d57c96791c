//! What a browser asks before it sends (Fetch, "CORS-preflight fetch").

use super::policy::METHODS;
use super::{CorsPolicy, Verdict, vary};
use crate::problem::Problem;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN,
};
use http::{HeaderMap, Method, StatusCode};

/// The longest list of headers that is looked at.
pub const MAX_REQUESTED_BYTES: usize = 1024;

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

const VARY: HeaderValue = HeaderValue::from_static(
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
);
const VARY_PRIVATE: HeaderValue = HeaderValue::from_static(
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, \
     Access-Control-Request-Private-Network",
);

/// Whether a request only asks. An OPTIONS without these headers is the router's.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        && headers.contains_key(ORIGIN)
}

impl CorsPolicy {
    /// The headers of a preflight's answer, or 403.
    pub(super) fn preflight(
        &self,
        verdict: Verdict,
        asked: &HeaderMap,
    ) -> Result<HeaderMap, Problem> {
        let Verdict::Allowed(origin) = verdict else {
            return Err(not_allowed());
        };
        let mut headers = HeaderMap::with_capacity(8);
        self.name_origin(&mut headers, origin);
        if self.grants(asked) {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, Self::methods_text());
            let names = self.request_headers_text.clone();
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
            headers.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
            if self.private_network && says_true(asked, &REQUEST_PRIVATE_NETWORK) {
                headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
            }
        }
        self.vary_preflight(&mut headers);
        Ok(headers)
    }

    pub(super) fn vary_preflight(&self, headers: &mut HeaderMap) {
        let names = if self.private_network {
            VARY_PRIVATE
        } else {
            VARY
        };
        vary::add(headers, &names);
    }

    fn grants(&self, asked: &HeaderMap) -> bool {
        grants_method(asked) && self.grants_headers(asked)
    }

    fn grants_headers(&self, asked: &HeaderMap) -> bool {
        let mut lines = asked.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
        let Some(names) = lines.next() else {
            return true;
        };
        let names = names.as_bytes();
        if names.len() > MAX_REQUESTED_BYTES || lines.next().is_some() {
            return false;
        }
        let mut each = names.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.is_empty() || each.all(|name| self.knows_header(name))
    }

    pub(super) fn knows_header(&self, name: &[u8]) -> bool {
        let mut known = self.request_headers.iter();
        known.any(|one| one.as_str().as_bytes().eq_ignore_ascii_case(name))
    }
}

/// Methods are compared as they are: `patch` is none (Fetch, "normalize a method").
fn grants_method(asked: &HeaderMap) -> bool {
    let mut lines = asked.get_all(ACCESS_CONTROL_REQUEST_METHOD).iter();
    matches!((lines.next(), lines.next()), (Some(method), None) if knows_method(method.as_bytes()))
}

pub(super) fn knows_method(method: &[u8]) -> bool {
    METHODS.iter().any(|one| one.as_str().as_bytes() == method)
}

fn says_true(asked: &HeaderMap, name: &HeaderName) -> bool {
    let mut lines = asked.get_all(name).iter();
    matches!((lines.next(), lines.next()), (Some(value), None) if value.as_bytes() == b"true")
}

fn not_allowed() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        "Pages of this origin may not call the service",
        "The origin isn't one that the operator allows. `musicgen cors explain` says why.",
    )
}
