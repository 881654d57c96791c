//! Peaks between samples, as a converter would make them.
//!
//! The same fourfold windowed-sinc interpolation as the meter's (ITU-R BS.1770, annex 2), so what
//! the limiter sees is what is measured afterwards.

use crate::synth::maths::{cosine_turns, sine_turns};
use std::f64::consts::PI;

/// Samples that one interpolated value depends on.
pub(super) const TAPS: usize = 12;
/// How far the newest sample is ahead of the interpolated ones.
pub(super) const DELAY: usize = TAPS / 2;

/// The three phases between two samples; the fourth is the sample itself.
#[derive(Debug)]
pub(super) struct TruePeak {
    phases: [[f32; TAPS]; 3],
}

impl TruePeak {
    pub(super) fn new() -> Self {
        let mut phases = [[0.0; TAPS]; 3];
        for (phase, row) in phases.iter_mut().enumerate() {
            for (tap, value) in row.iter_mut().enumerate() {
                let j = (tap * 4 + phase + 1) as f64;
                let window = 0.5 * (1.0 - cosine_turns(j / 48.0));
                let m = (j - 24.0) / 4.0;
                let sinc = if m == 0.0 {
                    1.0
                } else {
                    sine_turns(m / 2.0) / (m * PI)
                };
                *value = (window * sinc) as f32;
            }
        }
        Self { phases }
    }

    /// The highest absolute value after the sample in the middle of the window, up to the next.
    pub(super) fn between(&self, window: &[f32; TAPS]) -> f32 {
        let mut peak = 0.0_f32;
        for row in &self.phases {
            let mut sum = 0.0;
            for (weight, sample) in row.iter().zip(window) {
                sum += weight * sample;
            }
            peak = peak.max(sum.abs());
        }
        peak
    }
}
