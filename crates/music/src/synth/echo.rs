//! The tempo delay: repeats that cross from side to side and grow duller.

use super::filter::Biquad;
use crate::score::{Score, Space};

/// A stereo ping-pong delay.
pub(super) struct Echo {
    left: Vec<f32>,
    right: Vec<f32>,
    at: usize,
    feedback: f32,
    dull: Biquad,
    thin: Biquad,
}

impl Echo {
    pub(super) fn new(score: &Score, sample_rate: u32) -> Self {
        let Space {
            delay_beats,
            delay_feedback,
            ..
        } = score.space;
        let rate = sample_rate as f32;
        let seconds = (delay_beats * 60.0 / score.tempo.max(1.0) as f32).clamp(0.05, 2.5);
        let frames = (seconds * rate) as usize;
        Self {
            left: vec![0.0; frames],
            right: vec![0.0; frames],
            at: 0,
            feedback: delay_feedback.clamp(0.0, 0.8),
            dull: Biquad::low_pass(4200.0, 0.6, rate),
            thin: Biquad::high_pass(220.0, 0.6, rate),
        }
    }

    /// Adds the repeats of `send` to the mix and, quieter, to the room. `send` is used up.
    pub(super) fn process(
        &mut self,
        send: [&mut [f32]; 2],
        mix: [&mut [f32]; 2],
        room: [&mut [f32]; 2],
    ) {
        let [send_left, send_right] = send;
        let [mix_left, mix_right] = mix;
        let [room_left, room_right] = room;
        let mut at = self.at;
        for i in 0..send_left.len() {
            let (left, right) = (self.left[at], self.right[at]);
            mix_left[i] += left;
            mix_right[i] += right;
            room_left[i] += left * 0.3;
            room_right[i] += right * 0.3;
            let fresh = 0.5 * (send_left[i] + send_right[i]);
            // The first repeat is on the left, the next crosses over.
            send_left[i] = fresh + right * self.feedback;
            send_right[i] = left * self.feedback.max(0.25);
            at = (at + 1) % self.left.len();
        }
        self.dull.process(send_left, send_right);
        self.thin.process(send_left, send_right);
        for (l, r) in send_left.iter().zip(send_right.iter()) {
            self.left[self.at] = *l;
            self.right[self.at] = *r;
            self.at = (self.at + 1) % self.left.len();
        }
    }
}
