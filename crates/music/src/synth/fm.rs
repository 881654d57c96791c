//! Frequency modulation: pairs of sines, one bending the other's phase (J. Chowning).

use super::envelope::fall;
use super::maths::{exp2, power, sine};
use super::voice::{CHUNK, Cue, Voice, pan};
use super::wave::step;

/// One modulated sine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    /// Frequencies as multiples of the pitch.
    pub(crate) carrier: f32,
    pub(crate) modulator: f32,
    /// Depth in turns of phase at full velocity, and the seconds in which it falls by 60 dB.
    pub(crate) depth: f32,
    pub(crate) depth_fall: f32,
    /// Power of the velocity that the depth follows.
    pub(crate) depth_velocity: i32,
    /// Level, and the seconds in which it falls by 60 dB at middle C.
    pub(crate) level: f32,
    pub(crate) fall: f32,
}

/// How an instrument of this family sounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FmPatch {
    pub(crate) pairs: [Pair; 3],
    /// Seconds to fall by 60 dB once let go.
    pub(crate) release: f32,
    pub(crate) level: f32,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    carrier: u32,
    carrier_step: u32,
    modulator: u32,
    modulator_step: u32,
    depth: f32,
    depth_fall: f32,
    level: f32,
    fall: f32,
}

/// One sounding note.
pub(crate) struct FmVoice {
    pairs: [Running; 3],
    level: f32,
    fade: f32,
    fade_fall: f32,
    release: f32,
    ramp: f32,
    pan: (f32, f32),
    rate: f32,
}

impl FmVoice {
    pub(crate) fn new(patch: &FmPatch, cue: &Cue) -> Self {
        let octave = (f32::from(cue.pitch) - 60.0) / 12.0;
        let shorter = exp2(f64::from(-0.55 * octave)) as f32;
        let bright = exp2(f64::from(1.8 * (cue.brightness - 0.5))) as f32;
        // Depth shrinks towards the top, where side bands would alias.
        let room = (1.0 - 0.22 * octave).clamp(0.15, 1.3);
        let pairs = patch.pairs.map(|pair| Running {
            carrier: 0,
            carrier_step: step(cue.hertz * pair.carrier, cue.rate),
            modulator: 0,
            modulator_step: step((cue.hertz * pair.modulator).min(cue.rate * 0.4), cue.rate),
            depth: pair.depth * cue.velocity.powi(pair.depth_velocity) * bright * room,
            depth_fall: fall(1.0 / cue.rate, pair.depth_fall * shorter),
            level: pair.level,
            fall: fall(1.0 / cue.rate, pair.fall * shorter),
        });
        Self {
            pairs,
            level: patch.level * cue.loudness(),
            fade: 1.0,
            fade_fall: 1.0,
            release: patch.release,
            ramp: 0.0,
            pan: pan(cue.side() * 0.3),
            rate: cue.rate,
        }
    }
}

impl Running {
    /// Depth and level fall on a straight line within a chunk, so that no sample waits for the one
    /// before it and several are made at once.
    fn run(&mut self, out: &mut [f32]) {
        // A whole turn is twice what an i32 holds; the depth stays below one.
        const HALF_TURN: f32 = 2_147_483_648.0;
        let frames = out.len();
        let (depth, level) = (self.depth, self.level);
        self.depth *= power(self.depth_fall, frames);
        self.level *= power(self.fall, frames);
        let depth_slope = (self.depth - depth) / frames as f32;
        let level_slope = (self.level - level) / frames as f32;
        let (mut carrier, mut modulator) = (self.carrier, self.modulator);
        for (value, at) in out.iter_mut().zip(0_i32..) {
            let at = at as f32;
            let bend = sine(modulator) * (depth + depth_slope * at);
            let bend = ((bend * HALF_TURN) as i32).cast_unsigned() << 1;
            *value += sine(carrier.wrapping_add(bend)) * (level + level_slope * at);
            carrier = carrier.wrapping_add(self.carrier_step);
            modulator = modulator.wrapping_add(self.modulator_step);
        }
        (self.carrier, self.modulator) = (carrier, modulator);
    }
}

impl Voice for FmVoice {
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool {
        let mut scratch = [0.0_f32; CHUNK];
        for (l, r) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            let out = &mut scratch[..l.len()];
            out.fill(0.0);
            for pair in &mut self.pairs {
                if pair.level > 1e-5 {
                    pair.run(out);
                }
            }
            let (fade, ramp) = (self.fade * self.level, self.ramp);
            self.fade *= power(self.fade_fall, l.len());
            let slope = (self.fade * self.level - fade) / l.len() as f32;
            // One millisecond of attack: the hammer's tip.
            let climb = 1000.0 / self.rate;
            self.ramp = (ramp + climb * l.len() as f32).min(1.0);
            for (((l, r), value), at) in l.iter_mut().zip(r).zip(out).zip(0_i32..) {
                let at = at as f32;
                let value = *value * (fade + slope * at) * (ramp + climb * at).min(1.0);
                *l += value * self.pan.0;
                *r += value * self.pan.1;
            }
        }
        self.fade > 2e-4 && self.pairs.iter().any(|pair| pair.level > 2e-4)
    }

    fn release(&mut self) {
        self.fade_fall = self.fade_fall.min(fall(1.0 / self.rate, self.release));
    }

    fn cut(&mut self) {
        self.fade_fall = fall(1.0 / self.rate, 0.015);
    }
}
