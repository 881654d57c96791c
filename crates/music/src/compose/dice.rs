//! Chance that repeats.
//!
//! 1. Everything random in a piece comes from a stream named by the seed and a word, so the drums
//!    of a seed stay the same when the melody's rules change.
//! 2. Only the generator's raw words are used: its output is fixed by its specification (ChaCha
//!    with 8 rounds), while the distributions of a library may change between versions.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of chance.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream with this name under this seed.
    pub(crate) fn new(seed: u64, stream: &str) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        for (index, byte) in stream.bytes().enumerate() {
            let cell = &mut key[8 + index % 24];
            *cell = cell.rotate_left(3) ^ byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Evenly in 0.0 .. 1.0.
    pub(crate) fn unit(&mut self) -> f32 {
        // 24 bits are what an f32 holds exactly, so 1.0 cannot come out by rounding.
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Evenly in 0 .. `count`; 0 when there is nothing to choose from.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let word = u64::from(self.0.next_u32());
        ((word * count as u64) >> 32) as usize
    }

    /// Whether an event of this probability happens.
    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of them, each as likely.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// One of them; the earlier, the likelier. At `spread` 0.0 always the first, at 1.0 nearly even.
    pub(crate) fn early<'a, T>(&mut self, items: &'a [T], spread: f32) -> Option<&'a T> {
        let last = items.len().checked_sub(1)?;
        let mut index = 0;
        while index < last && self.chance(spread.clamp(0.0, 1.0) * 0.62) {
            index += 1;
        }
        items.get(index)
    }

    /// Around zero, nearly bell-shaped, never beyond ±1.0.
    pub(crate) fn wobble(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit()) / 1.5 - 1.0
    }
}
