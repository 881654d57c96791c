//! `Authorization` headers, one a line: two are refused, and what is taken for a token stood there.
#![no_main]

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use musicgen_security::authentication::bearer_credential;

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(AUTHORIZATION, value);
        }
    }
    if let Ok(found) = bearer_credential(&headers) {
        assert!(headers.len() <= 1);
        assert_eq!(found.is_some(), headers.len() == 1);
        if let Some(token) = found {
            assert!(
                !token.is_empty()
                    && headers[AUTHORIZATION]
                        .as_bytes()
                        .ends_with(token.as_bytes())
            );
        }
    }
});
