//! From a plan to a score.
//!
//! ```text
//! Plan ──form──► sections ──harmony──► chords ─┬─ bass ─────┐
//!                                              ├─ comping ──┤
//!                                              ├─ melody ───┼──humanise──► notes ──mix──► Score
//!                                              └─ drums ────┘
//! ```
//!
//! 1. The same plan and seed give the same score.
//! 2. Every note lies within `seconds` and within its instrument's [`range`]; the piece ends on the
//!    tonic, which rings and is let go before the end.
//! 3. A piece of any length has at least one note as long as the plan has a voice.
//! 4. The asked key is what a key finder reads from the score: when the first attempt does not say so,
//!    the harmony is written again, nearer to the tonic.
//!
//! What a genre is stands in the tables of `styles/`.

mod bass;
mod chord;
mod comping;
pub(crate) mod dice;
mod drums;
pub(crate) mod form;
pub(crate) mod grid;
mod harmony;
mod humanise;
mod key_finder;
mod melody;
mod mix;
mod motif;
pub(crate) mod ranges;
mod scale;
pub(crate) mod styles;
#[cfg(test)]
mod tests;
mod voicing;

pub use ranges::range;

use crate::prompt::{Plan, Voice};
use crate::score::{Role, Score, SectionMark};
use dice::Dice;
use form::{Layout, Section};
use grid::{Clock, Event};
use harmony::Harmony;
use melody::Tune;
use styles::{Style, Swing};
use voicing::Voices;

/// How often the harmony is written again, each time nearer to the tonic.
const FIRMEST: usize = 3;

/// Writes the piece.
pub fn compose(plan: &Plan, seed: u64) -> Score {
    let mut score = attempt(plan, seed, 0);
    for firmness in 1..=FIRMEST {
        if is_heard_as_asked(plan, &score) {
            break;
        }
        score = attempt(plan, seed, firmness);
    }
    score
}

fn is_heard_as_asked(plan: &Plan, score: &Score) -> bool {
    let asked = (plan.key.tonic % 12, plan.key.mode.is_minor());
    let plain = key_finder::histogram(score);
    [plain, key_finder::with_overtones(plain)]
        .iter()
        .filter_map(key_finder::key_of)
        .all(|heard| heard == asked)
}

fn attempt(plan: &Plan, seed: u64, firmness: usize) -> Score {
    let clock = Clock {
        quarter: 60.0 / (plan.tempo * plan.metre.beat()),
        metre: plan.metre,
        swing: Swing {
            ratio: plan.swing,
            pair: plan.style.swing.pair,
        },
    };
    let layout = form::lay_out(plan, &clock, &mut Dice::new(seed, "form"));
    let harmony = harmony::harmonise(
        plan,
        &layout,
        &clock,
        firmness,
        &mut Dice::new(seed, "harmony"),
    );
    let piece = Piece {
        plan,
        style: plan.style,
        clock,
        layout,
        harmony,
    };
    let mut counts = [0_usize; 6];
    let mut parts = Vec::with_capacity(plan.voices.len());
    for (index, voice) in plan.voices.iter().enumerate() {
        let count = &mut counts[voice.role as usize];
        let mut part = mix::place(&piece, *voice, *count);
        *count += 1;
        let stream = format!("{index}{}", voice.instrument.id());
        let events = piece.part(*voice, &mut Dice::new(seed, &stream));
        let mut players = Dice::new(seed, &format!("hand{stream}"));
        part.notes = humanise::perform(&piece, *voice, events, &mut players);
        parts.push(part);
    }
    Score {
        tempo: 60.0 / clock.quarter,
        beats_per_bar: plan.metre.quarters(),
        tonic: Some(plan.key.tonic % 12),
        seconds: plan.seconds,
        sections: piece.marks(),
        parts,
        space: mix::space(&piece),
    }
}

/// What all parts of a piece share.
#[derive(Debug)]
pub(crate) struct Piece<'a> {
    plan: &'a Plan,
    style: &'static Style,
    clock: Clock,
    layout: Layout,
    harmony: Harmony,
}

impl Piece<'_> {
    /// Bars before the last chord.
    fn bars(&self) -> usize {
        self.layout
            .sections
            .last()
            .map_or(0, |section| section.bar + section.bars)
    }

    /// From where to where a section reaches, in quarter notes.
    fn stretch(&self, section: &Section) -> (f64, f64) {
        let bar = self.clock.bar();
        (
            section.bar as f64 * bar,
            (section.bar + section.bars) as f64 * bar,
        )
    }

    fn has(&self, role: Role) -> bool {
        self.plan.voices.iter().any(|voice| voice.role == role)
    }

    fn has_drums(&self) -> bool {
        self.has(Role::Drums)
    }

    fn has_bass(&self) -> bool {
        self.has(Role::Bass)
    }

    /// Whether a MIDI number belongs to the key's scale.
    fn in_key(&self, pitch: i16) -> bool {
        let class = (pitch - i16::from(self.plan.key.tonic))
            .rem_euclid(12)
            .unsigned_abs() as u8;
        self.plan.key.mode.steps().contains(&class)
    }

    /// Share of its written length that an accompanying note sounds.
    fn legato(&self) -> f32 {
        (self.style.touch.legato * self.plan.legato).clamp(0.25, 1.0)
    }

    fn part(&self, voice: Voice, dice: &mut Dice) -> Vec<Event> {
        let mut events = Vec::new();
        let mut before: Option<Voices> = None;
        let mut tune = (voice.role == Role::Melody).then(|| Tune::new(self, voice, dice));
        for section in &self.layout.sections {
            if !self.plays(voice.role, section) {
                continue;
            }
            events.extend(match (voice.role, &mut tune) {
                (Role::Melody, Some(tune)) => tune.play(self, section, dice),
                (Role::Drums, _) => drums::play(self, section, voice, dice),
                (Role::Bass, _) => bass::play(self, section, voice, dice),
                (Role::Chords, _) => comping::chords(self, section, voice, &mut before),
                (Role::Pad, _) => comping::pad(self, section, voice, &mut before),
                (Role::Figure | Role::Melody, _) => {
                    comping::figure(self, section, voice, &mut before)
                }
            });
        }
        let short = self.layout.sections.is_empty();
        events.extend(match (voice.role, &mut tune) {
            (Role::Melody, Some(tune)) => {
                let mut last = if short {
                    tune.pick_up(self)
                } else {
                    Vec::new()
                };
                last.extend(tune.landing(self));
                last
            }
            (Role::Drums, _) => drums::landing(self, voice),
            (Role::Bass, _) => vec![Event {
                at: self.layout.landing,
                length: f64::INFINITY,
                pitch: bass::root(self.plan.key.tonic, voice),
                velocity: 0.85,
            }],
            _ => comping::landing(self, voice, &mut before),
        });
        events
    }

    /// Whether a role takes part in a section: the energy curve, made audible.
    fn plays(&self, role: Role, section: &Section) -> bool {
        let wanted = self.wants(role, section);
        // Somebody always plays: where nobody is wanted, everybody is.
        let silent = !self
            .plan
            .voices
            .iter()
            .any(|voice| self.wants(voice.role, section));
        wanted || silent
    }

    fn wants(&self, role: Role, section: &Section) -> bool {
        let energy = section.energy;
        let thin = self.plan.voices.len() <= 3 || self.layout.sections.len() == 1;
        match (section.name, role) {
            _ if self.layout.sections.len() == 1 => true,
            ("intro", Role::Melody) => false,
            ("intro", Role::Drums) => energy > 0.28 || thin,
            ("intro", Role::Bass) => energy > 0.22 || thin,
            ("break", Role::Drums) => thin && self.plan.voices.len() == 1,
            ("break", Role::Bass) => !self.has(Role::Chords) && !self.has(Role::Pad),
            ("build", Role::Bass) => energy > 0.5,
            ("build", Role::Melody) => energy > 0.6 || thin,
            ("outro", Role::Melody | Role::Figure) => thin,
            ("outro", Role::Drums) => energy > 0.22 || thin,
            (_, Role::Figure) => energy > 0.4 || thin,
            (_, Role::Drums) => energy > 0.16,
            (_, Role::Pad) => energy > 0.3 || !self.has(Role::Chords),
            _ => true,
        }
    }

    fn marks(&self) -> Vec<SectionMark> {
        let mut marks: Vec<SectionMark> = self
            .layout
            .sections
            .iter()
            .map(|section| SectionMark {
                start: self.clock.seconds(section.bar as f64 * self.clock.bar()),
                name: section.name,
                energy: section.energy,
            })
            .collect();
        if marks.is_empty() {
            marks.push(SectionMark {
                start: 0.0,
                name: "a",
                energy: self.plan.energy,
            });
        }
        let start = self.layout.landing * self.clock.quarter;
        if start > 0.0 {
            marks.push(SectionMark {
                start,
                name: "end",
                energy: 0.3,
            });
        }
        marks
    }
}
