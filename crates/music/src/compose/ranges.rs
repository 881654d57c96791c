//! What each instrument can play, and where it sounds best.

use crate::score::Role;
use crate::vocabulary::Instrument;

/// The lowest and highest note of an instrument, as MIDI numbers, both playable.
pub fn range(instrument: Instrument) -> (u8, u8) {
    match instrument {
        Instrument::Piano => (24, 103),
        Instrument::ElectricPiano => (28, 100),
        Instrument::Organ => (36, 96),
        Instrument::Harpsichord => (29, 89),
        Instrument::AcousticGuitar | Instrument::ElectricGuitar | Instrument::DistortedGuitar => {
            (40, 84)
        }
        Instrument::Harp => (28, 100),
        Instrument::UprightBass | Instrument::ElectricBass => (28, 60),
        Instrument::SynthBass => (26, 62),
        Instrument::SubBass => (26, 55),
        Instrument::Violin => (55, 98),
        Instrument::Cello => (36, 79),
        Instrument::Strings => (36, 96),
        Instrument::Choir => (43, 81),
        Instrument::Flute => (60, 96),
        Instrument::Clarinet => (50, 89),
        Instrument::Saxophone => (46, 80),
        Instrument::Trumpet => (54, 84),
        Instrument::Brass => (40, 82),
        Instrument::Marimba => (45, 96),
        Instrument::Vibraphone => (53, 89),
        Instrument::Bells => (67, 105),
        Instrument::SynthLead => (48, 96),
        Instrument::SynthPad => (36, 96),
        Instrument::SynthPluck => (40, 98),
        Instrument::Drums | Instrument::ElectronicDrums | Instrument::Percussion => (35, 81),
    }
}

/// The part of the range that a role uses: about two octaves, inside [`range`].
pub(crate) fn register(instrument: Instrument, role: Role, shift: i8) -> (u8, u8) {
    let (low, high) = range(instrument);
    let centre: i16 = match (role, instrument) {
        (Role::Bass, Instrument::Piano | Instrument::ElectricPiano | Instrument::Organ) => 43,
        (Role::Bass, Instrument::SubBass) => 35,
        (Role::Bass, _) => 38,
        (Role::Chords, Instrument::Harpsichord | Instrument::Brass) => 61,
        (Role::Chords, Instrument::DistortedGuitar) => 52,
        (Role::Chords, _) => 60,
        (Role::Pad, _) => 62,
        (Role::Melody, Instrument::Cello) => 60,
        (Role::Melody, Instrument::Saxophone | Instrument::DistortedGuitar) => 66,
        (Role::Melody, Instrument::Trumpet | Instrument::Brass | Instrument::Choir) => 69,
        (Role::Melody, Instrument::Bells | Instrument::Flute) => 82,
        (Role::Melody, Instrument::Violin) => 78,
        (Role::Melody, _) => 74,
        (Role::Figure, Instrument::Cello) => 55,
        (Role::Figure, Instrument::Bells) => 84,
        (Role::Figure, _) => 70,
        (Role::Drums, _) => 58,
    };
    let shift = if role == Role::Bass {
        0
    } else {
        i16::from(shift)
    };
    let reach: i16 = match role {
        Role::Bass => 10,
        Role::Chords | Role::Pad => 11,
        Role::Melody | Role::Figure => 12,
        Role::Drums => 24,
    };
    // The window slides into the range rather than being cut, or a chord would not fit any more.
    let (low, high) = (i16::from(low), i16::from(high));
    let bottom = (centre + shift - reach).clamp(low, (high - 2 * reach).max(low));
    let top = (bottom + 2 * reach).min(high);
    (bottom.unsigned_abs() as u8, top.unsigned_abs() as u8)
}

/// Whether one player can sound several notes at once.
pub(crate) fn is_polyphonic(instrument: Instrument) -> bool {
    !matches!(
        instrument,
        Instrument::Flute
            | Instrument::Clarinet
            | Instrument::Saxophone
            | Instrument::Trumpet
            | Instrument::Violin
            | Instrument::Cello
            | Instrument::SynthLead
    ) && !instrument.is_bass()
}

/// Whether a note lasts as long as the key is held, instead of dying away.
pub(crate) fn is_sustained(instrument: Instrument) -> bool {
    matches!(
        instrument,
        Instrument::Organ
            | Instrument::Violin
            | Instrument::Cello
            | Instrument::Strings
            | Instrument::Choir
            | Instrument::Flute
            | Instrument::Clarinet
            | Instrument::Saxophone
            | Instrument::Trumpet
            | Instrument::Brass
            | Instrument::SynthLead
            | Instrument::SynthPad
    )
}
