//! From positions to seconds, as a player would place them.
//!
//! 1. Shifts are a few milliseconds around the exact place; the tempo itself never moves.
//! 2. What sounds together stays together: a chord gets one shift, and guitars and harps strum it.
//! 3. No note is at a negative time, none is held beyond the release of the last chord, and no key is
//!    struck again before it was let go.

use super::Piece;
use super::dice::Dice;
use super::grid::Event;
use super::styles::kit::{CLAP, RIM, SNARE};
use crate::prompt::Voice;
use crate::score::{Note, Role};
use crate::vocabulary::Instrument;

/// Seconds between the strings of a strummed chord.
const STRUM: f64 = 0.008;
/// The shortest note, in seconds.
const SHORTEST: f64 = 0.03;

/// Plays the events of one part.
pub(crate) fn perform(
    piece: &Piece<'_>,
    voice: Voice,
    mut events: Vec<Event>,
    dice: &mut Dice,
) -> Vec<Note> {
    events.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.pitch.cmp(&b.pitch)));
    let touch = piece.style.touch;
    let loose =
        f64::from(touch.loose) / 1000.0 * if voice.role == Role::Drums { 0.35 } else { 0.8 };
    let strummed = voice.role == Role::Chords
        && matches!(
            voice.instrument,
            Instrument::AcousticGuitar
                | Instrument::ElectricGuitar
                | Instrument::DistortedGuitar
                | Instrument::Harp
        );
    let mut notes: Vec<Note> = Vec::with_capacity(events.len());
    let mut place = f64::NEG_INFINITY;
    let mut shift = 0.0;
    let mut string = 0;
    for event in events {
        if (event.at - place).abs() > 1e-6 {
            place = event.at;
            string = 0;
            shift = f64::from(dice.wobble()) * loose;
        } else {
            string += 1;
        }
        let mut start = piece.clock.seconds(event.at) + shift;
        if strummed {
            start += f64::from(string) * STRUM;
        }
        if is_backbeat(piece, event) {
            start += f64::from(touch.late) / 1000.0;
        }
        let start = start.max(0.0);
        let end = if event.length.is_finite() {
            piece.clock.seconds(event.at + event.length)
        } else {
            piece.layout.release
        };
        let end = end.min(piece.layout.release);
        let shortest = SHORTEST.min(piece.layout.release - start);
        let velocity = event.velocity * (1.0 + touch.spread * dice.wobble()) * piece.plan.force;
        if shortest > 0.0 {
            notes.push(Note {
                start,
                length: (end - start).max(shortest),
                pitch: event.pitch,
                velocity: velocity.clamp(0.05, 1.0),
            });
        }
    }
    notes.sort_by(|a, b| a.start.total_cmp(&b.start).then(a.pitch.cmp(&b.pitch)));
    release_before_repeat(&mut notes);
    notes
}

/// A snare, clap or rim on an even beat of 4/4.
fn is_backbeat(piece: &Piece<'_>, event: Event) -> bool {
    let struck = matches!(event.pitch, SNARE | CLAP | RIM);
    struck && (event.at.rem_euclid(2.0) - 1.0).abs() < 1e-6 && piece.clock.steps() == 16
}

/// Ends each note before its own key is struck again.
fn release_before_repeat(notes: &mut Vec<Note>) {
    let mut sounding: [Option<usize>; 128] = [None; 128];
    let mut doubled: Vec<usize> = Vec::new();
    for index in 0..notes.len() {
        let note = notes[index];
        let key = usize::from(note.pitch.min(127));
        if let Some(before) = sounding[key] {
            let gap = note.start - notes[before].start;
            if gap < SHORTEST {
                doubled.push(index);
                continue;
            }
            let earlier = &mut notes[before];
            earlier.length = earlier.length.min(gap - 0.004);
        }
        sounding[key] = Some(index);
    }
    let mut index = 0;
    notes.retain(|_| {
        index += 1;
        doubled.binary_search(&(index - 1)).is_err()
    });
}
