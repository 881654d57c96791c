//! The bus compressor: two to one, slow enough to breathe with the music.

use crate::synth::maths::{exp, exp2};

/// Frames between two values of the gain; it is ramped in between.
const STEP: usize = 32;
/// Level from which on the compressor acts, as mean square: -17 dBFS.
const THRESHOLD: f32 = 0.02;
/// Share of the excess, in logarithms, that is taken away: 1 - 1/2, halved again for the step from
/// power to amplitude.
const SLOPE: f32 = 0.25;

/// A feed-forward compressor on the power of both channels.
#[derive(Debug)]
pub(super) struct Compressor {
    power: f32,
    gain: f32,
    attack: f32,
    release: f32,
}

impl Compressor {
    pub(super) fn new(sample_rate: u32) -> Self {
        let steps_per_second = f64::from(sample_rate) / STEP as f64;
        let share = |seconds: f64| (1.0 - exp(-1.0 / (seconds * steps_per_second))) as f32;
        Self {
            power: 0.0,
            gain: 1.0,
            attack: share(0.012),
            release: share(0.16),
        }
    }

    /// Works on a block in place.
    pub(super) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.chunks_mut(STEP).zip(right.chunks_mut(STEP)) {
            let mut sum = 0.0;
            for (l, r) in left.iter().zip(right.iter()) {
                sum += l * l + r * r;
            }
            let power = sum / left.len() as f32;
            let share = if power > self.power {
                self.attack
            } else {
                self.release
            };
            self.power += (power - self.power) * share;
            let goal = if self.power > THRESHOLD {
                // (threshold / power)^slope through base-2 logarithms of the bit pattern's kind.
                exp2(f64::from(-SLOPE * log2(self.power / THRESHOLD))) as f32
            } else {
                1.0
            };
            let slope = (goal - self.gain) / left.len() as f32;
            for (l, r) in left.iter_mut().zip(right.iter_mut()) {
                self.gain += slope;
                *l *= self.gain;
                *r *= self.gain;
            }
            self.gain = goal;
        }
    }
}

/// Base-2 logarithm of a positive number, to 1e-3: exponent from the bits, quadratic in between.
fn log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as f32 - 127.0;
    let mantissa = f32::from_bits((bits & 0x007F_FFFF) | 0x3F80_0000);
    let m = mantissa - 1.0;
    exponent + m * (1.425_1 + m * (-0.578_5 + m * 0.153_4))
}
