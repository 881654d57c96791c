//! Side-chain ducking: how far a part steps back at each kick drum.

use super::player::start_frame;
use crate::score::Score;

/// General MIDI numbers of the bass drums.
const KICKS: [u8; 2] = [35, 36];
/// Seconds in which the dip opens: shorter would click.
const ATTACK: f32 = 0.004;

/// The dip that all kicks of the piece make.
pub(super) struct Ducker {
    kicks: Vec<usize>,
    next: usize,
    since: usize,
    attack: usize,
    recovery: usize,
    now: f32,
}

impl Ducker {
    pub(super) fn new(score: &Score, sample_rate: u32) -> Self {
        let rate = sample_rate as f32;
        let mut kicks: Vec<usize> = Vec::new();
        if score.parts.iter().any(|part| part.duck > 0.0) {
            for part in score
                .parts
                .iter()
                .filter(|part| part.instrument.is_percussion())
            {
                let notes = part.notes.iter().filter(|note| KICKS.contains(&note.pitch));
                kicks.extend(notes.filter_map(|note| start_frame(note, rate)));
            }
        }
        kicks.sort_unstable();
        // Recovered before the next beat, or the music never comes back.
        let beat = (60.0 / score.tempo.max(1.0)) as f32;
        let recovery = (beat * 0.8).clamp(0.12, 0.32);
        Self {
            kicks,
            next: 0,
            since: usize::MAX,
            attack: ((ATTACK * rate) as usize).max(1),
            recovery: (recovery * rate) as usize,
            now: 0.0,
        }
    }

    /// Fills `out` with the depth of the dip, 0.0 ..= 1.0, from frame `start` on.
    pub(super) fn block(&mut self, start: usize, out: &mut [f32]) {
        let hits = self
            .kicks
            .get(self.next)
            .is_some_and(|kick| *kick < start + out.len());
        if !hits && self.since >= self.recovery {
            out.fill(0.0);
            self.now = 0.0;
            return;
        }
        for (i, value) in out.iter_mut().enumerate() {
            if self
                .kicks
                .get(self.next)
                .is_some_and(|kick| *kick <= start + i)
            {
                self.next += 1;
                self.since = 0;
            }
            let goal = if self.since < self.recovery {
                let left = 1.0 - self.since as f32 / self.recovery as f32;
                left * left * (3.0 - 2.0 * left)
            } else {
                0.0
            };
            self.since = self.since.saturating_add(1);
            let most = 1.0 / self.attack as f32;
            self.now += (goal - self.now).clamp(-most, most);
            *value = self.now;
        }
    }
}
