//! A drum hit built from layers: swept sines, partials, bands of noise, metal.

use crate::synth::envelope::fall;
use crate::synth::filter::Biquad;
use crate::synth::maths::{exp2, saturate, sine};
use crate::synth::modal::{Mode, bank};
use crate::synth::noise::Noise;
use crate::synth::wave::step;

/// A hit in the making.
pub(super) struct Hit {
    samples: Vec<f32>,
    rate: f32,
    noise: Noise,
    pan: f32,
    tonic: Option<u8>,
}

/// A band of noise with an attack and a decay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    pub(super) low: f32,
    pub(super) high: f32,
    /// Seconds until full.
    pub(super) attack: f32,
    /// Seconds to fall by 60 dB.
    pub(super) decay: f32,
    pub(super) level: f32,
}

/// A sine whose pitch falls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sweep {
    pub(super) from: f32,
    pub(super) to: f32,
    /// Seconds in which the distance shrinks to a thousandth.
    pub(super) time: f32,
    /// Seconds to fall by 60 dB.
    pub(super) decay: f32,
    pub(super) level: f32,
}

/// What a drum's pitch is multiplied by to fit a key: kicks go to the nearest tonic, higher drums to
/// the nearest tonic or fifth. A kick out of tune is heard as a second bass in another key.
fn tuning(hertz: f32, tonic: u8) -> f32 {
    let note = 69.0 + 12.0 * (hertz / 440.0).log2();
    let distance = |class: u8| {
        let up = (f32::from(class) - note).rem_euclid(12.0);
        if up > 6.0 { up - 12.0 } else { up }
    };
    let (home, fifth) = (distance(tonic), distance(tonic + 7));
    let semitones = if hertz > 80.0 && fifth.abs() < home.abs() {
        fifth
    } else {
        home
    };
    exp2(f64::from(semitones) / 12.0) as f32
}

impl Hit {
    /// `tonic` is the pitch class (0 is C) that swept layers are tuned to.
    pub(super) fn new(rate: f32, seed: u64, tonic: Option<u8>) -> Self {
        Self {
            samples: Vec::new(),
            rate,
            noise: Noise::new(seed),
            pan: 0.0,
            tonic,
        }
    }

    /// Where the drum stands in the kit, -1.0 ..= 1.0 as the audience sees it.
    pub(super) fn pan(&mut self, pan: f32) -> &mut Self {
        self.pan = pan;
        self
    }

    /// Room for a layer that fades by 66 dB.
    fn reserve(&mut self, at: f32, decay: f32) -> (usize, usize) {
        let from = (at * self.rate) as usize;
        let frames = (decay * 1.1 * self.rate) as usize + 64;
        if self.samples.len() < from + frames {
            self.samples.resize(from + frames, 0.0);
        }
        (from, frames)
    }

    /// A swept sine. Takes differ by a few cents.
    pub(super) fn sweep(&mut self, sweep: Sweep) -> &mut Self {
        let (_, frames) = self.reserve(0.0, sweep.decay);
        let key = self.tonic.map_or(1.0, |tonic| tuning(sweep.to, tonic));
        let tune = self.noise.detune(8.0) * key;
        let (mut distance, mut level) = ((sweep.from - sweep.to) * tune, sweep.level);
        let shrink = fall(1.0 / self.rate, sweep.time);
        let fade = fall(1.0 / self.rate, sweep.decay);
        let ramp = 1.0 / (0.0008 * self.rate);
        let mut phase = 0_u32;
        for (i, value) in self.samples[..frames].iter_mut().enumerate() {
            *value += sine(phase) * level * (i as f32 * ramp).min(1.0);
            phase = phase.wrapping_add(step(sweep.to * tune + distance, self.rate));
            distance *= shrink;
            level *= fade;
        }
        self
    }

    /// Ringing partials: (hertz, level, seconds to fall by 60 dB).
    pub(super) fn ring(&mut self, partials: &[(f32, f32, f32)]) -> &mut Self {
        self.ring_at(0.0, partials)
    }

    /// The same, later in the hit.
    pub(super) fn ring_at(&mut self, at: f32, partials: &[(f32, f32, f32)]) -> &mut Self {
        let modes: Vec<Mode> = partials
            .iter()
            .map(|(hertz, level, decay)| Mode {
                hertz: hertz * self.noise.detune(6.0),
                level: level * (1.0 + 0.08 * self.noise.white()),
                decay: *decay,
            })
            .collect();
        self.add_bank(at, modes);
        self
    }

    /// Many unrelated partials between two frequencies, the higher the shorter: a cymbal.
    pub(super) fn metal(&mut self, count: usize, band: Band) -> &mut Self {
        // One fixed layout a drum: takes differ in level, not in tuning.
        let mut layout = Noise::new(count as u64 ^ (band.low as u64) << 8);
        let mut modes = Vec::with_capacity(count);
        for index in 0..count {
            let place = (index as f32 + layout.unit()) / count as f32;
            // Plates have as many modes in each kilohertz; a little fewer above, where they blur.
            let hertz = band.low + (band.high - band.low) * place * place.sqrt();
            let level = band.level * (0.4 + 0.6 * layout.unit()) / (count as f32).sqrt();
            let sign = if self.noise.white() < 0.0 { -1.0 } else { 1.0 };
            let decay = band.decay * (1.15 - 0.75 * place) * (0.7 + 0.6 * layout.unit());
            modes.push(Mode {
                hertz,
                level: level * sign * (0.85 + 0.3 * self.noise.unit()),
                decay,
            });
        }
        self.add_bank(0.0, modes);
        self
    }

    fn add_bank(&mut self, at: f32, modes: Vec<Mode>) {
        let longest = modes
            .iter()
            .fold(0.0_f32, |most, mode| most.max(mode.decay));
        let (from, frames) = self.reserve(at, longest);
        bank(modes, self.rate, &mut self.samples[from..from + frames]);
    }

    /// A band of noise.
    pub(super) fn hiss(&mut self, band: Band) -> &mut Self {
        self.hiss_at(0.0, band)
    }

    /// The same, later in the hit.
    pub(super) fn hiss_at(&mut self, at: f32, band: Band) -> &mut Self {
        let (from, frames) = self.reserve(at, band.attack + band.decay);
        let mut layer: Vec<f32> = (0..frames).map(|_| self.noise.white()).collect();
        let top = (self.rate * 0.46).min(band.high);
        Biquad::high_pass(band.low, 0.8, self.rate).process_mono(&mut layer);
        Biquad::low_pass(top, 0.8, self.rate).process_mono(&mut layer);
        let fade = fall(1.0 / self.rate, band.decay);
        let rise = 1.0 / (band.attack * self.rate).max(1.0);
        // Narrow bands hold less of the noise's power; level is what is heard.
        let width = ((top - band.low).max(200.0) / (self.rate * 0.5)).sqrt();
        let (mut level, mut ramp) = (band.level / width.max(0.1) * 0.55, 0.0_f32);
        for (value, sample) in self.samples[from..from + frames].iter_mut().zip(&layer) {
            ramp = (ramp + rise).min(1.0);
            *value += sample * level * ramp;
            if ramp >= 1.0 {
                level *= fade;
            }
        }
        self
    }

    /// Square oscillators through a high-pass: the metal of early drum machines.
    pub(super) fn squares(&mut self, hertz: &[f32], band: Band) -> &mut Self {
        let (_, frames) = self.reserve(0.0, band.decay);
        let mut layer = vec![0.0_f32; frames];
        for (index, frequency) in hertz.iter().enumerate() {
            let step = step(*frequency, self.rate);
            let mut phase = (index as u32).wrapping_mul(0x3A5F_17C9);
            for value in &mut layer {
                *value += if phase < 1 << 31 { 1.0 } else { -1.0 };
                phase = phase.wrapping_add(step);
            }
        }
        Biquad::high_pass(band.low, 1.0, self.rate).process_mono(&mut layer);
        Biquad::low_pass(band.high.min(self.rate * 0.45), 0.7, self.rate).process_mono(&mut layer);
        let fade = fall(1.0 / self.rate, band.decay);
        let mut level = band.level / (hertz.len() as f32).sqrt();
        for (value, sample) in self.samples[..frames].iter_mut().zip(&layer) {
            *value += sample * level;
            level *= fade;
        }
        self
    }

    /// Saturates what is there so far.
    pub(super) fn drive(&mut self, amount: f32) -> &mut Self {
        let back = 1.0 / saturate(amount);
        for sample in &mut self.samples {
            *sample = saturate(*sample * amount) * back;
        }
        self
    }

    /// The finished hit, its end faded to nothing, and its place.
    pub(super) fn finish(mut self) -> (Vec<f32>, f32) {
        let tail = self.samples.len().min((0.01 * self.rate) as usize);
        let start = self.samples.len() - tail;
        for (i, sample) in self.samples[start..].iter_mut().enumerate() {
            *sample *= 1.0 - i as f32 / tail as f32;
        }
        (self.samples, self.pan)
    }
}
