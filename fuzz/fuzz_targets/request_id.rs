//! A caller's request id, one header a line: kept as it is when it is sane, else not at all.
#![no_main]

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use musicgen_security::request_id::{HEADER, MAX_LENGTH, RequestId};

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(HEADER, value);
        }
    }
    if let Some(id) = RequestId::from_headers(&headers) {
        assert!((1..=MAX_LENGTH).contains(&id.as_str().len()));
        assert!(id.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(headers[HEADER].as_bytes(), id.as_str().as_bytes());
    }
});
