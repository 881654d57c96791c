//! Loudness and true peak by EBU R 128 and ITU-R BS.1770.

use super::{Audio, BLOCK};
use crate::engine::{Control, EngineError, Flow};
use ebur128::{EbuR128, Mode};

/// How loud a piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness {
    /// Integrated loudness in LUFS; negative infinity for silence.
    pub lufs: f64,
    /// Highest true peak of both channels in dBTP; negative infinity for silence.
    pub true_peak_db: f64,
}

/// Measures a whole piece. Progress is reported as stage `mastering` at 1.0.
///
/// # Errors
///
/// [`EngineError::Cancelled`] when told to stop, [`EngineError::Failed`] when the meter refuses the
/// sample rate.
pub fn measure(audio: &Audio, control: &mut dyn Control) -> Result<Loudness, EngineError> {
    let mut meter = meter(audio.sample_rate, Mode::I | Mode::TRUE_PEAK)?;
    for (left, right) in audio.left.chunks(BLOCK).zip(audio.right.chunks(BLOCK)) {
        if control.step("mastering", 1.0) == Flow::Stop {
            return Err(EngineError::Cancelled);
        }
        feed(&mut meter, left, right)?;
    }
    let mut peak = 0.0_f64;
    for channel in 0..2 {
        peak = peak.max(meter.true_peak(channel).map_err(failed)?);
    }
    Ok(Loudness {
        lufs: meter.loudness_global().map_err(failed)?,
        true_peak_db: 20.0 * peak.log10(),
    })
}

pub(super) fn meter(sample_rate: u32, mode: Mode) -> Result<EbuR128, EngineError> {
    EbuR128::new(2, sample_rate, mode).map_err(failed)
}

pub(super) fn feed(meter: &mut EbuR128, left: &[f32], right: &[f32]) -> Result<(), EngineError> {
    meter.add_frames_planar_f32(&[left, right]).map_err(failed)
}

pub(super) fn failed(error: ebur128::Error) -> EngineError {
    EngineError::Failed(format!("loudness meter: {error}"))
}
