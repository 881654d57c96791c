//! A query string: read strictly, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::validation::{Json, parse_query};

fuzz_target!(|text: &str| {
    if let Ok(json) = parse_query(text) {
        assert!(matches!(json, Json::Object(_)));
    }
});
