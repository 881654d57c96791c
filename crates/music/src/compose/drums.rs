//! Drums: the style's groove, fills where sections end, a crash where they begin.

use super::Piece;
use super::dice::Dice;
use super::form::Section;
use super::grid::{Event, STEP, by_energy};
use super::styles::kit::{
    CLAP, CRASH, HAT, KICK, LOW_CONGA, LOW_TOM, OPEN, RIDE, RIM, SHAKER, SNARE,
};
use super::styles::{Groove, triple};
use crate::prompt::Voice;
use crate::vocabulary::Instrument;

/// The drums of one section.
pub(crate) fn play(
    piece: &Piece<'_>,
    section: &Section,
    voice: Voice,
    dice: &mut Dice,
) -> Vec<Event> {
    let bars = triple::bars(piece.clock.metre);
    let hand = voice.instrument == Instrument::Percussion;
    let grooves = match (bars, hand) {
        (Some(bars), true) => bars.percussion,
        (Some(bars), false) => bars.grooves,
        (None, true) => piece.style.percussion,
        (None, false) => piece.style.grooves,
    };
    let fills = bars.map_or(piece.style.fills, |bars| bars.fills);
    let energy = section.energy * (0.7 + 0.4 * piece.plan.density);
    let Some(groove) = by_energy(grooves, energy) else {
        return Vec::new();
    };
    let fill = dice.pick(fills);
    let closing = section.bars >= 4 && section.name != "intro" && section.energy > 0.2;
    let mut events = Vec::new();
    for bar in 0..section.bars {
        let last = bar + 1 == section.bars;
        let filled = fill.filter(|_| last && closing);
        bar_of(piece, section, groove, filled, bar, &mut events);
        let quarter_end = bar % 4 == 3 && !last;
        if quarter_end && section.energy > 0.35 && dice.chance(0.5 * piece.plan.temperature) {
            pick_up(piece, section, groove, bar, &mut events);
        }
    }
    if section.name == "build" {
        roll(piece, section, &mut events);
    }
    let opens =
        section.bar > 0 && section.energy > 0.42 && !matches!(section.name, "break" | "outro");
    if opens && !hand {
        let at = section.bar as f64 * piece.clock.bar();
        events.push(Event {
            at,
            length: 1.0,
            pitch: CRASH,
            velocity: 0.55 + 0.3 * section.energy,
        });
    }
    if hand {
        for event in &mut events {
            event.pitch = by_hand(event.pitch);
        }
    }
    events
}

/// Fills are written for a kit; a percussionist plays them on what is there.
fn by_hand(pitch: u8) -> u8 {
    match pitch {
        KICK => LOW_CONGA,
        HAT | RIDE => SHAKER,
        OPEN => 69,
        other => other,
    }
}

fn level(sign: u8) -> Option<f32> {
    match sign {
        b'X' => Some(0.95),
        b'x' => Some(0.76),
        b'o' => Some(0.52),
        b'g' => Some(0.3),
        _ => None,
    }
}

fn bar_of(
    piece: &Piece<'_>,
    section: &Section,
    groove: &Groove,
    fill: Option<&Groove>,
    bar: usize,
    events: &mut Vec<Event>,
) {
    let steps = piece.clock.steps();
    let start = (section.bar + bar) as f64 * piece.clock.bar();
    let intensity = 0.78 + 0.22 * section.energy;
    let mut lane_of = |lanes: &Groove, from: usize, to: usize| {
        for (pitch, lane) in lanes.0 {
            let signs = lane.as_bytes();
            let bars = (signs.len() / steps).max(1);
            let offset = (bar % bars) * steps;
            for step in from..to {
                let Some(level) = signs.get(offset + step).copied().and_then(level) else {
                    continue;
                };
                let at = start + step as f64 * STEP;
                events.push(Event {
                    at,
                    length: STEP,
                    pitch: *pitch,
                    velocity: level * intensity,
                });
            }
        }
    };
    match fill {
        Some(fill) => {
            lane_of(groove, 0, steps / 2);
            lane_of(fill, steps / 2, steps);
        }
        None => lane_of(groove, 0, steps),
    }
}

/// Two soft strokes into the next bar.
fn pick_up(
    piece: &Piece<'_>,
    section: &Section,
    groove: &Groove,
    bar: usize,
    events: &mut Vec<Event>,
) {
    let struck = [SNARE, RIM, CLAP, LOW_TOM];
    let Some((pitch, _)) = groove.0.iter().find(|(pitch, _)| struck.contains(pitch)) else {
        return;
    };
    let end = (section.bar + bar + 1) as f64 * piece.clock.bar();
    for (back, velocity) in [(0.5, 0.36), (0.25, 0.46)] {
        let at = end - back;
        let taken = events
            .iter()
            .rev()
            .take(24)
            .any(|event| event.pitch == *pitch && (event.at - at).abs() < 1e-6);
        if !taken {
            events.push(Event {
                at,
                length: STEP,
                pitch: *pitch,
                velocity,
            });
        }
    }
}

/// A roll that doubles and grows to the end of the section.
fn roll(piece: &Piece<'_>, section: &Section, events: &mut Vec<Event>) {
    let (from, to) = piece.stretch(section);
    let begin = from.max(to - 4.0 * piece.clock.bar());
    let span = (to - begin).max(1.0);
    events.retain(|event| event.at < begin - 1e-6 || !matches!(event.pitch, SNARE | CLAP));
    let mut at = begin;
    while at < to - 1e-6 {
        let done = ((at - begin) / span) as f32;
        let on_beat = (at - at.round()).abs() < 1e-6;
        let velocity = 0.25 + 0.5 * done + if on_beat { 0.15 } else { 0.0 };
        events.push(Event {
            at,
            length: STEP,
            pitch: SNARE,
            velocity,
        });
        at += if done < 0.5 {
            1.0
        } else if done < 0.8 {
            0.5
        } else {
            0.25
        };
    }
}

/// The stroke under the last chord.
pub(crate) fn landing(piece: &Piece<'_>, voice: Voice) -> Vec<Event> {
    let at = piece.layout.landing;
    let stroke = |pitch, velocity| Event {
        at,
        length: 1.0,
        pitch,
        velocity,
    };
    let energy = piece
        .layout
        .sections
        .last()
        .map_or(0.5, |section| section.energy);
    if voice.instrument == Instrument::Percussion {
        return vec![stroke(LOW_CONGA, 0.8)];
    }
    let mut events = vec![stroke(KICK, 0.9)];
    if energy > 0.35 {
        events.push(stroke(CRASH, 0.5 + 0.3 * energy));
    }
    events
}
