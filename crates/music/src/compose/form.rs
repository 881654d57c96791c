//! The form: which section when, how long, how full.
//!
//! 1. Sections fill the piece without gap or overlap, in whole bars, and the last chord lands on the
//!    first beat after them.
//! 2. The last chord rings at least [`MIN_RING`] (less in pieces of a few seconds) and is let go
//!    before the end, so that its tail dies away inside the piece.
//! 3. A piece too short for a bar is a pick-up and the last chord.

use super::dice::Dice;
use super::grid::Clock;
use super::styles::Form;
use crate::prompt::Plan;

/// The shortest last chord of a piece that has time for one, in seconds.
const MIN_RING: f64 = 1.6;

/// One section.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// Which musical material: 0 is A, 1 is B, 2 is C.
    pub(crate) material: usize,
    /// How often this material was heard before.
    pub(crate) turn: usize,
    /// First bar.
    pub(crate) bar: usize,
    pub(crate) bars: usize,
    pub(crate) energy: f32,
}

/// The whole form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    pub(crate) sections: Vec<Section>,
    /// Quarter notes before the last chord.
    pub(crate) landing: f64,
    /// When the last chord is let go, in seconds.
    pub(crate) release: f64,
}

/// Seconds that the last chord gets at least.
fn shortest_ring(seconds: f64) -> f64 {
    (seconds * 0.25).min(MIN_RING)
}

/// Whole bars of a length that fit before the last chord.
pub(crate) fn bars_before_end(seconds: f64, bar: f64) -> usize {
    ((seconds - shortest_ring(seconds)) / bar + 1e-9)
        .floor()
        .max(0.0) as usize
}

/// How much longer than pleasant the last chord would ring, in seconds; negative when too short.
pub(crate) fn surplus_ring(seconds: f64, bar: f64) -> f64 {
    let ring = seconds - bars_before_end(seconds, bar) as f64 * bar;
    ring - (1.1 * bar).clamp(MIN_RING, 4.0)
}

pub(crate) fn lay_out(plan: &Plan, clock: &Clock, dice: &mut Dice) -> Layout {
    let bar_seconds = clock.bar() * clock.quarter;
    let bars = bars_before_end(plan.seconds, bar_seconds);
    let (sections, landing) = if bars == 0 {
        let beat = clock.metre.beat() * clock.quarter;
        let room = plan.seconds - shortest_ring(plan.seconds);
        let beats = (room / beat).floor();
        (Vec::new(), beats * clock.metre.beat())
    } else {
        (sections(plan, bars, dice), bars as f64 * clock.bar())
    };
    let ring = plan.seconds - landing * clock.quarter;
    Layout {
        sections,
        landing,
        release: plan.seconds - (ring * 0.35).min(1.2),
    }
}

/// A name, the material, and how the energy differs from the curve.
type Step = (&'static str, usize, f32);

/// What comes between intro and outro, repeated as long as needed.
fn cycle(form: Form) -> &'static [Step] {
    match form {
        Form::Song => &[
            ("a", 0, -0.08),
            ("b", 1, 0.12),
            ("a", 0, 0.0),
            ("b", 1, 0.15),
            ("bridge", 2, -0.15),
            ("b", 1, 0.2),
        ],
        Form::TwelveBar => &[
            ("a", 0, -0.05),
            ("a", 0, 0.05),
            ("solo", 0, 0.12),
            ("solo", 0, 0.18),
            ("a", 0, 0.1),
        ],
        Form::Head => &[
            ("a", 0, 0.0),
            ("a", 0, 0.05),
            ("b", 1, 0.0),
            ("a", 0, 0.08),
            ("solo", 0, 0.12),
            ("solo", 0, 0.15),
            ("solo", 1, 0.1),
            ("a", 0, 0.08),
        ],
        Form::Drops => &[
            ("a", 0, -0.15),
            ("build", 1, 0.0),
            ("drop", 0, 0.28),
            ("break", 1, -0.3),
            ("build", 1, 0.05),
            ("drop", 0, 0.3),
        ],
        Form::Arch => &[
            ("a", 0, -0.1),
            ("b", 1, 0.0),
            ("a", 0, 0.1),
            ("climax", 1, 0.2),
        ],
        Form::Period => &[
            ("a", 0, 0.0),
            ("a", 0, 0.05),
            ("b", 1, -0.08),
            ("a", 0, 0.1),
        ],
        Form::Loop => &[
            ("a", 0, 0.0),
            ("b", 1, 0.08),
            ("a", 0, 0.1),
            ("break", 0, -0.3),
        ],
    }
}

/// Bars of a section of this form in a piece of so many bars.
fn unit(form: Form, bars: usize) -> usize {
    match form {
        Form::TwelveBar if bars >= 12 => 12,
        Form::Head | Form::Period if bars >= 16 => 8,
        _ if bars >= 40 => 8,
        _ if bars >= 8 => 4,
        _ => bars.min(4),
    }
}

fn sections(plan: &Plan, bars: usize, dice: &mut Dice) -> Vec<Section> {
    let form = plan.form;
    let unit = unit(form, bars);
    let (intro, outro) = edges(form, bars, unit, dice);
    let body = bars - intro - outro;
    let mut steps: Vec<(Step, usize)> = Vec::new();
    if intro > 0 {
        steps.push((("intro", 0, -0.3), intro));
    }
    let cycle = cycle(form);
    let count = (body / unit).max(1);
    for index in 0..count {
        let last = index + 1 == count;
        let length = if last { body - unit * index } else { unit };
        let mut step = cycle[index % cycle.len()];
        // A piece that has sections at all should not stop on preparation.
        if last && count > 1 && matches!(step.0, "build" | "break" | "bridge") {
            step = if form == Form::Drops {
                ("drop", 0, 0.3)
            } else {
                ("a", 0, 0.1)
            };
        }
        steps.push((step, length));
    }
    if outro > 0 {
        steps.push((("outro", 0, -0.2), outro));
    }
    place(plan, &steps, bars)
}

/// Bars of intro and outro; the intro also takes what does not fill a section.
fn edges(form: Form, bars: usize, unit: usize, dice: &mut Dice) -> (usize, usize) {
    if bars < 8 {
        return (0, 0);
    }
    let (intro, outro) = match (form, bars) {
        (Form::TwelveBar, 16..) => (4, 0),
        (Form::Head | Form::Period, 20..40) => (if dice.chance(0.5) { 4 } else { 2 }, 0),
        (Form::TwelveBar | Form::Head | Form::Period, 8..20) => (0, 0),
        (_, 8..12) => (0, 0),
        (_, 12..24) => (2, 0),
        (_, 24..48) => (4, 2),
        (Form::Drops | Form::Arch | Form::Loop, _) => (8, 8),
        _ => (4, 4),
    };
    let rest = (bars - intro - outro) % unit;
    match rest {
        0 => (intro, outro),
        1 if outro > 0 => (intro, outro + 1),
        1 | 2 if bars >= 16 => (intro + rest, outro),
        _ if bars >= 24 => (intro + rest / 2 * 2, outro + rest % 2),
        // In a short piece a longer last section sounds less lost than a long intro.
        _ => (intro, outro),
    }
}

fn place(plan: &Plan, steps: &[(Step, usize)], bars: usize) -> Vec<Section> {
    let mut heard = [0_usize; 3];
    let mut bar = 0;
    let mut sections = Vec::with_capacity(steps.len());
    for ((name, material, offset), length) in steps {
        let material = (*material).min(2);
        let middle = (bar as f32 + *length as f32 / 2.0) / bars.max(1) as f32;
        let few = steps.len() == 1;
        let energy = if few {
            plan.energy.max(0.45)
        } else {
            plan.energy * arc(plan.form, middle) + offset * 0.9
        };
        sections.push(Section {
            name,
            material,
            turn: heard[material],
            bar,
            bars: *length,
            energy: energy.clamp(0.05, 1.0),
        });
        if !matches!(*name, "intro" | "outro") {
            heard[material] += 1;
        }
        bar += length;
    }
    sections
}

/// The energy curve of a form over the piece, around 1.0.
fn arc(form: Form, position: f32) -> f32 {
    match form {
        Form::Arch => {
            let peak = 0.72;
            let distance = if position < peak {
                (peak - position) / peak
            } else {
                (position - peak) / (1.0 - peak)
            };
            1.2 - 0.75 * distance.clamp(0.0, 1.0)
        }
        Form::Loop => 1.0,
        Form::Song | Form::TwelveBar | Form::Head | Form::Drops | Form::Period => {
            0.9 + 0.2 * position
        }
    }
}
