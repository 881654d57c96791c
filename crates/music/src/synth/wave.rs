//! Band-limited wavetables: one period of a waveform at sixteen bandwidths.
//!
//! A table holds only harmonics that stay below half the sample rate at the pitch it is chosen
//! for, so no oscillator aliases, whatever its waveform. Tables are made once, on first use.

use super::maths::{sine, sine_turns};
use std::sync::OnceLock;

/// Samples of one period; a power of two, so a 32-bit phase is cut into index and fraction.
const SIZE: usize = 2048;
/// Bits of the phase that are the fraction between two samples.
const FRACTION_BITS: u32 = 21;
/// How many harmonics each table holds.
const BANDS: [usize; 16] = [
    3, 5, 8, 12, 16, 22, 30, 42, 58, 80, 112, 156, 220, 310, 440, 620,
];

/// One period and its first sample again.
pub(crate) type Table = [f32; SIZE + 1];

/// The waveforms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wave {
    /// Every harmonic, falling by 6 dB an octave.
    Saw,
    /// A pulse of a quarter period.
    Pulse,
    /// A bowed string: a saw with the unevenness of a bridge.
    Bowed,
    /// Vocal folds: falls faster than a saw.
    Voice,
    /// A flute: the fundamental and little else.
    Flute,
    /// A clarinet's closed pipe: odd harmonics first.
    Clarinet,
    /// A conical reed: strong low harmonics.
    Reed,
    /// A brass mouthpiece and bell.
    Brass,
    /// Drawbars 8', 4', 2⅔', 2', 1⅓', 1'.
    Drawbars,
    /// A sine with a little second and third harmonic, so that small loudspeakers show it.
    Deep,
}

impl Wave {
    /// Amplitude of a harmonic, 1 being the fundamental.
    fn harmonic(self, number: usize) -> f64 {
        let n = number as f64;
        let odd = number % 2 == 1;
        // A fixed irregularity of ±1, for instruments whose spectra are not smooth.
        let grain = sine_turns(n * 0.381_966 + 0.1);
        match self {
            Self::Saw => 1.0 / n,
            Self::Pulse => sine_turns(n * 0.125) / n,
            Self::Bowed => (1.0 + 0.35 * grain) / n,
            Self::Voice => (1.0 + 0.15 * grain) / (n * n.sqrt()),
            Self::Flute => match number {
                1 => 1.0,
                2 => 0.34,
                3 => 0.11,
                4 => 0.05,
                5 => 0.022,
                6 => 0.012,
                _ => 0.3 / (n * n * n),
            },
            Self::Clarinet => {
                let fall = 1.0 / (1.0 + (n / 9.0) * (n / 9.0) * (n / 9.0));
                if odd {
                    fall / n.sqrt()
                } else {
                    fall * 0.035 * n.min(8.0) / 2.0
                }
            }
            Self::Reed => {
                let lift = if number == 2 || number == 3 {
                    1.25
                } else {
                    1.0
                };
                lift * (1.0 + 0.3 * grain) / (n * (1.0 + n / 14.0))
            }
            Self::Brass => 1.0 / (n.sqrt() * (1.0 + (n / 8.0) * (n / 8.0))),
            Self::Drawbars => match number {
                1 => 1.0,
                2 => 0.62,
                3 => 0.5,
                4 => 0.3,
                6 => 0.12,
                8 => 0.16,
                _ => 0.0,
            },
            Self::Deep => match number {
                1 => 1.0,
                2 => 0.16,
                3 => 0.07,
                4 => 0.02,
                _ => 0.0,
            },
        }
    }

    /// The fullest table that does not alias at this frequency.
    pub(crate) fn table(self, hertz: f32, sample_rate: f32) -> &'static Table {
        static TABLES: [OnceLock<Vec<Table>>; 10] = [const { OnceLock::new() }; 10];
        let tables = TABLES[self as usize].get_or_init(|| self.build());
        // Above 17 kHz there is nothing to gain; below it vibrato and glides keep their distance
        // from half the rate.
        let top = (sample_rate * 0.44).min(17_000.0);
        let most = (top / hertz.max(1.0)) as usize;
        let band = BANDS.iter().rposition(|count| *count <= most).unwrap_or(0);
        &tables[band]
    }

    fn build(self) -> Vec<Table> {
        let mut period = vec![0.0_f64; SIZE];
        let circle: Vec<f64> = (0..SIZE)
            .map(|i| sine_turns(i as f64 / SIZE as f64))
            .collect();
        let mut done = 0;
        let mut tables = Vec::with_capacity(BANDS.len());
        for count in BANDS {
            for number in done + 1..=count {
                let amplitude = self.harmonic(number);
                for (i, value) in period.iter_mut().enumerate() {
                    *value += amplitude * circle[(i * number) % SIZE];
                }
            }
            done = count;
            let mut table = [0.0; SIZE + 1];
            for (to, from) in table.iter_mut().zip(period.iter().chain(&period[..1])) {
                *to = *from as f32;
            }
            tables.push(table);
        }
        // All bands share one scale, so a note does not get louder where the band changes.
        let power: f64 = period.iter().map(|value| value * value).sum::<f64>() / SIZE as f64;
        let scale = (0.35 / power.sqrt()) as f32;
        for value in tables.iter_mut().flatten() {
            *value *= scale;
        }
        tables
    }
}

/// The table's value at a phase, between samples on a straight line.
pub(crate) fn read(table: &Table, phase: u32) -> f32 {
    let index = (phase >> FRACTION_BITS) as usize;
    let fraction = (phase & ((1 << FRACTION_BITS) - 1)) as f32 / (1 << FRACTION_BITS) as f32;
    let here = table[index];
    here + (table[index + 1] - here) * fraction
}

/// Phase step of a frequency.
pub(crate) fn step(hertz: f32, sample_rate: f32) -> u32 {
    (f64::from(hertz) / f64::from(sample_rate) * 4_294_967_296.0) as u32
}

/// A slow oscillator, read once a chunk.
#[derive(Debug, Clone)]
pub(crate) struct Lfo {
    phase: u32,
    step: f64,
}

impl Lfo {
    /// `start` is the first phase in turns.
    pub(crate) fn new(hertz: f32, start: f32, sample_rate: f32) -> Self {
        let turn = f64::from(start) - f64::from(start).floor();
        Self {
            phase: (turn * 4_294_967_295.0) as u32,
            step: f64::from(hertz) / f64::from(sample_rate) * 4_294_967_296.0,
        }
    }

    /// The value after this many frames, -1.0 ..= 1.0.
    pub(crate) fn advance(&mut self, frames: usize) -> f32 {
        self.phase = self.phase.wrapping_add((self.step * frames as f64) as u32);
        sine(self.phase)
    }
}
