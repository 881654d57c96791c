//! A page's cursor: refused, or the one text of its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_music::jobs::Cursor;

fuzz_target!(|text: &str| {
    if let Ok(cursor) = Cursor::parse(text) {
        assert_eq!(cursor.to_string(), text);
    }
});
