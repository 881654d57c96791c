//! A request body: what the strict reader accepts, an ordinary parser accepts too, and reading a
//! type from it ends in the type or in a problem.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::validation::{Fields, FromFields, Json, Text, read};

/// One field of each kind.
struct Every;

impl FromFields for Every {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.text("text", Text::line(1, 64));
        fields.optional_text("lines", Text::lines(0, 1000));
        fields.optional_word("word", &[("one", 1), ("two", 2)]);
        fields.optional_boolean("boolean");
        fields.optional_number("number");
        fields.optional_integer("integer", 0, (1 << 53) - 1);
        fields.optional_digits("digits", 1, 100);
        fields.optional_texts("texts", 8, 100);
        fields.list::<Self>("list", 0, 5);
        Some(Self)
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(json) = Json::parse(data) else { return };
    assert!(serde_json::from_slice::<serde_json::Value>(data).is_ok());
    drop(read::<Every>(&json, ""));
});
