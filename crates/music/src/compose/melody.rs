//! The tune: motifs, repeated, moved, answered.
//!
//! 1. Each material has a motif of two bars; it comes back literally at the start of every phrase.
//! 2. A phrase is motif, continuation, motif moved by a step (or turned over), close. Odd phrases ask
//!    and end on the open, even ones answer and end on the tonic where the chord allows it.
//! 3. Strong and long notes are chord tones; what lies between belongs to the tune's scale.
//! 4. Steps outnumber leaps, and no leap within a bar is wider than an octave.
//! 5. Chance is spent on what the motif is, hardly on where it goes: repetition is what makes it sound
//!    composed.

use super::Piece;
use super::dice::Dice;
use super::form::Section;
use super::grid::{Event, Hit, STEP, hits};
use super::motif::{Motif, Tone};
use super::ranges::register;
use super::scale::Scale;
use super::styles::triple;
use crate::prompt::Voice;

/// What the melody remembers from section to section.
#[derive(Debug)]
pub(crate) struct Tune {
    scale: Scale,
    motifs: [Motif; 3],
    low: i16,
    high: i16,
    last: Option<i16>,
}

impl Tune {
    pub(crate) fn new(piece: &Piece<'_>, voice: Voice, dice: &mut Dice) -> Self {
        let (low, high) = register(voice.instrument, voice.role, piece.plan.register);
        let table = piece.style.tune;
        let bars = triple::bars(piece.clock.metre);
        let busy = bars.map_or(table.busy, |bars| bars.busy);
        let calm = bars.map_or(table.rhythms, |bars| bars.rhythms);
        let lively = piece.plan.density > 0.72;
        let rhythms = if lively { busy } else { calm };
        let steps = piece.clock.steps();
        let mut motif =
            |rhythms: &[&str]| Motif::invent(rhythms, steps, piece.plan, table.leap, dice);
        let first = motif(rhythms);
        // The contrast moves more where the first was calm, and less where it was not.
        let second = motif(if lively { calm } else { rhythms });
        let third = first.turned_over();
        Self {
            scale: Scale::of_tune(piece.plan.key, table.scale),
            motifs: [first, second, third],
            low: i16::from(low),
            high: i16::from(high),
            last: None,
        }
    }

    /// The tune of one section.
    pub(crate) fn play(
        &mut self,
        piece: &Piece<'_>,
        section: &Section,
        dice: &mut Dice,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        let phrase = if section.bars % 4 == 2 && section.bars < 8 {
            2
        } else {
            4
        };
        let rest = piece.style.tune.rest * (1.25 - 0.5 * piece.plan.density);
        let mut bar = 0;
        while bar < section.bars {
            let length = phrase.min(section.bars - bar);
            let opening = section.turn == 0 && bar == 0;
            let closing = section.bar + bar + length >= piece.bars();
            let silent = !opening && !closing && dice.chance(rest * 0.8);
            if !silent {
                let answer = (bar / phrase) % 2 == 1 || closing || section.bars <= phrase;
                if section.name == "solo" {
                    self.improvise(piece, section, bar, length, dice, &mut events);
                } else {
                    self.phrase(piece, section, (bar, length), answer, dice, &mut events);
                }
            }
            bar += length;
        }
        events
    }

    fn phrase(
        &mut self,
        piece: &Piece<'_>,
        section: &Section,
        (first, length): (usize, usize),
        answer: bool,
        dice: &mut Dice,
        events: &mut Vec<Event>,
    ) {
        let motif = self.motifs[section.material.min(2)].clone();
        let start = (section.bar + first) as f64 * piece.clock.bar();
        let anchor = self.anchor(piece, start);
        let turned = section.turn % 3 == 2;
        for place in 0..length {
            let at = start + place as f64 * piece.clock.bar();
            let last = place + 1 == length && length > 1;
            if last {
                self.close(piece, at, answer, events);
                continue;
            }
            let (tones, shift) = match place {
                0 => (motif.bars[0].clone(), 0),
                1 => (motif.bars[1].clone(), 0),
                _ if turned => (Motif::mirror(&motif.bars[0]), motif.sequence),
                _ => (motif.bars[0].clone(), motif.sequence),
            };
            let tones = match section.turn % 3 {
                1 if place == 1 => Motif::ornament(&tones, dice),
                _ => tones,
            };
            self.bar(piece, at, &tones, anchor + shift, events);
        }
    }

    /// Scale index of a chord tone near the middle of the register, or near the last note.
    fn anchor(&self, piece: &Piece<'_>, at: f64) -> i32 {
        let middle = self.low.midpoint(self.high);
        let near = self.last.map_or(middle, |last| (last + 3 * middle) / 4);
        let chord = piece.harmony.at(at).chord;
        let pitch = (self.low..=self.high)
            .filter(|pitch| chord.has(*pitch))
            .min_by_key(|pitch| pitch.abs_diff(near))
            .unwrap_or(near);
        self.scale.index_near(pitch)
    }

    fn bar(
        &mut self,
        piece: &Piece<'_>,
        at: f64,
        tones: &[Tone],
        anchor: i32,
        events: &mut Vec<Event>,
    ) {
        let mut pitches: Vec<i16> = Vec::with_capacity(tones.len());
        let mut before: Option<(i32, i16)> = None;
        for tone in tones {
            let when = at + tone.step as f64 * STEP;
            let strong = piece.clock.weight(when) >= 0.6 || tone.steps >= 4;
            let mut pitch = Self::fit(piece, when, self.scale.pitch(anchor + tone.rise), strong);
            // Where the motif moves the tune moves, even if the nearest chord tone is the one before.
            if let Some((rise, last)) = before
                && rise != tone.rise
                && pitch == last
            {
                pitch = Self::next_tone(piece, when, last, (tone.rise - rise).signum());
            }
            before = Some((tone.rise, pitch));
            pitches.push(pitch);
        }
        // The whole bar moves by octaves, so that its shape survives at the edge of the register.
        let top = pitches.iter().copied().max().unwrap_or(self.high);
        let bottom = pitches.iter().copied().min().unwrap_or(self.low);
        let shift = if top > self.high + 2 {
            -12
        } else if bottom < self.low - 2 {
            12
        } else {
            0
        };
        for (tone, pitch) in tones.iter().zip(pitches) {
            self.sound(piece, at, *tone, pitch + shift, events);
        }
    }

    fn sound(
        &mut self,
        piece: &Piece<'_>,
        bar: f64,
        tone: Tone,
        pitch: i16,
        events: &mut Vec<Event>,
    ) {
        let mut pitch = pitch;
        while pitch > self.high {
            pitch -= 12;
        }
        while pitch < self.low {
            pitch += 12;
        }
        if let Some(last) = self.last {
            let other = if pitch > last { pitch - 12 } else { pitch + 12 };
            let wide = pitch.abs_diff(last) > 9;
            if wide
                && (self.low..=self.high).contains(&other)
                && other.abs_diff(last) < pitch.abs_diff(last)
            {
                pitch = other;
            }
        }
        let at = bar + tone.step as f64 * STEP;
        let accent = piece.clock.weight(at);
        let velocity = 0.6 + 0.16 * accent + if tone.accent { 0.08 } else { 0.0 };
        let length = (tone.steps as f64 * STEP).min(piece.layout.landing - at);
        if length > 0.0 {
            events.push(Event {
                at,
                length,
                pitch: pitch.clamp(0, 127) as u8,
                velocity,
            });
            self.last = Some(pitch);
        }
    }

    /// The next chord tone above (1) or below (-1).
    fn next_tone(piece: &Piece<'_>, at: f64, from: i16, way: i32) -> i16 {
        let chord = piece.harmony.at(at).chord;
        let way = if way < 0 { -1 } else { 1 };
        (1..=7)
            .map(|step| from + way * step)
            .find(|pitch| chord.has(*pitch))
            .unwrap_or(from)
    }

    /// Brings a pitch in line with the chord.
    fn fit(piece: &Piece<'_>, at: f64, pitch: i16, strong: bool) -> i16 {
        let chord = piece.harmony.at(at).chord;
        if chord.has(pitch) {
            return pitch;
        }
        // Next to an altered chord tone (the leading tone in minor) the unaltered one is wrong.
        for other in [pitch - 1, pitch + 1] {
            if chord.has(other) && !piece.in_key(other) {
                return other;
            }
        }
        if !strong {
            return pitch;
        }
        [1, -1, 2, -2, 3, -3]
            .into_iter()
            .map(|step| pitch + step)
            .find(|other| chord.has(*other))
            .unwrap_or(pitch)
    }

    /// The last bar of a phrase: two notes towards the goal, and the goal.
    fn close(&mut self, piece: &Piece<'_>, at: f64, answer: bool, events: &mut Vec<Event>) {
        let triple = piece.clock.steps() == 12;
        let pattern = match (triple, answer) {
            (true, _) => "X---x-x---..",
            (false, true) => "X---x---X-----..",
            (false, false) => "X-x-x---X---....",
        };
        let found = hits(pattern, 0, piece.clock.steps());
        let Some(goal) = found.last() else { return };
        let chord = piece.harmony.at(at + goal.step as f64 * STEP).chord;
        let tonic = i16::from(piece.plan.key.tonic);
        let near = self.last.unwrap_or(self.low.midpoint(self.high));
        let wanted = |pitch: &i16| {
            let home = (pitch - tonic).rem_euclid(12) == 0;
            chord.has(*pitch) && (!answer || home || !chord.has(tonic))
        };
        let target = (self.low..=self.high)
            .filter(wanted)
            .min_by_key(|pitch| pitch.abs_diff(near))
            .unwrap_or(near);
        let goal_index = self.scale.index_near(target);
        let from = if near >= target { 1 } else { -1 };
        let count = found.len() as i32;
        for (index, hit) in found.iter().enumerate() {
            let left = count - 1 - index as i32;
            let raw = self.scale.pitch(goal_index + from * left);
            let when = at + hit.step as f64 * STEP;
            let pitch = if left == 0 {
                target
            } else {
                Self::fit(piece, when, raw, left == 2)
            };
            self.sound(piece, at, Tone::plain(*hit), pitch, events);
        }
    }

    /// Free playing over the chords: runs that turn round at the edges and land on chord tones.
    fn improvise(
        &mut self,
        piece: &Piece<'_>,
        section: &Section,
        first: usize,
        length: usize,
        dice: &mut Dice,
        events: &mut Vec<Event>,
    ) {
        let rhythms =
            triple::bars(piece.clock.metre).map_or(piece.style.tune.busy, |bars| bars.busy);
        let start = (section.bar + first) as f64 * piece.clock.bar();
        let mut index = self.anchor(piece, start);
        let mut way = if dice.chance(0.5) { 1 } else { -1 };
        for place in 0..length {
            let at = start + place as f64 * piece.clock.bar();
            if place + 1 == length && length > 1 {
                self.close(piece, at, true, events);
                continue;
            }
            let rhythm = dice.early(rhythms, 0.9).copied().unwrap_or("X");
            for hit in hits(rhythm, 0, piece.clock.steps()) {
                let when = at + hit.step as f64 * STEP;
                let strong = piece.clock.weight(when) >= 0.6;
                let pitch = Self::fit(piece, when, self.scale.pitch(index), strong);
                self.sound(piece, at, Tone::plain(hit), pitch, events);
                if dice.chance(0.22) {
                    way = -way;
                }
                let step = if dice.chance(0.2) { 2 } else { 1 };
                index += way * step;
                let pitch = self.scale.pitch(index);
                if pitch > self.high - 2 {
                    way = -1;
                } else if pitch < self.low + 2 {
                    way = 1;
                }
            }
        }
    }

    /// The note over the last chord: the tonic.
    pub(crate) fn landing(&self, piece: &Piece<'_>) -> Vec<Event> {
        let near = self.last.unwrap_or(self.low.midpoint(self.high));
        let tonic = i16::from(piece.plan.key.tonic);
        let pitch = (self.low..=self.high)
            .filter(|pitch| (pitch - tonic).rem_euclid(12) == 0)
            .min_by_key(|pitch| pitch.abs_diff(near));
        let Some(pitch) = pitch else {
            return Vec::new();
        };
        vec![Event {
            at: piece.layout.landing,
            length: f64::INFINITY,
            pitch: pitch.clamp(0, 127) as u8,
            velocity: 0.74,
        }]
    }

    /// What a piece of less than a bar has before its last chord: the triad, a note a beat.
    pub(crate) fn pick_up(&mut self, piece: &Piece<'_>) -> Vec<Event> {
        let beat = piece.clock.metre.beat();
        let beats = (piece.layout.landing / beat).round() as usize;
        let anchor = self.scale.index_near(self.low.midpoint(self.high));
        let mut events = Vec::new();
        for index in 0..beats {
            let at = index as f64 * beat;
            let pitch = Self::fit(piece, at, self.scale.pitch(anchor + index as i32), true);
            let hit = Hit {
                step: 0,
                steps: (beat / STEP) as usize,
                sign: b'X',
            };
            self.sound(piece, at, Tone::plain(hit), pitch, &mut events);
        }
        events
    }
}
