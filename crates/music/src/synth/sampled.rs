//! Plays a part by a SoundFont, through the same mix as the synthesiser's own instruments.
//!
//! Each part has a synthesiser of its own with effects off, so pan, sends and ducking act on it as
//! on any other part. Events fall on multiples of 64 frames (1.5 ms), the reader's own grain.

use super::player::start_frame;
use crate::engine::EngineError;
use crate::score::{Note, Part};
use crate::sound_font::SoundFont;
use crate::vocabulary::Instrument;
use rustysynth::{Synthesizer, SynthesizerSettings};

const GRAIN: usize = 64;
/// MIDI commands.
const CONTROL_CHANGE: i32 = 0xB0;
const PROGRAM_CHANGE: i32 = 0xC0;
const BANK_SELECT: i32 = 0;
/// The channel that General MIDI keeps for percussion, counted from 0.
const DRUM_CHANNEL: i32 = 9;

/// General MIDI program, counted from 0, of an instrument; for percussion the kit.
pub(super) fn program(instrument: Instrument) -> u8 {
    match instrument {
        Instrument::Piano | Instrument::Drums | Instrument::Percussion => 0,
        Instrument::ElectricPiano => 4,
        Instrument::Organ => 16,
        Instrument::Harpsichord => 6,
        Instrument::AcousticGuitar | Instrument::ElectronicDrums => 25,
        Instrument::ElectricGuitar => 27,
        Instrument::DistortedGuitar => 30,
        Instrument::Harp => 46,
        Instrument::UprightBass => 32,
        Instrument::ElectricBass => 33,
        Instrument::SynthBass => 38,
        Instrument::SubBass => 39,
        Instrument::Violin => 40,
        Instrument::Cello => 42,
        Instrument::Strings => 48,
        Instrument::Choir => 52,
        Instrument::Flute => 73,
        Instrument::Clarinet => 71,
        Instrument::Saxophone => 66,
        Instrument::Trumpet => 56,
        Instrument::Brass => 61,
        Instrument::Marimba => 12,
        Instrument::Vibraphone => 11,
        Instrument::Bells => 9,
        Instrument::SynthLead => 81,
        Instrument::SynthPad => 89,
        Instrument::SynthPluck => 87,
    }
}

/// The notes of a part and the synthesiser that plays them.
pub(super) struct FontPlayer<'a> {
    notes: &'a [Note],
    next: usize,
    /// Keys that are down, with the frame they are let go.
    down: Vec<(u8, usize)>,
    synthesizer: Synthesizer,
    channel: i32,
    rate: f32,
    scratch: [Vec<f32>; 2],
    idle_after: usize,
}

impl<'a> FontPlayer<'a> {
    pub(super) fn new(
        part: &'a Part,
        font: &SoundFont,
        sample_rate: u32,
    ) -> Result<Self, EngineError> {
        let failed =
            |error: &dyn std::fmt::Display| EngineError::Failed(format!("SoundFont: {error}"));
        let rate = i32::try_from(sample_rate).map_err(|error| failed(&error))?;
        let mut settings = SynthesizerSettings::new(rate);
        settings.enable_reverb_and_chorus = false;
        settings.block_size = GRAIN;
        let mut synthesizer =
            Synthesizer::new(&font.inner, &settings).map_err(|error| failed(&error))?;
        let channel = if part.instrument.is_percussion() {
            DRUM_CHANNEL
        } else {
            0
        };
        let program = i32::from(program(part.instrument));
        synthesizer.process_midi_message(channel, CONTROL_CHANGE, BANK_SELECT, 0);
        synthesizer.process_midi_message(channel, PROGRAM_CHANGE, program, 0);
        Ok(Self {
            notes: &part.notes,
            next: 0,
            down: Vec::new(),
            synthesizer,
            channel,
            rate: sample_rate as f32,
            scratch: [vec![0.0; GRAIN], vec![0.0; GRAIN]],
            idle_after: 0,
        })
    }

    /// Adds the frames from `start` on; `false` when nothing sounded.
    pub(super) fn render(&mut self, start: usize, left: &mut [f32], right: &mut [f32]) -> bool {
        let mut sounded = false;
        let blocks = left.chunks_mut(GRAIN).zip(right.chunks_mut(GRAIN));
        for (index, (left, right)) in blocks.enumerate() {
            let at = start + index * GRAIN;
            self.events(at, left.len());
            if at >= self.idle_after {
                continue;
            }
            sounded = true;
            let [l, r] = &mut self.scratch;
            let (l, r) = (&mut l[..left.len()], &mut r[..right.len()]);
            self.synthesizer.render(l, r);
            for (to, from) in left.iter_mut().zip(&*l).chain(right.iter_mut().zip(&*r)) {
                *to += from;
            }
        }
        sounded
    }

    fn events(&mut self, at: usize, frames: usize) {
        let (synthesizer, channel) = (&mut self.synthesizer, self.channel);
        self.down.retain(|(pitch, until)| {
            let held = *until > at;
            if !held {
                synthesizer.note_off(channel, i32::from(*pitch));
            }
            held
        });
        while let Some(note) = self.notes.get(self.next) {
            let begin = start_frame(note, self.rate);
            if begin.is_some_and(|begin| begin >= at + frames) {
                break;
            }
            self.next += 1;
            let Some(begin) = begin else { continue };
            // SoundFonts follow the square of the velocity, scores are written for a gentler law.
            let velocity = (note.velocity.clamp(0.0, 1.0).sqrt() * 127.0) as i32;
            synthesizer.note_off(channel, i32::from(note.pitch));
            synthesizer.note_on(channel, i32::from(note.pitch), velocity.max(1));
            let length = (note.length * f64::from(self.rate)) as usize;
            let until = begin.saturating_add(length);
            self.down.retain(|(pitch, _)| *pitch != note.pitch);
            self.down.push((note.pitch, until));
            // Long enough for any release; after that the part is skipped.
            self.idle_after = self
                .idle_after
                .max(until.saturating_add((8.0 * self.rate) as usize));
        }
    }
}
