//! Where each part stands and how loud it is.

use super::Piece;
use super::ranges::is_sustained;
use crate::prompt::Voice;
use crate::score::{Part, Role, Space};
use crate::vocabulary::Instrument;

/// A part without notes, placed in the mix. `index` counts parts of the same role.
pub(crate) fn place(piece: &Piece<'_>, voice: Voice, index: usize) -> Part {
    let mix = piece.style.mix;
    let side = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
    let (pan, gain, wet, echo) = match voice.role {
        Role::Drums if index > 0 => (0.35, -4.0 + mix.drums, 0.12, 0.0),
        Role::Drums => (0.0, mix.drums, 0.08, 0.0),
        Role::Bass => (0.0, -1.0, 0.02, 0.0),
        Role::Chords => (-0.32 * side, -4.5, 0.2, 0.0),
        Role::Pad => (0.12 * side, -9.0, 0.36, 0.0),
        Role::Melody => (0.06 * (side - 1.0), -1.5, 0.24, 0.5),
        Role::Figure => (0.45 * side, -7.0, 0.26, 0.6),
    };
    let alone = piece.plan.voices.len() == 1;
    // One player on one instrument is heard as one: the hands stay near each other.
    let same = piece
        .plan
        .voices
        .iter()
        .filter(|other| other.instrument == voice.instrument)
        .count();
    let pan = if alone {
        0.0
    } else if same > 1 {
        pan * 0.4
    } else {
        pan
    };
    let duck = match voice.role {
        Role::Drums => 0.0,
        Role::Melody => mix.duck * 0.5,
        Role::Bass => mix.duck * 0.8,
        Role::Chords | Role::Pad | Role::Figure => mix.duck,
    };
    let brightness = 0.6 * mix.brightness + 0.4 * piece.plan.brightness;
    Part {
        instrument: voice.instrument,
        role: voice.role,
        pan,
        gain_db: gain + trim(voice),
        reverb_send: (wet * mix.wet * piece.plan.space).clamp(0.0, 0.9),
        delay_send: (echo * mix.echo).clamp(0.0, 0.6),
        duck: if piece.has_drums() {
            duck.clamp(0.0, 1.0)
        } else {
            0.0
        },
        brightness: brightness.clamp(0.05, 0.95),
        notes: Vec::new(),
    }
}

/// What an instrument needs more or less than others in the same role.
fn trim(voice: Voice) -> f32 {
    match (voice.role, voice.instrument) {
        (Role::Chords, Instrument::DistortedGuitar) => -1.5,
        (Role::Chords, instrument) if is_sustained(instrument) => -2.5,
        (Role::Bass, Instrument::SubBass) => 1.0,
        (Role::Melody, Instrument::Bells) => -2.0,
        (_, Instrument::Percussion) => -1.0,
        _ => 0.0,
    }
}

/// The room.
pub(crate) fn space(piece: &Piece<'_>) -> Space {
    let mix = piece.style.mix;
    Space {
        decay: (mix.decay * (0.6 + 0.4 * piece.plan.space)).clamp(0.3, 8.0),
        damping: (mix.damping + 0.3 * (0.5 - piece.plan.brightness)).clamp(0.05, 0.95),
        delay_beats: mix.delay,
        delay_feedback: (0.2 + 0.5 * mix.echo).clamp(0.0, 0.6),
    }
}
