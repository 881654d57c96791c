//! Which chord when.
//!
//! 1. The first and the last chord of a piece are the tonic.
//! 2. Each material has one progression of its style; it returns with the material, so a listener
//!    recognises it.
//! 3. Returns are varied by a grammar: a chord may be exchanged for a relative of the same function
//!    or be prepared by its own dominant, never the first of a phrase.
//! 4. The bar before the last chord holds the style's cadence. In minor the dominant has the raised
//!    seventh.

use super::chord::{Chord, Numeral, Quality, TONIC};
use super::dice::Dice;
use super::form::{Layout, Section};
use super::grid::Clock;
use super::styles::{Cadence, Colour, Form, Harmony as Table};
use crate::prompt::Plan;
use crate::vocabulary::Mode;

/// A chord and how long it lasts, in quarter notes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) at: f64,
    pub(crate) length: f64,
    pub(crate) chord: Chord,
}

/// All chords of a piece, without gap.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Harmony {
    spans: Vec<Span>,
    /// What the piece ends on.
    pub(crate) last: Chord,
}

impl Harmony {
    /// The chord at a position; the last chord after the end.
    pub(crate) fn at(&self, at: f64) -> Span {
        let index = self.spans.partition_point(|span| span.at <= at + 1e-6);
        let closing = Span {
            at,
            length: f64::INFINITY,
            chord: self.last,
        };
        match index.checked_sub(1).and_then(|index| self.spans.get(index)) {
            Some(span) if at < span.at + span.length - 1e-6 => *span,
            _ => closing,
        }
    }

    /// The chords that begin within a stretch of time.
    pub(crate) fn within(&self, from: f64, to: f64) -> &[Span] {
        let first = self.spans.partition_point(|span| span.at < from - 1e-6);
        let end = self.spans.partition_point(|span| span.at < to - 1e-6);
        self.spans.get(first..end).unwrap_or_default()
    }
}

/// Reads a progression as `styles` describes it: one entry a bar. Words that are no chord are left out.
pub(crate) fn read_progression(text: &str) -> Vec<Vec<Numeral>> {
    text.split(' ')
        .map(|bar| bar.split('/').filter_map(read_numeral).collect())
        .collect()
}

fn read_numeral(word: &str) -> Option<Numeral> {
    let (shift, word) = match word.as_bytes().first()? {
        b'b' => (Some(-1), &word[1..]),
        b'#' => (Some(1), &word[1..]),
        _ => (None, word),
    };
    let mut signs = word.chars();
    let degree = signs.next()?.to_digit(8).filter(|degree| *degree > 0)? as u8 - 1;
    let quality = match signs.next() {
        None => Quality::Scale,
        Some('M') => Quality::Major,
        Some('m') => Quality::Minor,
        Some('d') => Quality::Dominant,
        Some('j') => Quality::MajorSeventh,
        Some('o') => Quality::Diminished,
        Some('h') => Quality::HalfDiminished,
        Some('s') => Quality::Suspended,
        Some('p') => Quality::Power,
        Some(_) => return None,
    };
    Some(Numeral {
        degree,
        shift,
        quality,
    })
}

/// The vamps of the modes that major and minor progressions would hide.
fn modal_vamps(mode: Mode) -> Option<[&'static str; 4]> {
    match mode {
        Mode::Dorian => Some(["1 1 4 1", "1 4 1 4", "1 2 1 4", "4 4 1 1"]),
        Mode::Phrygian => Some(["1 1 2 1", "1 2 1 7", "1 1 2 2", "2 2 1 1"]),
        Mode::Lydian => Some(["1 1 2 1", "1 2 1 5", "1 1 2 2", "2 2 1 1"]),
        Mode::Mixolydian => Some(["1 7 4 1", "1 1 7 1", "1 4 7 1", "4 7 1 1"]),
        Mode::Major | Mode::Minor => None,
    }
}

/// The progressions of A, B and C.
fn choose(plan: &Plan, firmness: usize, dice: &mut Dice) -> [Vec<Vec<Numeral>>; 3] {
    let table = plan.style.harmony;
    let mode = plan.key.mode;
    let (main, bridge) = if mode.is_minor() {
        (table.minor, table.bridge_minor)
    } else {
        (table.major, table.bridge_major)
    };
    let vamps = modal_vamps(mode)
        .filter(|_| table.modal || !matches!(mode, Mode::Dorian | Mode::Mixolydian));
    let main = vamps.as_ref().map_or(main, |vamps| &vamps[..3]);
    let bridge = vamps.as_ref().map_or(bridge, |vamps| &vamps[3..]);
    let spread = 0.75 * plan.temperature.min(1.3);
    let mut order: Vec<&str> = main.to_vec();
    if firmness > 0 {
        order.sort_by_key(|text| {
            let bars = text.split(' ').count().max(1);
            let home = text
                .split(' ')
                .filter(|bar| matches!(*bar, "1" | "1d"))
                .count();
            1000 - 1000 * home / bars
        });
    }
    let spread = if firmness > 0 { 0.0 } else { spread };
    let first = dice.early(&order, spread).copied().unwrap_or("1");
    let others: Vec<&str> = order
        .iter()
        .copied()
        .filter(|text| *text != first)
        .collect();
    let contrast = dice.early(bridge, spread).copied().unwrap_or(first);
    let second = match plan.form {
        Form::Head | Form::Period => contrast,
        _ if firmness > 1 => first,
        _ => dice.early(&others, spread).copied().unwrap_or(first),
    };
    let third = if firmness > 1 { first } else { contrast };
    [first, second, third].map(read_progression)
}

/// Lays chords under the form. A higher `firmness` stays closer to the tonic.
pub(crate) fn harmonise(
    plan: &Plan,
    layout: &Layout,
    clock: &Clock,
    firmness: usize,
    dice: &mut Dice,
) -> Harmony {
    let table = plan.style.harmony;
    let progressions = choose(plan, firmness, dice);
    let mut bars: Vec<Vec<Numeral>> = Vec::new();
    for section in &layout.sections {
        let progression = &progressions[section.material.min(2)];
        bars.extend(section_bars(plan, section, progression, firmness, dice));
    }
    if let Some(first) = bars.first_mut() {
        *first = vec![Numeral {
            quality: home_quality(first),
            ..TONIC
        }];
    }
    let count = bars.len();
    if count >= 2
        && let Some(bar) = bars.last_mut()
    {
        *bar = cadence(table, plan.key.mode);
    }
    if count == 0 && layout.landing > 0.0 {
        bars.push(vec![TONIC]);
    }
    let (tonic, mode) = (plan.key.tonic, plan.key.mode);
    let mut spans: Vec<Span> = Vec::new();
    for (index, bar) in bars.iter().enumerate() {
        let length = clock.bar() / bar.len().max(1) as f64;
        for (part, numeral) in bar.iter().enumerate() {
            let at = index as f64 * clock.bar() + part as f64 * length;
            let chord = numeral.chord(tonic, mode, table.colour);
            spans.push(Span {
                at,
                length: length.min(layout.landing - at),
                chord,
            });
        }
    }
    spans.retain(|span| span.length > 1e-6);
    let colour = match table.colour {
        Colour::Seventh | Colour::Ninth | Colour::Add9 => Colour::Add9,
        Colour::Power | Colour::Triad => Colour::Triad,
    };
    Harmony {
        spans,
        last: TONIC.chord(tonic, mode, colour),
    }
}

/// A blues begins on a dominant seventh; everything else on what the scale gives.
fn home_quality(bar: &[Numeral]) -> Quality {
    match bar.first() {
        Some(Numeral {
            degree: 0,
            shift: None,
            quality,
        }) => *quality,
        _ => Quality::Scale,
    }
}

fn cadence(table: Table, mode: Mode) -> Vec<Numeral> {
    let plain = |degree| Numeral::of(degree, Quality::Scale);
    match (table.cadence, mode) {
        (_, Mode::Phrygian) => vec![plain(1)],
        (Cadence::Plagal, Mode::Major | Mode::Mixolydian | Mode::Dorian | Mode::Minor) => {
            vec![plain(3)]
        }
        (_, Mode::Mixolydian) => vec![plain(3), plain(6)],
        (_, Mode::Lydian) => vec![plain(1), plain(4)],
        (Cadence::Modal, Mode::Minor | Mode::Dorian) => vec![plain(6)],
        _ if matches!(table.colour, Colour::Seventh | Colour::Ninth) => {
            let second = if mode.is_minor() {
                Quality::HalfDiminished
            } else {
                Quality::Scale
            };
            vec![Numeral::of(1, second), Numeral::of(4, Quality::Dominant)]
        }
        _ => vec![plain(3), Numeral::of(4, Quality::Major)],
    }
}

fn section_bars(
    plan: &Plan,
    section: &Section,
    progression: &[Vec<Numeral>],
    firmness: usize,
    dice: &mut Dice,
) -> Vec<Vec<Numeral>> {
    let table = plan.style.harmony;
    let chance = if firmness > 0 {
        0.0
    } else {
        table.substitution * plan.temperature
    };
    let varied = section.turn > 0 || table.substitution > 0.2;
    let mut bars: Vec<Vec<Numeral>> = Vec::with_capacity(section.bars);
    for index in 0..section.bars {
        let place = index % progression.len().max(1);
        let bar = progression
            .get(place)
            .cloned()
            .unwrap_or_else(|| vec![TONIC]);
        let next = progression
            .get(place + 1)
            .and_then(|bar| bar.first())
            .copied();
        let inner = place > 0 && place + 1 < progression.len();
        if varied && inner && dice.chance(chance) {
            bars.push(rewrite(&bar, next, plan.key.mode, table.colour, dice));
        } else {
            bars.push(bar);
        }
    }
    bars
}

/// One production of the grammar.
fn rewrite(
    bar: &[Numeral],
    next: Option<Numeral>,
    mode: Mode,
    colour: Colour,
    dice: &mut Dice,
) -> Vec<Numeral> {
    let [only] = bar else { return bar.to_vec() };
    let plain = |degree| Numeral::of(degree, Quality::Scale);
    if only.shift.is_some() {
        return bar.to_vec();
    }
    // T → T D/x : the next chord is prepared by its own dominant.
    if colour == Colour::Seventh
        && let Some(Numeral {
            degree,
            shift: None,
            ..
        }) = next
        && matches!(degree, 1 | 3 | 4)
        && dice.chance(0.4)
    {
        let dominant = Numeral::of((degree + 4) % 7, Quality::Dominant);
        return vec![*only, dominant];
    }
    match (only.degree, only.quality) {
        // T → Tp
        (0, Quality::Scale) => vec![*only, plain(5)],
        // S → Sp
        (3, Quality::Scale) if !mode.is_minor() => vec![*only, plain(1)],
        // S → S Tp in minor, where the second degree is diminished
        (3, Quality::Scale) => vec![*only, plain(5)],
        // D → S D
        (4, quality) => vec![plain(3), Numeral::of(4, quality)],
        // Tp → T's mediant
        (5, Quality::Scale) => vec![*only, plain(3)],
        _ => bar.to_vec(),
    }
}
