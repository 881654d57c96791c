//! `Cookie` headers, one a line: what is read for a name of ours stood there once, and could be set.
#![no_main]

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use musicgen_security::cookies::{CookieKind, CookiePolicy, Presented, RequestCookies, SameSite};
use std::sync::LazyLock;
use time::Duration;

// A short prefix, so that a name of ours is found soon.
static POLICY: LazyLock<CookiePolicy> = LazyLock::new(|| {
    CookiePolicy::for_loopback_development("localhost", SameSite::Lax, "m").expect("loopback")
});

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(1000) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(COOKIE, value);
        }
    }
    let Ok(cookies) = RequestCookies::read(&POLICY, &headers) else {
        return;
    };
    for kind in CookieKind::ALL {
        if let Presented::One(value) = cookies.get(kind) {
            let pair = format!("{}={value}", POLICY.name(kind));
            let count = headers.get_all(COOKIE).iter();
            let count = count
                .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
                .filter(|found| found.trim_ascii_start() == pair.as_bytes())
                .count();
            assert_eq!(count, 1);
            assert!(POLICY.set(kind, value, Duration::HOUR).is_ok());
        }
    }
});
