//! The score: what the composer hands to the synthesiser.
//!
//! Everything a listener will hear is decided here, in seconds and MIDI numbers. A score holds no
//! sound, so it can be tested for what it says (key, tempo, repetition, range) without rendering,
//! and it is small: memory for a ten-minute score stays far below that of its audio.

use crate::vocabulary::Instrument;

/// A complete piece, ready to be rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Beats per minute of the quarter note.
    pub tempo: f64,
    /// Quarter-note beats in a bar.
    pub beats_per_bar: u32,
    /// Pitch class (0 is C) that drums with a definite pitch are tuned to; as made when absent.
    pub tonic: Option<u8>,
    /// Length of the finished audio, in seconds. No note sounds beyond it.
    pub seconds: f64,
    /// Where each section starts, in playing order.
    pub sections: Vec<SectionMark>,
    /// One entry an instrument; the order is the mixing order and never depends on chance.
    pub parts: Vec<Part>,
    /// The room all parts share.
    pub space: Space,
}

/// The start of a section, for progress texts and for tests of the form.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionMark {
    /// Seconds from the start of the piece.
    pub start: f64,
    /// `intro`, `a`, `b`, `break`, `outro`, …
    pub name: &'static str,
    /// 0.0 (sparse) ..= 1.0 (everything plays).
    pub energy: f32,
}

/// One instrument's notes and its place in the mix.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Who plays.
    pub instrument: Instrument,
    /// What the part is for.
    pub role: Role,
    /// -1.0 (left) ..= 1.0 (right).
    pub pan: f32,
    /// Level before the bus, in decibels relative to the part's natural level.
    pub gain_db: f32,
    /// Share sent to the reverb, 0.0 ..= 1.0.
    pub reverb_send: f32,
    /// Share sent to the tempo-synchronised delay, 0.0 ..= 1.0.
    pub delay_send: f32,
    /// Depth of the dip this part makes on each kick drum (side-chain), 0.0 (none) ..= 1.0.
    pub duck: f32,
    /// Tone: 0.0 (dark, soft) ..= 1.0 (bright, hard); scales filters and FM depth.
    pub brightness: f32,
    /// Sorted by start.
    pub notes: Vec<Note>,
}

/// What a part is for; the mixer and the tests ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Drums and percussion; pitches are General MIDI percussion numbers (36 kick, 38 snare, …).
    Drums,
    /// The lowest voice.
    Bass,
    /// Accompanying harmony.
    Chords,
    /// Sustained background.
    Pad,
    /// The leading voice.
    Melody,
    /// A figure beside the melody: arpeggio, counter-melody, riff.
    Figure,
}

/// One note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Note {
    /// Seconds from the start of the piece, humanised timing included.
    pub start: f64,
    /// Seconds until the key is let go; release tails come on top.
    pub length: f64,
    /// MIDI number: 60 is middle C, 69 is A at 440 Hz.
    pub pitch: u8,
    /// Strength, 0.0 ..= 1.0.
    pub velocity: f32,
}

/// The room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Space {
    /// Seconds until the reverb has fallen by 60 dB.
    pub decay: f32,
    /// 0.0 (bright) ..= 1.0 (dark).
    pub damping: f32,
    /// Beats between repeats of the delay (0.75 is a dotted eighth).
    pub delay_beats: f32,
    /// Share of the delay fed back, 0.0 ..= 0.8.
    pub delay_feedback: f32,
}
