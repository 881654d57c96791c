//! A generation request that is valid by construction.
//!
//! [`Draft`] is what somebody asked for, [`GenerationRequest`] what may be made. The only way from
//! one to the other is [`GenerationRequest::new`], which reports every wrong field at once.
//!
//! 1. `prompt`: 1 ..= 1000 characters (Unicode scalar values) after trimming; no control
//!    characters but tab, line feed and carriage return; no bidirectional embedding, override or
//!    isolate (they make a text look like another one); something visible must remain. Emoji,
//!    joiners and direction marks stay.
//! 2. `duration`: 1.0 ..= 600.0 seconds; what a tier allows is the caller's to check.
//! 3. Numbers are finite. `tempo` 40 ..= 240, `temperature` 0.1 ..= 2.0, `top_k` 0 ..= 2048,
//!    `top_p` 0.0 ..= 1.0, `guidance_scale` 1.0 ..= 10.0, `seed` 0 ..= 2^53 - 1.
//! 4. `genre`, `mood`, `instruments` (1 ..= 8 when given, none twice), `format` come from the
//!    vocabulary; `key` is what [`Key::parse`] reads.
//! 5. `model` looks like an engine id; whether there is such an engine is the caller's to check.
//! 6. Bounds belong to the range. Numbers that are no numbers have code `format`.

use crate::vocabulary::{Format, Genre, Instrument, Key, Mood};
use serde::{Deserialize, Serialize};

mod rules;
#[cfg(test)]
mod tests;

/// The largest seed: what a JSON number carries without loss (RFC 8259, section 6).
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// The longest prompt after trimming, in Unicode scalar values.
pub const MAX_PROMPT_CHARS: usize = 1000;
/// The shortest piece, in seconds.
pub const MIN_DURATION: f64 = 1.0;
/// The longest piece, in seconds.
pub const MAX_DURATION: f64 = 600.0;
/// The slowest tempo, in beats per minute.
pub const MIN_TEMPO: f64 = 40.0;
/// The fastest tempo, in beats per minute.
pub const MAX_TEMPO: f64 = 240.0;
/// The most instruments one request names.
pub const MAX_INSTRUMENTS: usize = 8;
/// The longest engine id, in bytes.
pub const MAX_MODEL_BYTES: usize = 64;
/// The least adventurous temperature.
pub const MIN_TEMPERATURE: f64 = 0.1;
/// The most adventurous temperature.
pub const MAX_TEMPERATURE: f64 = 2.0;
/// The broadest sampling of a neural engine.
pub const MAX_TOP_K: u64 = 2048;
/// The weakest guidance.
pub const MIN_GUIDANCE_SCALE: f64 = 1.0;
/// The strongest guidance.
pub const MAX_GUIDANCE_SCALE: f64 = 10.0;
/// The sample rates a file may have, in hertz.
pub const SAMPLE_RATES: [u32; 3] = [32_000, 44_100, 48_000];

/// Seconds when the request names none.
pub const DEFAULT_DURATION: f64 = 30.0;
/// Temperature when the request names none.
pub const DEFAULT_TEMPERATURE: f64 = 1.0;
/// Sampling breadth when the request names none (what audiocraft uses).
pub const DEFAULT_TOP_K: u32 = 250;
/// Nucleus when the request names none: off.
pub const DEFAULT_TOP_P: f64 = 0.0;
/// Guidance when the request names none.
pub const DEFAULT_GUIDANCE_SCALE: f64 = 3.0;
/// File format when the request names none.
pub const DEFAULT_FORMAT: Format = Format::Wav;
/// Sample rate when the request names none, in hertz.
pub const DEFAULT_SAMPLE_RATE: u32 = 44_100;

/// What was asked, unchecked. Vocabulary words are still text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// What the music should be like, in words.
    pub prompt: String,
    /// Seconds; 30 when absent.
    pub duration: Option<f64>,
    /// Engine id; the server's default when absent.
    pub model: Option<String>,
    /// Chosen by the server when absent.
    pub seed: Option<u64>,
    /// Overrides what the prompt says.
    pub genre: Option<String>,
    /// Overrides what the prompt says.
    pub mood: Option<String>,
    /// Overrides what the prompt says.
    pub instruments: Option<Vec<String>>,
    /// Beats per minute; overrides what the prompt says.
    pub tempo: Option<f64>,
    /// `C minor`; overrides what the prompt says.
    pub key: Option<String>,
    /// How adventurous the melody and the form are; 1.0 when absent.
    pub temperature: Option<f64>,
    /// Sampling breadth of neural engines; 250 when absent.
    pub top_k: Option<u64>,
    /// Nucleus of neural engines; 0.0 (off) when absent.
    pub top_p: Option<f64>,
    /// How strictly the prompt is followed by neural engines; 3.0 when absent.
    pub guidance_scale: Option<f64>,
    /// `wav` when absent.
    pub format: Option<String>,
    /// 32000, 44100 or 48000 Hz; 44100 when absent.
    pub sample_rate: Option<u64>,
}

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer into the draft (RFC 6901): `/duration`, `/instruments/2`.
    pub pointer: String,
    /// `required`, `too_short`, `too_long`, `out_of_range`, `not_one_of`, `duplicate`, `format`.
    pub code: &'static str,
    /// What is accepted, for people.
    pub detail: String,
}

/// A request that an engine can be given.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerationRequest {
    prompt: String,
    duration: f64,
    model: Option<String>,
    seed: Option<u64>,
    genre: Option<Genre>,
    mood: Option<Mood>,
    instruments: Vec<Instrument>,
    tempo: Option<f64>,
    key: Option<Key>,
    temperature: f64,
    top_k: u32,
    top_p: f64,
    guidance_scale: f64,
    format: Format,
    sample_rate: u32,
}

impl GenerationRequest {
    /// Checks a draft against all rules of this module.
    ///
    /// # Errors
    ///
    /// Every fault of every field, in the order of the fields.
    pub fn new(draft: Draft) -> Result<Self, Vec<FieldError>> {
        rules::check(draft)
    }

    /// What the music should be like, trimmed.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// Length in seconds.
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// The engine asked for, if one was.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The seed asked for, if one was.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The genre asked for by field.
    pub fn genre(&self) -> Option<Genre> {
        self.genre
    }

    /// The mood asked for by field.
    pub fn mood(&self) -> Option<Mood> {
        self.mood
    }

    /// The instruments asked for by field; empty when the field was absent.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Beats per minute asked for by field.
    pub fn tempo(&self) -> Option<f64> {
        self.tempo
    }

    /// The key asked for by field.
    pub fn key(&self) -> Option<Key> {
        self.key
    }

    /// How adventurous the melody and the form are.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// Sampling breadth of neural engines.
    pub fn top_k(&self) -> u32 {
        self.top_k
    }

    /// Nucleus of neural engines; 0.0 is off.
    pub fn top_p(&self) -> f64 {
        self.top_p
    }

    /// How strictly neural engines follow the prompt.
    pub fn guidance_scale(&self) -> f64 {
        self.guidance_scale
    }

    /// How the file is encoded.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Samples a second.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// The same request with this seed, cut to the 53 bits that JSON carries.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed & MAX_SEED);
        self
    }

    /// The same request for this engine.
    #[must_use]
    pub fn with_model(mut self, model: &str) -> Self {
        self.model = Some(model.to_owned());
        self
    }

    /// The draft that makes this request again, with every default written out.
    ///
    /// Stored together with a seed it reproduces the piece even after a default has changed.
    pub fn to_draft(&self) -> Draft {
        let instruments: Vec<String> = self.instruments.iter().map(ToString::to_string).collect();
        Draft {
            prompt: self.prompt.clone(),
            duration: Some(self.duration),
            model: self.model.clone(),
            seed: self.seed,
            genre: self.genre.map(|genre| genre.id().to_owned()),
            mood: self.mood.map(|mood| mood.id().to_owned()),
            instruments: (!instruments.is_empty()).then_some(instruments),
            tempo: self.tempo,
            key: self.key.map(|key| key.to_string()),
            temperature: Some(self.temperature),
            top_k: Some(u64::from(self.top_k)),
            top_p: Some(self.top_p),
            guidance_scale: Some(self.guidance_scale),
            format: Some(self.format.id().to_owned()),
            sample_rate: Some(u64::from(self.sample_rate)),
        }
    }
}
