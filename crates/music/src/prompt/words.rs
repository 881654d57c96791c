//! A prompt as words, folded so that the lexicon can be looked up.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without accents.
    pub(super) text: String,
    /// Whether it was written with a capital letter.
    pub(super) capital: bool,
    /// Whether a sentence mark stands before it.
    pub(super) after_stop: bool,
}

/// Splits into words; linear in the length of the text.
///
/// Letters and digits form words, together with what belongs to them in music: `#` and `♭` after a
/// note name, `.` within a number, `/` between digits (`3/4`). `&` and `+` are the word `and`. A
/// number is split from a unit written onto it (`120bpm`).
pub(super) fn split(text: &str) -> Vec<Word> {
    let folded: Vec<char> = text
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect();
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    let mut stopped = true;
    for (index, letter) in folded.iter().copied().enumerate() {
        let next = folded.get(index + 1).copied().unwrap_or(' ');
        let last = words
            .last()
            .and_then(|word| word.text.chars().last())
            .filter(|_| open);
        let joined = match letter {
            '#' | '♯' | '♭' => last.is_some_and(char::is_alphabetic),
            '.' | '/' => last.is_some_and(|last| last.is_ascii_digit()) && next.is_ascii_digit(),
            letter if letter.is_alphanumeric() => true,
            _ => false,
        };
        if joined {
            let new_kind = last.is_some_and(|last| last.is_ascii_digit()) && letter.is_alphabetic();
            if !open || (new_kind && next.is_alphabetic()) {
                words.push(Word {
                    text: String::new(),
                    capital: letter.is_uppercase(),
                    after_stop: stopped,
                });
                stopped = false;
            }
            open = true;
            if let Some(word) = words.last_mut() {
                push_folded(&mut word.text, letter);
            }
            continue;
        }
        open = false;
        match letter {
            '&' | '+' => words.push(Word {
                text: "and".to_owned(),
                capital: false,
                after_stop: false,
            }),
            ',' | ';' | ':' | '.' | '!' | '?' | '\n' | '(' | ')' | '|' | '—' | '–' => {
                stopped = true;
            }
            _ => {}
        }
    }
    words
}

fn push_folded(text: &mut String, letter: char) {
    match letter {
        'ß' => text.push_str("ss"),
        'æ' | 'Æ' => text.push_str("ae"),
        'œ' | 'Œ' => text.push_str("oe"),
        'ø' | 'Ø' => text.push('o'),
        '♯' => text.push('#'),
        '♭' => text.push('b'),
        letter => text.extend(letter.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    fn words(text: &str) -> Vec<String> {
        split(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_folded_and_split() {
        assert_eq!(words("Fröhliche, café!"), ["frohliche", "cafe"]);
        assert_eq!(words("120bpm 96.5 BPM"), ["120", "bpm", "96.5", "bpm"]);
        assert_eq!(words("3/4 and R&B"), ["3/4", "and", "r", "and", "b"]);
        assert_eq!(
            words("F# dorian, B♭ major"),
            ["f#", "dorian", "bb", "major"]
        );
        assert_eq!(words("lo-fi hip-hop"), ["lo", "fi", "hip", "hop"]);
        assert_eq!(words("🎹🎷"), Vec::<String>::new());
        assert_eq!(words("8-bit 80s 808s"), ["8", "bit", "80s", "808s"]);
    }
}
