//! Accompaniment: chords in the rhythm of the style, pads, figures.

use super::Piece;
use super::form::Section;
use super::grid::{Event, Hit, STEP, by_energy, hits};
use super::ranges::{is_polyphonic, is_sustained, register};
use super::styles::triple;
use super::voicing::{Voices, lead};
use crate::prompt::Voice;
use crate::score::Role;
use crate::vocabulary::Instrument;

/// Chords of one section, in the style's rhythm. `before` carries the voices from section to section.
pub(crate) fn chords(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    before: &mut Option<Voices>,
) -> Vec<Event> {
    let patterns = triple::bars(piece.clock.metre).map_or(piece.style.comp, |bars| bars.comp);
    let mut energy = section.energy * (0.55 + 0.6 * piece.plan.density);
    if !piece.has_drums() {
        // Somebody has to keep the pulse.
        energy = energy.max(0.5);
    }
    let pattern = by_energy(patterns, energy).copied().unwrap_or("X");
    // Repeated bowing of long chords is no accompaniment; a bowed or blown section holds them.
    let held = is_sustained(voice.instrument)
        && voice.instrument != Instrument::Organ
        && piece.has_drums()
        && section.energy < 0.5;
    if held {
        return pad(piece, section, voice, before);
    }
    pattern_bars(piece, section, voice, pattern, before)
}

/// A figure: an arpeggio, a riff, or long guide tones on a melody instrument.
pub(crate) fn figure(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    before: &mut Option<Voices>,
) -> Vec<Event> {
    if !is_polyphonic(voice.instrument) {
        return guide_tones(piece, section, voice, before);
    }
    let patterns = triple::bars(piece.clock.metre).map_or(piece.style.figure, |bars| bars.figure);
    let energy = section.energy * (0.55 + 0.6 * piece.plan.density);
    let pattern = by_energy(patterns, energy).copied().unwrap_or("1");
    pattern_bars(piece, section, voice, pattern, before)
}

/// Long chords.
pub(crate) fn pad(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    before: &mut Option<Voices>,
) -> Vec<Event> {
    let (from, to) = piece.stretch(section);
    let mut events: Vec<Event> = Vec::new();
    let mut index = 0;
    let spans = piece.harmony.within(from, to);
    while let Some(span) = spans.get(index) {
        let mut length = span.length;
        index += 1;
        // The same chord again is held on, up to four bars of it.
        while let Some(next) = spans.get(index) {
            if next.chord != span.chord || length >= 4.0 * piece.clock.bar() - 1e-6 {
                break;
            }
            length += next.length;
            index += 1;
        }
        let voices = voices_for(piece, span.at, voice, before);
        let velocity = 0.45 + 0.25 * section.energy;
        events.extend(voices.iter().map(|pitch| Event {
            at: span.at,
            length: length.min(to - span.at) * 0.99,
            pitch: *pitch,
            velocity,
        }));
    }
    events
}

/// How many voices a part has.
fn voice_count(piece: &Piece<'_>, voice: Voice) -> usize {
    let full = match voice.role {
        _ if !is_polyphonic(voice.instrument) => 1,
        Role::Pad => 4,
        _ if voice.instrument == Instrument::DistortedGuitar => 2,
        _ if voice.instrument == Instrument::Brass => 3,
        _ => 4,
    };
    if piece.plan.density < 0.25 {
        full.min(3)
    } else {
        full
    }
}

fn voices_for(piece: &Piece<'_>, at: f64, voice: Voice, before: &mut Option<Voices>) -> Voices {
    let chord = piece.harmony.at(at).chord;
    let register = register(voice.instrument, voice.role, piece.plan.register);
    let count = voice_count(piece, voice);
    let voices = lead(&chord, count, register, before.as_ref(), piece.has_bass());
    *before = Some(voices.clone());
    voices
}

fn pattern_bars(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    pattern: &str,
    before: &mut Option<Voices>,
) -> Vec<Event> {
    let mut events = Vec::new();
    let mut current: Option<(f64, Voices)> = None;
    for bar in 0..section.bars {
        let start = (section.bar + bar) as f64 * piece.clock.bar();
        for hit in hits(pattern, bar, piece.clock.steps()) {
            let at = start + hit.step as f64 * STEP;
            let span = piece.harmony.at(at);
            let fresh = current
                .as_ref()
                .is_none_or(|(since, _)| (since - span.at).abs() > 1e-6);
            if fresh {
                current = Some((span.at, voices_for(piece, at, voice, before)));
            }
            let Some((_, voices)) = &current else {
                continue;
            };
            // A held chord stops where the harmony moves on, and is struck again there.
            let full = hit.steps as f64 * STEP;
            let rest = span.at + span.length - at;
            strike(piece, voices, hit, at, full.min(rest), voice, &mut events);
            if full > rest + 1e-6 && rest > 0.0 {
                let moved = voices_for(piece, at + rest, voice, before);
                strike(
                    piece,
                    &moved,
                    hit,
                    at + rest,
                    full - rest,
                    voice,
                    &mut events,
                );
                current = Some((piece.harmony.at(at + rest).at, moved));
            }
        }
    }
    events
}

fn strike(
    piece: &Piece<'_>,
    voices: &Voices,
    hit: Hit,
    at: f64,
    length: f64,
    voice: Voice,
    events: &mut Vec<Event>,
) {
    let accent = piece.clock.weight(at);
    let mut sound = |pitch: u8, length: f64, velocity: f32| {
        events.push(Event {
            at,
            length,
            pitch,
            velocity,
        });
    };
    let legato = f64::from(piece.legato());
    match hit.sign {
        b'1'..=b'8' => {
            let index = usize::from(hit.sign - b'1');
            if let Some(pitch) = ladder(voices, index, voice) {
                sound(
                    pitch,
                    length.max(STEP) * legato.max(0.8),
                    0.43 + 0.35 * accent,
                );
            }
        }
        b'L' => {
            if let Some(pitch) = voices.first() {
                sound(*pitch, length * legato, 0.66 + 0.14 * accent);
            }
        }
        b'U' => {
            for pitch in voices.iter().skip(1) {
                sound(*pitch, length * legato, 0.5 + 0.1 * accent);
            }
        }
        sign => {
            let (share, level) = match sign {
                b'X' => (legato, 0.72),
                b'x' => (legato, 0.58),
                _ => (0.7, 0.44),
            };
            for pitch in voices {
                sound(*pitch, length * share, level + 0.12 * accent);
            }
        }
    }
}

/// The tones of a chord as a ladder that goes on an octave higher.
fn ladder(voices: &Voices, index: usize, voice: Voice) -> Option<u8> {
    let octave = index.checked_div(voices.len())? as u8;
    let pitch = voices.get(index % voices.len())? + 12 * octave;
    let (_, high) = super::ranges::range(voice.instrument);
    Some(if pitch > high {
        pitch - 12 * octave
    } else {
        pitch
    })
}

/// One long tone a chord, the third or the seventh: what tells two chords apart.
fn guide_tones(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    before: &mut Option<Voices>,
) -> Vec<Event> {
    let (low, high) = register(voice.instrument, voice.role, piece.plan.register);
    let (from, to) = piece.stretch(section);
    let mut events = Vec::new();
    for span in piece.harmony.within(from, to) {
        let last = before.as_ref().and_then(|voices| voices.first()).copied();
        let last = last.unwrap_or(low + (high - low) / 2);
        let wanted = [span.chord.third(), span.chord.seventh(), span.chord.fifth()];
        let pitch = (low..=high)
            .filter(|pitch| {
                wanted
                    .iter()
                    .any(|tone| (span.chord.root + tone) % 12 == pitch % 12)
            })
            .min_by_key(|pitch| pitch.abs_diff(last));
        if let Some(pitch) = pitch {
            let length = span.length.min(to - span.at) * 0.95;
            events.push(Event {
                at: span.at,
                length,
                pitch,
                velocity: 0.5 + 0.2 * section.energy,
            });
            *before = Some(vec![pitch]);
        }
    }
    events
}

/// The last chord: together on a keyboard, rolled as a figure.
pub(crate) fn landing(piece: &Piece<'_>, voice: Voice, before: &mut Option<Voices>) -> Vec<Event> {
    let at = piece.layout.landing;
    let voices = voices_for(piece, at, voice, before);
    let rolled = voice.role == Role::Figure && !is_sustained(voice.instrument);
    voices
        .iter()
        .enumerate()
        .map(|(index, pitch)| Event {
            at: if rolled { at + index as f64 * STEP } else { at },
            length: f64::INFINITY,
            pitch: *pitch,
            velocity: if voice.role == Role::Pad { 0.55 } else { 0.74 },
        })
        .collect()
}
