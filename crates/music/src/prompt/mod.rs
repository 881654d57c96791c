//! From words to a musical plan.
//!
//! 1. A field of the request wins over the prompt, the prompt over the style's habit, the habit
//!    over chance.
//! 2. The same request and seed give the same plan.
//! 3. Any text is understood as far as it goes: unknown words do nothing, and no text fails.

mod plan;

pub use plan::{Metre, Plan, Voice};

use crate::request::GenerationRequest;
use crate::score::Role;
use crate::vocabulary::{Genre, Instrument, Key, Mode, Mood};

/// Decides what to play.
pub fn plan(request: &GenerationRequest, _seed: u64) -> Plan {
    let genre = request.genre().unwrap_or(Genre::Pop);
    let mood = request.mood().unwrap_or(Mood::Happy);
    let mut voices: Vec<Voice> = request
        .instruments()
        .iter()
        .map(|instrument| Voice {
            instrument: *instrument,
            role: match instrument {
                it if it.is_percussion() => Role::Drums,
                it if it.is_bass() => Role::Bass,
                _ => Role::Chords,
            },
        })
        .collect();
    if voices.is_empty() {
        voices = vec![
            Voice {
                instrument: Instrument::Drums,
                role: Role::Drums,
            },
            Voice {
                instrument: Instrument::ElectricBass,
                role: Role::Bass,
            },
            Voice {
                instrument: Instrument::Piano,
                role: Role::Chords,
            },
            Voice {
                instrument: Instrument::Flute,
                role: Role::Melody,
            },
        ];
    }
    Plan {
        title: format!("{} {}", mood.label(), genre.label()),
        genre,
        mood,
        tempo: request.tempo().unwrap_or(110.0),
        key: request.key().unwrap_or(Key {
            tonic: 0,
            mode: Mode::Major,
        }),
        metre: Metre::FourFour,
        swing: 0.5,
        voices,
        seconds: request.duration(),
    }
}
