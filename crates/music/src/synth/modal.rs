//! Struck bodies: a bank of decaying partials, each with its own pitch, level and decay.
//!
//! A partial is a rotating complex number, one multiplication a sample; eight of them make a lane
//! that the compiler turns into vector instructions. Partials are sorted by decay, and lanes that
//! have faded are dropped, so a held note gets cheaper as it gets duller.

use super::envelope::fall;
use super::filter::{Svf, SvfShape};
use super::maths::{cosine_turns, exp2, sine_turns};
use super::noise::Noise;
use super::voice::{CHUNK, Cue, Voice, pan};

const LANE: usize = 8;
/// Amplitude below which a lane is silent.
const SILENT: f32 = 2e-5;

/// One partial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mode {
    pub(crate) hertz: f32,
    pub(crate) level: f32,
    /// Seconds to fall by 60 dB.
    pub(crate) decay: f32,
}

/// What a struck note is made of.
#[derive(Debug, Clone)]
pub(crate) struct Strike {
    pub(crate) modes: Vec<Mode>,
    /// Seconds to fall by 60 dB once the key is let go; infinite when nothing damps.
    pub(crate) release: f32,
    /// Seconds of the hammer's contact, over which the partials come in.
    pub(crate) contact: f32,
    /// Noise of the stroke.
    pub(crate) knock: Knock,
    /// Natural level, velocity included.
    pub(crate) level: f32,
    /// How far low and high keys lie apart, 0.0 ..= 1.0.
    pub(crate) width: f32,
}

/// The noise of hammer or mallet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Knock {
    pub(crate) level: f32,
    pub(crate) hertz: f32,
    pub(crate) decay: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    re: [f32; LANE],
    im: [f32; LANE],
    cos: [f32; LANE],
    sin: [f32; LANE],
}

/// One sounding note.
pub(crate) struct ModalVoice {
    lanes: Vec<Lane>,
    release: f32,
    released: bool,
    ramp: f32,
    ramp_step: f32,
    cut_level: f32,
    cut_step: f32,
    noise: Noise,
    knock: Knock,
    knock_filter: Svf,
    knock_shape: SvfShape,
    level: f32,
    pan: (f32, f32),
    rate: f32,
}

impl ModalVoice {
    pub(crate) fn new(mut strike: Strike, cue: &Cue) -> Self {
        let top = (cue.rate * 0.43).min(15_000.0);
        strike
            .modes
            .retain(|mode| mode.hertz < top && mode.level.abs() > 3e-4);
        strike.modes.sort_by(|a, b| b.decay.total_cmp(&a.decay));
        let lanes = strike
            .modes
            .chunks(LANE)
            .map(|modes| lane(modes, cue.rate))
            .collect();
        Self {
            lanes,
            release: strike.release,
            released: false,
            ramp: 0.0,
            ramp_step: 1.0 / (strike.contact * cue.rate).max(1.0),
            cut_level: 1.0,
            cut_step: 0.0,
            noise: Noise::new(cue.seed),
            knock: strike.knock,
            knock_filter: Svf::default(),
            knock_shape: SvfShape::new(strike.knock.hertz, 0.8, cue.rate),
            level: strike.level,
            pan: pan(cue.side() * strike.width),
            rate: cue.rate,
        }
    }

    fn chunk(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        let mut sums = [[0.0_f32; LANE]; CHUNK];
        for lane in &mut self.lanes {
            ring(lane, &mut sums[..frames]);
        }
        let knock = self.knock.level;
        let fade = fall(1.0 / self.rate, self.knock.decay);
        for i in 0..frames {
            let mut value: f32 = sums[i].iter().sum();
            if self.ramp < 1.0 {
                self.ramp += self.ramp_step;
                value *= self.ramp.min(1.0);
            }
            if knock > 1e-4 {
                value +=
                    self.knock_filter.low(&self.knock_shape, self.noise.white()) * self.knock.level;
                self.knock.level *= fade;
            }
            value *= self.level * self.cut_level;
            self.cut_level = (self.cut_level - self.cut_step).max(0.0);
            left[i] += value * self.pan.0;
            right[i] += value * self.pan.1;
        }
        while self.lanes.last().is_some_and(is_silent) {
            self.lanes.pop();
        }
    }
}

fn lane(modes: &[Mode], rate: f32) -> Lane {
    let mut lane = Lane::default();
    for (i, mode) in modes.iter().enumerate() {
        let turns = f64::from(mode.hertz) / f64::from(rate);
        let radius = exp2(-9.965_784 / (f64::from(mode.decay) * f64::from(rate)));
        lane.re[i] = mode.level;
        lane.cos[i] = (radius * cosine_turns(turns)) as f32;
        lane.sin[i] = (radius * sine_turns(turns)) as f32;
    }
    lane
}

fn ring(lane: &mut Lane, sums: &mut [[f32; LANE]]) {
    let Lane {
        mut re,
        mut im,
        cos,
        sin,
    } = *lane;
    for sum in sums {
        for k in 0..LANE {
            let x = re[k] * cos[k] - im[k] * sin[k];
            im[k] = re[k] * sin[k] + im[k] * cos[k];
            re[k] = x;
            sum[k] += im[k];
        }
    }
    lane.re = re;
    lane.im = im;
}

fn is_silent(lane: &Lane) -> bool {
    lane.re
        .iter()
        .zip(&lane.im)
        .all(|(re, im)| re.abs() + im.abs() < SILENT)
}

/// Adds the ringing of many partials to `out`, for sounds made ahead.
pub(crate) fn bank(mut modes: Vec<Mode>, rate: f32, out: &mut [f32]) {
    modes.retain(|mode| mode.hertz < rate * 0.45);
    modes.sort_by(|a, b| b.decay.total_cmp(&a.decay));
    for modes in modes.chunks(LANE) {
        let mut lane = lane(modes, rate);
        for chunk in out.chunks_mut(CHUNK) {
            let mut sums = [[0.0_f32; LANE]; CHUNK];
            ring(&mut lane, &mut sums[..chunk.len()]);
            for (value, sum) in chunk.iter_mut().zip(&sums) {
                *value += sum.iter().sum::<f32>();
            }
            if is_silent(&lane) {
                break;
            }
        }
    }
}

impl Voice for ModalVoice {
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool {
        for (l, r) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            self.chunk(l, r);
        }
        !self.lanes.is_empty() && self.cut_level > 0.0
    }

    fn release(&mut self) {
        if self.released || !self.release.is_finite() {
            return;
        }
        self.released = true;
        let factor = fall(1.0 / self.rate, self.release);
        for lane in &mut self.lanes {
            for k in 0..LANE {
                lane.cos[k] *= factor;
                lane.sin[k] *= factor;
            }
        }
    }

    fn cut(&mut self) {
        self.cut_step = 1.0 / (0.008 * self.rate);
    }
}
