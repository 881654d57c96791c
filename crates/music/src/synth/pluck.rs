//! Plucked strings: a digital waveguide (K. Karplus and A. Strong; D. Jaffe and J. Smith).
//!
//! 1. A delay line as long as one period, minus what the loop's own filters delay: the loss filter
//!    is computed for two decay times, and an all-pass makes up the fraction of a sample, so the
//!    pitch is exact.
//! 2. What goes in is a pluck at a place along the string, smoothed by the finger or the pick.

use super::envelope::fall;
use super::filter::{Svf, SvfShape};
use super::maths::{arc_turns, cosine_turns, exp2, sine_turns};
use super::noise::Noise;
use super::voice::{Cue, Voice, pan};

/// How an instrument of this family sounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PluckPatch {
    /// Seconds to fall by 60 dB at middle C.
    pub(crate) sustain: f32,
    /// Octaves of sustain lost per octave of pitch.
    pub(crate) sustain_track: f32,
    /// Seconds to fall by 60 dB at 3 kHz.
    pub(crate) treble: f32,
    /// Seconds to fall by 60 dB once let go.
    pub(crate) release: f32,
    /// Where it is plucked, as a share of the string.
    pub(crate) place: f32,
    /// Cutoff of the pluck in hertz at a middling velocity.
    pub(crate) attack_hertz: f32,
    /// Octaves of that cutoff between the softest and the hardest note.
    pub(crate) attack_velocity: f32,
    /// Share of noise in the pluck.
    pub(crate) noise: f32,
    /// Level of the click of pick, nail or finger.
    pub(crate) click: f32,
    /// Level of a second string one octave up, 0.0 for none.
    pub(crate) octave: f32,
    /// Cents between the string's two planes of vibration; 0.0 for one plane.
    pub(crate) beat: f32,
    pub(crate) level: f32,
}

struct Line {
    buffer: Vec<f32>,
    at: usize,
    pole: f32,
    gain: f32,
    low: f32,
    allpass: f32,
    allpass_in: f32,
    allpass_out: f32,
    level: f32,
}

/// One sounding note.
pub(crate) struct PluckVoice {
    lines: Vec<Line>,
    noise: Noise,
    click: f32,
    click_fall: f32,
    click_filter: Svf,
    click_shape: SvfShape,
    release: f32,
    released: bool,
    level: f32,
    ramp: f32,
    fade: f32,
    fade_step: f32,
    pan: (f32, f32),
    rate: f32,
    peak: f32,
}

impl PluckVoice {
    pub(crate) fn new(patch: &PluckPatch, cue: &Cue) -> Self {
        let mut noise = Noise::new(cue.seed);
        let octave = (f32::from(cue.pitch) - 60.0) / 12.0;
        let sustain = patch.sustain * exp2(f64::from(-patch.sustain_track * octave)) as f32;
        let lift = patch.attack_velocity * (cue.velocity - 0.7) + 2.0 * (cue.brightness - 0.5);
        let cutoff = patch.attack_hertz * exp2(f64::from(lift)) as f32;
        let treble = patch.treble * exp2(f64::from(cue.brightness - 0.5)) as f32;
        let mut lines = Vec::with_capacity(3);
        let mut add = |ratio: f32, level: f32, noise: &mut Noise| {
            let tuning = Tuning {
                hertz: cue.hertz * ratio,
                sustain,
                treble,
                rate: cue.rate,
            };
            let mut line = Line::new(&tuning, level);
            line.pluck(patch, cutoff, cue.rate, noise);
            lines.push(line);
        };
        if patch.beat > 0.0 {
            add(1.0 + patch.beat * 2.9e-4, 0.6, &mut noise);
            add(1.0 - patch.beat * 2.9e-4, 0.4, &mut noise);
        } else {
            add(1.0, 1.0, &mut noise);
        }
        if patch.octave > 0.0 {
            add(2.0007, patch.octave, &mut noise);
        }
        Self {
            lines,
            noise,
            click: patch.click * (0.2 + cue.velocity),
            click_fall: fall(1.0 / cue.rate, 0.02),
            click_filter: Svf::default(),
            click_shape: SvfShape::new((cutoff * 1.6).min(7000.0), 0.8, cue.rate),
            release: patch.release,
            released: false,
            level: patch.level * cue.loudness(),
            ramp: 0.0,
            fade: 1.0,
            fade_step: 0.0,
            pan: pan(cue.side() * 0.35),
            rate: cue.rate,
            peak: 1.0,
        }
    }
}

/// What a line is cut for.
struct Tuning {
    hertz: f32,
    sustain: f32,
    treble: f32,
    rate: f32,
}

impl Line {
    fn new(tuning: &Tuning, level: f32) -> Self {
        let hertz = f64::from(tuning.hertz);
        let rate = f64::from(tuning.rate);
        // Loss of one round at the fundamental, and at 3 kHz against it.
        let round = |seconds: f32| exp2(-9.965_784 / (hertz * f64::from(seconds)));
        let sustain = tuning.sustain.max(tuning.treble * 1.05);
        let dull = (round(tuning.treble) / round(sustain)).clamp(0.02, 0.999_9);
        let top = (3000.0_f64).max(hertz * 1.8).min(rate * 0.4);
        let pole = loss_pole(dull, top / rate);
        let turns = hertz / rate;
        let (cos, sin) = (cosine_turns(turns), sine_turns(turns));
        let size = ((1.0 - pole * cos) * (1.0 - pole * cos) + pole * sin * pole * sin).sqrt();
        let loss = (1.0 - pole) / size;
        let gain = (round(sustain) / loss).min(0.999_95);
        let delay = arc_turns(pole * sin, 1.0 - pole * cos) / turns;
        let wanted = rate / hertz - delay;
        // The all-pass does best with a delay near one sample.
        let whole = (wanted - 0.6).floor().max(2.0);
        let fraction = wanted - whole;
        let allpass =
            sine_turns((1.0 - fraction) * turns / 2.0) / sine_turns((1.0 + fraction) * turns / 2.0);
        Self {
            buffer: vec![0.0; whole as usize],
            at: 0,
            pole: pole as f32,
            gain: gain as f32,
            low: 0.0,
            allpass: allpass as f32,
            allpass_in: 0.0,
            allpass_out: 0.0,
            level,
        }
    }

    /// Fills the line with the shape the string is let go from.
    fn pluck(&mut self, patch: &PluckPatch, cutoff: f32, rate: f32, noise: &mut Noise) {
        let size = self.buffer.len();
        let shape = SvfShape::new(cutoff.clamp(150.0, 14_000.0), 0.6, rate);
        let mut filter = Svf::default();
        let place = ((size as f32 * patch.place) as usize).clamp(1, size - 1);
        // A string pulled aside at one place and let go moves as a rectangle: its harmonics fall
        // by 6 dB an octave, and those with a node at the place are missing.
        let rest = place as f32 / (size - place) as f32;
        let raw: Vec<f32> = (0..size)
            .map(|i| if i < place { 1.0 } else { -rest } + noise.white() * patch.noise)
            .collect();
        // Twice round: the first lets the filter settle, so the line closes without a step.
        for round in 0..2 {
            for (to, value) in self.buffer.iter_mut().zip(&raw) {
                let smooth = filter.low(&shape, *value);
                if round == 1 {
                    *to = smooth;
                }
            }
        }
        let mean = self.buffer.iter().sum::<f32>() / size as f32;
        let power = self
            .buffer
            .iter()
            .map(|v| (v - mean) * (v - mean))
            .sum::<f32>()
            / size as f32;
        let scale = 0.35 / power.sqrt().max(1e-6);
        for value in &mut self.buffer {
            *value = (*value - mean) * scale;
        }
    }

    /// Adds the next frames to `out`.
    fn run(&mut self, out: &mut [f32]) {
        let (gain, keep, pole, allpass) = (self.gain, 1.0 - self.pole, self.pole, self.allpass);
        let (mut low, mut x1, mut y1) = (self.low, self.allpass_in, self.allpass_out);
        let size = self.buffer.len();
        let mut at = self.at;
        for value in out.iter_mut() {
            let here = self.buffer[at];
            *value += here * self.level;
            low = keep * here + pole * low;
            let y = allpass * (low - y1) + x1;
            x1 = low;
            y1 = y;
            self.buffer[at] = y * gain;
            at += 1;
            if at == size {
                at = 0;
            }
        }
        (self.low, self.allpass_in, self.allpass_out, self.at) = (low, x1, y1, at);
    }

    fn damp(&mut self, seconds: f32, rate: f32) {
        let round = self.buffer.len() as f32 / rate;
        self.gain = self.gain.min(fall(round, seconds));
    }
}

/// The pole of a one-pole low-pass that passes `share` at this frequency, in turns a sample.
fn loss_pole(share: f64, turns: f64) -> f64 {
    let power = share * share;
    let a = 1.0 - power;
    let b = 1.0 - power * cosine_turns(turns);
    ((b - (b * b - a * a).max(0.0).sqrt()) / a).clamp(0.0, 0.95)
}

impl Voice for PluckVoice {
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool {
        let mut scratch = [0.0_f32; 64];
        for (l, r) in left.chunks_mut(64).zip(right.chunks_mut(64)) {
            let out = &mut scratch[..l.len()];
            out.fill(0.0);
            for line in &mut self.lines {
                line.run(out);
            }
            let mut peak = 0.0_f32;
            for (i, value) in out.iter().enumerate() {
                let mut value = *value;
                if self.click > 1e-3 {
                    value += self
                        .click_filter
                        .band(&self.click_shape, self.noise.white())
                        * self.click;
                    self.click *= self.click_fall;
                }
                peak = peak.max(value.abs());
                // The string leaves the finger within most of a millisecond.
                self.ramp = (self.ramp + 1400.0 / self.rate).min(1.0);
                value *= self.level * self.fade * self.ramp;
                self.fade = (self.fade - self.fade_step).max(0.0);
                l[i] += value * self.pan.0;
                r[i] += value * self.pan.1;
            }
            // A whole period must be quiet, not one zero crossing.
            self.peak = (self.peak * 0.95).max(peak);
        }
        self.peak > 1.5e-4 && self.fade > 0.0
    }

    fn release(&mut self) {
        if !self.released {
            self.released = true;
            for line in &mut self.lines {
                line.damp(self.release, self.rate);
            }
        }
    }

    fn cut(&mut self) {
        self.fade_step = 1.0 / (0.008 * self.rate);
    }
}
