use super::Password;
use crate::authentication::accounts::EmailAddress;

/// The fewest code points of a password that is the only factor.
pub const MIN_CODE_POINTS: usize = 15;
/// The most code points.
pub const MAX_CODE_POINTS: usize = 256;

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFault {
    /// Fewer than [`MIN_CODE_POINTS`].
    #[error("at least 15 characters; a few words in a row are easy to remember")]
    TooShort,
    /// More than [`MAX_CODE_POINTS`].
    #[error("at most 256 characters")]
    TooLong,
    /// One character over and over.
    #[error("not the same character over and over")]
    Repetitive,
    /// The user's own name or address, or the service's name.
    #[error("not your own name, your mail address or the name of this service")]
    Guessable,
    /// A NUL or another control character, which some keyboards and forms can't send again.
    #[error("no control characters")]
    ControlCharacter,
}

impl PasswordFault {
    /// The stable word for `errors[].code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Repetitive | Self::Guessable => "too_easy",
            Self::ControlCharacter => "format",
        }
    }
}

/// What a new password must be.
#[derive(Debug, Clone)]
pub struct PasswordPolicy {
    service_name: String,
}

impl PasswordPolicy {
    /// The policy of a service with this name.
    pub fn new(service_name: &str) -> Self {
        Self {
            service_name: comparable(service_name),
        }
    }

    /// Says what is wrong with a new password, if anything.
    pub fn check(
        &self,
        password: &Password,
        username: &str,
        email: Option<&EmailAddress>,
    ) -> Result<(), PasswordFault> {
        let text = password.as_str();
        let length = text.chars().count();
        if length < MIN_CODE_POINTS {
            return Err(PasswordFault::TooShort);
        }
        if length > MAX_CODE_POINTS {
            return Err(PasswordFault::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(PasswordFault::ControlCharacter);
        }
        let first = text.chars().next();
        if text.chars().all(|c| Some(c) == first) {
            return Err(PasswordFault::Repetitive);
        }
        let plain = comparable(text);
        let own = [
            comparable(username),
            email
                .map(|email| comparable(email.as_str()))
                .unwrap_or_default(),
            email
                .map(|email| comparable(email.local_part()))
                .unwrap_or_default(),
            self.service_name.clone(),
        ];
        // The word itself, or the word again and again.
        let guessable = |word: &String| {
            !word.is_empty() && !plain.is_empty() && plain.split(word.as_str()).all(str::is_empty)
        };
        if own.iter().any(guessable) {
            return Err(PasswordFault::Guessable);
        }
        Ok(())
    }
}

/// Lower case without blanks and marks, so that `Music Gen AI` and `musicgenai` are one word.
fn comparable(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused() {
        let policy = PasswordPolicy::new("Music Gen AI");
        let email = EmailAddress::parse("clara.schumann@example.com").unwrap();
        let longest = "xy".repeat(128);
        let too_long = "xy".repeat(128) + "z";
        use PasswordFault::{ControlCharacter, Guessable, Repetitive, TooLong, TooShort};
        let rows: &[(&str, &str, Result<(), PasswordFault>)] = &[
            ("14 code points", "correcthorsebt", Err(TooShort)),
            ("15 code points", "correcthorsebat", Ok(())),
            ("15 emoji are 15", "🎸🥁🎹🎷🎺🎻🪕🪗🪘🎼🎵🎶🎤🎧📯", Ok(())),
            ("256 code points", &longest, Ok(())),
            ("257 code points", &too_long, Err(TooLong)),
            ("lower-case letters alone", "justlowerletters", Ok(())),
            ("blanks stay", "  two  blanks  !", Ok(())),
            ("one character", "aaaaaaaaaaaaaaaa", Err(Repetitive)),
            ("own address", "clara.schumann@example.com", Err(Guessable)),
            (
                "own name twice",
                "Clara SchumannClara Schumann",
                Err(Guessable),
            ),
            ("service, repeated", "MusicGenAI MusicGenAI", Err(Guessable)),
            ("NUL", "correct\0horse battery", Err(ControlCharacter)),
        ];
        for (name, text, expected) in rows {
            let password = Password::new(text);
            assert_eq!(
                policy.check(&password, "Clara Schumann", Some(&email)),
                *expected,
                "{name}"
            );
        }
    }
}
