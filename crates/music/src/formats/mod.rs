//! From sound in memory to the bytes of a file.
//!
//! 1. The same audio and tags give the same bytes: no date, no random serial, and dither from a
//!    fixed generator.
//! 2. Written front to back in blocks, so any writer serves and memory stays constant.
//! 3. Every file says that a machine made it, and from what: prompt hash, seed, engine, version.
//! 4. 16 bits in WAV and FLAC, with triangular dither of two steps' width.

mod flac;
mod ogg;
mod quantise;
mod tags;
mod wav;

#[cfg(test)]
mod tests;

pub use tags::{MADE_BY, Tags};

use crate::audio::Audio;
use crate::engine::{Control, EngineError, Flow};
use crate::vocabulary::Format;
use std::io::Write;

/// Frames encoded between two looks at [`Control`]: 0.1 s of sound, a few milliseconds of work.
const BLOCK: usize = 4096;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// [`Control::step`] said stop; what was written so far is no file.
    #[error("the encoding was cancelled")]
    Cancelled,
    /// The writer failed.
    #[error("cannot write the audio file: {0}")]
    Io(#[from] std::io::Error),
    /// The channels differ in length, the sample rate is none the format has, or the piece is too
    /// long for it.
    #[error("the audio does not fit the format: {0}")]
    Unfit(String),
    /// The encoder library failed.
    #[error("the encoder failed: {0}")]
    Encoder(String),
}

impl From<FormatError> for EngineError {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::Cancelled => Self::Cancelled,
            other => Self::Failed(other.to_string()),
        }
    }
}

/// Writes `audio` as a file of this format. Progress is reported as stage `encoding`, 0.0 to 1.0.
///
/// # Errors
///
/// [`FormatError`]; the writer may then hold the beginning of a file.
pub fn encode(
    audio: &Audio,
    format: Format,
    tags: &Tags,
    out: &mut dyn Write,
    control: &mut dyn Control,
) -> Result<(), FormatError> {
    if audio.left.len() != audio.right.len() {
        return Err(FormatError::Unfit(
            "the channels differ in length".to_owned(),
        ));
    }
    match format {
        Format::Wav => wav::encode(audio, tags, out, control)?,
        Format::Flac => flac::encode(audio, tags, out, control)?,
        Format::Ogg => ogg::encode(audio, tags, out, control)?,
    }
    out.flush()?;
    Ok(())
}

/// Tells of the progress and asks whether to go on.
fn watch(control: &mut dyn Control, done: usize, of: usize) -> Result<(), FormatError> {
    let share = if of == 0 {
        1.0
    } else {
        done as f32 / of as f32
    };
    match control.step("encoding", share.min(1.0)) {
        Flow::Continue => Ok(()),
        Flow::Stop => Err(FormatError::Cancelled),
    }
}
