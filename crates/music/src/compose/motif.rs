//! Motifs: two bars of rhythm and contour, and what can be done with them.

use super::dice::Dice;
use super::grid::{Hit, hits};
use crate::prompt::Plan;

/// One note of a motif.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tone {
    pub(crate) step: usize,
    pub(crate) steps: usize,
    pub(crate) accent: bool,
    /// Scale steps above the anchor.
    pub(crate) rise: i32,
}

impl Tone {
    pub(crate) fn plain(hit: Hit) -> Self {
        Self {
            step: hit.step,
            steps: hit.steps,
            accent: hit.sign == b'X',
            rise: 0,
        }
    }
}

/// Two bars, and how far they move when they are repeated higher or lower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Motif {
    pub(crate) bars: [Vec<Tone>; 2],
    pub(crate) sequence: i32,
}

impl Motif {
    /// Invents one from the style's rhythms.
    pub(crate) fn invent(
        rhythms: &[&str],
        steps: usize,
        plan: &Plan,
        leap: i32,
        dice: &mut Dice,
    ) -> Self {
        let spread = 0.55 + 0.3 * plan.temperature;
        let first = dice.early(rhythms, spread).copied().unwrap_or("X---");
        // Half of all tunes repeat their first rhythm at once: that is how one learns it.
        let second = if dice.chance(0.45) {
            first
        } else {
            dice.early(rhythms, spread).copied().unwrap_or(first)
        };
        let leap = leap + i32::from(plan.temperature > 1.3) + plan.leap;
        let mut rise = 0;
        let bars = [first, second].map(|rhythm| {
            hits(rhythm, 0, steps)
                .into_iter()
                .enumerate()
                .map(|(index, hit)| {
                    if index > 0 || rise != 0 {
                        rise += contour(rise, leap, plan, dice);
                    }
                    Tone {
                        rise,
                        ..Tone::plain(hit)
                    }
                })
                .collect()
        });
        let sequence = if dice.chance(0.5 + 0.3 * plan.drift) {
            1
        } else {
            -1
        };
        Self {
            bars,
            sequence: sequence * if dice.chance(0.25) { 2 } else { 1 },
        }
    }

    /// The same with every rise a fall.
    pub(crate) fn turned_over(&self) -> Self {
        Self {
            bars: [Self::mirror(&self.bars[0]), Self::mirror(&self.bars[1])],
            sequence: -self.sequence,
        }
    }

    /// One bar turned over.
    pub(crate) fn mirror(tones: &[Tone]) -> Vec<Tone> {
        tones
            .iter()
            .map(|tone| Tone {
                rise: -tone.rise,
                ..*tone
            })
            .collect()
    }

    /// One bar with its longest note split by the tone above.
    pub(crate) fn ornament(tones: &[Tone], dice: &mut Dice) -> Vec<Tone> {
        let mut tones = tones.to_vec();
        let longest = tones
            .iter()
            .enumerate()
            .max_by_key(|(_, tone)| tone.steps)
            .map(|(index, _)| index);
        if let Some(index) = longest
            && let Some(tone) = tones.get(index).copied()
            && tone.steps >= 4
        {
            let half = tone.steps / 2;
            tones[index].steps = half;
            let rise = tone.rise + if dice.chance(0.6) { 1 } else { -1 };
            let split = Tone {
                step: tone.step + half,
                steps: tone.steps - half,
                accent: false,
                rise,
            };
            tones.insert(index + 1, split);
        }
        tones
    }
}

/// The next step: mostly by one, now and then a leap, drawn back towards the anchor.
fn contour(rise: i32, leap: i32, plan: &Plan, dice: &mut Dice) -> i32 {
    let size = if dice.chance(0.14) {
        0
    } else if dice.chance(0.68) {
        1
    } else {
        1 + dice.below(leap.max(1) as usize) as i32
    };
    let home = -0.13 * rise as f32;
    let up = dice.chance((0.5 + home + 0.16 * plan.drift).clamp(0.05, 0.95));
    if up { size } else { -size }
}
