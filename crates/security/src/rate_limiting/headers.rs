//! What a caller is told about limits.
//!
//! 1. `RateLimit-Policy` lists every limit that holds, `RateLimit` the tightest, as structured fields
//!    (draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4; RFC 9651). `q` and `r` are units, as many
//!    as requests where none costs more; `w` and `t` are seconds. `t` says when there is one more.
//! 2. `X-RateLimit-Limit`, `-Remaining` and `-Reset` say the same to older clients. `Reset` is seconds
//!    from now too, equal to `t`: a time of day would need two clocks that agree.
//! 3. `Retry-After` (RFC 9110, section 10.2.3) is whole seconds, at least 1, rounded up, so that who waits as
//!    told is let in; it is never earlier than `t` (draft, section 6).
//! 4. None has a partition key, and a limit's name is that of its window: nobody is named.

use super::{Decision, Policy, Standing};
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt::Write;
use time::Duration;

const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

impl Decision {
    /// Sets the headers of a limit, in place of those that are there.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        self.standing().write_headers(headers);
        if let Self::Refused { retry_after, .. } = self {
            headers.insert(
                RETRY_AFTER,
                HeaderValue::from(whole_seconds(*retry_after).max(1)),
            );
        }
    }
}

impl Standing {
    /// Sets the headers of a limit but `Retry-After`, in place of those that are there.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let reset = self.reset_seconds();
        let (limit, remaining) = (self.limit(), self.remaining());
        let mut value = Line::default();
        for (
            number,
            Policy {
                window,
                quota,
                seconds,
            },
        ) in self.policies().enumerate()
        {
            let comma = if number > 0 { ", " } else { "" };
            value.add(format_args!(
                "{comma}\"{}\";q={quota};w={seconds}",
                window.name()
            ));
        }
        headers.insert(RATE_LIMIT_POLICY, value.take());
        value.add(format_args!(
            "\"{}\";r={remaining};t={reset}",
            self.window().name()
        ));
        headers.insert(RATE_LIMIT, value.take());
        headers.insert(X_LIMIT, HeaderValue::from(limit));
        headers.insert(X_REMAINING, HeaderValue::from(remaining));
        headers.insert(X_RESET, HeaderValue::from(reset));
    }

    /// `t`: whole seconds, rounded up.
    pub fn reset_seconds(&self) -> u64 {
        whole_seconds(self.reset_after())
    }
}

/// Rounded up; nothing negative.
fn whole_seconds(span: Duration) -> u64 {
    let whole = u64::try_from(span.whole_seconds()).unwrap_or(0);
    whole + u64::from(span.subsec_nanoseconds() > 0)
}

/// A header's value in the making. Three policies of the largest numbers are 90 bytes.
#[derive(Default)]
struct Line(String);

impl Line {
    fn add(&mut self, piece: std::fmt::Arguments<'_>) {
        // A string takes whatever it is given.
        let _ = self.0.write_fmt(piece);
    }

    fn take(&mut self) -> HeaderValue {
        // Names of windows and numbers are visible ASCII.
        let value = HeaderValue::from_str(&self.0);
        self.0.clear();
        value.unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}
