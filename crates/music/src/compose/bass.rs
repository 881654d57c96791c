//! The bass: roots on the strong beats, and how the style moves between them.

use super::Piece;
use super::dice::Dice;
use super::form::Section;
use super::grid::{Event, STEP, by_energy, hits};
use super::ranges::register;
use super::styles::{Bass, triple};
use crate::prompt::Voice;

/// The bass of one section.
pub(crate) fn play(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    dice: &mut Dice,
) -> Vec<Event> {
    let walking = if piece.plan.walking_bass {
        piece.clock.metre == crate::prompt::Metre::FourFour
    } else {
        piece.style.bass == Bass::Walking && triple::bars(piece.clock.metre).is_none()
    };
    if walking && section.energy > 0.2 {
        return walk(piece, section, voice, dice);
    }
    let patterns = match (triple::bars(piece.clock.metre), piece.style.bass) {
        (Some(bars), _) => bars.bass,
        (None, Bass::Pattern(patterns)) => patterns,
        (None, Bass::Walking) => &["R-------5-------"],
    };
    let energy = section.energy * (0.6 + 0.5 * piece.plan.density);
    let pattern = by_energy(patterns, energy).copied().unwrap_or("R");
    let mut events = Vec::new();
    for bar in 0..section.bars {
        bar_of(piece, section, voice, pattern, bar, &mut events);
    }
    events
}

fn bar_of(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    pattern: &str,
    bar: usize,
    events: &mut Vec<Event>,
) {
    let start = (section.bar + bar) as f64 * piece.clock.bar();
    let first = events.len();
    for hit in hits(pattern, bar, piece.clock.steps()) {
        let at = start + hit.step as f64 * STEP;
        let span = piece.harmony.at(at);
        let root = root(span.chord.root, voice);
        let pitch = match hit.sign {
            b'5' => within(root + span.chord.fifth(), voice),
            b'8' => within(root + 12, voice),
            b'3' => within(root + span.chord.third(), voice),
            b'7' => within(root + span.chord.seventh(), voice),
            b'T' => self::root(piece.plan.key.tonic, voice),
            b'a' => approach(piece, at, start + piece.clock.bar(), voice),
            _ => root,
        };
        let velocity = match hit.sign {
            b'R' | b'T' => 0.9,
            b'r' => 0.72,
            _ => 0.76,
        };
        let length = (hit.steps as f64 * STEP).min(span.at + span.length - at);
        events.push(Event {
            at,
            length,
            pitch,
            velocity,
        });
    }
    // A chord that enters where the pattern has nothing to say still needs its root.
    for span in piece.harmony.within(start, start + piece.clock.bar()) {
        let spoken = events[first..]
            .iter()
            .any(|event| (event.at - span.at).abs() < 0.3);
        if !spoken {
            let pitch = root(span.chord.root, voice);
            let next = events[first..]
                .iter()
                .map(|event| event.at)
                .filter(|at| *at > span.at)
                .fold(span.at + span.length, f64::min);
            events.push(Event {
                at: span.at,
                length: next - span.at,
                pitch,
                velocity: 0.82,
            });
        }
    }
}

/// The lowest place of a pitch class in the bass register.
pub(crate) fn root(class: u8, voice: Voice) -> u8 {
    let (low, high) = register(voice.instrument, voice.role, 0);
    let pitch = low + (class + 12 - low % 12) % 12;
    if pitch > high { pitch - 12 } else { pitch }
}

fn within(pitch: u8, voice: Voice) -> u8 {
    let (_, high) = register(voice.instrument, voice.role, 0);
    if pitch > high { pitch - 12 } else { pitch }
}

/// A scale step below or above the next root, whichever is nearer to the root of now.
fn approach(piece: &Piece<'_>, at: f64, next: f64, voice: Voice) -> u8 {
    let target = root(piece.harmony.at(next).chord.root, voice);
    let now = root(piece.harmony.at(at).chord.root, voice);
    let up = now <= target;
    let (low, _) = register(voice.instrument, voice.role, 0);
    for distance in [2_u8, 1] {
        let pitch = if up && target >= low + distance {
            target - distance
        } else {
            target + distance
        };
        if piece.in_key(i16::from(pitch)) {
            return pitch;
        }
    }
    if up && target > low {
        target - 1
    } else {
        target + 1
    }
}

/// Quarter notes: the root where a chord begins, chord tones after it, a neighbour before the next.
fn walk(piece: &Piece<'_>, section: &Section, voice: Voice, dice: &mut Dice) -> Vec<Event> {
    let beats = section.bars * piece.clock.metre.quarters() as usize;
    let start = section.bar as f64 * piece.clock.bar();
    let (low, high) = register(voice.instrument, voice.role, 0);
    let mut events = Vec::with_capacity(beats);
    let mut before = root(piece.plan.key.tonic, voice);
    for beat in 0..beats {
        let at = start + beat as f64;
        let span = piece.harmony.at(at);
        let next = piece.harmony.at(at + 1.0);
        let begins = (span.at - at).abs() < 1e-6;
        let ends = next.at > span.at + 1e-6;
        let pitch = if begins || beat % 4 == 0 {
            nearest(span.chord.root, before, low, high)
        } else if ends {
            let target = nearest(next.chord.root, before, low, high);
            let above = before > target || (before == target && dice.chance(0.5));
            let step = if dice.chance(0.6) { 1 } else { 2 };
            if above {
                (target + step).min(high)
            } else {
                target.saturating_sub(step).max(low)
            }
        } else {
            let tones: Vec<u8> = (low..=high)
                .filter(|pitch| span.chord.has(i16::from(*pitch)))
                .filter(|pitch| *pitch != before && pitch.abs_diff(before) <= 7)
                .collect();
            dice.pick(&tones).copied().unwrap_or(before)
        };
        before = pitch;
        let accent = if beat % 2 == 0 { 0.84 } else { 0.78 };
        events.push(Event {
            at,
            length: 0.92,
            pitch,
            velocity: accent,
        });
    }
    events
}

fn nearest(class: u8, before: u8, low: u8, high: u8) -> u8 {
    (low..=high)
        .filter(|pitch| pitch % 12 == class)
        .min_by_key(|pitch| pitch.abs_diff(before))
        .unwrap_or(before)
}
