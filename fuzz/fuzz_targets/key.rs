//! A key's name: refused, or itself again when written and read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_music::vocabulary::Key;

fuzz_target!(|text: &str| {
    if let Some(key) = Key::parse(text) {
        assert!(key.tonic < 12);
        assert_eq!(Key::parse(&key.to_string()), Some(key));
    }
});
