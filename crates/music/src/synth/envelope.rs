//! The loudness of a note over time.

use super::maths::exp2;

/// Times in seconds; decay and release are the time to fall by 60 dB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub(crate) attack: f32,
    pub(crate) decay: f32,
    pub(crate) sustain: f32,
    pub(crate) release: f32,
}

impl Shape {
    pub(crate) const fn new(attack: f32, decay: f32, sustain: f32, release: f32) -> Self {
        Self {
            attack,
            decay,
            sustain,
            release,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Attack,
    Decay,
    Release,
    Done,
}

/// The state of one envelope.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    shape: Shape,
    stage: Stage,
    level: f32,
    attacked: f32,
    rate: f32,
}

/// What is left after a time, when 60 dB are lost in another.
pub(crate) fn fall(seconds: f32, by_60_db: f32) -> f32 {
    exp2(f64::from(-9.965_784 * seconds / by_60_db.max(1e-4))) as f32
}

impl Envelope {
    pub(crate) fn new(shape: Shape, sample_rate: f32) -> Self {
        Self {
            shape,
            stage: Stage::Attack,
            level: 0.0,
            attacked: 0.0,
            rate: sample_rate,
        }
    }

    /// The level after this many frames; callers ramp to it.
    pub(crate) fn advance(&mut self, frames: usize) -> f32 {
        let seconds = frames as f32 / self.rate;
        match self.stage {
            Stage::Attack => {
                self.attacked += seconds / self.shape.attack.max(1e-4);
                if self.attacked >= 1.0 {
                    self.stage = Stage::Decay;
                    self.level = 1.0;
                } else {
                    // Fast, then slower: how most instruments speak.
                    self.level = self.attacked * (2.0 - self.attacked);
                }
            }
            Stage::Decay => {
                let above = self.level - self.shape.sustain;
                self.level = self.shape.sustain + above * fall(seconds, self.shape.decay);
                if self.level < 1e-4 && self.shape.sustain < 1e-4 {
                    self.stage = Stage::Done;
                }
            }
            Stage::Release => {
                self.level *= fall(seconds, self.shape.release);
                if self.level < 2e-4 {
                    self.level = 0.0;
                    self.stage = Stage::Done;
                }
            }
            Stage::Done => self.level = 0.0,
        }
        self.level
    }

    pub(crate) fn release(&mut self) {
        if self.stage != Stage::Done {
            self.stage = Stage::Release;
        }
    }

    /// Ends within a few milliseconds, without a click.
    pub(crate) fn cut(&mut self) {
        self.shape.release = 0.015;
        self.release();
    }

    pub(crate) fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }
}
