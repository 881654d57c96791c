use unicode_normalization::UnicodeNormalization;

/// A mail address in canonical form: NFKC, lower case.
///
/// Mail systems may tell `Bob@` from `bob@`; people don't, and two accounts that look the same are
/// a trap. So the canonical form is the account's name, and mail goes to it as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

/// Why a text is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailError {
    /// Longer than 254 bytes, or 64 before the `@` (RFC 5321, section 4.5.3.1).
    #[error("at most 254 bytes, and 64 before the @")]
    TooLong,
    /// Not of the form `name@host.example`.
    #[error("write it as name@host.example")]
    Format,
}

impl EmailAddress {
    /// Reads an address and makes it canonical.
    ///
    /// Accepted is the dot-atom form of RFC 5322, section 3.4.1, in ASCII or Unicode letters, with
    /// a host of at least two labels. Quoted names, comments, address literals and anything with
    /// blanks or control characters are refused: no mail provider hands them out, and each has
    /// been a way to smuggle something.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        if text.len() > 254 {
            return Err(EmailError::TooLong);
        }
        let canonical: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        if canonical.len() > 254 {
            return Err(EmailError::TooLong);
        }
        let (name, host) = canonical.split_once('@').ok_or(EmailError::Format)?;
        if name.len() > 64 {
            return Err(EmailError::TooLong);
        }
        let name_char = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
        let name_is_good = name
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(name_char));
        let label_is_good = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let labels: Vec<&str> = host.split('.').collect();
        let host_is_good = labels.len() >= 2
            && labels.iter().all(|label| label_is_good(label))
            // A last label of digits is an address, not a name (RFC 3696, section 2).
            && labels.last().is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit()));
        if name_is_good && host_is_good {
            Ok(Self(canonical))
        } else {
            Err(EmailError::Format)
        }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_and_made_canonical() {
        for (text, canonical) in [
            ("bob@example.com", "bob@example.com"),
            ("Bob.Smith+tag@Example.COM", "bob.smith+tag@example.com"),
            ("ｂｏｂ@example.com", "bob@example.com"),
            ("jörg@bücher.example", "jörg@bücher.example"),
        ] {
            assert_eq!(
                EmailAddress::parse(text).unwrap().as_str(),
                canonical,
                "{text}"
            );
        }
    }

    #[test]
    fn refused() {
        let long_name = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}.com", "b".repeat(260));
        for text in [
            "",
            "bob",
            "@example.com",
            "bob@",
            "bob@example",
            "bob@@example.com",
            "a@b@c.com",
            "bob @example.com",
            "bob@example.com\nBcc: x@y.z",
            "\"bob\"@example.com",
            "bob@[127.0.0.1]",
            "bob@127.0.0.1",
            ".bob@example.com",
            "bob.@example.com",
            "b..b@example.com",
            "bob@-example.com",
            "bob@example..com",
            "bob@example.com.",
            "bob\u{0}@example.com",
            "bob\u{200b}@example.com",
            long_name.as_str(),
            long.as_str(),
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?}");
        }
    }
}
