//! One channel of the mixer: the notes of a part, its body, its place and its sends.

use super::body::Body;
use super::drums::Kit;
use super::filter::Biquad;
use super::maths::gain;
use super::noise::seed;
use super::patches::patch;
use super::player::Player;
use super::sampled::FontPlayer;
use super::voice::pan;
use crate::engine::EngineError;
use crate::score::{Part, Role};
use crate::sound_font::SoundFont;

/// Frames that a body rings on after the last voice.
const TAIL: usize = 4096;

enum Source<'a> {
    Notes(Player<'a>),
    Kit(Kit<'a>),
    Font(Box<FontPlayer<'a>>),
}

/// A part on its way to the mix.
pub(super) struct Strip<'a> {
    source: Source<'a>,
    body: Body,
    low_cut: Option<Biquad>,
    left: f32,
    right: f32,
    duck: f32,
    /// Shares sent on.
    pub(super) room: f32,
    pub(super) echo: f32,
    tail: usize,
}

impl<'a> Strip<'a> {
    pub(super) fn new(
        part: &'a Part,
        index: u64,
        tonic: Option<u8>,
        font: Option<&SoundFont>,
        sample_rate: u32,
    ) -> Result<Self, EngineError> {
        let rate = sample_rate as f32;
        let patch = patch(part.instrument);
        let (source, inserts, trim) = match (font, patch) {
            (Some(font), _) => {
                let player = FontPlayer::new(part, font, sample_rate)?;
                (Source::Font(Box::new(player)), &[][..], font_trim(part))
            }
            (None, Some(patch)) => {
                let seed = seed(0x5EED, index);
                let player = Player::new(part, patch.recipe, patch.polyphony, seed, rate);
                (Source::Notes(player), patch.body, patch.trim)
            }
            (None, None) => (Source::Kit(Kit::new(part, rate, tonic)), &[][..], 0.0),
        };
        let level = gain(part.gain_db.clamp(-60.0, 24.0) + trim);
        let (left, right) = pan(part.pan);
        Ok(Self {
            source,
            body: Body::new(inserts, rate),
            low_cut: low_cut(part).map(|hertz| Biquad::high_pass(hertz, 0.7, rate)),
            left: left * level,
            right: right * level,
            duck: part.duck.clamp(0.0, 1.0),
            room: part.reverb_send.clamp(0.0, 1.0),
            echo: part.delay_send.clamp(0.0, 1.0),
            tail: 0,
        })
    }

    /// Fills the cleared `bus` with the frames from `start` on; `false` when they are silent.
    pub(super) fn render(&mut self, start: usize, bus: [&mut [f32]; 2], duck: &[f32]) -> bool {
        let [left, right] = bus;
        let sounded = match &mut self.source {
            Source::Notes(player) => player.render(start, left, right),
            Source::Kit(kit) => kit.render(start, left, right),
            Source::Font(player) => player.render(start, left, right),
        };
        if sounded {
            self.tail = TAIL;
        } else if self.tail == 0 {
            return false;
        }
        self.tail = self.tail.saturating_sub(left.len());
        self.body.process(left, right);
        if let Some(filter) = &mut self.low_cut {
            filter.process(left, right);
        }
        for ((l, r), dip) in left.iter_mut().zip(right.iter_mut()).zip(duck) {
            let level = 1.0 - self.duck * dip;
            *l *= self.left * level;
            *r *= self.right * level;
        }
        true
    }
}

/// Where a part leaves the low end to bass and kick drum, in hertz.
fn low_cut(part: &Part) -> Option<f32> {
    match part.role {
        Role::Bass | Role::Drums => None,
        Role::Pad => Some(140.0),
        Role::Chords => Some(95.0),
        Role::Melody | Role::Figure => Some(110.0),
    }
}

/// SoundFonts leave headroom for sixty voices, and more of it in their drums.
fn font_trim(part: &Part) -> f32 {
    if part.instrument.is_percussion() {
        13.0
    } else {
        7.0
    }
}
