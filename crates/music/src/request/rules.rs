//! The checks behind [`GenerationRequest::new`], one function a rule.

use super::{
    DEFAULT_DURATION, DEFAULT_FORMAT, DEFAULT_GUIDANCE_SCALE, DEFAULT_SAMPLE_RATE,
    DEFAULT_TEMPERATURE, DEFAULT_TOP_K, DEFAULT_TOP_P, Draft, FieldError, GenerationRequest,
    MAX_DURATION, MAX_GUIDANCE_SCALE, MAX_INSTRUMENTS, MAX_MODEL_BYTES, MAX_PROMPT_CHARS, MAX_SEED,
    MAX_TEMPERATURE, MAX_TEMPO, MAX_TOP_K, MIN_DURATION, MIN_GUIDANCE_SCALE, MIN_TEMPERATURE,
    MIN_TEMPO, SAMPLE_RATES,
};
use crate::vocabulary::{Format, Genre, Instrument, Key, Mood};

/// Longer spellings of a key cannot be one, and are not worth reading.
const MAX_KEY_BYTES: usize = 32;

pub(super) fn check(draft: Draft) -> Result<GenerationRequest, Vec<FieldError>> {
    let mut faults = Faults::default();
    let request = GenerationRequest {
        prompt: faults.prompt(&draft.prompt),
        duration: faults
            .number("/duration", draft.duration, MIN_DURATION, MAX_DURATION)
            .unwrap_or(DEFAULT_DURATION),
        model: faults.model(draft.model),
        seed: draft
            .seed
            .filter(|seed| faults.whole("/seed", *seed, MAX_SEED)),
        genre: faults.word("/genre", draft.genre.as_deref(), Genre::from_id, || {
            ids(Genre::ALL.iter().map(|it| it.id()))
        }),
        mood: faults.word("/mood", draft.mood.as_deref(), Mood::from_id, || {
            ids(Mood::ALL.iter().map(|it| it.id()))
        }),
        instruments: faults.instruments(draft.instruments.as_deref()),
        tempo: faults.number("/tempo", draft.tempo, MIN_TEMPO, MAX_TEMPO),
        key: faults.key(draft.key.as_deref()),
        temperature: faults
            .number(
                "/temperature",
                draft.temperature,
                MIN_TEMPERATURE,
                MAX_TEMPERATURE,
            )
            .unwrap_or(DEFAULT_TEMPERATURE),
        top_k: draft
            .top_k
            .filter(|top_k| faults.whole("/top_k", *top_k, MAX_TOP_K))
            .and_then(|top_k| u32::try_from(top_k).ok())
            .unwrap_or(DEFAULT_TOP_K),
        top_p: faults
            .number("/top_p", draft.top_p, 0.0, 1.0)
            .unwrap_or(DEFAULT_TOP_P),
        guidance_scale: faults
            .number(
                "/guidance_scale",
                draft.guidance_scale,
                MIN_GUIDANCE_SCALE,
                MAX_GUIDANCE_SCALE,
            )
            .unwrap_or(DEFAULT_GUIDANCE_SCALE),
        format: faults
            .word("/format", draft.format.as_deref(), Format::from_id, || {
                ids(Format::ALL.iter().map(|it| it.id()))
            })
            .unwrap_or(DEFAULT_FORMAT),
        sample_rate: faults.sample_rate(draft.sample_rate),
    };
    if faults.0.is_empty() {
        Ok(request)
    } else {
        Err(faults.0)
    }
}

/// What is wrong so far. Each method hands back a usable value and notes the fault, so that one
/// pass finds them all.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn note(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        });
    }

    fn prompt(&mut self, text: &str) -> String {
        let text = text.trim();
        if text.chars().any(is_forbidden) {
            self.note(
                "/prompt",
                "format",
                "The prompt must not contain control characters other than tab and line breaks, \
                 nor bidirectional embeddings, overrides or isolates.",
            );
        } else if !text.chars().any(is_visible) {
            self.note(
                "/prompt",
                "required",
                "The prompt must contain something visible.",
            );
        }
        if text.chars().nth(MAX_PROMPT_CHARS).is_some() {
            self.note(
                "/prompt",
                "too_long",
                format!("The prompt must have at most {MAX_PROMPT_CHARS} characters."),
            );
            return String::new();
        }
        text.to_owned()
    }

    fn number(&mut self, pointer: &str, value: Option<f64>, least: f64, most: f64) -> Option<f64> {
        let value = value?;
        if !value.is_finite() {
            self.note(pointer, "format", "Must be a finite number.");
            return None;
        }
        if !(least..=most).contains(&value) {
            let detail = format!("Must be between {least:?} and {most:?}.");
            self.note(pointer, "out_of_range", detail);
            return None;
        }
        // A negative zero would be stored as "-0.0" and compare equal to what it does not print as.
        Some(value + 0.0)
    }

    fn whole(&mut self, pointer: &str, value: u64, most: u64) -> bool {
        let fits = value <= most;
        if !fits {
            self.note(
                pointer,
                "out_of_range",
                format!("Must be between 0 and {most}."),
            );
        }
        fits
    }

    fn word<T>(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        read: impl Fn(&str) -> Option<T>,
        accepted: impl Fn() -> String,
    ) -> Option<T> {
        let found = read(text?);
        if found.is_none() {
            self.note(
                pointer,
                "not_one_of",
                format!("Must be one of {}.", accepted()),
            );
        }
        found
    }

    fn instruments(&mut self, names: Option<&[String]>) -> Vec<Instrument> {
        let Some(names) = names else {
            return Vec::new();
        };
        if names.is_empty() {
            self.note(
                "/instruments",
                "too_short",
                "Name at least one instrument, or leave the field out.",
            );
        }
        if names.len() > MAX_INSTRUMENTS {
            let detail = format!("Name at most {MAX_INSTRUMENTS} instruments.");
            self.note("/instruments", "too_long", detail);
        }
        let mut chosen = Vec::new();
        // The rest is surplus already; looking at it would let one request cause any number of faults.
        for (index, name) in names.iter().take(MAX_INSTRUMENTS).enumerate() {
            let pointer = format!("/instruments/{index}");
            match Instrument::from_id(name) {
                None => self.note(
                    pointer,
                    "not_one_of",
                    format!(
                        "Must be one of {}.",
                        ids(Instrument::ALL.iter().map(|it| it.id()))
                    ),
                ),
                Some(again) if chosen.contains(&again) => {
                    self.note(pointer, "duplicate", "Each instrument may be named once.");
                }
                Some(new) => chosen.push(new),
            }
        }
        chosen
    }

    fn key(&mut self, text: Option<&str>) -> Option<Key> {
        let text = text?;
        let key = (text.len() <= MAX_KEY_BYTES)
            .then(|| Key::parse(text))
            .flatten();
        if key.is_none() {
            self.note(
                "/key",
                "format",
                "Must be a tonic and a mode, for instance `C minor`, `F# dorian`, `Bb major`.",
            );
        }
        key
    }

    fn model(&mut self, name: Option<String>) -> Option<String> {
        let name = name?;
        let well_formed = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte));
        if name.is_empty() {
            self.note(
                "/model",
                "too_short",
                "Name a model, or leave the field out.",
            );
        } else if name.len() > MAX_MODEL_BYTES {
            let detail = format!("Must have at most {MAX_MODEL_BYTES} characters.");
            self.note("/model", "too_long", detail);
        } else if !well_formed {
            let detail = "Must consist of letters, digits and `-_./:`.";
            self.note("/model", "format", detail);
        } else {
            return Some(name);
        }
        None
    }

    fn sample_rate(&mut self, hertz: Option<u64>) -> u32 {
        let Some(hertz) = hertz else {
            return DEFAULT_SAMPLE_RATE;
        };
        let known = SAMPLE_RATES
            .into_iter()
            .find(|rate| u64::from(*rate) == hertz);
        if known.is_none() {
            let detail = format!("Must be one of {}.", ids(SAMPLE_RATES.iter()));
            self.note("/sample_rate", "not_one_of", detail);
        }
        known.unwrap_or(DEFAULT_SAMPLE_RATE)
    }
}

fn ids(words: impl Iterator<Item = impl std::fmt::Display>) -> String {
    words
        .map(|word| word.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Control characters, and those that reorder a text so that it reads as another one (CVE-2021-42574).
fn is_forbidden(letter: char) -> bool {
    let control = letter.is_control() && !matches!(letter, '\t' | '\n' | '\r');
    control || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a reader sees something: no space, and not one of Unicode's default-ignorable characters
/// (DerivedCoreProperties.txt) or the two blanks that are letters or symbols by category.
fn is_visible(letter: char) -> bool {
    let blank = matches!(
        letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    );
    !blank && !letter.is_whitespace() && !letter.is_control()
}
