//! From a request to the bytes of a file: what the command line and the job worker both do.

use super::builtin::Span;
use crate::engine::{Control, Engine, EngineError, PlanSummary};
use crate::formats::{FormatError, Tags, encode};
use crate::request::GenerationRequest;
use crate::vocabulary::Format;
use aws_lc_rs::digest;
use std::fmt::Write as _;
use std::io::Write;

/// Share of the work that is done when the audio is finished and the encoding begins.
const AUDIO_DONE: f32 = 0.88;

/// What was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Produced {
    /// The musical decisions.
    pub summary: PlanSummary,
    /// Length in seconds.
    pub seconds: f64,
    /// Size of the file.
    pub bytes: u64,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: String,
    /// Samples a second.
    pub sample_rate: u32,
    /// How it is encoded.
    pub format: Format,
    /// Integrated loudness in LUFS before encoding; negative infinity for silence.
    pub lufs: f64,
    /// True peak in dBTP before encoding; negative infinity for silence.
    pub true_peak_db: f64,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProduceError {
    /// The control said stop.
    #[error("the generation was cancelled")]
    Cancelled,
    /// The engine failed.
    #[error(transparent)]
    Engine(EngineError),
    /// The file could not be encoded or written.
    #[error(transparent)]
    Format(FormatError),
}

impl From<EngineError> for ProduceError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Cancelled,
            other => Self::Engine(other),
        }
    }
}

impl From<FormatError> for ProduceError {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::Cancelled => Self::Cancelled,
            other => Self::Format(other),
        }
    }
}

/// Renders, encodes and writes a piece. `seed` counts, whatever the request says.
///
/// # Errors
///
/// [`ProduceError`]; `out` may then hold the beginning of a file, which the caller removes.
pub fn produce(
    engine: &dyn Engine,
    request: &GenerationRequest,
    seed: u64,
    out: &mut dyn Write,
    control: &mut dyn Control,
) -> Result<Produced, ProduceError> {
    let info = engine.describe();
    let mut span = Span {
        control,
        from: 0.0,
        to: AUDIO_DONE,
    };
    let rendered = engine.render(request, seed, &mut span)?;
    let loudness = rendered.loudness;
    let summary = rendered.summary;
    let tags = Tags {
        title: summary.title.clone(),
        genre: summary.genre.clone(),
        mood: summary.mood.clone(),
        key: summary.key.clone(),
        tempo: summary.tempo,
        prompt_hash: hex(digest::digest(&digest::SHA256, request.prompt().as_bytes()).as_ref()),
        seed,
        engine: info.id.to_owned(),
        engine_version: info.version.to_owned(),
    };
    let mut counted = Counted {
        out,
        bytes: 0,
        hash: digest::Context::new(&digest::SHA256),
    };
    let mut span = Span {
        control,
        from: AUDIO_DONE,
        to: 1.0,
    };
    encode(
        &rendered.audio,
        request.format(),
        &tags,
        &mut counted,
        &mut span,
    )?;
    Ok(Produced {
        summary,
        seconds: rendered.audio.seconds(),
        bytes: counted.bytes,
        sha256: hex(counted.hash.finish().as_ref()),
        sample_rate: rendered.audio.sample_rate,
        format: request.format(),
        lufs: loudness.lufs,
        true_peak_db: loudness.true_peak_db,
    })
}

/// Counts and hashes what passes through.
struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
    hash: digest::Context,
}

impl Write for Counted<'_> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(buffer)?;
        self.bytes += written as u64;
        self.hash.update(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
