//! Musical time: positions in quarter notes, and the seconds they become.

use super::styles::Swing;
use crate::prompt::Metre;

/// The length of one character of a pattern, in quarter notes.
pub(crate) const STEP: f64 = 0.25;

/// One note before it is played: position and length in quarter notes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Event {
    pub(crate) at: f64,
    pub(crate) length: f64,
    pub(crate) pitch: u8,
    pub(crate) velocity: f32,
}

/// Tempo, metre and swing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock {
    /// Seconds of a quarter note.
    pub(crate) quarter: f64,
    pub(crate) metre: Metre,
    pub(crate) swing: Swing,
}

impl Clock {
    /// Quarter notes in a bar.
    pub(crate) fn bar(&self) -> f64 {
        f64::from(self.metre.quarters())
    }

    /// Steps in a bar.
    pub(crate) fn steps(&self) -> usize {
        4 * self.metre.quarters() as usize
    }

    /// When a position is played: each pair of subdivisions is split at the swing's ratio.
    ///
    /// Positions of whole pairs do not move, so swing never changes the tempo.
    pub(crate) fn seconds(&self, at: f64) -> f64 {
        let ratio = f64::from(self.swing.ratio);
        let pair = self.swing.pair;
        let whole = (at / pair).floor();
        let within = at / pair - whole;
        let moved = if within < 0.5 {
            within * 2.0 * ratio
        } else {
            ratio + (within - 0.5) * 2.0 * (1.0 - ratio)
        };
        (whole + moved) * pair * self.quarter
    }

    /// How strong a position in the bar is: 1.0 the first beat, 0.0 between the subdivisions.
    pub(crate) fn weight(&self, at: f64) -> f32 {
        let within = at.rem_euclid(self.bar());
        let beat = self.metre.beat();
        if within < 1e-6 {
            return 1.0;
        }
        let beats = within / beat;
        if (beats - beats.round()).abs() < 1e-6 {
            let middle = self.metre == Metre::FourFour && (within - 2.0).abs() < 1e-6;
            return if middle { 0.8 } else { 0.6 };
        }
        let eighths = within * 2.0;
        if (eighths - eighths.round()).abs() < 1e-6 {
            0.3
        } else {
            0.0
        }
    }
}

/// A character that starts something, with its place and how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) step: usize,
    pub(crate) steps: usize,
    pub(crate) sign: u8,
}

/// Reads one bar of a pattern; a pattern of several bars is taken in turn.
pub(crate) fn hits(pattern: &str, bar: usize, steps: usize) -> Vec<Hit> {
    let signs = pattern.as_bytes();
    let bars = (signs.len() / steps.max(1)).max(1);
    let from = (bar % bars) * steps;
    let signs = signs
        .get(from..(from + steps).min(signs.len()))
        .unwrap_or_default();
    let mut found: Vec<Hit> = Vec::new();
    let mut sounding = false;
    for (step, sign) in signs.iter().enumerate() {
        match sign {
            b'.' => sounding = false,
            b'-' => {
                if let Some(last) = found.last_mut().filter(|_| sounding) {
                    last.steps += 1;
                }
            }
            sign => {
                sounding = true;
                found.push(Hit {
                    step,
                    steps: 1,
                    sign: *sign,
                });
            }
        }
    }
    found
}

/// The entry for an energy: the first at 0.0, the last at 1.0.
pub(crate) fn by_energy<T>(items: &[T], energy: f32) -> Option<&T> {
    let index = (energy.clamp(0.0, 0.999) * items.len() as f32) as usize;
    items.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swing_moves_only_what_lies_between_the_pairs() {
        let clock = Clock {
            quarter: 0.5,
            metre: Metre::FourFour,
            swing: Swing {
                ratio: 2.0 / 3.0,
                pair: 1.0,
            },
        };
        for beat in 0..16 {
            let beat = f64::from(beat);
            assert!((clock.seconds(beat) - beat * 0.5).abs() < 1e-9);
            assert!((clock.seconds(beat + 0.5) - (beat + 2.0 / 3.0) * 0.5).abs() < 1e-6);
        }
    }

    #[test]
    fn a_pattern_is_read_bar_by_bar() {
        let of = |bar| hits("X--.x...R---....", bar, 8);
        assert_eq!(
            of(0),
            [
                Hit {
                    step: 0,
                    steps: 3,
                    sign: b'X'
                },
                Hit {
                    step: 4,
                    steps: 1,
                    sign: b'x'
                }
            ]
        );
        assert_eq!(
            of(1),
            [Hit {
                step: 0,
                steps: 4,
                sign: b'R'
            }]
        );
        assert_eq!(of(2), of(0));
        assert_eq!(
            hits("--X-", 0, 4),
            [Hit {
                step: 2,
                steps: 2,
                sign: b'X'
            }]
        );
    }
}
