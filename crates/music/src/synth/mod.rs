//! From a score to a mix.
//!
//! 1. Voices are mixed on the fly in blocks into the one buffer of the result; memory besides it is
//!    bounded by polyphony, the kit and the effects' delay lines.
//! 2. The same score gives the same samples: noise is seeded by part and note, and nothing reads a
//!    clock, a thread or the platform's mathematics library.
//! 3. Every part passes body, pan, gain and ducking, and feeds the tempo delay and the room.
//! 4. The result is exactly `seconds * sample_rate` frames, starts and ends at silence, and holds
//!    neither direct current nor NaN. Its level is free: mastering follows.

mod body;
mod drums;
mod duck;
mod echo;
pub(crate) mod envelope;
pub(crate) mod filter;
mod fm;
pub(crate) mod maths;
pub(crate) mod modal;
pub(crate) mod noise;
mod patches;
mod player;
mod pluck;
mod reverb;
mod sampled;
mod strikes;
mod strip;
mod tone;
mod tones;
pub(crate) mod voice;
pub(crate) mod wave;

#[cfg(test)]
mod tests;

use crate::audio::Audio;
use crate::engine::{Control, EngineError, Flow};
use crate::score::Score;
use crate::sound_font::SoundFont;
use duck::Ducker;
use echo::Echo;
use filter::Biquad;
use maths::cosine_turns;
use reverb::Reverb;
use strip::Strip;

/// Frames rendered at a time.
const BLOCK: usize = 512;
/// Blocks between two looks at [`Control`].
const BLOCKS_PER_STEP: usize = 8;
/// Seconds of the fade at the start.
const FADE_IN: f64 = 0.005;

/// Scratch space for one block of one stereo bus.
struct Bus {
    left: [f32; BLOCK],
    right: [f32; BLOCK],
}

impl Bus {
    fn new() -> Self {
        Self {
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
        }
    }

    fn clear(&mut self) {
        self.left.fill(0.0);
        self.right.fill(0.0);
    }

    fn sides(&mut self, frames: usize) -> [&mut [f32]; 2] {
        [&mut self.left[..frames], &mut self.right[..frames]]
    }
}

/// Renders and mixes a score. Progress is reported as stage `rendering`, 0.0 to 1.0.
///
/// # Errors
///
/// [`EngineError::Cancelled`] when told to stop; [`EngineError::Failed`] when the score's length is
/// no number, or the SoundFont player refuses the sample rate.
pub fn render(
    score: &Score,
    sample_rate: u32,
    sound_font: Option<&SoundFont>,
    control: &mut dyn Control,
) -> Result<Audio, EngineError> {
    let frames = frames(score, sample_rate)?;
    let mut audio = Audio::silent(sample_rate, frames);
    let mut mixer = Mixer::new(score, sample_rate, sound_font)?;
    for (number, start) in (0..frames).step_by(BLOCK).enumerate() {
        if number % BLOCKS_PER_STEP == 0
            && control.step("rendering", start as f32 / frames as f32) == Flow::Stop
        {
            return Err(EngineError::Cancelled);
        }
        let end = (start + BLOCK).min(frames);
        let (left, right) = (&mut audio.left[start..end], &mut audio.right[start..end]);
        mixer.block(start, left, right);
    }
    fade(&mut audio, score.seconds);
    if control.step("rendering", 1.0) == Flow::Stop {
        return Err(EngineError::Cancelled);
    }
    Ok(audio)
}

fn frames(score: &Score, sample_rate: u32) -> Result<usize, EngineError> {
    let frames = (score.seconds * f64::from(sample_rate)).round();
    if frames.is_finite() && (1.0..=f64::from(u32::MAX)).contains(&frames) {
        Ok(frames as usize)
    } else {
        Err(EngineError::Failed(format!(
            "a score of {} seconds cannot be rendered",
            score.seconds
        )))
    }
}

/// Everything between the notes and the mix.
struct Mixer<'a> {
    strips: Vec<Strip<'a>>,
    ducker: Ducker,
    echo: Echo,
    reverb: Reverb,
    rumble: Biquad,
    part: Bus,
    echo_send: Bus,
    room_send: Bus,
    duck: [f32; BLOCK],
}

impl<'a> Mixer<'a> {
    fn new(
        score: &'a Score,
        sample_rate: u32,
        font: Option<&SoundFont>,
    ) -> Result<Self, EngineError> {
        let strips = score
            .parts
            .iter()
            .enumerate()
            .map(|(index, part)| Strip::new(part, index as u64, score.tonic, font, sample_rate))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            strips,
            ducker: Ducker::new(score, sample_rate),
            echo: Echo::new(score, sample_rate),
            reverb: Reverb::new(&score.space, sample_rate),
            rumble: Biquad::high_pass(24.0, 0.7, sample_rate as f32),
            part: Bus::new(),
            echo_send: Bus::new(),
            room_send: Bus::new(),
            duck: [0.0; BLOCK],
        })
    }

    fn block(&mut self, start: usize, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        self.echo_send.clear();
        self.room_send.clear();
        let duck = &mut self.duck[..frames];
        self.ducker.block(start, duck);
        for strip in &mut self.strips {
            self.part.clear();
            if !strip.render(start, self.part.sides(frames), duck) {
                continue;
            }
            let [part_left, part_right] = self.part.sides(frames);
            add(left, part_left, 1.0);
            add(right, part_right, 1.0);
            let [room_left, room_right] = self.room_send.sides(frames);
            add(room_left, part_left, strip.room);
            add(room_right, part_right, strip.room);
            if strip.echo > 0.0 {
                let [echo_left, echo_right] = self.echo_send.sides(frames);
                add(echo_left, part_left, strip.echo);
                add(echo_right, part_right, strip.echo);
            }
        }
        self.echo.process(
            self.echo_send.sides(frames),
            [&mut *left, &mut *right],
            self.room_send.sides(frames),
        );
        self.reverb
            .process(self.room_send.sides(frames), [&mut *left, &mut *right]);
        self.rumble.process(left, right);
    }
}

fn add(to: &mut [f32], from: &[f32], gain: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from * gain;
    }
}

/// A short fade in against clicks, a longer one out against cut-off tails; both end at exactly 0.
fn fade(audio: &mut Audio, seconds: f64) {
    let rate = f64::from(audio.sample_rate);
    let frames = audio.left.len();
    let fade_in = ((FADE_IN * rate) as usize).min(frames / 4);
    let fade_out = (((seconds * 0.05).clamp(0.12, 1.2) * rate) as usize).min(frames / 2);
    let curve = |done: f64| (0.5 - 0.5 * cosine_turns(done / 2.0)) as f32;
    for channel in [&mut audio.left, &mut audio.right] {
        for (i, sample) in channel[..fade_in].iter_mut().enumerate() {
            *sample *= curve(i as f64 / fade_in as f64);
        }
        for (i, sample) in channel[frames - fade_out..].iter_mut().enumerate() {
            *sample *= curve(1.0 - (i + 1) as f64 / fade_out as f64);
        }
    }
}
