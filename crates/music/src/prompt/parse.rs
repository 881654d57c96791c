//! Reads what a prompt wishes.
//!
//! 1. Words are taken from left to right, the longest known phrase first; unknown words do nothing.
//! 2. A negation counts for the players that follow it, through a list: `no drums or bass`.
//! 3. `solo`, `only`, `just` beside players means nobody else.
//! 4. The first style and the first mood count; a later, narrower style of the same family wins.
//! 5. Linear in the length of the text.

use super::Metre;
use super::lexicon::{LONGEST, Meaning, meaning};
use crate::compose::styles::{self, Style};
use crate::score::Role;
use crate::vocabulary::{Instrument, Key, Mode, Mood};
use unicode_normalization::UnicodeNormalization;

/// What the words ask for; nothing where they don't say.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) style: Option<&'static Style>,
    pub(super) mood: Option<Mood>,
    pub(super) tempo: Option<f64>,
    pub(super) speed: Option<f64>,
    pub(super) key: Option<Key>,
    pub(super) mode: Option<Mode>,
    pub(super) metre: Option<Metre>,
    pub(super) energy: f32,
    pub(super) swing: Option<bool>,
    pub(super) walking: bool,
    pub(super) players: Vec<Instrument>,
    pub(super) groups: Vec<Role>,
    pub(super) unwanted: Vec<Instrument>,
    pub(super) unwanted_groups: Vec<Role>,
    pub(super) only: bool,
}

struct Word {
    lower: String,
    /// Whether it began with a capital: `in A` is a key, `in a` hardly.
    capital: bool,
}

pub(super) fn parse(prompt: &str) -> Wishes {
    let words = words(prompt);
    let mut wishes = Wishes::default();
    let (mut at, mut negated) = (0, false);
    while at < words.len() {
        if let Some(used) = wishes
            .number(&words[at..])
            .or_else(|| wishes.key(&words, at))
        {
            at += used;
            negated = false;
            continue;
        }
        let Some((used, meaning)) = longest(&words[at..]) else {
            negated = false;
            wishes.suffix(&words[at].lower);
            at += 1;
            continue;
        };
        negated = wishes.take(meaning, negated);
        at += used;
    }
    wishes
}

fn words(prompt: &str) -> Vec<Word> {
    let text: String = prompt.nfkc().collect();
    let part = |c: char| c.is_alphanumeric() || matches!(c, '#' | '♭' | '♯' | '/' | '&' | '.');
    text.split(|c: char| !part(c))
        .map(|word| word.trim_matches(['.', '/']))
        .filter(|word| !word.is_empty())
        .map(|word| Word {
            lower: word.to_lowercase(),
            capital: word.chars().next().is_some_and(char::is_uppercase),
        })
        .collect()
}

fn longest(words: &[Word]) -> Option<(usize, Meaning)> {
    (1..=LONGEST.min(words.len())).rev().find_map(|count| {
        let phrase: Vec<&str> = words[..count]
            .iter()
            .map(|word| word.lower.as_str())
            .collect();
        meaning(&phrase.join(" ")).map(|meaning| (count, meaning))
    })
}

impl Wishes {
    /// Takes a meaning in; answers whether what follows is still negated.
    fn take(&mut self, meaning: Meaning, negated: bool) -> bool {
        match meaning {
            Meaning::Not => return true,
            Meaning::Link => return negated,
            Meaning::Instrument(it) if negated => {
                self.unwanted.push(it);
                return true;
            }
            Meaning::Group(role) if negated => {
                self.unwanted_groups.push(role);
                return true;
            }
            Meaning::Walking if negated => self.unwanted_groups.push(Role::Bass),
            // "Not too slow", "no jazz": what is unwanted there is nothing that could be played.
            _ if negated => {}
            Meaning::Instrument(it) => {
                if !self.players.contains(&it) {
                    self.players.push(it);
                }
            }
            Meaning::Group(role) => self.groups.push(role),
            Meaning::Style(id) => self.take_style(id),
            Meaning::Mood(mood) => self.mood = self.mood.or(Some(mood)),
            Meaning::Walking => self.walking = true,
            Meaning::Speed(speed) => self.speed = self.speed.or(Some(speed)),
            Meaning::Metre(metre) => self.metre = self.metre.or(Some(metre)),
            Meaning::Energy(more) => self.energy += more,
            Meaning::Swing(uneven) => self.swing = Some(uneven),
            Meaning::Only => self.only = true,
        }
        false
    }

    fn take_style(&mut self, id: &str) {
        let Some(style) = styles::by_id(id) else {
            return;
        };
        let narrower =
            |known: &Style| known.genre == style.genre && *known == *styles::of_genre(known.genre);
        if self.style.is_none_or(narrower) {
            self.style = Some(style);
        }
    }

    /// `drumless`, `beatless`, `wordless`.
    fn suffix(&mut self, word: &str) {
        let stem = word
            .strip_suffix("less")
            .or_else(|| word.strip_suffix("los"));
        match stem.and_then(meaning) {
            Some(Meaning::Instrument(it)) => self.unwanted.push(it),
            Some(Meaning::Group(role)) => self.unwanted_groups.push(role),
            _ => {}
        }
    }

    /// `120 bpm`, `120bpm`, `bpm 120`, `96.5 bpm`.
    fn number(&mut self, words: &[Word]) -> Option<usize> {
        let first = words.first()?.lower.as_str();
        let second = words.get(1).map(|word| word.lower.as_str());
        let (text, used) = if let Some(text) = first.strip_suffix("bpm").filter(|t| !t.is_empty()) {
            (text, 1)
        } else if second == Some("bpm") {
            (first, 2)
        } else if first == "bpm" {
            (second?, 2)
        } else {
            return None;
        };
        let tempo: f64 = text
            .parse()
            .ok()
            .filter(|tempo| (20.0..=400.0).contains(tempo))?;
        // Twice or half of a number out of range is the same pulse, counted otherwise.
        let folded = if tempo < 40.0 {
            tempo * 2.0
        } else if tempo > 240.0 {
            tempo / 2.0
        } else {
            tempo
        };
        self.tempo = self.tempo.or(Some(folded));
        Some(used)
    }

    /// `C minor`, `f# dorian`, `A flat major`, `c-moll`, `Cm`, `in D`, and a bare `minor`.
    fn key(&mut self, words: &[Word], at: usize) -> Option<usize> {
        let word = words.get(at)?;
        let before = at
            .checked_sub(1)
            .and_then(|n| words.get(n))
            .map(|word| word.lower.as_str());
        let announced = matches!(before, Some("in" | "key" | "of" | "en" | "tonart"));
        if let Some(mode) = mode(&word.lower) {
            self.mode = self.mode.or(Some(mode));
            return Some(1);
        }
        let next = |n: usize| words.get(at + n).map(|word| word.lower.as_str());
        let (tonic, mut used) = match (tonic(&word.lower)?, next(1)) {
            (tonic, Some("sharp" | "dièse" | "sostenido")) => (tonic + 1, 2),
            (tonic, Some("flat" | "bémol" | "bemol")) => (tonic + 11, 2),
            (tonic, _) => (tonic, 1),
        };
        let spelt = next(used).and_then(mode);
        let compact = compact_minor(&word.lower);
        used += usize::from(spelt.is_some());
        let article = word.lower == "a" && !word.capital && !announced;
        let sure = spelt.is_some() || (compact && word.capital) || (announced && word.capital);
        if article || !sure {
            return None;
        }
        let mode = spelt.unwrap_or(if compact { Mode::Minor } else { Mode::Major });
        self.key = self.key.or(Some(Key {
            tonic: tonic % 12,
            mode,
        }));
        Some(used)
    }
}

fn mode(word: &str) -> Option<Mode> {
    match word {
        "major" | "maj" | "dur" | "majeur" | "mayor" | "ionian" => Some(Mode::Major),
        "minor" | "min" | "moll" | "mineur" | "menor" | "aeolian" => Some(Mode::Minor),
        other => Mode::from_id(other),
    }
}

/// `cm`, `f#m`, `bbm`.
fn compact_minor(word: &str) -> bool {
    word.len() >= 2 && word.ends_with('m') && tonic(word.trim_end_matches('m')).is_some()
}

/// 0 is C. German H is B.
fn tonic(word: &str) -> Option<u8> {
    let word = word
        .strip_suffix('m')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(word);
    let mut letters = word.chars();
    let natural = match letters.next()? {
        'c' => 0,
        'd' => 2,
        'e' => 4,
        'f' => 5,
        'g' => 7,
        'a' => 9,
        'b' | 'h' => 11,
        _ => return None,
    };
    match letters.as_str() {
        "" => Some(natural),
        "#" | "♯" | "is" => Some((natural + 1) % 12),
        "b" | "♭" | "es" | "s" if word != "as" && word != "es" => Some((natural + 11) % 12),
        _ => None,
    }
}
