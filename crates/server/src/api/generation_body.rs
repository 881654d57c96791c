//! The body that says what the music should be, and its schema.
//!
//! 1. The schema says what the server takes, word for word: a client made from it is not refused for
//!    what it could have known. Words come from the vocabulary, so that none is forgotten.
//! 2. Types are checked here, ranges and words by [`GenerationRequest`]; all faults are told together.

use musicgen_music::engines::BuiltinEngine;
use musicgen_music::request::{
    Draft, GenerationRequest, MAX_INSTRUMENTS, MAX_PROMPT_CHARS, MAX_SEED, SAMPLE_RATES,
};
use musicgen_music::vocabulary::{Format, Genre, Instrument, Mood};
use musicgen_security::validation::{Fields, FromFields, Text};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, Schema, Type};

/// What the music should be. Explicit fields win over what the prompt says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GenerationBody {
    /// Any language, emoji too: 1 to 1000 characters after trimming, no control characters.
    #[schema(schema_with = prompt)]
    prompt: String,
    /// Seconds, and at most what the tier allows.
    #[schema(minimum = 1, maximum = 600, required = false)]
    duration: f64,
    /// An engine's id.
    #[schema(schema_with = engines, required = false)]
    model: String,
    /// The same request and seed give the same bytes.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64, required = false)]
    seed: u64,
    /// From `/api/v1/models/genres`.
    #[schema(schema_with = genres, required = false)]
    genre: String,
    /// From `/api/v1/models/moods`.
    #[schema(schema_with = moods, required = false)]
    mood: String,
    /// From `/api/v1/models/instruments`, none twice.
    #[schema(schema_with = instruments, required = false)]
    instruments: Vec<String>,
    /// Beats per minute.
    #[schema(minimum = 40, maximum = 240, required = false)]
    tempo: f64,
    /// `C minor`, `F# dorian`, `Bb major`.
    #[schema(schema_with = keys, required = false)]
    key: String,
    /// How adventurous it is.
    #[schema(minimum = 0.1, maximum = 2.0, required = false)]
    temperature: f64,
    /// Sampling breadth of neural engines.
    #[schema(minimum = 0, maximum = 2048, required = false)]
    top_k: u64,
    /// Nucleus of neural engines; 0 is off.
    #[schema(minimum = 0.0, maximum = 1.0, required = false)]
    top_p: f64,
    /// How strictly neural engines follow the prompt.
    #[schema(minimum = 1.0, maximum = 10.0, required = false)]
    guidance_scale: f64,
    /// `wav`, `flac` or `ogg`.
    #[schema(schema_with = formats, required = false)]
    format: String,
    /// 32000, 44100 or 48000 Hz.
    #[schema(schema_with = sample_rates, required = false)]
    sample_rate: u64,
}

/// What was asked for, checked.
#[derive(Debug)]
pub(crate) struct DraftBody(pub(crate) Draft);

impl FromFields for DraftBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let word = Text::opaque(0, 100);
        let prompt = fields.text("prompt", Text::opaque(0, 20_000));
        let draft = Draft {
            prompt: prompt.clone().unwrap_or_default(),
            duration: fields.optional_number("duration"),
            model: fields.optional_text("model", word),
            seed: fields.optional_integer("seed", 0, MAX_SEED),
            genre: fields.optional_text("genre", word),
            mood: fields.optional_text("mood", word),
            instruments: fields.optional_texts("instruments", 64, 100),
            tempo: fields.optional_number("tempo"),
            key: fields.optional_text("key", word),
            temperature: fields.optional_number("temperature"),
            top_k: fields.optional_integer("top_k", 0, 2048),
            top_p: fields.optional_number("top_p"),
            guidance_scale: fields.optional_number("guidance_scale"),
            format: fields.optional_text("format", word),
            sample_rate: fields.optional_integer("sample_rate", 0, 1_000_000),
        };
        if let Err(errors) = GenerationRequest::new(draft.clone()) {
            // A prompt that can't be read was complained about already.
            let told = |pointer: &str| prompt.is_none() && pointer == "/prompt";
            for error in errors.iter().filter(|error| !told(&error.pointer)) {
                fields.error_below(&error.pointer, error.code, error.detail.clone());
            }
        }
        prompt.map(|_| Self(draft))
    }
}

/// No control characters but tab and line breaks, nothing that reorders text, and something visible.
/// (The server knows more invisible characters than this.)
const PROMPT: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*[^\u0000-\u0020\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*$";

/// A tonic, which alone is major, and a mode, as [`Key::parse`](musicgen_music::vocabulary::Key::parse)
/// reads them.
const KEY: &str = "^[A-Ga-g][#♯b♭]?(M|maj|m|min|[ -]+([Mm]aj(or)?|[Mm]in(or)?|[Aa]eolian|[Ii]onian|\
                   [Dd]orian|[Pp]hrygian|[Ll]ydian|[Mm]ixolydian))?$";

fn text(about: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(about))
}

fn words(about: &str, ids: impl Iterator<Item = &'static str>) -> Object {
    text(about).enum_values(Some(ids)).build()
}

fn prompt() -> Object {
    text("Any language, emoji too: 1 to 1000 characters after trimming, no control characters.")
        .min_length(Some(1))
        .max_length(Some(MAX_PROMPT_CHARS))
        .pattern(Some(PROMPT))
        .build()
}

fn engines() -> Object {
    words(
        "An engine's id, from `/api/v1/models`.",
        [BuiltinEngine::ID].into_iter(),
    )
}

fn genres() -> Object {
    let ids = Genre::ALL.iter().map(|genre| genre.id());
    words("From `/api/v1/models/genres`.", ids)
}

fn moods() -> Object {
    let ids = Mood::ALL.iter().map(|mood| mood.id());
    words("From `/api/v1/models/moods`.", ids)
}

fn instruments() -> Schema {
    let ids = Instrument::ALL.iter().map(|instrument| instrument.id());
    ArrayBuilder::new()
        .description(Some("From `/api/v1/models/instruments`, none twice."))
        .items(words("An instrument.", ids))
        .min_items(Some(1))
        .max_items(Some(MAX_INSTRUMENTS))
        .unique_items(true)
        .build()
        .into()
}

fn keys() -> Object {
    text("`C minor`, `F# dorian`, `Bb major`; a tonic alone is major.")
        .max_length(Some(32))
        .pattern(Some(KEY))
        .build()
}

fn formats() -> Object {
    let ids = Format::ALL.iter().map(|format| format.id());
    words("How the file is encoded; `wav` when left out.", ids)
}

fn sample_rates() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("Hz; 44100 when left out."))
        .enum_values(Some(SAMPLE_RATES.map(Value::from)))
        .build()
}
