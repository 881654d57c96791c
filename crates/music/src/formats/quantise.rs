//! From `f32` to 16 bits.
//!
//! Triangular dither of ±1 step makes the rounding error a steady hiss at -96 dBFS instead of
//! distortion that follows quiet music. Its noise comes from a fixed generator, so bytes repeat;
//! digital silence stays silence.

use crate::audio::Audio;

/// The state of the dither.
#[derive(Debug)]
pub(super) struct Quantiser(u64);

impl Quantiser {
    pub(super) fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    /// Evenly distributed halves of one step, summed: triangular in -1.0 .. 1.0.
    fn triangle(&mut self) -> f32 {
        // Knuth's MMIX generator; its upper bits are good enough for noise.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = (self.0 >> 48) as f32;
        let low = ((self.0 >> 32) & 0xFFFF) as f32;
        (high + low) / 65_536.0 - 1.0
    }

    fn sample(&mut self, value: f32) -> i16 {
        if value == 0.0 {
            return 0;
        }
        // `as` saturates and takes NaN to 0, so no input can wrap around to a loud click.
        let scaled = value * 32_767.0 + self.triangle();
        (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i16
    }

    /// Replaces `out` by the frames from `start` on, interleaved, at most `frames` of them.
    pub(super) fn block(&mut self, audio: &Audio, start: usize, frames: usize, out: &mut Vec<i16>) {
        out.clear();
        let end = (start + frames).min(audio.left.len());
        for (left, right) in audio.left[start..end].iter().zip(&audio.right[start..end]) {
            out.push(self.sample(*left));
            out.push(self.sample(*right));
        }
    }
}
