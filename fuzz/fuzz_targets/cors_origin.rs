//! A configured origin: refused, or kept as it is written. And an `Origin` header against it: allowed alike
//! by the list and by the pattern alone, and always by the bytes that were sent.
#![no_main]

use http::header::{HeaderMap, HeaderValue, ORIGIN};
use libfuzzer_sys::fuzz_target;
use musicgen_security::cors::{Asked, CorsPolicy, OriginPattern, Verdict};

fuzz_target!(|data: &[u8]| {
    let (configured, sent) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, data),
    };
    let text = std::str::from_utf8(configured).unwrap_or("https://*.example.com");
    let star: OriginPattern = "https://*.example.com".parse().expect("a pattern");
    let pattern = match text.parse::<OriginPattern>() {
        Ok(pattern) => {
            assert_eq!(pattern.as_str(), text);
            pattern
        }
        Err(_) => star.clone(),
    };
    let Ok(value) = HeaderValue::from_bytes(sent) else {
        return;
    };
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, value.clone());
    let policy = CorsPolicy::with_credentials([pattern.clone(), star.clone()]);
    let meant = pattern.matches(sent) || star.matches(sent);
    match policy.judge(&headers) {
        Ok(Verdict::Allowed(told)) => assert!(meant && told == value),
        Ok(_) | Err(_) => assert!(!meant),
    }
    if let Ok(origin) = std::str::from_utf8(sent) {
        let asked = Asked {
            origin,
            method: "GET",
            headers: &[],
        };
        assert_eq!(policy.explain(&asked).allowed, meant);
    }
});
