//! Plays the notes of one part: starts, ends and bounds the voices.
//!
//! 1. Notes start and end on the exact sample.
//! 2. A part has a bounded number of voices. When it is used up, the oldest released note, then the
//!    oldest, ends within milliseconds.
//! 3. What is random in a note is seeded by part and note, so it does not depend on other notes.

use super::maths::hertz;
use super::noise::seed;
use super::patches::Recipe;
use super::voice::{Cue, Voice};
use crate::score::{Note, Part};

/// Voices beyond the limit that may still be fading out.
const FADING: usize = 8;

struct Active {
    voice: Box<dyn Voice>,
    pitch: u8,
    /// Frames until it starts, then until its key is let go.
    wait: usize,
    hold: usize,
    released: bool,
    cut: bool,
}

/// The notes of a pitched part and the voices that sound.
pub(super) struct Player<'a> {
    notes: &'a [Note],
    next: usize,
    active: Vec<Active>,
    recipe: Recipe,
    limit: usize,
    brightness: f32,
    seed: u64,
    rate: f32,
}

/// The frame a note starts on; `None` for what cannot be played.
pub(super) fn start_frame(note: &Note, rate: f32) -> Option<usize> {
    let playable = note.start.is_finite() && note.length.is_finite() && note.length > 0.0;
    (playable && note.velocity > 0.0)
        .then(|| (note.start.max(0.0) * f64::from(rate)).round() as usize)
}

impl<'a> Player<'a> {
    pub(super) fn new(part: &'a Part, recipe: Recipe, limit: usize, seed: u64, rate: f32) -> Self {
        Self {
            notes: &part.notes,
            next: 0,
            active: Vec::with_capacity(limit + FADING),
            recipe,
            limit,
            brightness: part.brightness.clamp(0.0, 1.0),
            seed,
            rate,
        }
    }

    /// Adds the frames from `start` on; `false` when nothing sounded.
    pub(super) fn render(&mut self, start: usize, left: &mut [f32], right: &mut [f32]) -> bool {
        self.begin_notes(start, left.len());
        let sounded = !self.active.is_empty();
        self.active.retain_mut(|active| active.render(left, right));
        sounded
    }

    fn begin_notes(&mut self, start: usize, frames: usize) {
        while let Some(note) = self.notes.get(self.next) {
            let Some(at) = start_frame(note, self.rate) else {
                self.next += 1;
                continue;
            };
            if at >= start + frames {
                return;
            }
            self.begin(note, at.saturating_sub(start));
            self.next += 1;
        }
    }

    fn begin(&mut self, note: &Note, wait: usize) {
        for active in &mut self.active {
            if active.pitch == note.pitch {
                // A string struck again is damped first.
                active.hold = active.hold.min(wait.saturating_sub(active.wait));
            }
        }
        self.make_room();
        let cue = Cue {
            pitch: note.pitch,
            hertz: hertz(f64::from(note.pitch)) as f32,
            length: note.length as f32,
            velocity: note.velocity.clamp(0.0, 1.0),
            brightness: self.brightness,
            seed: seed(self.seed, self.next as u64),
            rate: self.rate,
        };
        self.active.push(Active {
            voice: self.recipe.voice(&cue),
            pitch: note.pitch,
            wait,
            hold: (note.length * f64::from(self.rate)) as usize,
            released: false,
            cut: false,
        });
    }

    fn make_room(&mut self) {
        let sounding = self.active.iter().filter(|active| !active.cut).count();
        if sounding >= self.limit {
            let victim = self
                .active
                .iter()
                .position(|active| active.released && !active.cut)
                .or_else(|| self.active.iter().position(|active| !active.cut));
            if let Some(active) = victim.and_then(|index| self.active.get_mut(index)) {
                active.cut = true;
                active.voice.cut();
            }
        }
        if self.active.len() >= self.limit + FADING {
            self.active.remove(0);
        }
    }
}

impl Active {
    /// Adds its frames; `false` when it is over.
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool {
        let frames = left.len();
        let mut at = self.wait.min(frames);
        self.wait -= at;
        if at < frames && !self.released {
            let until = (at + self.hold).min(frames);
            self.hold -= until - at;
            if until > at
                && !self
                    .voice
                    .render(&mut left[at..until], &mut right[at..until])
            {
                return false;
            }
            at = until;
            if self.hold == 0 {
                self.released = true;
                self.voice.release();
            }
        }
        at == frames || self.voice.render(&mut left[at..], &mut right[at..])
    }
}
