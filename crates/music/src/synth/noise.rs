//! Seeded noise.

use super::maths::exp2;

/// A small generator (PCG, 32 bits out of 64): one for each note, seeded by part and note.
#[derive(Debug, Clone)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        // Spreads neighbouring seeds (splitmix64), or notes in a row would begin alike.
        let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(z ^ (z >> 31))
    }

    pub(crate) fn bits(&mut self) -> u32 {
        let old = self.0;
        self.0 = old
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (((old >> 18) ^ old) >> 27) as u32;
        mixed.rotate_right((old >> 59) as u32)
    }

    /// Evenly in -1.0 .. 1.0: white noise.
    pub(crate) fn white(&mut self) -> f32 {
        self.bits().cast_signed() as f32 / 2_147_483_648.0
    }

    /// Evenly in 0.0 .. 1.0.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / 16_777_216.0
    }

    /// A factor within ± this many cents of 1.
    pub(crate) fn detune(&mut self, cents: f32) -> f32 {
        exp2(f64::from(self.white() * cents) / 1200.0) as f32
    }
}

/// A seed for one thing inside another.
pub(crate) fn seed(outer: u64, inner: u64) -> u64 {
    let mut noise = Noise::new(outer ^ inner.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    (u64::from(noise.bits()) << 32) | u64::from(noise.bits())
}
