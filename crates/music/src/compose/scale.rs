//! Scales as ladders: an index counts steps, wherever the octave lies.

use super::styles::TuneScale;
use crate::vocabulary::{Key, Mode};

/// A tonic and the steps of one octave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scale {
    tonic: i16,
    steps: Vec<u8>,
}

impl Scale {
    /// The notes a tune uses in this key.
    pub(crate) fn of_tune(key: Key, kind: TuneScale) -> Self {
        let minor = key.mode.is_minor();
        // The tone that makes phrygian and lydian what they are is missing from five-tone scales.
        let coloured = matches!(key.mode, Mode::Phrygian | Mode::Lydian);
        let steps = match kind {
            TuneScale::Pentatonic if !coloured && minor => vec![0, 3, 5, 7, 10],
            TuneScale::Pentatonic if !coloured => vec![0, 2, 4, 7, 9],
            TuneScale::Blues if minor => vec![0, 3, 5, 6, 7, 10],
            TuneScale::Blues => vec![0, 2, 3, 4, 7, 9],
            _ => key.mode.steps().to_vec(),
        };
        Self {
            tonic: 60 + i16::from(key.tonic % 12),
            steps,
        }
    }

    /// The MIDI number of an index; 0 is the tonic at or above middle C.
    pub(crate) fn pitch(&self, index: i32) -> i16 {
        let count = self.steps.len().max(1) as i32;
        let octave = index.div_euclid(count) as i16;
        let step = self
            .steps
            .get(index.rem_euclid(count) as usize)
            .copied()
            .unwrap_or(0);
        self.tonic + 12 * octave + i16::from(step)
    }

    /// The index whose pitch is nearest.
    pub(crate) fn index_near(&self, pitch: i16) -> i32 {
        let count = self.steps.len() as i32;
        let octave = i32::from((pitch - self.tonic).div_euclid(12));
        (octave * count - 1..=(octave + 1) * count + 1)
            .min_by_key(|index| self.pitch(*index).abs_diff(pitch))
            .unwrap_or(octave * count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_and_pitches_agree() {
        for mode in Mode::ALL {
            let scale = Scale::of_tune(
                Key {
                    tonic: 9,
                    mode: *mode,
                },
                TuneScale::Mode,
            );
            for index in -20..20 {
                assert_eq!(scale.index_near(scale.pitch(index)), index);
            }
            assert_eq!(scale.pitch(7) - scale.pitch(0), 12);
        }
    }
}
