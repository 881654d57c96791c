//! From a plan to a score.

pub(crate) mod dice;

use crate::prompt::{Plan, Voice};
use crate::score::{Note, Part, Role, Score, SectionMark, Space};
use dice::Dice;

/// Writes the piece.
pub fn compose(plan: &Plan, seed: u64) -> Score {
    let quarter = 60.0 / (plan.tempo * plan.metre.beat());
    let bar = quarter * f64::from(plan.metre.quarters());
    let bars = ((plan.seconds - 0.5) / bar).ceil().max(1.0) as usize;
    let parts = plan
        .voices
        .iter()
        .map(|voice| part(*voice, plan, bars, bar, quarter, seed))
        .collect();
    Score {
        tempo: plan.tempo * plan.metre.beat(),
        beats_per_bar: plan.metre.quarters(),
        seconds: plan.seconds,
        sections: vec![SectionMark {
            start: 0.0,
            name: "a",
            energy: 0.7,
        }],
        parts,
        space: Space {
            decay: 1.6,
            damping: 0.4,
            delay_beats: 0.75,
            delay_feedback: 0.3,
        },
    }
}

fn part(voice: Voice, plan: &Plan, bars: usize, bar: f64, quarter: f64, seed: u64) -> Part {
    let mut dice = Dice::new(seed, voice.instrument.id());
    let steps = plan.key.mode.steps();
    let degree = |index: usize, base: u8| {
        base + plan.key.tonic + steps[index % 7] + if index > 6 { 12 } else { 0 }
    };
    let mut notes = Vec::new();
    for index in 0..bars {
        let root = [0, 3, 4, 0][index % 4];
        for beat in 0..plan.metre.quarters() {
            let start = index as f64 * bar + f64::from(beat) * quarter;
            let pitches: Vec<u8> = match voice.role {
                Role::Drums if beat % 2 == 1 => vec![38, 42],
                Role::Drums => vec![36, 42],
                Role::Bass => vec![degree(root, 36)],
                Role::Melody | Role::Figure => vec![degree((root + 2 * dice.below(3)) % 7, 72)],
                Role::Chords | Role::Pad => {
                    (0..3).map(|tone| degree(root + 2 * tone, 60)).collect()
                }
            };
            for pitch in pitches {
                let length = (quarter * 0.9).min(plan.seconds - 0.2 - start);
                if length > 0.02 {
                    notes.push(Note {
                        start,
                        length,
                        pitch,
                        velocity: 0.7,
                    });
                }
            }
        }
    }
    Part {
        instrument: voice.instrument,
        role: voice.role,
        pan: 0.0,
        gain_db: 0.0,
        reverb_send: 0.2,
        delay_send: 0.0,
        duck: 0.0,
        brightness: 0.5,
        notes,
    }
}
