//! Tables of requests: what each rule lets through and what it refuses, and with which word.

mod forms;
mod origins;
mod sign_in;
mod stage;
mod tokens;

use super::*;
use crate::clock::SharedClock;
use crate::cookies::{CookiePolicy, RequestCookies, SameSite};
use crate::secrets::{Secret, SecretRing};
use crate::testing::{TestClock, TestRandom};
use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Names and values of headers.
type Pairs<'a> = &'a [(&'a str, &'a str)];

const OURS: Uuid = Uuid::from_u128(1);
const THEIRS: Uuid = Uuid::from_u128(2);

fn tokens_of(current: u8, previous: &[u8]) -> CsrfTokens {
    let secret = |byte: u8| Secret::new([byte; 32]);
    let previous = previous.iter().copied().map(secret).collect();
    let ring = SecretRing::with_previous(secret(current), previous);
    CsrfTokens::new(&ring, Arc::new(TestRandom::default()))
}

fn noon() -> OffsetDateTime {
    use crate::clock::Clock;
    TestClock::default().now()
}

fn policy() -> CookiePolicy {
    CookiePolicy::new(true, None, SameSite::Lax, "musicgen").unwrap()
}

/// The CSRF cookies of these values, each beside other cookies.
fn cookies(values: &[&str]) -> RequestCookies {
    let mut headers = HeaderMap::new();
    for value in values {
        let line = format!("a=b; __Host-musicgen_csrf={value}; theme=dark");
        headers.append(COOKIE, HeaderValue::from_str(&line).unwrap());
    }
    RequestCookies::read(&policy(), &headers).unwrap()
}

fn rule() -> OriginRule {
    let own = ["https://app.example.com", "https://[2001:db8::1]:8443"];
    let allowed = ["https://partner.example", "http://localhost:3000"];
    OriginRule::new(
        own.map(|text| text.parse::<Origin>().unwrap()),
        allowed.map(|text| text.parse().unwrap()),
    )
}
