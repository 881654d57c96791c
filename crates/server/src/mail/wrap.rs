/// The longest line of prose, in characters: 78 less two for signs of quotation (RFC 5322, section
/// 2.1.1).
const WIDTH: usize = 76;

/// Breaks paragraphs into lines at blanks. A word that is longer than a line, which is to say a
/// link, stays whole on a line of its own.
pub(super) fn wrap(paragraphs: &[String]) -> String {
    let wrapped: Vec<String> = paragraphs.iter().map(|text| wrap_one(text)).collect();
    wrapped.join("\n\n") + "\n"
}

fn wrap_one(text: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_at_most_the_width() {
        let word = |length| "w".repeat(length);
        let rows = [
            (String::new(), vec![""]),
            ("one two".to_owned(), vec!["one two"]),
            (format!("{} b", word(74)), vec![""; 1]),
            (format!("{} b", word(75)), vec![""; 2]),
            (format!("a {} b", word(200)), vec![""; 3]),
            (
                format!("{} {}", "\u{e9}".repeat(70), "\u{e9}".repeat(5)),
                vec![""; 1],
            ),
            ("a\r\nBcc:\u{2028}b".to_owned(), vec!["a Bcc: b"]),
        ];
        for (text, lines) in rows {
            let wrapped = wrap(std::slice::from_ref(&text));
            assert!(wrapped.ends_with('\n'));
            let found: Vec<_> = wrapped[..wrapped.len() - 1].split('\n').collect();
            assert_eq!(found.len(), lines.len(), "{text:?}");
            if lines[0].is_empty() {
                assert_eq!(found.join(" "), text);
            } else {
                assert_eq!(found, lines);
            }
        }
    }
}
