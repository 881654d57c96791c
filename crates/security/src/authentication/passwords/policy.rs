use super::{Password, blocklist};
use crate::authentication::accounts::EmailAddress;

/// The fewest code points of a password that is the only factor.
pub const MIN_CODE_POINTS: usize = 15;
/// The fewest code points of a password that never signs in without a second factor.
pub const MIN_CODE_POINTS_WITH_SECOND_FACTOR: usize = 8;
/// The most code points.
pub const MAX_CODE_POINTS: usize = 256;

/// What a password is good for, which decides how short it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PasswordUse {
    /// It signs in by itself.
    #[default]
    OnlyFactor,
    /// It never signs in without a second factor, which the account can't do without.
    WithSecondFactor,
}

impl PasswordUse {
    /// The fewest code points (NIST SP 800-63B-4, section 3.1.1.2).
    pub fn min_code_points(self) -> usize {
        match self {
            Self::OnlyFactor => MIN_CODE_POINTS,
            Self::WithSecondFactor => MIN_CODE_POINTS_WITH_SECOND_FACTOR,
        }
    }
}

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFault {
    /// Fewer code points than this.
    #[error("at least {0} characters; a few words in a row are easy to remember")]
    TooShort(usize),
    /// More than [`MAX_CODE_POINTS`].
    #[error("at most 256 characters")]
    TooLong,
    /// One character over and over.
    #[error("not the same character over and over")]
    Repetitive,
    /// The user's own name or address, or the service's name.
    #[error("not your own name, your mail address or the name of this service")]
    Guessable,
    /// One of those that everybody guesses first.
    #[error("not one of the passwords that many people use")]
    Common,
    /// A NUL or another control character, which some keyboards and forms can't send again.
    #[error("no control characters")]
    ControlCharacter,
}

impl PasswordFault {
    /// The stable word for `errors[].code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::TooLong => "too_long",
            Self::Repetitive | Self::Guessable => "too_easy",
            Self::Common => "too_common",
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

    /// Says what is wrong with a new password that signs in by itself, if anything.
    pub fn check(
        &self,
        password: &Password,
        username: &str,
        email: Option<&EmailAddress>,
    ) -> Result<(), PasswordFault> {
        self.check_for(PasswordUse::OnlyFactor, password, username, email)
    }

    /// Says what is wrong with a new password for this use, if anything.
    pub fn check_for(
        &self,
        password_use: PasswordUse,
        password: &Password,
        username: &str,
        email: Option<&EmailAddress>,
    ) -> Result<(), PasswordFault> {
        let text = password.as_str();
        let length = text.chars().count();
        let least = password_use.min_code_points();
        if length < least {
            return Err(PasswordFault::TooShort(least));
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
        if blocklist::is_common(text) {
            return Err(PasswordFault::Common);
        }
        if self.is_guessable(text, username, email) {
            return Err(PasswordFault::Guessable);
        }
        Ok(())
    }

    /// Whether it is the user's or the service's own name, or that again and again.
    fn is_guessable(&self, text: &str, username: &str, email: Option<&EmailAddress>) -> bool {
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
        let guessable = |word: &String| {
            !word.is_empty() && !plain.is_empty() && plain.split(word.as_str()).all(str::is_empty)
        };
        own.iter().any(guessable)
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
    use PasswordFault::{Common, ControlCharacter, Guessable, Repetitive, TooLong, TooShort};

    fn check(password_use: PasswordUse, text: &str) -> Result<(), PasswordFault> {
        let policy = PasswordPolicy::new("Music Gen AI");
        let email = EmailAddress::parse("clara.schumann@example.com").unwrap();
        let password = Password::new(text);
        policy.check_for(password_use, &password, "Clara Schumann", Some(&email))
    }

    /// PWD-1 to PWD-6, and B107's NUL and blanks.
    #[test]
    fn what_is_refused() {
        let longest = "xy".repeat(128);
        let too_long = "xy".repeat(128) + "z";
        let rows: &[(&str, &str, Result<(), PasswordFault>)] = &[
            ("14 code points", "correcthorsebt", Err(TooShort(15))),
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
            ("common", "passwordpassword", Err(Common)),
            ("common, in capitals", "QWERTYUIOPASDFGH", Err(Common)),
            ("common, and more", "passwordpassword, and more", Ok(())),
            ("NUL", "correct\0horse battery", Err(ControlCharacter)),
        ];
        for (name, text, expected) in rows {
            assert_eq!(check(PasswordUse::OnlyFactor, text), *expected, "{name}");
        }
    }

    /// PWD-1: 8 code points beside a second factor; all else stays.
    #[test]
    fn beside_a_second_factor_eight_are_enough() {
        let rows: &[(&str, &str, Result<(), PasswordFault>)] = &[
            ("7 code points", "vk3-tqz", Err(TooShort(8))),
            ("8 code points", "vk3-tqzm", Ok(())),
            ("common", "Baseball", Err(Common)),
            ("one character", "aaaaaaaa", Err(Repetitive)),
            ("service", "MusicGenAI", Err(Guessable)),
        ];
        for (name, text, expected) in rows {
            let found = check(PasswordUse::WithSecondFactor, text);
            assert_eq!(found, *expected, "{name}");
        }
    }

    /// PWD-6: a list of 3,000.
    #[test]
    fn three_thousand_common_passwords_are_refused() {
        let words = include_str!("../../../data/blocklist/most-common.txt").lines();
        let mut refused = 0;
        for word in words {
            let fault = check(PasswordUse::WithSecondFactor, word).unwrap_err();
            assert!(matches!(fault, Common | Repetitive), "{word}: {fault}");
            refused += 1;
        }
        assert!(refused > 3_000);
    }
}
