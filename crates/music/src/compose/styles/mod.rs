//! What makes a genre that genre, as tables.
//!
//! One file a genre (with its sub-styles); the composer reads the tables and knows no genre by name.
//!
//! # How patterns are written
//!
//! One character is a sixteenth note; a bar of 4/4 is 16 characters, of 3/4 or 6/8 twelve. A pattern
//! of several bars repeats from the start of its section. `.` is silence, `-` prolongs what sounded.
//!
//! | where | characters |
//! | --- | --- |
//! | drums | `X` accent, `x` normal, `o` soft, `g` ghost |
//! | bass | `R` root, `r` soft root, `5` fifth, `8` octave, `3` third, `7` seventh, `T` tonic of the key, `a` step into the next root |
//! | chords, figures | `X` loud chord, `x` chord, `s` short soft chord, `L` its lowest tone, `U` all but the lowest, `1` … `8` single tones from below |
//! | melody | `X` accented note, `x` note |
//!
//! # How progressions are written
//!
//! One word is a bar, `/` divides it evenly: `1 6 2/5d 1`. A number is a degree of the key's scale,
//! `b6` or `#4` one counted in the major scale and moved. The chord is what the scale gives, unless a
//! letter says: `M` major, `m` minor, `d` dominant seventh, `j` major seventh, `o` diminished,
//! `h` half-diminished, `s` suspended fourth, `p` power chord.

mod ambient;
mod blues;
mod cinematic;
mod classical;
mod drum_and_bass;
mod electronic;
mod folk;
mod funk;
mod hip_hop;
mod house;
mod jazz;
pub(crate) mod kit;
mod latin;
mod lofi;
mod pop;
mod rock;
mod techno;
#[cfg(test)]
mod tests;
pub(crate) mod triple;
pub(crate) mod tunes;

use crate::prompt::Metre;
use crate::vocabulary::{Genre, Instrument, Mode};

/// Everything the composer knows about a style.
#[derive(Debug, PartialEq)]
pub(crate) struct Style {
    /// For the lexicon: `synthwave`.
    pub(crate) id: &'static str,
    /// For titles.
    pub(crate) label: &'static str,
    /// The vocabulary's word for its family.
    pub(crate) genre: Genre,
    /// Slowest and fastest usual tempo, in beats per minute.
    pub(crate) tempo: (f64, f64),
    /// Usual metre.
    pub(crate) metre: Metre,
    /// Usual swing.
    pub(crate) swing: Swing,
    /// Usual modes, likeliest first.
    pub(crate) modes: &'static [Mode],
    /// How sections follow each other.
    pub(crate) form: Form,
    /// Who plays what.
    pub(crate) band: Band,
    /// Which chords.
    pub(crate) harmony: Harmony,
    /// Accompaniment in 4/4, calm to busy.
    pub(crate) comp: &'static [&'static str],
    /// Figures in 4/4, calm to busy.
    pub(crate) figure: &'static [&'static str],
    /// Bass in 4/4, calm to busy.
    pub(crate) bass: Bass,
    /// Drum kit in 4/4, calm to busy.
    pub(crate) grooves: &'static [Groove],
    /// Hand percussion in 4/4, calm to busy.
    pub(crate) percussion: &'static [Groove],
    /// Drums at the end of a section; each fills the last bar's second half.
    pub(crate) fills: &'static [Groove],
    /// How tunes go.
    pub(crate) tune: Tune,
    /// How exactly it is played.
    pub(crate) touch: Touch,
    /// How it sounds as a whole.
    pub(crate) mix: Mix,
}

/// Uneven subdivision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Swing {
    /// Share of the pair that its first half takes: 0.5 even, 0.667 triplets.
    pub(crate) ratio: f32,
    /// Length of the pair in quarter notes: 1.0 swings eighths, 0.5 sixteenths.
    pub(crate) pair: f64,
}

/// Even subdivision.
pub(crate) const STRAIGHT: Swing = Swing {
    ratio: 0.5,
    pair: 1.0,
};

/// How sections follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// Verse, chorus, bridge.
    Song,
    /// Choruses of twelve bars.
    TwelveBar,
    /// AABA with solos between the heads.
    Head,
    /// Builds, drops and breakdowns.
    Drops,
    /// One long swell.
    Arch,
    /// Periods with a contrasting middle part.
    Period,
    /// A loop, varied by who plays.
    Loop,
}

/// Candidates for each role, likeliest first. An empty list leaves the role out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Band {
    pub(crate) drums: &'static [Instrument],
    /// Whether hand percussion joins the kit.
    pub(crate) percussion: bool,
    pub(crate) bass: &'static [Instrument],
    pub(crate) chords: &'static [Instrument],
    pub(crate) pad: &'static [Instrument],
    pub(crate) melody: &'static [Instrument],
    pub(crate) figure: &'static [Instrument],
}

/// The chord grammar of a style.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Harmony {
    /// Phrases in major-like modes, likeliest first.
    pub(crate) major: &'static [&'static str],
    /// Phrases in minor-like modes.
    pub(crate) minor: &'static [&'static str],
    /// Contrasting phrases in major-like modes.
    pub(crate) bridge_major: &'static [&'static str],
    /// Contrasting phrases in minor-like modes.
    pub(crate) bridge_minor: &'static [&'static str],
    /// Whether dorian, phrygian, lydian and mixolydian pieces use their own vamps instead.
    pub(crate) modal: bool,
    /// What is stacked on the triads.
    pub(crate) colour: Colour,
    /// How phrases close.
    pub(crate) cadence: Cadence,
    /// How readily a chord is exchanged for a relative of the same function, 0.0 ..= 1.0.
    pub(crate) substitution: f32,
}

/// What is stacked on the triads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// Root and fifth.
    Power,
    /// Three tones.
    Triad,
    /// With the ninth, without the seventh.
    Add9,
    /// Four tones.
    Seventh,
    /// Five tones.
    Ninth,
}

/// How phrases close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cadence {
    /// Dominant to tonic.
    Authentic,
    /// Subdominant to tonic.
    Plagal,
    /// The chord below the tonic, or the mode's own.
    Modal,
}

/// How the bass moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bass {
    /// One of these, calm to busy.
    Pattern(&'static [&'static str]),
    /// A quarter-note line through the chords.
    Walking,
}

/// Drum lanes that sound together: a General MIDI percussion number and its pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Groove(pub(crate) &'static [(u8, &'static str)]);

/// How tunes go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tune {
    /// One-bar rhythms in 4/4.
    pub(crate) rhythms: &'static [&'static str],
    /// Busier ones, for solos and climaxes.
    pub(crate) busy: &'static [&'static str],
    /// Which tones of the key it uses.
    pub(crate) scale: TuneScale,
    /// Largest step within a motif, in scale steps.
    pub(crate) leap: i32,
    /// Share of phrases it keeps silent, 0.0 ..= 1.0.
    pub(crate) rest: f32,
}

/// Which tones of the key a tune uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TuneScale {
    /// All seven.
    Mode,
    /// Five.
    Pentatonic,
    /// Five and the blue note.
    Blues,
}

/// How exactly it is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Touch {
    /// Largest random shift of a note, in milliseconds.
    pub(crate) loose: f32,
    /// How late the backbeat comes, in milliseconds.
    pub(crate) late: f32,
    /// Random spread of velocity, 0.0 ..= 1.0.
    pub(crate) spread: f32,
    /// Share of its written length that a chord or figure note sounds.
    pub(crate) legato: f32,
}

/// How it sounds as a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mix {
    /// Reverb time in seconds.
    pub(crate) decay: f32,
    /// Reverb damping, 0.0 ..= 1.0.
    pub(crate) damping: f32,
    /// Reverb sends are multiplied by this.
    pub(crate) wet: f32,
    /// Delay time in quarter notes.
    pub(crate) delay: f32,
    /// Delay feedback and send of leads and figures.
    pub(crate) echo: f32,
    /// How far everything but the drums dips under the kick, 0.0 ..= 1.0.
    pub(crate) duck: f32,
    /// Tone, 0.0 ..= 1.0.
    pub(crate) brightness: f32,
    /// Level of the drums in decibels, relative to the usual.
    pub(crate) drums: f32,
}

/// All styles; those named like a genre are that genre's default.
pub(crate) fn all() -> impl Iterator<Item = &'static Style> {
    const FAMILIES: [&[Style]; 16] = [
        ambient::STYLES,
        blues::STYLES,
        cinematic::STYLES,
        classical::STYLES,
        drum_and_bass::STYLES,
        electronic::STYLES,
        folk::STYLES,
        funk::STYLES,
        hip_hop::STYLES,
        house::STYLES,
        jazz::STYLES,
        latin::STYLES,
        lofi::STYLES,
        pop::STYLES,
        rock::STYLES,
        techno::STYLES,
    ];
    FAMILIES.into_iter().flatten()
}

/// The style with this id.
pub(crate) fn by_id(id: &str) -> Option<&'static Style> {
    all().find(|style| style.id == id)
}

/// The style of a genre when nothing narrower is asked for.
pub(crate) fn of_genre(genre: Genre) -> &'static Style {
    match genre {
        Genre::Ambient => &ambient::AMBIENT,
        Genre::Blues => &blues::BLUES,
        Genre::Cinematic => &cinematic::CINEMATIC,
        Genre::Classical => &classical::CLASSICAL,
        Genre::DrumAndBass => &drum_and_bass::DRUM_AND_BASS,
        Genre::Electronic => &electronic::ELECTRONIC,
        Genre::Folk => &folk::FOLK,
        Genre::Funk => &funk::FUNK,
        Genre::HipHop => &hip_hop::HIP_HOP,
        Genre::House => &house::HOUSE,
        Genre::Jazz => &jazz::JAZZ,
        Genre::Latin => &latin::LATIN,
        Genre::Lofi => &lofi::LOFI,
        Genre::Pop => &pop::POP,
        Genre::Rock => &rock::ROCK,
        Genre::Techno => &techno::TECHNO,
    }
}
