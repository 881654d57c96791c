//! The plan: every decision that is made before the first note.

use crate::compose::styles::{Form, Style};
use crate::engine::PlanSummary;
use crate::score::{Role, Score};
use crate::vocabulary::{Genre, Instrument, Key, Mood};

/// What will be played.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// A title made from the decisions.
    pub title: String,
    /// The style family.
    pub genre: Genre,
    /// What it should feel like.
    pub mood: Mood,
    /// Felt beats per minute; in 6/8 the beat is a dotted quarter.
    pub tempo: f64,
    /// Tonic and mode.
    pub key: Key,
    /// Beats in a bar.
    pub metre: Metre,
    /// Where the off-beat eighth falls within the beat: 0.5 is straight, 0.667 a triplet shuffle.
    pub swing: f32,
    /// Who plays what, in mixing order.
    pub voices: Vec<Voice>,
    /// Length of the piece.
    pub seconds: f64,
    /// The tables it is composed by.
    pub(crate) style: &'static Style,
    /// How sections follow each other.
    pub(crate) form: Form,
    /// 0.0 (sparse) ..= 1.0 (everything plays).
    pub(crate) energy: f32,
    /// 0.0 (few notes) ..= 1.0 (many).
    pub(crate) density: f32,
    /// Semitones by which registers are moved.
    pub(crate) register: i8,
    /// 0.0 (dark) ..= 1.0 (bright).
    pub(crate) brightness: f32,
    /// Multiplies the length of accompanying notes.
    pub(crate) legato: f32,
    /// Multiplies velocities.
    pub(crate) force: f32,
    /// Widens or narrows the steps of the tune.
    pub(crate) leap: i32,
    /// Where the tune tends to: -1.0 (down) ..= 1.0 (up).
    pub(crate) drift: f32,
    /// Multiplies the reverb.
    pub(crate) space: f32,
    /// How adventurous, 0.1 ..= 2.0.
    pub(crate) temperature: f32,
    /// Whether the bass walks in quarters whatever the style's habit.
    pub(crate) walking_bass: bool,
}

/// One player and the part it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Voice {
    /// Who plays.
    pub instrument: Instrument,
    /// What the part is for.
    pub role: Role,
}

/// How beats group into bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metre {
    /// Four quarter notes.
    FourFour,
    /// Three quarter notes.
    ThreeFour,
    /// Two dotted quarter notes.
    SixEight,
}

impl Metre {
    /// As it is written.
    pub fn id(self) -> &'static str {
        match self {
            Self::FourFour => "4/4",
            Self::ThreeFour => "3/4",
            Self::SixEight => "6/8",
        }
    }

    /// Quarter notes in a bar.
    pub fn quarters(self) -> u32 {
        match self {
            Self::FourFour => 4,
            Self::ThreeFour | Self::SixEight => 3,
        }
    }

    /// Length of the felt beat, in quarter notes.
    pub fn beat(self) -> f64 {
        match self {
            Self::FourFour | Self::ThreeFour => 1.0,
            Self::SixEight => 1.5,
        }
    }
}

impl Plan {
    /// The plan and the form it took, in the words of the API.
    pub fn summary(&self, score: &Score) -> PlanSummary {
        let mut instruments: Vec<String> = Vec::new();
        for part in &score.parts {
            let id = part.instrument.id();
            if !instruments.iter().any(|known| known == id) {
                instruments.push(id.to_owned());
            }
        }
        PlanSummary {
            title: self.title.clone(),
            genre: self.genre.id().to_owned(),
            mood: self.mood.id().to_owned(),
            tempo: self.tempo,
            key: self.key.to_string(),
            metre: self.metre.id().to_owned(),
            instruments,
            form: score
                .sections
                .iter()
                .map(|section| section.name.to_owned())
                .collect(),
        }
    }
}
