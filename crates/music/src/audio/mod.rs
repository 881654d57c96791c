//! Sound in memory: the stereo buffer, how loud it is, and how it is made as loud as asked.
//!
//! 1. Work happens in blocks on the one buffer of the piece; nothing else grows with its length.
//! 2. A mastered piece has -14 LUFS (EBU R 128, integrated) and stays below -1 dBTP.

mod compressor;
mod limiter;
mod loudness;
mod master;
mod true_peak;

#[cfg(test)]
mod tests;

pub use loudness::{Loudness, measure};
pub use master::{CEILING_DB, TARGET_LUFS, master};

/// Frames worked on at a time; also how often [`crate::engine::Control`] is asked.
pub(crate) const BLOCK: usize = 4096;

/// A stereo piece, one `f32` a sample and channel, full scale at ±1.0.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    /// Samples a second.
    pub sample_rate: u32,
    /// Left channel.
    pub left: Vec<f32>,
    /// Right channel, as long as the left.
    pub right: Vec<f32>,
}

impl Audio {
    /// Silence of this many frames.
    pub fn silent(sample_rate: u32, frames: usize) -> Self {
        Self {
            sample_rate,
            left: vec![0.0; frames],
            right: vec![0.0; frames],
        }
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.left.len() as f64 / f64::from(self.sample_rate)
    }
}
