//! The words a prompt may use, in English, German, French and Spanish.
//!
//! 1. Tables hold phrases as the reader sees them after folding: lower case, no accents, one space
//!    between words, hyphens and apostrophes as spaces.
//! 2. The longest phrase wins: `drum and bass` is a genre, not two instruments.
//! 3. A plural in `s` is understood where the singular is listed.

mod feels;
mod moods;
mod players;
mod style_names;

use super::feel::Feel;
use super::plan::Metre;
use crate::score::Role;
use crate::vocabulary::{Instrument, Mode, Mood};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Words in the longest phrase of the tables.
pub(super) const LONGEST: usize = 4;

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// A style; 3 names it, 2 is a use it is known for, 1 a hint.
    Style(&'static str, u8),
    /// A mood.
    Mood(Mood),
    /// Players: the first is meant, all of them when they are unwanted. With the part they take.
    Players(&'static [Instrument], Option<Role>),
    /// A part, whoever plays it; only useful when unwanted.
    Part(Role),
    /// A tempo by its Italian name.
    Bpm(f64),
    /// Slower (negative) or faster than usual.
    Pace(i8),
    /// A departure from the style.
    Feel(Feel),
    /// A mode without a tonic.
    Mode(Mode),
    /// A metre.
    Metre(Metre),
    /// A swing ratio.
    Swing(f32),
    /// A bass that walks.
    Walking,
    /// What follows is unwanted.
    Not,
    /// The next wish counts double.
    Very,
    /// Only what is named plays.
    Only,
    /// Main matter is over, additions follow; also ends a negation.
    With,
    /// A list goes on.
    And,
    /// A solo: the instrument before leads, the instrument after is alone.
    Solo,
    /// Says nothing and interrupts nothing.
    Filler,
}

/// A meaning and the phrases for it, separated by `|`.
type Entry = (Meaning, &'static str);

static PHRASES: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    [
        style_names::ENTRIES,
        moods::ENTRIES,
        players::ENTRIES,
        feels::ENTRIES,
    ]
    .into_iter()
    .flatten()
    .flat_map(|(meaning, phrases)| phrases.split('|').map(|phrase| (phrase, *meaning)))
    .collect()
});

/// What a folded phrase means, if anything.
pub(super) fn look_up(phrase: &str) -> Option<Meaning> {
    let singular = || phrase.strip_suffix('s').filter(|rest| rest.len() > 3);
    PHRASES
        .get(phrase)
        .or_else(|| PHRASES.get(singular()?))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::styles;
    use crate::prompt::words;
    use std::collections::HashMap;

    fn entries() -> impl Iterator<Item = (&'static str, Meaning)> {
        [
            style_names::ENTRIES,
            moods::ENTRIES,
            players::ENTRIES,
            feels::ENTRIES,
        ]
        .into_iter()
        .flatten()
        .flat_map(|(meaning, phrases)| phrases.split('|').map(|phrase| (phrase, *meaning)))
    }

    #[test]
    fn phrases_are_folded_short_enough_and_have_one_meaning() {
        let mut known: HashMap<&str, Meaning> = HashMap::new();
        for (phrase, meaning) in entries() {
            let read: Vec<String> = words::split(phrase)
                .into_iter()
                .map(|word| word.text)
                .collect();
            assert_eq!(read.join(" "), phrase);
            assert!(read.len() <= LONGEST, "{phrase}");
            if let Some(other) = known.insert(phrase, meaning) {
                assert_eq!(other, meaning, "{phrase} means two things");
            }
        }
        assert!(known.len() > 1200, "{} phrases", known.len());
    }

    #[test]
    fn every_style_mood_and_instrument_has_a_word() {
        for style in styles::all() {
            assert!(
                entries()
                    .any(|(_, meaning)| matches!(meaning, Meaning::Style(id, _) if id == style.id)),
                "{}",
                style.id
            );
        }
        for (phrase, meaning) in entries() {
            if let Meaning::Style(id, _) = meaning {
                assert!(styles::by_id(id).is_some(), "{phrase}: {id}");
            }
        }
        for mood in Mood::ALL {
            assert_eq!(look_up(mood.id()), Some(Meaning::Mood(*mood)));
        }
        for instrument in Instrument::ALL {
            let named = |meaning| matches!(meaning, Meaning::Players(players, _) if players.first() == Some(instrument));
            assert!(entries().any(|(_, meaning)| named(meaning)), "{instrument}");
        }
    }
}
