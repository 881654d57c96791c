//! What a refused caller is told.

use super::{Decision, RateBucket, Window};
use crate::problem::Problem;
use http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

/// 429 (RFC 6585, section 4): which limit it is, how much it holds and when to come back; never to be
/// kept by a cache.
pub(super) fn refusal(bucket: RateBucket, decision: &Decision) -> Problem {
    let standing = decision.standing();
    let mut headers = HeaderMap::new();
    decision.write_headers(&mut headers);
    let wait = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let detail = format!(
        "{} may send {} requests {}. Try again in {} s.",
        whom(bucket),
        standing.limit(),
        within(standing.window()),
        wait.unwrap_or("1"),
    );
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        "Too many requests",
        detail,
    );
    let problem = problem.with_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.iter().fold(problem, |problem, (name, value)| {
        problem.with_header(name.clone(), value.clone())
    })
}

/// Who is counted; nothing that the caller doesn't know.
fn whom(bucket: RateBucket) -> &'static str {
    match bucket {
        RateBucket::Flood | RateBucket::Anonymous | RateBucket::Probe => "Your network",
        RateBucket::Attempts => "Who signs in, registers or proves who they are",
        RateBucket::Account => "Your account",
        RateBucket::ApiKey => "Your API key",
    }
}

fn within(window: Window) -> &'static str {
    match window {
        Window::Burst => "at once",
        Window::Hour => "in an hour",
        Window::Day => "in a day",
    }
}
