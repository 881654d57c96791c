//! From the mix to the master: compressed, at -14 LUFS, below -1 dBTP.
//!
//! 1. How loud a limited piece becomes cannot be computed, only tried: the chain runs over the mix
//!    without writing until the gain is found, then once more to write. Only the piece's own
//!    buffer is written.
//! 2. A piece that the meter calls silent (nothing above -70 LUFS) is brought to a peak of -3 dBFS
//!    instead; true silence stays silent.

use super::compressor::Compressor;
use super::limiter::Limiter;
use super::loudness::{Loudness, failed, feed, measure, meter};
use super::{Audio, BLOCK};
use crate::engine::{Control, EngineError, Flow};
use crate::synth::maths::gain;
use ebur128::Mode;

/// Integrated loudness of every finished piece, in LUFS.
pub const TARGET_LUFS: f64 = -14.0;
/// True peak that no finished piece exceeds, in dBTP. Half a decibel below the promised -1.0: lossy
/// formats overshoot a little.
pub const CEILING_DB: f64 = -1.5;

/// What the limiter works to: its interpolation and the meter's agree only nearly.
const LIMITER_DB: f32 = -1.65;
/// Deviation from the target that nobody hears.
const TOLERANCE: f64 = 0.2;
/// Gains tried before the best is taken.
const TRIALS: usize = 6;
/// The most a quiet mix is raised, in decibels.
const MOST_GAIN_DB: f64 = 48.0;

/// Masters a mix in place. Progress is reported as stage `mastering`, from `from` to 1.0.
///
/// # Errors
///
/// [`EngineError::Cancelled`] when told to stop, [`EngineError::Failed`] when the meter refuses the
/// sample rate.
pub fn master(
    audio: &mut Audio,
    from: f32,
    control: &mut dyn Control,
) -> Result<Loudness, EngineError> {
    let mut watch = Watch {
        control,
        done: from,
    };
    let mix = loudness(audio, &mut watch)?;
    if !mix.is_finite() {
        normalise_peak(audio);
        return measure(audio, watch.control);
    }
    let level = find_gain(audio, mix, &mut watch)?;
    write(audio, level, &mut watch)?;
    watch.advance(0.5)?;
    let mut result = measure(audio, watch.control)?;
    if result.true_peak_db > CEILING_DB {
        let down = CEILING_DB - 0.01 - result.true_peak_db;
        scale(audio, gain(down as f32));
        result.lufs += down;
        result.true_peak_db += down;
    }
    Ok(result)
}

struct Watch<'a> {
    control: &'a mut dyn Control,
    done: f32,
}

impl Watch<'_> {
    /// Covers this share of what is left.
    fn advance(&mut self, share: f32) -> Result<(), EngineError> {
        self.done += (1.0 - self.done) * share;
        self.ask()
    }

    fn ask(&mut self) -> Result<(), EngineError> {
        match self.control.step("mastering", self.done.min(1.0)) {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(EngineError::Cancelled),
        }
    }
}

fn loudness(audio: &Audio, watch: &mut Watch<'_>) -> Result<f64, EngineError> {
    let mut meter = meter(audio.sample_rate, Mode::I)?;
    for (left, right) in audio.left.chunks(BLOCK).zip(audio.right.chunks(BLOCK)) {
        watch.ask()?;
        feed(&mut meter, left, right)?;
    }
    meter.loudness_global().map_err(failed)
}

/// The gain in decibels that gives the target after compressor and limiter.
fn find_gain(audio: &Audio, mix: f64, watch: &mut Watch<'_>) -> Result<f64, EngineError> {
    let mut level = (TARGET_LUFS - mix).min(MOST_GAIN_DB);
    let mut before: Option<(f64, f64)> = None;
    let (mut best, mut best_error) = (level, f64::INFINITY);
    for _ in 0..TRIALS {
        watch.advance(0.3)?;
        let reached = trial(audio, level, watch)?;
        let error = TARGET_LUFS - reached;
        if error.abs() < best_error {
            (best, best_error) = (level, error.abs());
        }
        if error.abs() < TOLERANCE || !reached.is_finite() {
            break;
        }
        // Secant through the last two trials; the response is between flat and one to one.
        let slope = match before {
            Some((old_level, old)) if (level - old_level).abs() > 1e-3 => {
                ((reached - old) / (level - old_level)).clamp(0.25, 1.0)
            }
            _ => 0.7,
        };
        before = Some((level, reached));
        level = (level + error / slope).min(MOST_GAIN_DB);
    }
    Ok(best)
}

/// Gain, compressor and limiter, with scratch space for one block.
struct Chain {
    level: f32,
    compressor: Compressor,
    limiter: Limiter,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Chain {
    fn new(sample_rate: u32, level_db: f64) -> Self {
        Self {
            level: gain(level_db as f32),
            compressor: Compressor::new(sample_rate),
            limiter: Limiter::new(sample_rate, gain(LIMITER_DB)),
            left: Vec::with_capacity(BLOCK),
            right: Vec::with_capacity(BLOCK),
        }
    }

    /// Processes a copy of the frames from `start` on; beyond the end they are silent.
    fn block(&mut self, audio: &Audio, start: usize, frames: usize) {
        for (own, channel) in [
            (&mut self.left, &audio.left),
            (&mut self.right, &audio.right),
        ] {
            own.clear();
            let end = (start + frames).min(channel.len());
            if start < end {
                own.extend(channel[start..end].iter().map(|sample| sample * self.level));
            }
            own.resize(frames, 0.0);
        }
        self.compressor.process(&mut self.left, &mut self.right);
        self.limiter.process(&mut self.left, &mut self.right);
    }
}

/// Loudness after the chain, without writing.
fn trial(audio: &Audio, level_db: f64, watch: &mut Watch<'_>) -> Result<f64, EngineError> {
    let mut meter = meter(audio.sample_rate, Mode::I)?;
    let mut chain = Chain::new(audio.sample_rate, level_db);
    let latency = chain.limiter.latency();
    let total = audio.left.len() + latency;
    let mut skip = latency;
    for start in (0..total).step_by(BLOCK) {
        watch.ask()?;
        let frames = BLOCK.min(total - start);
        chain.block(audio, start, frames);
        let from = skip.min(frames);
        skip -= from;
        feed(&mut meter, &chain.left[from..], &chain.right[from..])?;
    }
    meter.loudness_global().map_err(failed)
}

/// The chain in place: the limiter's latency keeps the writing behind the reading.
fn write(audio: &mut Audio, level_db: f64, watch: &mut Watch<'_>) -> Result<(), EngineError> {
    let mut chain = Chain::new(audio.sample_rate, level_db);
    let latency = chain.limiter.latency();
    let total = audio.left.len() + latency;
    let mut skip = latency;
    let mut at = 0;
    for start in (0..total).step_by(BLOCK) {
        watch.ask()?;
        let frames = BLOCK.min(total - start);
        chain.block(audio, start, frames);
        let from = skip.min(frames);
        skip -= from;
        let count = frames - from;
        audio.left[at..at + count].copy_from_slice(&chain.left[from..]);
        audio.right[at..at + count].copy_from_slice(&chain.right[from..]);
        at += count;
    }
    Ok(())
}

fn normalise_peak(audio: &mut Audio) {
    let peak = audio
        .left
        .iter()
        .chain(&audio.right)
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    // Below this there is nothing but rounding noise.
    if peak > 1e-6 {
        scale(audio, gain(-3.0) / peak);
    }
}

fn scale(audio: &mut Audio, by: f32) {
    for sample in audio.left.iter_mut().chain(audio.right.iter_mut()) {
        *sample *= by;
    }
}
