//! Keys in words: `in C minor`, `f# dorian`, `Cm`, `c-moll`, `si bémol majeur`.
//!
//! 1. A note name with a mode is a key. `a` with a mode is one only where English would not put an
//!    article: with a capital, after `in` or `key of`, or at the end.
//! 2. A note name without a mode is a key only after `in` (and then a capital) or `key of`.

use super::words::Word;
use crate::vocabulary::Mode;

/// A key as far as it was said, and how many words said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) tonic: u8,
    pub(super) mode: Option<Mode>,
    pub(super) words: usize,
}

/// Reads the key that begins at a word.
pub(super) fn read(words: &[Word], index: usize) -> Option<Named> {
    let word = words.get(index)?;
    if let Some((tonic, mode)) = short(word) {
        let question = words.get(index + 1).is_some_and(|next| next.text == "i");
        return (!question).then_some(Named {
            tonic,
            mode: Some(mode),
            words: 1,
        });
    }
    let (natural, german) = note(&word.text)?;
    let (shift, used) = match words.get(index + 1).map(|next| next.text.as_str()) {
        Some("flat" | "bemol") => (11, 2),
        Some("sharp" | "diese" | "sostenido") => (1, 2),
        _ => (0, 1),
    };
    let tonic = (natural + shift) % 12;
    let mode_word = words.get(index + used).map(|next| next.text.as_str());
    if let Some(mode) = mode_word.and_then(mode) {
        let dur = matches!(mode_word, Some("dur" | "moll"));
        // German writes B for B flat and H for B.
        let tonic = if dur && word.text == "b" { 10 } else { tonic };
        let article = matches!(
            word.text.as_str(),
            "a" | "la" | "e" | "as" | "es" | "is" | "do"
        );
        let end = words
            .get(index + used + 1)
            .is_none_or(|next| next.after_stop);
        let said = !article
            || used == 2
            || dur
            || word.capital && !word.after_stop
            || is_after_in(words, index)
            || end;
        return (said || word.capital && article && word.text.len() == 1).then_some(Named {
            tonic,
            mode: Some(mode),
            words: used + 1,
        });
    }
    let plain = !german && word.text.len() <= 2 && (word.capital || used == 2);
    let asked = is_after_in(words, index) && (plain || after_key(words, index) && !german);
    asked.then_some(Named {
        tonic,
        mode: None,
        words: used,
    })
}

fn is_after_in(words: &[Word], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| words.get(before));
    before.is_some_and(|word| {
        matches!(
            word.text.as_str(),
            "in" | "of" | "key" | "en" | "tonart" | "auf"
        )
    })
}

fn after_key(words: &[Word], index: usize) -> bool {
    let word = |back: usize| {
        index
            .checked_sub(back)
            .and_then(|at| words.get(at))
            .map(|word| word.text.as_str())
    };
    word(1) == Some("key")
        || word(1) == Some("tonart")
        || (word(1) == Some("of") && word(2) == Some("key"))
}

/// `Am`, `F#m`, `Bbmin`, `Cmaj`.
fn short(word: &Word) -> Option<(u8, Mode)> {
    if !word.capital && !word.text.contains('#') {
        return None;
    }
    let text = word.text.as_str();
    let (name, mode) = [
        ("min", Mode::Minor),
        ("maj", Mode::Major),
        ("m", Mode::Minor),
    ]
    .into_iter()
    .find_map(|(ending, mode)| text.strip_suffix(ending).map(|name| (name, mode)))?;
    let (tonic, foreign) = note(name)?;
    (!foreign && name.len() <= 2).then_some((tonic, mode))
}

/// A note name and whether it is one that English does not use.
fn note(text: &str) -> Option<(u8, bool)> {
    let (tonic, foreign) = match text {
        "c" | "b#" => (0, false),
        "c#" | "db" => (1, false),
        "d" => (2, false),
        "d#" | "eb" => (3, false),
        "e" | "fb" => (4, false),
        "f" | "e#" => (5, false),
        "f#" | "gb" => (6, false),
        "g" => (7, false),
        "g#" | "ab" => (8, false),
        "a" => (9, false),
        "a#" | "bb" => (10, false),
        "b" | "cb" => (11, false),
        "do" => (0, true),
        "cis" | "des" => (1, true),
        "re" => (2, true),
        "dis" | "es" => (3, true),
        "mi" => (4, true),
        "fa" => (5, true),
        "fis" | "ges" => (6, true),
        "sol" => (7, true),
        "gis" | "as" => (8, true),
        "la" => (9, true),
        "h" | "si" => (11, true),
        _ => return None,
    };
    Some((tonic, foreign))
}

fn mode(text: &str) -> Option<Mode> {
    match text {
        "major" | "maj" | "dur" | "majeur" | "mayor" | "maggiore" | "ionian" => Some(Mode::Major),
        "minor" | "min" | "moll" | "mineur" | "menor" | "minore" | "aeolian" => Some(Mode::Minor),
        "dorian" | "dorisch" | "dorien" | "dorico" => Some(Mode::Dorian),
        "phrygian" | "phrygisch" | "phrygien" | "frigio" => Some(Mode::Phrygian),
        "lydian" | "lydisch" | "lydien" | "lidio" => Some(Mode::Lydian),
        "mixolydian" | "mixolydisch" | "mixolydien" | "mixolidio" => Some(Mode::Mixolydian),
        _ => None,
    }
}
