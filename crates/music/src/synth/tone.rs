//! Sustained tones: wavetable oscillators in unison, breath, a moving low-pass, vibrato.

use super::envelope::{Envelope, Shape};
use super::filter::{Svf, SvfPair, SvfShape};
use super::maths::{exp2, sine};
use super::noise::Noise;
use super::voice::{CHUNK, Cue, Voice, pan};
use super::wave::{Lfo, Table, Wave, read, step};

/// The most oscillators of one note.
const MOST: usize = 8;

/// How an instrument of this family sounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TonePatch {
    pub(crate) wave: Wave,
    /// Oscillators, 1 ..= 8.
    pub(crate) unison: usize,
    /// Cents between the outermost oscillators.
    pub(crate) detune: f32,
    /// How far they are spread between the loudspeakers, 0.0 ..= 1.0.
    pub(crate) width: f32,
    /// Level of a sine one octave below.
    pub(crate) octave: f32,
    pub(crate) amp: Shape,
    pub(crate) filter: Cutoff,
    pub(crate) vibrato: Vibrato,
    /// Cents below the pitch at which a note begins.
    pub(crate) scoop: f32,
    /// Cents by which each oscillator wanders.
    pub(crate) drift: f32,
    pub(crate) breath: Breath,
    /// Natural level of the instrument.
    pub(crate) level: f32,
}

/// The low-pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cutoff {
    /// Hertz at middle C with every influence in the middle.
    pub(crate) hertz: f32,
    /// Octaves of cutoff per octave of pitch.
    pub(crate) track: f32,
    /// Octaves opened by the envelope.
    pub(crate) sweep: f32,
    pub(crate) envelope: Shape,
    pub(crate) q: f32,
    /// Octaves between the softest and the hardest note.
    pub(crate) velocity: f32,
    /// Two filters in a row instead of one.
    pub(crate) steep: bool,
}

/// Periodic change of pitch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vibrato {
    pub(crate) hertz: f32,
    pub(crate) cents: f32,
    /// Seconds until it is fully there.
    pub(crate) delay: f32,
}

/// Air, bow or reed noise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Breath {
    /// Level against the tone.
    pub(crate) level: f32,
    /// Extra level at the start of the note.
    pub(crate) chiff: f32,
    /// Centre of the noise, as a multiple of the fundamental.
    pub(crate) colour: f32,
}

struct Oscillator {
    table: &'static Table,
    phase: u32,
    /// Of this chunk.
    step: u32,
    hertz: f32,
    left: f32,
    right: f32,
    vibrato: Lfo,
    drift: Lfo,
}

impl Oscillator {
    fn next(&mut self) -> f32 {
        let value = read(self.table, self.phase);
        self.phase = self.phase.wrapping_add(self.step);
        value
    }

    fn add(&mut self, l: &mut [f32], r: &mut [f32]) {
        for (l, r) in l.iter_mut().zip(r) {
            let value = self.next();
            *l += value * self.left;
            *r += value * self.right;
        }
    }

    /// Both at once, which touches the sums half as often.
    fn add_two(one: &mut Self, two: &mut Self, l: &mut [f32], r: &mut [f32]) {
        for (l, r) in l.iter_mut().zip(r) {
            let (a, b) = (one.next(), two.next());
            *l += a * one.left + b * two.left;
            *r += a * one.right + b * two.right;
        }
    }
}

/// One sounding note.
pub(crate) struct ToneVoice {
    patch: &'static TonePatch,
    oscillators: Vec<Oscillator>,
    octave_phase: u32,
    octave_step: u32,
    amp: Envelope,
    sweep: Envelope,
    /// Of several oscillators, which are spread, and of one.
    filters: SvfPair,
    mono_filters: [Svf; 2],
    breath_filter: Svf,
    breath_shape: SvfShape,
    noise: Noise,
    /// Cutoff without envelope, in octaves above 1 Hz's logarithm.
    base_cutoff: f32,
    level: f32,
    last: f32,
    age: f32,
    rate: f32,
    pan: (f32, f32),
}

impl ToneVoice {
    pub(crate) fn new(patch: &'static TonePatch, cue: &Cue) -> Self {
        let mut noise = Noise::new(cue.seed);
        let count = patch.unison.clamp(1, MOST);
        let oscillators = (0..count)
            .map(|index| oscillator(patch, cue, index, count, &mut noise))
            .collect();
        // Hard notes speak faster, and no attack outlasts half of a short note.
        let mut amp = patch.amp;
        amp.attack = (amp.attack * (1.5 - 0.8 * cue.velocity))
            .min(cue.length * 0.5)
            .max(0.001);
        let octaves = (f32::from(cue.pitch) - 60.0) / 12.0;
        let filter = &patch.filter;
        let lift = filter.track * octaves
            + filter.velocity * (cue.velocity - 0.7)
            + 2.4 * (cue.brightness - 0.5);
        let breath_hertz = (cue.hertz * patch.breath.colour).clamp(200.0, 9000.0);
        Self {
            patch,
            oscillators,
            octave_phase: 0,
            octave_step: step(cue.hertz * 0.5, cue.rate),
            amp: Envelope::new(amp, cue.rate),
            sweep: Envelope::new(filter.envelope, cue.rate),
            filters: SvfPair::default(),
            mono_filters: [Svf::default(); 2],
            breath_filter: Svf::default(),
            breath_shape: SvfShape::new(breath_hertz, 0.9, cue.rate),
            noise,
            base_cutoff: filter.hertz * exp2(f64::from(lift)) as f32,
            level: patch.level * cue.loudness() / (count as f32).sqrt(),
            last: 0.0,
            age: 0.0,
            rate: cue.rate,
            pan: pan(cue.side() * 0.25),
        }
    }

    /// Pitch of the moment, shared by all oscillators, in cents.
    fn bend(&self) -> f32 {
        let left = (1.0 - self.age / 0.09).max(0.0);
        -self.patch.scoop * left * left
    }

    fn chunk(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        let mut l = [0.0_f32; CHUNK];
        let mut r = [0.0_f32; CHUNK];
        let (l, r) = (&mut l[..frames], &mut r[..frames]);
        self.oscillate(l, r);
        let goal = self.amp.advance(frames) * self.level;
        if self.patch.breath.level > 0.0 {
            self.breathe(l, r);
        }
        self.filter(l, r);
        let slope = (goal - self.last) / frames as f32;
        let mut level = self.last;
        for i in 0..frames {
            level += slope;
            left[i] += l[i] * level * self.pan.0;
            right[i] += r[i] * level * self.pan.1;
        }
        self.last = goal;
        self.age += frames as f32 / self.rate;
    }

    fn oscillate(&mut self, l: &mut [f32], r: &mut [f32]) {
        let frames = l.len();
        let bend = self.bend();
        let vibrato = &self.patch.vibrato;
        let depth = vibrato.cents * (self.age / vibrato.delay.max(0.01) - 0.3).clamp(0.0, 1.0);
        for osc in &mut self.oscillators {
            let mut cents = bend;
            if vibrato.cents > 0.0 {
                cents += depth * osc.vibrato.advance(frames);
            }
            if self.patch.drift > 0.0 {
                cents += self.patch.drift * osc.drift.advance(frames);
            }
            // The straight line is within a tenth of a cent for bends below a semitone.
            let hertz = osc.hertz * (1.0 + cents * 5.777_9e-4);
            osc.step = step(hertz, self.rate);
        }
        let mut pairs = self.oscillators.chunks_exact_mut(2);
        for pair in &mut pairs {
            if let [one, two] = pair {
                Oscillator::add_two(one, two, l, r);
            }
        }
        for osc in pairs.into_remainder() {
            osc.add(l, r);
        }
        if self.patch.octave > 0.0 {
            let scale = self.patch.octave * (self.oscillators.len() as f32).sqrt() * 0.5;
            for (l, r) in l.iter_mut().zip(r.iter_mut()) {
                let value = sine(self.octave_phase) * scale;
                *l += value;
                *r += value;
                self.octave_phase = self.octave_phase.wrapping_add(self.octave_step);
            }
        }
    }

    fn breathe(&mut self, l: &mut [f32], r: &mut [f32]) {
        let breath = &self.patch.breath;
        let level = breath.level + breath.chiff * (1.0 - self.age / 0.07).max(0.0);
        for (l, r) in l.iter_mut().zip(r.iter_mut()) {
            let value = self
                .breath_filter
                .band(&self.breath_shape, self.noise.white())
                * level;
            *l += value;
            *r += value;
        }
    }

    fn filter(&mut self, l: &mut [f32], r: &mut [f32]) {
        let filter = &self.patch.filter;
        let open = self.sweep.advance(l.len());
        let hertz = self.base_cutoff * exp2(f64::from(filter.sweep * open)) as f32;
        let shape = SvfShape::new(hertz.min(18_000.0), filter.q, self.rate);
        if self.oscillators.len() > 1 {
            self.filters.low(&shape, filter.steep, l, r);
            return;
        }
        let [first, second] = &mut self.mono_filters;
        if filter.steep {
            // In one loop: the second works on a sample while the first is at the next.
            for l in l.iter_mut() {
                *l = second.low(&shape, first.low(&shape, *l));
            }
        } else {
            for l in l.iter_mut() {
                *l = first.low(&shape, *l);
            }
        }
        r.copy_from_slice(l);
    }
}

fn oscillator(
    patch: &TonePatch,
    cue: &Cue,
    index: usize,
    count: usize,
    noise: &mut Noise,
) -> Oscillator {
    // -1.0 ..= 1.0 over the oscillators; in the middle when there is one.
    let place = if count == 1 {
        0.0
    } else {
        2.0 * index as f32 / (count - 1) as f32 - 1.0
    };
    // Neighbours in pitch go to opposite sides, or one side would sound sharp.
    let side = if index.is_multiple_of(2) {
        place.abs()
    } else {
        -place.abs()
    };
    let centre = if count % 2 == 1 && index == count / 2 {
        0.0
    } else {
        side
    };
    let (left, right) = pan(centre * patch.width);
    let cents = patch.detune * 0.5 * place;
    let hertz = cue.hertz * (1.0 + cents * 5.777_9e-4);
    let rate = patch.vibrato.hertz * (1.0 + 0.08 * noise.white());
    // A soloist's vibrato starts upwards from the pitch; players of a section each have their own.
    let vibrato_phase = if count == 1 { 0.0 } else { noise.unit() };
    Oscillator {
        table: patch.wave.table(cue.hertz, cue.rate),
        phase: if count == 1 { 0 } else { noise.bits() },
        step: 0,
        hertz,
        left,
        right,
        vibrato: Lfo::new(rate, vibrato_phase, cue.rate),
        drift: Lfo::new(0.3 + 0.9 * noise.unit(), noise.unit(), cue.rate),
    }
}

impl Voice for ToneVoice {
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool {
        for (l, r) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            self.chunk(l, r);
        }
        !self.amp.is_done()
    }

    fn release(&mut self) {
        self.amp.release();
        self.sweep.release();
    }

    fn cut(&mut self) {
        self.amp.cut();
    }
}
