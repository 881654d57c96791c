//! The look-ahead limiter: no true peak above the ceiling, no click, no pumping.
//!
//! 1. The gain that a peak needs is known one window before the peak is heard; a sliding minimum
//!    holds it, a box filter of the same window ramps to it, so it is reached in time.
//! 2. It recovers exponentially, slower after dense passages than a single peak would need.

use super::true_peak::{DELAY, TAPS, TruePeak};
use crate::synth::maths::exp;

/// Share of the ceiling below which no interpolation is tried: a peak between two samples that
/// far below the ceiling needs content next to half the sample rate, which music does not have.
const WORTH_A_LOOK: f32 = 0.55;

/// Stereo limiter with a latency of [`Limiter::latency`] frames.
#[derive(Debug)]
pub(super) struct Limiter {
    ceiling: f32,
    window: usize,
    release: f32,
    detector: TruePeak,
    /// Delay lines, a power of two long, with the position of the next write.
    left: Vec<f32>,
    right: Vec<f32>,
    head: usize,
    /// The sliding minimum: (frame, gain) with rising gains.
    minima: std::collections::VecDeque<(usize, f32)>,
    /// The box filter's memory.
    ramp: Vec<f32>,
    ramp_sum: f64,
    held: f32,
    frame: usize,
}

impl Limiter {
    pub(super) fn new(sample_rate: u32, ceiling: f32) -> Self {
        let window = (f64::from(sample_rate) * 0.002) as usize;
        let size = (window + TAPS + 1).next_power_of_two();
        Self {
            ceiling,
            window,
            release: (1.0 - exp(-1.0 / (0.09 * f64::from(sample_rate)))) as f32,
            detector: TruePeak::new(),
            left: vec![0.0; size],
            right: vec![0.0; size],
            head: 0,
            minima: std::collections::VecDeque::with_capacity(window + 1),
            ramp: vec![1.0; window],
            ramp_sum: window as f64,
            held: 1.0,
            frame: 0,
        }
    }

    /// Frames by which the output lags behind the input.
    pub(super) fn latency(&self) -> usize {
        self.window + DELAY
    }

    /// Replaces each frame by the limited frame [`Limiter::latency`] before it.
    pub(super) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let mask = self.left.len() - 1;
        for (l, r) in left.iter_mut().zip(right.iter_mut()) {
            self.left[self.head] = *l;
            self.right[self.head] = *r;
            let needed = self.needed(mask);
            let gain = self.smooth(needed);
            let out = self.head.wrapping_sub(self.window + DELAY) & mask;
            *l = self.left[out] * gain;
            *r = self.right[out] * gain;
            self.head = (self.head + 1) & mask;
            self.frame += 1;
        }
    }

    /// The gain that the frame [`DELAY`] before the newest, and the way to the next, need.
    fn needed(&self, mask: usize) -> f32 {
        let middle = self.head.wrapping_sub(DELAY) & mask;
        let next = (middle + 1) & mask;
        let mut peak = self.left[middle].abs().max(self.right[middle].abs());
        let near = peak.max(self.left[next].abs()).max(self.right[next].abs());
        if near > self.ceiling * WORTH_A_LOOK {
            for channel in [&self.left, &self.right] {
                let mut window = [0.0; TAPS];
                let first = self.head.wrapping_sub(TAPS - 1);
                for (tap, value) in window.iter_mut().enumerate() {
                    *value = channel[first.wrapping_add(tap) & mask];
                }
                peak = peak.max(self.detector.between(&window));
            }
        }
        if peak > self.ceiling {
            self.ceiling / peak
        } else {
            1.0
        }
    }

    fn smooth(&mut self, needed: f32) -> f32 {
        while self.minima.back().is_some_and(|(_, gain)| *gain >= needed) {
            self.minima.pop_back();
        }
        self.minima.push_back((self.frame, needed));
        let mut lowest = needed;
        if let Some((frame, gain)) = self.minima.front() {
            lowest = *gain;
            if frame + self.window <= self.frame {
                self.minima.pop_front();
            }
        }
        self.held += (1.0 - self.held) * self.release;
        self.held = self.held.min(lowest);
        let slot = self.frame % self.window;
        self.ramp_sum += f64::from(self.held) - f64::from(self.ramp[slot]);
        self.ramp[slot] = self.held;
        (self.ramp_sum / self.window as f64) as f32
    }
}
