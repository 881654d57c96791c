//! The engine that needs nothing: composer, synthesiser and mastering of this crate.

use crate::audio::master;
use crate::compose;
use crate::engine::{Control, Engine, EngineError, EngineInfo, Flow, Rendered};
use crate::prompt;
use crate::request::{GenerationRequest, MAX_DURATION};
use crate::sound_font::SoundFont;
use crate::synth;
use std::sync::Arc;

/// Shares of the work, for the progress: composing, then rendering and mixing, then mastering.
const COMPOSED: f32 = 0.02;
const RENDERED: f32 = 0.75;

/// Composes and synthesises.
#[derive(Debug, Clone, Default)]
pub struct BuiltinEngine {
    sound_font: Option<Arc<SoundFont>>,
}

impl BuiltinEngine {
    /// Stable id.
    pub const ID: &'static str = "builtin";
    /// Changes whenever the same request and seed would sound different.
    pub const VERSION: &'static str = "1.0";

    /// With a SoundFont its instruments play instead of the synthesiser's own.
    pub fn new(sound_font: Option<Arc<SoundFont>>) -> Self {
        Self { sound_font }
    }
}

impl Engine for BuiltinEngine {
    fn describe(&self) -> EngineInfo {
        EngineInfo {
            id: Self::ID,
            name: "Built-in composer and synthesiser",
            version: Self::VERSION,
            licence: if self.sound_font.is_some() {
                "Output free to use as far as the SoundFont's licence allows"
            } else {
                "Output free to use; no samples, no training data"
            },
            max_seconds: MAX_DURATION,
        }
    }

    fn render(
        &self,
        request: &GenerationRequest,
        seed: u64,
        control: &mut dyn Control,
    ) -> Result<Rendered, EngineError> {
        if control.step("composing", 0.0) == Flow::Stop {
            return Err(EngineError::Cancelled);
        }
        let plan = prompt::plan(request, seed);
        let score = compose::compose(&plan, seed);
        if control.step("composing", COMPOSED) == Flow::Stop {
            return Err(EngineError::Cancelled);
        }
        let mut span = Span {
            control,
            from: COMPOSED,
            to: RENDERED,
        };
        let font = self.sound_font.as_deref();
        let mut audio = synth::render(&score, request.sample_rate(), font, &mut span)?;
        let loudness = master(&mut audio, RENDERED, control)?;
        Ok(Rendered {
            audio,
            loudness,
            summary: plan.summary(&score),
        })
    }
}

/// Passes on a stage's own 0.0 ..= 1.0 as a part of the whole.
pub(super) struct Span<'a> {
    pub(super) control: &'a mut dyn Control,
    pub(super) from: f32,
    pub(super) to: f32,
}

impl Control for Span<'_> {
    fn step(&mut self, stage: &'static str, done: f32) -> Flow {
        let done = self.from + (self.to - self.from) * done.clamp(0.0, 1.0);
        self.control.step(stage, done)
    }
}
