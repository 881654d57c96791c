//! The room: early reflections and a feedback delay network of sixteen lines (M. Schroeder,
//! J.-M. Jot).
//!
//! 1. Works in sub-blocks shorter than the shortest line, so every step is a loop over time.
//! 2. The lines are mixed by a Hadamard matrix, which keeps energy: the decay is what the line
//!    gains say, whatever the material.

use super::filter::Biquad;
use super::maths::{exp, exp2};
use crate::score::Space;

const LINES: usize = 16;
const STEP: usize = 64;
/// Line lengths in milliseconds at size 1: no two with a common period below hearing's memory.
const LENGTHS: [f32; LINES] = [
    23.3, 25.7, 28.1, 30.7, 33.1, 36.1, 38.9, 41.9, 44.7, 48.1, 51.1, 54.7, 58.3, 61.7, 65.3, 69.1,
];
/// Early reflections: milliseconds and gain, left and right.
const EARLY: [[(f32, f32); 6]; 2] = [
    [
        (5.3, 0.62),
        (11.9, -0.5),
        (17.7, 0.42),
        (25.1, 0.34),
        (33.7, -0.27),
        (44.9, 0.2),
    ],
    [
        (6.7, 0.6),
        (10.3, 0.48),
        (19.9, -0.44),
        (27.3, 0.32),
        (36.1, 0.26),
        (42.3, -0.21),
    ],
];

/// A delay line with whole-block reads and writes.
struct Line {
    buffer: Vec<f32>,
    at: usize,
}

impl Line {
    fn new(length: usize) -> Self {
        Self {
            buffer: vec![0.0; length.max(STEP)],
            at: 0,
        }
    }

    /// The oldest samples, as many as fit `out`.
    fn read(&self, out: &mut [f32]) {
        let first = (self.buffer.len() - self.at).min(out.len());
        let rest = out.len() - first;
        out[..first].copy_from_slice(&self.buffer[self.at..self.at + first]);
        out[first..].copy_from_slice(&self.buffer[..rest]);
    }

    /// Writes over what was just read.
    fn write(&mut self, samples: &[f32]) {
        let first = (self.buffer.len() - self.at).min(samples.len());
        self.buffer[self.at..self.at + first].copy_from_slice(&samples[..first]);
        self.buffer[..samples.len() - first].copy_from_slice(&samples[first..]);
        self.at = (self.at + samples.len()) % self.buffer.len();
    }
}

/// A Schroeder all-pass: smears a click without colouring it.
struct Diffuser {
    line: Line,
    gain: f32,
}

impl Diffuser {
    fn process(&mut self, samples: &mut [f32]) {
        let mut old = [0.0_f32; STEP];
        let old = &mut old[..samples.len()];
        self.line.read(old);
        let mut fresh = [0.0_f32; STEP];
        for (i, sample) in samples.iter_mut().enumerate() {
            fresh[i] = *sample + old[i] * self.gain;
            *sample = old[i] - fresh[i] * self.gain;
        }
        self.line.write(&fresh[..samples.len()]);
    }
}

/// A stereo reverberator.
pub(super) struct Reverb {
    cut: Biquad,
    history: [Vec<f32>; 2],
    head: usize,
    taps: [[(usize, f32); 6]; 2],
    predelay: usize,
    diffusers: [Vec<Diffuser>; 2],
    lines: Vec<Line>,
    gains: [f32; LINES],
    damping: f32,
    damped: [f32; LINES],
    rows: [[f32; STEP]; LINES],
}

impl Reverb {
    pub(super) fn new(space: &Space, sample_rate: u32) -> Self {
        let rate = sample_rate as f32;
        let decay = space.decay.clamp(0.15, 12.0);
        let size = (0.55 + 0.22 * decay).clamp(0.6, 1.35);
        let frames = |ms: f32| (ms * rate / 1000.0) as usize;
        let lengths = LENGTHS.map(|ms| frames(ms * size) | 1);
        let gains = lengths.map(|length| {
            exp2(-9.965_784 * f64::from(length as f32) / f64::from(decay * rate)) as f32
        });
        let cutoff = 13_000.0 * exp2(f64::from(-3.2 * space.damping.clamp(0.0, 1.0)));
        let damping = exp(-2.0 * std::f64::consts::PI * cutoff / f64::from(rate)) as f32;
        let diffuser = |ms: f32| Diffuser {
            line: Line::new(frames(ms)),
            gain: 0.62,
        };
        let predelay = frames((6.0 + 5.0 * decay).min(28.0));
        let span = predelay + frames(60.0) + STEP;
        Self {
            cut: Biquad::high_pass(170.0, 0.7, rate),
            history: [
                vec![0.0; span.next_power_of_two()],
                vec![0.0; span.next_power_of_two()],
            ],
            head: 0,
            taps: EARLY.map(|side| side.map(|(ms, gain)| (frames(ms * size), gain))),
            predelay,
            diffusers: [
                [4.7, 7.9, 11.3].map(diffuser).into_iter().collect(),
                [5.1, 7.3, 12.1].map(diffuser).into_iter().collect(),
            ],
            lines: lengths.iter().map(|length| Line::new(*length)).collect(),
            gains,
            damping,
            damped: [0.0; LINES],
            rows: [[0.0; STEP]; LINES],
        }
    }

    /// Adds the room's answer to `send` to the mix. `send` is used up.
    pub(super) fn process(&mut self, send: [&mut [f32]; 2], mix: [&mut [f32]; 2]) {
        let [send_left, send_right] = send;
        let [mix_left, mix_right] = mix;
        self.cut.process(send_left, send_right);
        let sends = send_left.chunks(STEP).zip(send_right.chunks(STEP));
        let mixes = mix_left.chunks_mut(STEP).zip(mix_right.chunks_mut(STEP));
        for ((in_left, in_right), (out_left, out_right)) in sends.zip(mixes) {
            self.step([in_left, in_right], [out_left, out_right]);
        }
    }

    fn step(&mut self, input: [&[f32]; 2], output: [&mut [f32]; 2]) {
        let frames = input[0].len();
        let mask = self.history[0].len() - 1;
        for i in 0..frames {
            for (history, channel) in self.history.iter_mut().zip(input) {
                // The constant keeps the network out of the denormal range.
                history[(self.head + i) & mask] = channel[i] + 1e-18;
            }
        }
        let mut feeds = [[0.0_f32; STEP]; 2];
        for (side, feed) in feeds.iter_mut().enumerate() {
            for (i, value) in feed[..frames].iter_mut().enumerate() {
                *value = self.history[side][(self.head + i).wrapping_sub(self.predelay) & mask];
            }
            for diffuser in &mut self.diffusers[side] {
                diffuser.process(&mut feed[..frames]);
            }
        }
        self.circulate(&feeds, frames);
        let [left, right] = output;
        self.early(left, right, mask);
        for (number, row) in self.rows.iter().enumerate() {
            let sign = if number % 4 < 2 { 0.16 } else { -0.16 };
            let out: &mut [f32] = if number % 2 == 0 {
                &mut *left
            } else {
                &mut *right
            };
            for (value, sample) in out.iter_mut().zip(row) {
                *value += sample * sign;
            }
        }
        self.head = (self.head + frames) & mask;
    }

    fn early(&self, left: &mut [f32], right: &mut [f32], mask: usize) {
        for (side, out) in [left, right].into_iter().enumerate() {
            for (delay, gain) in self.taps[side] {
                for (i, value) in out.iter_mut().enumerate() {
                    let at = (self.head + i).wrapping_sub(delay) & mask;
                    *value += self.history[side][at] * gain * 0.3;
                }
            }
        }
    }

    /// One sub-block through the network; leaves what is heard in `rows`.
    fn circulate(&mut self, feeds: &[[f32; STEP]; 2], frames: usize) {
        for (line, row) in self.lines.iter().zip(&mut self.rows) {
            line.read(&mut row[..frames]);
        }
        for i in 0..frames {
            for (number, row) in self.rows.iter_mut().enumerate() {
                let value = row[i] * self.gains[number];
                let damped = &mut self.damped[number];
                *damped = value + (*damped - value) * self.damping;
                row[i] = *damped;
            }
        }
        let mut mixed = self.rows;
        hadamard(&mut mixed);
        for (number, (line, row)) in self.lines.iter_mut().zip(&mut mixed).enumerate() {
            let sign = if number % 8 < 4 { 0.5 } else { -0.5 };
            for (value, input) in row[..frames].iter_mut().zip(&feeds[number % 2]) {
                *value = *value * 0.25 + input * sign;
            }
            line.write(&row[..frames]);
        }
    }
}

/// Unscaled Walsh-Hadamard transform over the lines.
fn hadamard(rows: &mut [[f32; STEP]; LINES]) {
    let mut half = 1;
    while half < LINES {
        for start in (0..LINES).step_by(half * 2) {
            for first in start..start + half {
                let (head, tail) = rows.split_at_mut(first + half);
                for (a, b) in head[first].iter_mut().zip(tail[0].iter_mut()) {
                    let (sum, difference) = (*a + *b, *a - *b);
                    *a = sum;
                    *b = difference;
                }
            }
        }
        half *= 2;
    }
}
