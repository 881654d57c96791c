//! What a part's sound passes after its strings or pipes: body resonances, amplifier, cabinet,
//! rotor, chorus. One chain a part, shared by its notes, as in the instrument itself.

use super::filter::Biquad;
use super::maths::saturate;
use super::voice::CHUNK;
use super::wave::Lfo;

/// One step of the chain.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Insert {
    /// A resonance: hertz, q, decibels.
    Peak(f32, f32, f32),
    /// More or less treble: hertz, decibels.
    HighShelf(f32, f32),
    /// Nothing below: hertz.
    HighPass(f32),
    /// Nothing above: hertz.
    LowPass(f32),
    /// A sung vowel: three bands (hertz, q, gain).
    Vowel([(f32, f32, f32); 3]),
    /// Guitar amplifier and cabinet: drive.
    Amp(f32),
    /// Gentle saturation: drive.
    Drive(f32),
    /// Rotating loudspeaker: hertz.
    Rotor(f32),
    /// Modulated doubling: hertz, depth in milliseconds, mix.
    Chorus(f32, f32, f32),
    /// Loudness that swings between the sides: hertz, depth, sides in opposition or together.
    Tremolo(f32, f32, bool),
    /// A mono sound made wide, without loss in mono: share.
    Widen(f32),
}

trait Effect {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]);
}

/// The chain of one part.
pub(crate) struct Body(Vec<Box<dyn Effect>>);

impl Body {
    pub(crate) fn new(inserts: &[Insert], rate: f32) -> Self {
        Self(inserts.iter().map(|insert| effect(*insert, rate)).collect())
    }

    pub(crate) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for effect in &mut self.0 {
            effect.process(left, right);
        }
    }
}

fn effect(insert: Insert, rate: f32) -> Box<dyn Effect> {
    match insert {
        Insert::Peak(hertz, q, db) => Box::new(Biquad::peak(hertz, q, db, rate)),
        Insert::HighShelf(hertz, db) => Box::new(Biquad::high_shelf(hertz, db, rate)),
        Insert::HighPass(hertz) => Box::new(Biquad::high_pass(hertz, 0.7, rate)),
        Insert::LowPass(hertz) => Box::new(Biquad::low_pass(hertz, 0.7, rate)),
        Insert::Vowel(bands) => Box::new(Vowel {
            bands: bands.map(|(hertz, q, gain)| (Biquad::band_pass(hertz, q, rate), gain)),
        }),
        Insert::Amp(drive) => Box::new(Amp::new(drive, rate)),
        Insert::Drive(drive) => Box::new(Drive(drive)),
        Insert::Rotor(hertz) => Box::new(Swirl::new(hertz, 0.45, 0.5, 0.22, rate)),
        Insert::Chorus(hertz, depth, mix) => Box::new(Swirl::new(hertz, depth, mix, 0.0, rate)),
        Insert::Tremolo(hertz, depth, opposed) => Box::new(Tremolo {
            lfo: Lfo::new(hertz, 0.0, rate),
            depth,
            opposed,
            last: 0.0,
        }),
        Insert::Widen(share) => Box::new(Widen {
            buffer: vec![0.0; (0.0113 * rate) as usize],
            at: 0,
            share,
            low: 0.0,
        }),
    }
}

impl Effect for Biquad {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        Self::process(self, left, right);
    }
}

struct Vowel {
    bands: [(Biquad, f32); 3],
}

impl Effect for Vowel {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let (dry_left, dry_right) = (left.to_vec(), right.to_vec());
        for sample in left.iter_mut().chain(right.iter_mut()) {
            *sample *= 0.22;
        }
        let (mut l, mut r) = (dry_left.clone(), dry_right.clone());
        for (band, gain) in &mut self.bands {
            l.copy_from_slice(&dry_left);
            r.copy_from_slice(&dry_right);
            band.process(&mut l, &mut r);
            for (to, from) in left.iter_mut().zip(&l).chain(right.iter_mut().zip(&r)) {
                *to += from * *gain;
            }
        }
    }
}

struct Drive(f32);

impl Effect for Drive {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let back = 1.0 / saturate(self.0 * 0.5) * 0.5;
        for sample in left.iter_mut().chain(right.iter_mut()) {
            *sample = saturate(*sample * self.0) * back;
        }
    }
}

/// Pre-amplifier, saturation at twice the rate, loudspeaker.
struct Amp {
    tight: Biquad,
    mid: Biquad,
    cabinet: [Biquad; 4],
    drive: f32,
    before: f32,
    after: [f32; 2],
}

impl Amp {
    fn new(drive: f32, rate: f32) -> Self {
        Self {
            tight: Biquad::high_pass(110.0, 0.7, rate),
            mid: Biquad::peak(750.0, 0.8, 5.0, rate),
            cabinet: [
                Biquad::low_pass(4600.0, 0.9, rate),
                Biquad::low_pass(5200.0, 0.6, rate),
                Biquad::peak(2600.0, 1.2, 3.5, rate),
                Biquad::high_pass(85.0, 0.9, rate),
            ],
            drive,
            before: 0.0,
            after: [0.0; 2],
        }
    }
}

impl Effect for Amp {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (l, r) in left.iter_mut().zip(right.iter()) {
            *l = 0.5 * (*l + *r);
        }
        // One amplifier, one channel: the second is copied at the end.
        self.tight.process_mono(left);
        self.mid.process_mono(left);
        for sample in left.iter_mut() {
            // A small offset makes the two halves of the wave differ, as a valve does.
            let now = *sample * self.drive + 0.08;
            let between = saturate(0.5 * (now + self.before));
            let here = saturate(now);
            self.before = now;
            // Half-band smoothing back to the rate.
            *sample = 0.25 * self.after[1] + 0.5 * between + 0.25 * here;
            self.after = [between, here];
        }
        for filter in &mut self.cabinet {
            filter.process_mono(left);
        }
        right.copy_from_slice(left);
    }
}

/// A modulated delay on each side, in opposite phase: chorus, and with level changes a rotor.
struct Swirl {
    buffers: [Vec<f32>; 2],
    at: usize,
    lfo: [Lfo; 2],
    last: [f32; 2],
    base: f32,
    depth: f32,
    mix: f32,
    swing: f32,
}

impl Swirl {
    fn new(hertz: f32, depth_ms: f32, mix: f32, swing: f32, rate: f32) -> Self {
        let depth = depth_ms * rate / 1000.0;
        let base = depth + 0.006 * rate;
        let size = ((base + depth) as usize + CHUNK + 4).next_power_of_two();
        Self {
            buffers: [vec![0.0; size], vec![0.0; size]],
            at: 0,
            lfo: [
                Lfo::new(hertz, 0.0, rate),
                Lfo::new(hertz * 1.03, 0.5, rate),
            ],
            last: [0.0; 2],
            base,
            depth,
            mix,
            swing,
        }
    }
}

impl Effect for Swirl {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let mask = self.buffers[0].len() - 1;
        for (l, r) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            let frames = l.len();
            for (side, samples) in [l, r].into_iter().enumerate() {
                let goal = self.lfo[side].advance(frames);
                let slope = (goal - self.last[side]) / frames as f32;
                let buffer = &mut self.buffers[side];
                let mut turn = self.last[side];
                for (i, sample) in samples.iter_mut().enumerate() {
                    turn += slope;
                    let at = self.at + i;
                    buffer[at & mask] = *sample;
                    let delay = self.base + self.depth * turn;
                    let whole = delay as usize;
                    let part = delay - whole as f32;
                    let near = buffer[at.wrapping_sub(whole) & mask];
                    let far = buffer[at.wrapping_sub(whole + 1) & mask];
                    let wet = near + (far - near) * part;
                    *sample =
                        (*sample * (1.0 - self.mix) + wet * self.mix) * (1.0 + self.swing * turn);
                }
                self.last[side] = goal;
            }
            self.at = (self.at + frames) & mask;
        }
    }
}

struct Tremolo {
    lfo: Lfo,
    depth: f32,
    opposed: bool,
    last: f32,
}

impl Effect for Tremolo {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let sign = if self.opposed { -1.0 } else { 1.0 };
        for (l, r) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            let goal = self.lfo.advance(l.len()) * self.depth;
            let slope = (goal - self.last) / l.len() as f32;
            for (l, r) in l.iter_mut().zip(r.iter_mut()) {
                self.last += slope;
                *l *= 1.0 + self.last;
                *r *= 1.0 + sign * self.last;
            }
            self.last = goal;
        }
    }
}

/// Adds to one side what it takes from the other: a delayed copy of the middle.
struct Widen {
    buffer: Vec<f32>,
    at: usize,
    share: f32,
    low: f32,
}

impl Effect for Widen {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (l, r) in left.iter_mut().zip(right.iter_mut()) {
            let old = self.buffer[self.at];
            self.buffer[self.at] = 0.5 * (*l + *r);
            self.at = (self.at + 1) % self.buffer.len();
            // The lowest octaves stay in the middle, where a bass belongs.
            self.low += (old - self.low) * 0.03;
            let side = (old - self.low) * self.share;
            *l += side;
            *r -= side;
        }
    }
}
