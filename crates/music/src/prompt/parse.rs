//! From words to wishes.
//!
//! 1. One pass from left to right, the longest known phrase first; unknown words are passed over.
//! 2. A negation holds for the wishes that follow it until a sentence mark, a word like `with` or
//!    `but`, a tempo or a key, or three words that mean nothing here; `and` and `or` carry it on.
//! 3. `only`, `just`, `solo` near an instrument mean that nobody else plays.
//! 4. Of several styles the one named most plainly counts, of equals the last (the noun in English);
//!    what follows `with` counts less.

use super::feel::Feel;
use super::key_names;
use super::lexicon::{LONGEST, Meaning, look_up};
use super::plan::Metre;
use super::words::{Word, split};
use crate::compose::ranges::is_polyphonic;
use crate::request::{MAX_TEMPO, MIN_TEMPO};
use crate::score::Role;
use crate::vocabulary::{Instrument, Mode, Mood};

/// A player asked for: whom one could mean, best first, and the part if it was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    pub(super) players: &'static [Instrument],
    pub(super) role: Option<Role>,
}

/// What a prompt asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Wishes {
    /// Style id.
    pub(super) style: Option<&'static str>,
    /// Moods in the order of naming.
    pub(super) moods: Vec<Mood>,
    pub(super) tempo: Option<f64>,
    /// Steps slower or faster than usual.
    pub(super) pace: i8,
    pub(super) tonic: Option<u8>,
    pub(super) mode: Option<Mode>,
    pub(super) metre: Option<Metre>,
    pub(super) swing: Option<f32>,
    pub(super) players: Vec<Wish>,
    pub(super) banned: Vec<Instrument>,
    pub(super) banned_roles: Vec<Role>,
    /// Whether nobody but the players named is wanted.
    pub(super) only: bool,
    pub(super) walking_bass: bool,
    pub(super) feel: Feel,
}

/// Understands a prompt.
pub(super) fn parse(prompt: &str) -> Wishes {
    let words = split(prompt);
    let mut reader = Reader {
        words: &words,
        ..Reader::default()
    };
    let mut index = 0;
    while let Some(word) = words.get(index) {
        if word.after_stop {
            reader.negation = Negation::Off;
        }
        index += reader.step(index).max(1);
    }
    reader.finish()
}

/// Twice or half of a tempo out of range is the same pulse, counted otherwise.
fn fold(tempo: f64) -> f64 {
    if tempo < MIN_TEMPO {
        tempo * 2.0
    } else if tempo > MAX_TEMPO {
        tempo / 2.0
    } else {
        tempo
    }
}

/// Whether what follows is unwanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Negation {
    #[default]
    Off,
    On,
    /// A player was refused, and no `and` or `or` came after it.
    Spent,
}

/// The state of the pass.
#[derive(Debug, Default)]
struct Reader<'a> {
    words: &'a [Word],
    wishes: Wishes,
    negation: Negation,
    /// Words since the negation that meant nothing.
    idle: usize,
    very: bool,
    added: bool,
    /// How plainly the style of now was named.
    plainness: u8,
    banned_styles: Vec<&'static str>,
    /// Word index of `only`, of `solo`, and of the last player.
    only_at: Option<usize>,
    solo_at: Option<usize>,
    player_at: Option<usize>,
}

impl Reader<'_> {
    /// Reads what begins at a word; answers how many words it took.
    fn step(&mut self, index: usize) -> usize {
        if let Some(named) = key_names::read(self.words, index) {
            self.negation = Negation::Off;
            self.wishes.tonic = Some(named.tonic);
            self.wishes.mode = named.mode.or(self.wishes.mode);
            return named.words;
        }
        if let Some(tempo) = self.tempo(index) {
            self.negation = Negation::Off;
            self.wishes.tempo = Some(tempo);
            return 1;
        }
        for length in (1..=LONGEST).rev() {
            let Some(words) = self.words.get(index..index + length) else {
                continue;
            };
            // A phrase does not reach across a sentence mark.
            if words.iter().skip(1).any(|word| word.after_stop) {
                continue;
            }
            let phrase = words
                .iter()
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            if let Some(meaning) = look_up(&phrase) {
                self.take(meaning, index, length);
                return length;
            }
        }
        self.unknown(index);
        1
    }

    fn unknown(&mut self, index: usize) {
        self.very = false;
        if let Some(word) = self.words.get(index)
            && let Some(stem) = word.text.strip_suffix("less")
            && let Some(Meaning::Players(players, _)) = look_up(stem)
        {
            self.wishes.banned.extend(players);
        }
        self.idle += 1;
        if self.idle >= 3 {
            self.negation = Negation::Off;
        }
    }

    /// A number that is a tempo: with `bpm` behind or before it, or after `tempo`.
    fn tempo(&self, index: usize) -> Option<f64> {
        let number = |at: usize| -> Option<f64> {
            let value: f64 = self.words.get(at)?.text.parse().ok()?;
            (value.is_finite() && (20.0..=400.0).contains(&value)).then_some(value)
        };
        let text = |at: Option<usize>| {
            at.and_then(|at| self.words.get(at))
                .map(|word| word.text.as_str())
        };
        let value = number(index)?;
        let is_unit = |word: Option<&str>| {
            matches!(
                word,
                Some("bpm" | "beats" | "schlage" | "battements" | "pulsaciones")
            )
        };
        let behind = is_unit(text(Some(index + 1)));
        let before = matches!(text(index.checked_sub(1)), Some("bpm" | "tempo"))
            || (matches!(text(index.checked_sub(1)), Some("of" | "at" | "is"))
                && text(index.checked_sub(2)) == Some("tempo"));
        if !behind && !before {
            return None;
        }
        // `120-130 bpm` is a range; its middle is meant.
        let low = index
            .checked_sub(1)
            .and_then(number)
            .filter(|low| behind && *low < value && *low >= 40.0);
        Some(fold(low.map_or(value, |low| f64::midpoint(low, value))))
    }

    fn take(&mut self, meaning: Meaning, index: usize, length: usize) {
        let very = std::mem::take(&mut self.very);
        self.end_negation(meaning);
        let negated = self.negation != Negation::Off;
        let wish = !matches!(
            meaning,
            Meaning::Not
                | Meaning::Very
                | Meaning::Only
                | Meaning::With
                | Meaning::And
                | Meaning::Filler
                | Meaning::Solo
        );
        if wish {
            self.idle = 0;
        }
        match meaning {
            Meaning::Not => {
                self.negation = Negation::On;
                self.idle = 0;
            }
            Meaning::Very => self.very = true,
            Meaning::Only => {
                self.negation = Negation::Off;
                self.only_at = Some(index);
                if self.is_near_player(index) {
                    self.wishes.only = true;
                }
            }
            Meaning::With => {
                self.negation = Negation::Off;
                self.added = true;
            }
            Meaning::And if self.negation == Negation::Spent => self.negation = Negation::On,
            Meaning::And | Meaning::Filler => {}
            Meaning::Solo => self.solo(index),
            Meaning::Players(players, role) => self.player(players, role, index, length),
            Meaning::Part(role) if negated => self.wishes.banned_roles.push(role),
            Meaning::Style(id, _) if negated => self.banned_styles.push(id),
            _ if negated => {}
            Meaning::Part(_) => {}
            Meaning::Style(id, plainness) => self.style(id, plainness),
            Meaning::Mood(mood) => {
                if !self.wishes.moods.contains(&mood) {
                    self.wishes.moods.push(mood);
                }
            }
            Meaning::Bpm(tempo) => self.wishes.tempo = self.wishes.tempo.or(Some(tempo)),
            Meaning::Pace(pace) => self.wishes.pace += if very { 2 * pace } else { pace },
            Meaning::Feel(feel) => self.wishes.feel.blend(feel, if very { 1.6 } else { 1.0 }),
            Meaning::Mode(mode) => self.wishes.mode = self.wishes.mode.or(Some(mode)),
            Meaning::Metre(metre) => self.wishes.metre = Some(metre),
            Meaning::Swing(ratio) => self.swing(ratio),
            Meaning::Walking => self.walking(index, length),
        }
    }

    /// `no drums dark techno`: once a player is refused, another kind of word is a wish again.
    fn end_negation(&mut self, meaning: Meaning) {
        let other = matches!(
            meaning,
            Meaning::Style(..)
                | Meaning::Mood(_)
                | Meaning::Bpm(_)
                | Meaning::Pace(_)
                | Meaning::Feel(_)
                | Meaning::Mode(_)
                | Meaning::Metre(_)
                | Meaning::Swing(_)
        );
        if self.negation == Negation::Spent && other {
            self.negation = Negation::Off;
        }
    }

    fn walking(&mut self, index: usize, length: usize) {
        self.wishes.walking_bass = true;
        self.player_at = Some(index + length);
        const BASSES: &[Instrument] = &[Instrument::UprightBass, Instrument::ElectricBass];
        self.wishes.players.push(Wish {
            players: BASSES,
            role: Some(Role::Bass),
        });
    }

    fn swing(&mut self, ratio: f32) {
        self.wishes.swing = Some(ratio);
        if ratio > 0.6 && self.plainness == 0 {
            self.style("jazz", 1);
        }
    }

    fn style(&mut self, id: &'static str, plainness: u8) {
        if id == "waltz" {
            self.wishes.metre = self.wishes.metre.or(Some(Metre::ThreeFour));
        }
        let plainness = if self.added {
            plainness.saturating_sub(2).max(1)
        } else {
            plainness
        };
        if plainness >= self.plainness {
            self.plainness = plainness;
            self.wishes.style = Some(id);
        }
    }

    /// Whether a player was named at most two words before.
    fn is_near_player(&self, index: usize) -> bool {
        self.player_at
            .is_some_and(|at| index >= at && index - at <= 1)
    }

    fn player(
        &mut self,
        players: &'static [Instrument],
        role: Option<Role>,
        index: usize,
        length: usize,
    ) {
        let free = self
            .words
            .get(index + length)
            .is_some_and(|word| word.text == "free");
        if self.negation != Negation::Off || free {
            if self.negation == Negation::On {
                self.negation = Negation::Spent;
            }
            self.wishes.banned.extend(players);
            return;
        }
        let before = |at: Option<usize>| at.is_some_and(|at| at < index && index - at <= 3);
        let alone = before(self.only_at) || before(self.solo_at);
        self.solo_at = None;
        if alone {
            self.wishes.only = true;
        }
        self.player_at = Some(index + length);
        if !self
            .wishes
            .players
            .iter()
            .any(|wish| wish.players.first() == players.first())
        {
            self.wishes.players.push(Wish { players, role });
        }
    }

    /// `solo` after an instrument: it leads; an instrument that needs nobody plays alone.
    fn solo(&mut self, index: usize) {
        if !self.is_near_player(index) {
            self.solo_at = Some(index);
            return;
        }
        let first = self.wishes.players.len() == 1;
        let Some(wish) = self.wishes.players.last_mut() else {
            return;
        };
        let Some(player) = wish.players.first().copied() else {
            return;
        };
        let complete = is_polyphonic(player)
            && player != Instrument::ElectricGuitar
            && !player.is_percussion();
        if first && complete && self.plainness < 3 {
            self.wishes.only = true;
        } else {
            wish.role = Some(if player.is_percussion() {
                Role::Drums
            } else {
                Role::Melody
            });
        }
    }

    fn finish(mut self) -> Wishes {
        if self
            .wishes
            .style
            .is_some_and(|style| self.banned_styles.contains(&style))
        {
            self.wishes.style = None;
        }
        let wishes = &mut self.wishes;
        let basses = Instrument::ALL.iter().filter(|it| it.is_bass());
        if basses.clone().all(|it| wishes.banned.contains(it)) {
            wishes.banned_roles.push(Role::Bass);
            wishes.walking_bass = false;
        }
        // Both wanted and unwanted: the refusal is the more deliberate word.
        wishes.players.retain(|wish| {
            !wish
                .players
                .first()
                .is_some_and(|it| wishes.banned.contains(it))
        });
        if wishes.players.is_empty() {
            wishes.only = false;
        }
        self.wishes
    }
}
