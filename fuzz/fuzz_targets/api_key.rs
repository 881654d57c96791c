//! An API key: what is taken for one has its one form, and no single slip of a real one passes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::api_keys::{ApiKeyText, KeyMode, Networks};
use musicgen_security::random::SharedRandom;
use musicgen_security::testing::TestRandom;
use std::sync::{Arc, LazyLock};

static KEY: LazyLock<ApiKeyText> = LazyLock::new(|| {
    let random: SharedRandom = Arc::new(TestRandom::default());
    ApiKeyText::generate(KeyMode::Live, &random)
});

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        if let Some(key) = ApiKeyText::parse(text) {
            assert_eq!(key.expose(), text);
            assert!(text.len() == 57 && text.is_ascii() && ApiKeyText::looks_like(text));
        }
        if let Ok(networks) = Networks::parse(text.split(' ')) {
            let written: Vec<String> = networks
                .as_slice()
                .iter()
                .map(ToString::to_string)
                .collect();
            let read = Networks::parse(written.iter().map(String::as_str));
            assert_eq!(read, Ok(networks), "{written:?}");
        }
    }
    // The real key with one byte changed, one left out, or one put in.
    if let [at, byte, ..] = *data {
        let real = KEY.expose();
        let at = usize::from(at) % real.len();
        let mut changed = real.as_bytes().to_vec();
        changed[at] = byte;
        let mut shorter = changed.clone();
        shorter.remove(at);
        let mut longer = real.as_bytes().to_vec();
        longer.insert(at, byte);
        for text in [changed, shorter, longer] {
            if let Ok(text) = String::from_utf8(text) {
                assert!(ApiKeyText::parse(&text).is_none() || text == real, "{text}");
            }
        }
    }
});
