//! Filters: state-variable for voices, biquads for bodies and equalisers.

use super::maths::{cosine_turns, gain, sine, sine_turns};

/// Coefficients of a two-pole state-variable filter (A. Simper's trapezoidal form): stable while
/// its cutoff moves.
///
/// Kept as the matrix that takes the states one sample on: each next state is one sum of products,
/// and the next sample waits for nothing else.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SvfShape {
    one: [f32; 2],
    two: [f32; 2],
    input: [f32; 2],
    k: f32,
}

impl SvfShape {
    /// `q` is 0.7 without resonance.
    pub(crate) fn new(hertz: f32, q: f32, sample_rate: f32) -> Self {
        let ratio = (hertz / sample_rate).clamp(0.0005, 0.46);
        // tan(π·ratio); half a turn of the phase is 2^31.
        let phase = (ratio * 2_147_483_648.0) as u32;
        let g = sine(phase) / sine(phase.wrapping_add(1 << 30));
        let k = 1.0 / q;
        let a1 = 1.0 / (1.0 + g * (g + k));
        let a2 = g * a1;
        let a3 = g * a2;
        Self {
            one: [2.0 * a1 - 1.0, -2.0 * a2],
            two: [2.0 * a2, 1.0 - 2.0 * a3],
            input: [2.0 * a2, 2.0 * a3],
            k,
        }
    }
}

/// State of one channel.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Svf {
    one: f32,
    two: f32,
}

impl Svf {
    fn tick(&mut self, shape: &SvfShape, input: f32) -> (f32, f32) {
        let one = shape.one[0] * self.one + (shape.one[1] * self.two + shape.input[0] * input);
        let two = shape.two[0] * self.one + (shape.two[1] * self.two + shape.input[1] * input);
        let band = 0.5 * (self.one + one);
        let low = 0.5 * (self.two + two);
        (self.one, self.two) = (one, two);
        (low, band)
    }

    /// Below the cutoff.
    pub(crate) fn low(&mut self, shape: &SvfShape, input: f32) -> f32 {
        self.tick(shape, input).0
    }

    /// Around the cutoff, at unity gain in the middle.
    pub(crate) fn band(&mut self, shape: &SvfShape, input: f32) -> f32 {
        self.tick(shape, input).1 * shape.k
    }
}

/// Two low-passes in a row for two channels, side by side in one register: left and right of the
/// first, left and right of the second. The second hears the first one sample late.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SvfPair {
    one: [f32; 4],
    two: [f32; 4],
    low: [f32; 4],
}

impl SvfPair {
    /// Works on a block in place; the second filter only where it is `steep`.
    pub(crate) fn low(
        &mut self,
        shape: &SvfShape,
        steep: bool,
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let Self {
            mut one,
            mut two,
            mut low,
        } = *self;
        let out = if steep { 2 } else { 0 };
        for (l, r) in left.iter_mut().zip(right.iter_mut()) {
            let input = [*l, *r, low[0], low[1]];
            for lane in 0..4 {
                let (s, t, x) = (one[lane], two[lane], input[lane]);
                one[lane] = shape.one[0] * s + (shape.one[1] * t + shape.input[0] * x);
                two[lane] = shape.two[0] * s + (shape.two[1] * t + shape.input[1] * x);
                low[lane] = 0.5 * (t + two[lane]);
            }
            (*l, *r) = (low[out], low[out + 1]);
        }
        *self = Self { one, two, low };
    }
}

/// A stereo biquad (R. Bristow-Johnson's cookbook formulae).
#[derive(Debug, Clone)]
pub(crate) struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    state: [[f32; 2]; 2],
}

impl Biquad {
    fn new(b: [f64; 3], a: [f64; 3]) -> Self {
        Self {
            b: b.map(|value| (value / a[0]) as f32),
            a: [(a[1] / a[0]) as f32, (a[2] / a[0]) as f32],
            state: [[0.0; 2]; 2],
        }
    }

    fn angle(hertz: f32, q: f32, sample_rate: f32) -> (f64, f64) {
        let turns = f64::from((hertz / sample_rate).min(0.47));
        let alpha = sine_turns(turns) / (2.0 * f64::from(q));
        (cosine_turns(turns), alpha)
    }

    /// Lifts or lowers a band.
    pub(crate) fn peak(hertz: f32, q: f32, decibels: f32, sample_rate: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz, q, sample_rate);
        let a = f64::from(gain(decibels / 2.0));
        Self::new(
            [1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a],
            [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a],
        )
    }

    /// Lifts or lowers everything above.
    pub(crate) fn high_shelf(hertz: f32, decibels: f32, sample_rate: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz, 0.707, sample_rate);
        let a = f64::from(gain(decibels / 2.0));
        let root = 2.0 * a.sqrt() * alpha;
        Self::new(
            [
                a * ((a + 1.0) + (a - 1.0) * cos + root),
                -2.0 * a * ((a - 1.0) + (a + 1.0) * cos),
                a * ((a + 1.0) + (a - 1.0) * cos - root),
            ],
            [
                (a + 1.0) - (a - 1.0) * cos + root,
                2.0 * ((a - 1.0) - (a + 1.0) * cos),
                (a + 1.0) - (a - 1.0) * cos - root,
            ],
        )
    }

    /// Takes away what lies below, by 12 dB an octave.
    pub(crate) fn high_pass(hertz: f32, q: f32, sample_rate: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz, q, sample_rate);
        let b = f64::midpoint(1.0, cos);
        Self::new([b, -2.0 * b, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// Takes away what lies above, by 12 dB an octave.
    pub(crate) fn low_pass(hertz: f32, q: f32, sample_rate: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz, q, sample_rate);
        let b = (1.0 - cos) / 2.0;
        Self::new([b, 2.0 * b, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// Keeps a band, at unity gain in the middle.
    pub(crate) fn band_pass(hertz: f32, q: f32, sample_rate: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz, q, sample_rate);
        Self::new([alpha, 0.0, -alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    /// Works on a block in place.
    pub(crate) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let [mut s, mut t] = self.state;
        for (l, r) in left.iter_mut().zip(right.iter_mut()) {
            let (x, y) = (*l, *r);
            *l = b0 * x + s[0];
            *r = b0 * y + t[0];
            // A constant far below hearing keeps the states out of the denormal range.
            s[0] = b1 * x - a1 * *l + s[1] + 1e-20;
            t[0] = b1 * y - a1 * *r + t[1] + 1e-20;
            s[1] = b2 * x - a2 * *l;
            t[1] = b2 * y - a2 * *r;
        }
        self.state = [s, t];
    }

    /// One channel, for sounds made ahead.
    pub(crate) fn process_mono(&mut self, samples: &mut [f32]) {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let [mut s0, mut s1] = self.state[0];
        for sample in samples.iter_mut() {
            let x = *sample;
            let y = b0 * x + s0;
            s0 = b1 * x - a1 * y + s1 + 1e-20;
            s1 = b2 * x - a2 * y;
            *sample = y;
        }
        self.state[0] = [s0, s1];
    }
}
