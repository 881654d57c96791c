//! An `Origin`: refused, or read as one thing, whichever way it is written. And as a `Referer`.
#![no_main]

use http::header::{HeaderMap, HeaderValue, ORIGIN};
use libfuzzer_sys::fuzz_target;
use musicgen_security::csrf::{Origin, OriginRule};

fuzz_target!(|data: &[u8]| {
    let read = std::str::from_utf8(data).ok().and_then(|text| {
        let whole = text.parse::<Origin>().ok();
        if let Some(origin) = &whole {
            let written = origin.to_string();
            assert_eq!(written.parse().as_ref(), Ok(origin));
            assert_eq!(Origin::of_url(text).as_ref(), Ok(origin));
            assert_eq!(Origin::of_url(&format!("{text}/a@b")).as_ref(), Ok(origin));
        }
        whole
    });
    if let Ok(value) = HeaderValue::from_bytes(data) {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, value);
        assert!(OriginRule::new([], []).check(&headers).is_err());
        let ours = OriginRule::new(read.clone(), []);
        assert_eq!(ours.check(&headers).is_ok(), read.is_some());
    }
});
