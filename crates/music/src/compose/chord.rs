//! A chord: a root and what stands on it.

use super::styles::Colour;
use crate::vocabulary::Mode;

/// Up to five tones, in semitones above the root, root first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chord {
    /// Pitch class, 0 is C.
    pub(crate) root: u8,
    tones: [u8; 5],
    count: u8,
}

/// What is written beside a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quality {
    /// What the scale gives.
    Scale,
    Major,
    Minor,
    Dominant,
    MajorSeventh,
    Diminished,
    HalfDiminished,
    Suspended,
    Power,
}

/// A chord relative to a key: a degree, perhaps moved, and a quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numeral {
    /// 0 is the tonic, 6 the seventh degree.
    pub(crate) degree: u8,
    /// `Some` counts the degree in the major scale and moves it by semitones.
    pub(crate) shift: Option<i8>,
    pub(crate) quality: Quality,
}

/// The tonic chord as the scale gives it.
pub(crate) const TONIC: Numeral = Numeral {
    degree: 0,
    shift: None,
    quality: Quality::Scale,
};

impl Numeral {
    pub(crate) fn of(degree: u8, quality: Quality) -> Self {
        Self {
            degree,
            shift: None,
            quality,
        }
    }

    /// Semitones from the tonic to the root.
    pub(crate) fn interval(self, mode: Mode) -> u8 {
        let degree = usize::from(self.degree % 7);
        match self.shift {
            None => mode.steps()[degree],
            Some(shift) => {
                let major = i16::from(Mode::Major.steps()[degree]);
                (major + i16::from(shift)).rem_euclid(12).unsigned_abs() as u8
            }
        }
    }

    /// The chord in a key.
    pub(crate) fn chord(self, tonic: u8, mode: Mode, colour: Colour) -> Chord {
        let interval = self.interval(mode);
        let root = (tonic + interval) % 12;
        let tones = match self.quality {
            Quality::Scale => scale_tones(interval, mode, colour),
            Quality::Major => stack(&[0, 4, 7], colour, None),
            Quality::Minor => stack(&[0, 3, 7], colour, Some(10)),
            Quality::Dominant => stack(&[0, 4, 7, 10], colour, Some(10)),
            Quality::MajorSeventh => stack(&[0, 4, 7, 11], colour, Some(11)),
            Quality::Diminished => vec![0, 3, 6],
            Quality::HalfDiminished => vec![0, 3, 6, 10],
            Quality::Suspended => vec![0, 5, 7],
            Quality::Power => vec![0, 7],
        };
        Chord::new(root, &tones)
    }
}

/// Every second note of the scale from a root that may lie outside it.
fn scale_tones(interval: u8, mode: Mode, colour: Colour) -> Vec<u8> {
    let steps = mode.steps();
    let Some(degree) = steps.iter().position(|step| *step == interval) else {
        return stack(&[0, 4, 7], colour, None);
    };
    let tone = |third: usize| {
        let index = degree + 2 * third;
        let octave = 12 * (index / 7) as u8;
        steps[index % 7] + octave - interval
    };
    let (third, fifth, seventh) = (tone(1), tone(2), tone(3));
    if fifth != 7 {
        return match colour {
            Colour::Seventh | Colour::Ninth => vec![0, third, fifth, seventh],
            _ => vec![0, third, fifth],
        };
    }
    // A minor ninth over a chord is heard as a wrong note.
    let ninth = Some(tone(4)).filter(|ninth| *ninth == 14);
    let mut tones = match colour {
        Colour::Power => vec![0, fifth],
        Colour::Triad | Colour::Add9 => vec![0, third, fifth],
        Colour::Seventh | Colour::Ninth => vec![0, third, fifth, seventh],
    };
    if matches!(colour, Colour::Add9 | Colour::Ninth) {
        tones.extend(ninth);
    }
    tones
}

fn stack(tones: &[u8], colour: Colour, seventh: Option<u8>) -> Vec<u8> {
    let mut tones = tones.to_vec();
    match colour {
        Colour::Power if tones.len() == 3 => return vec![0, 7],
        Colour::Seventh | Colour::Ninth if tones.len() == 3 => tones.extend(seventh),
        _ => {}
    }
    tones
}

impl Chord {
    pub(crate) fn new(root: u8, tones: &[u8]) -> Self {
        let mut chord = Self {
            root: root % 12,
            tones: [0; 5],
            count: 0,
        };
        for (slot, tone) in chord.tones.iter_mut().zip(tones) {
            *slot = *tone;
            chord.count += 1;
        }
        chord
    }

    /// Semitones above the root, root first.
    pub(crate) fn tones(&self) -> &[u8] {
        &self.tones[..usize::from(self.count)]
    }

    /// Pitch classes, root first.
    pub(crate) fn classes(&self) -> impl Iterator<Item = u8> + '_ {
        self.tones().iter().map(|tone| (self.root + tone) % 12)
    }

    /// Whether a MIDI number is one of its tones.
    pub(crate) fn has(&self, pitch: i16) -> bool {
        let class = pitch.rem_euclid(12).unsigned_abs() as u8;
        self.classes().any(|own| own == class)
    }

    /// Semitones from the root to its third, or to what replaces it.
    pub(crate) fn third(&self) -> u8 {
        self.tones()
            .iter()
            .copied()
            .find(|tone| (2..=5).contains(tone))
            .unwrap_or(7)
    }

    /// Semitones from the root to its fifth.
    pub(crate) fn fifth(&self) -> u8 {
        self.tones()
            .iter()
            .copied()
            .find(|tone| (6..=8).contains(tone))
            .unwrap_or(7)
    }

    /// Semitones from the root to its seventh; to the octave when it has none.
    pub(crate) fn seventh(&self) -> u8 {
        self.tones()
            .iter()
            .copied()
            .find(|tone| (9..=11).contains(tone))
            .unwrap_or(12)
    }
}
