//! What an engine is: a request and a seed in, sound out.
//!
//! 1. The same engine, version, request and seed give the same samples, on any number of threads.
//! 2. [`Engine::render`] blocks; it belongs on a pool of its own, never on the async runtime.
//! 3. It calls [`Control::step`] at least every 100 ms of work and stops at once when told to.
//! 4. Memory is the buffer of the result plus a constant.

use crate::audio::{Audio, Loudness};
use crate::request::GenerationRequest;

/// Makes sound from a request.
pub trait Engine: Send + Sync + 'static {
    /// Name, version and limits, for `/api/v1/models` and for the file's metadata.
    fn describe(&self) -> EngineInfo;

    /// Renders the whole piece.
    fn render(
        &self,
        request: &GenerationRequest,
        seed: u64,
        control: &mut dyn Control,
    ) -> Result<Rendered, EngineError>;
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineInfo {
    /// Stable id, `builtin`.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// Changes whenever the same request and seed would sound different.
    pub version: &'static str,
    /// Licence of what it makes and of its data.
    pub licence: &'static str,
    /// The longest piece it makes, in seconds.
    pub max_seconds: f64,
}

/// A finished piece.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The sound: stereo, normalised, limited, with a clean start and end.
    pub audio: Audio,
    /// How loud it is; whoever made it has measured it.
    pub loudness: Loudness,
    /// What was decided, for the answer and the file's metadata.
    pub summary: PlanSummary,
}

/// The musical decisions, in words.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PlanSummary {
    /// A title made from the decisions.
    pub title: String,
    /// Genre id.
    pub genre: String,
    /// Mood id.
    pub mood: String,
    /// Beats per minute.
    pub tempo: f64,
    /// For instance `C minor`.
    pub key: String,
    /// For instance `4/4`.
    pub metre: String,
    /// Instrument ids in mixing order.
    pub instruments: Vec<String>,
    /// Section names in playing order.
    pub form: Vec<String>,
}

/// How the caller hears of progress and stops the work.
pub trait Control {
    /// `done` runs from 0.0 to 1.0 and never falls. `stage` is a short word: `composing`,
    /// `rendering`, `mixing`, `mastering`, `encoding`.
    fn step(&mut self, stage: &'static str, done: f32) -> Flow;
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Give up: return [`EngineError::Cancelled`].
    Stop,
}

/// Work that nobody watches and nobody stops.
#[derive(Debug, Default, Clone, Copy)]
pub struct Unwatched;

impl Control for Unwatched {
    fn step(&mut self, _stage: &'static str, _done: f32) -> Flow {
        Flow::Continue
    }
}

/// Why there is no sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// [`Control::step`] said stop.
    #[error("the generation was cancelled")]
    Cancelled,
    /// The engine itself failed; the text is for the log, not for the client.
    #[error("the engine failed: {0}")]
    Failed(String),
}
