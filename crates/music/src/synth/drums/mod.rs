//! Drums and percussion: hits made once, then played like samples.
//!
//! 1. Every General MIDI percussion number 35 ..= 81 has a sound of its own; others play nothing.
//! 2. Three slightly different takes of each drum take turns, so repeats do not sound like a
//!    machine gun; a drum machine has one.
//! 3. Velocity closes a filter as well as turning down the level.
//! 4. Drums with a definite pitch are tuned to the score's tonic.
//! 5. Takes are made when first needed and kept for the piece: memory is bounded by the kit.

mod acoustic;
mod electronic;
mod hand;
mod hit;

use super::maths::{exp, exp2};
use super::noise::seed;
use super::player::start_frame;
use super::voice::pan;
use crate::score::{Note, Part};
use crate::vocabulary::Instrument;
use hit::Hit;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Hits that may sound at once.
const LIMIT: usize = 40;
/// Takes of one drum.
const TAKES: usize = 3;

/// One drum, ready to be played.
struct Take {
    samples: Vec<f32>,
    pan: f32,
}

struct Active {
    take: Rc<Take>,
    pitch: u8,
    wait: usize,
    at: usize,
    gains: (f32, f32),
    smooth: f32,
    state: f32,
    fade: f32,
    fade_step: f32,
}

/// The notes of a percussion part and the hits that sound.
pub(super) struct Kit<'a> {
    notes: &'a [Note],
    next: usize,
    instrument: Instrument,
    takes: BTreeMap<(u8, usize), Rc<Take>>,
    turns: BTreeMap<u8, usize>,
    active: Vec<Active>,
    brightness: f32,
    rate: f32,
    tonic: Option<u8>,
}

impl<'a> Kit<'a> {
    pub(super) fn new(part: &'a Part, rate: f32, tonic: Option<u8>) -> Self {
        Self {
            notes: &part.notes,
            next: 0,
            instrument: part.instrument,
            takes: BTreeMap::new(),
            turns: BTreeMap::new(),
            active: Vec::with_capacity(LIMIT),
            brightness: part.brightness.clamp(0.0, 1.0),
            rate,
            tonic,
        }
    }

    /// Adds the frames from `start` on; `false` when nothing sounded.
    pub(super) fn render(&mut self, start: usize, left: &mut [f32], right: &mut [f32]) -> bool {
        while let Some(note) = self.notes.get(self.next).copied() {
            match start_frame(&note, self.rate) {
                Some(at) if at >= start + left.len() => break,
                Some(at) => self.begin(&note, at.saturating_sub(start)),
                None => {}
            }
            self.next += 1;
        }
        let sounded = !self.active.is_empty();
        self.active.retain_mut(|active| active.render(left, right));
        sounded
    }

    fn begin(&mut self, note: &Note, wait: usize) {
        if !(35..=81).contains(&note.pitch) {
            return;
        }
        let quick = 1.0 / (0.012 * self.rate);
        for active in &mut self.active {
            if choked_by(active.pitch, note.pitch) {
                active.fade_step = quick;
            }
        }
        if self.active.len() >= LIMIT {
            self.active.remove(0);
        }
        let take = self.take(note.pitch);
        let velocity = note.velocity.clamp(0.0, 1.0);
        let octaves = 3.6 * velocity + 2.0 * (self.brightness - 0.5);
        let cutoff = 2300.0 * exp2(f64::from(octaves));
        let smooth = exp(-2.0 * std::f64::consts::PI * cutoff / f64::from(self.rate)) as f32;
        let (left, right) = pan(take.pan);
        let level = 0.04 + 0.96 * velocity * velocity.sqrt();
        self.active.push(Active {
            take,
            pitch: note.pitch,
            wait,
            at: 0,
            gains: (left * level, right * level),
            smooth,
            state: 0.0,
            fade: 1.0,
            fade_step: 0.0,
        });
    }

    fn take(&mut self, pitch: u8) -> Rc<Take> {
        let count = if self.instrument == Instrument::ElectronicDrums {
            1
        } else {
            TAKES
        };
        let turn = self.turns.entry(pitch).or_insert(0);
        let number = *turn % count;
        *turn += 1;
        let (instrument, rate, tonic) = (self.instrument, self.rate, self.tonic);
        let make = || {
            let mut hit = Hit::new(rate, seed(u64::from(pitch), number as u64), tonic);
            // What a drum machine lacks, the hand percussion and the acoustic kit supply.
            let made =
                instrument == Instrument::ElectronicDrums && electronic::strike(pitch, &mut hit);
            if !made && !acoustic::strike(pitch, &mut hit) {
                hand::strike(pitch, &mut hit);
            }
            let (samples, pan) = hit.finish();
            Rc::new(Take { samples, pan })
        };
        Rc::clone(self.takes.entry((pitch, number)).or_insert_with(make))
    }
}

/// Whether a sounding drum is stopped by another: hi-hats, whistles, guiros, cuicas, triangles.
fn choked_by(sounding: u8, new: u8) -> bool {
    const GROUPS: [&[u8]; 5] = [&[42, 44, 46], &[71, 72], &[73, 74], &[78, 79], &[80, 81]];
    GROUPS
        .iter()
        .any(|group| group.contains(&sounding) && group.contains(&new))
}

impl Active {
    fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> bool {
        let from = self.wait.min(left.len());
        self.wait -= from;
        let samples = &self.take.samples[self.at..];
        let frames = (left.len() - from).min(samples.len());
        let outputs = left[from..].iter_mut().zip(right[from..].iter_mut());
        for (sample, (l, r)) in samples[..frames].iter().zip(outputs) {
            self.state = sample + (self.state - sample) * self.smooth;
            let value = self.state * self.fade;
            self.fade = (self.fade - self.fade_step).max(0.0);
            *l += value * self.gains.0;
            *r += value * self.gains.1;
        }
        self.at += frames;
        self.at < self.take.samples.len() && self.fade > 0.0
    }
}
