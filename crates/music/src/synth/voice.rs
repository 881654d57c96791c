//! What every sounding note has in common.

/// Frames between two values of everything that moves slowly; it is ramped in between.
pub(crate) const CHUNK: usize = 32;

/// The start of a note, as a voice is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cue {
    /// MIDI number.
    pub(crate) pitch: u8,
    /// Frequency of the fundamental.
    pub(crate) hertz: f32,
    /// Seconds until the key is let go.
    pub(crate) length: f32,
    /// 0.0 ..= 1.0.
    pub(crate) velocity: f32,
    /// Tone of the part, 0.0 ..= 1.0.
    pub(crate) brightness: f32,
    /// Of everything random in the note.
    pub(crate) seed: u64,
    /// Samples a second.
    pub(crate) rate: f32,
}

impl Cue {
    /// Where the key lies, -1.0 (lowest) ..= 1.0 (highest), as heard from the keyboard.
    pub(crate) fn side(&self) -> f32 {
        ((f32::from(self.pitch) - 62.0) / 40.0).clamp(-1.0, 1.0)
    }

    /// Loudness for a velocity: 26 dB from the softest to the hardest.
    pub(crate) fn loudness(&self) -> f32 {
        let v = self.velocity.clamp(0.0, 1.0);
        0.05 + 0.95 * v * v.sqrt()
    }
}

/// A sounding note.
pub(crate) trait Voice: Send {
    /// Adds the next frames; `false` once it has fallen silent for good.
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool;

    /// The key is let go.
    fn release(&mut self);

    /// Ends within a few milliseconds: the voice is needed elsewhere.
    fn cut(&mut self);
}

/// Gains of equal power for a place between left (-1.0) and right (1.0); 1.0 and 1.0 in the middle.
pub(crate) fn pan(place: f32) -> (f32, f32) {
    let turns = f64::from(place.clamp(-1.0, 1.0) + 1.0) / 8.0;
    let root = std::f64::consts::SQRT_2;
    (
        (super::maths::cosine_turns(turns) * root) as f32,
        (super::maths::sine_turns(turns) * root) as f32,
    )
}
