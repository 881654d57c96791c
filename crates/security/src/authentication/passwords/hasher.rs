use crate::random::SharedRandom;
use argon2::{Algorithm, Argon2, Params, Version};
use password_hash::phc::{PasswordHash, Salt};
use password_hash::{PasswordHasher as _, PasswordVerifier as _};
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// A password in NFC, wiped when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Puts the text into NFC.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It is the password.
    Match,
    /// It is the password, and its hash should be made anew with the current parameters.
    MatchWeak,
    /// It isn't.
    Mismatch,
}

/// Makes and checks argon2id hashes. Each call takes tens of milliseconds of one core: run it in a
/// [`HashingPool`](super::HashingPool).
#[derive(Clone)]
pub struct PasswordHasher {
    params: Params,
    random: SharedRandom,
    /// A hash of nothing that anybody knows, with the current parameters.
    nobody: std::sync::Arc<OnceLock<String>>,
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHasher")
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

/// The most memory that a stored hash may ask for, in KiB.
const MAX_MEMORY: u32 = 1024 * 1024;
/// The most passes that a stored hash may ask for.
const MAX_PASSES: u32 = 100;

impl PasswordHasher {
    /// The decided parameters: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
    pub fn new(random: SharedRandom) -> Self {
        Self::with_params(Params::DEFAULT, random)
    }

    /// Other parameters. Weaker ones than [`PasswordHasher::new`] are for tests.
    pub fn with_params(params: Params, random: SharedRandom) -> Self {
        Self {
            params,
            random,
            nobody: std::sync::Arc::default(),
        }
    }

    fn argon2(&self) -> Argon2<'_> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    /// A PHC string for a new password.
    pub fn hash(&self, password: &Password) -> Result<String, password_hash::Error> {
        let mut salt = [0_u8; Salt::RECOMMENDED_LENGTH];
        self.random.fill(&mut salt);
        let hash: PasswordHash = self
            .argon2()
            .hash_password_with_salt(password.as_str().as_bytes(), &salt)?;
        Ok(hash.to_string())
    }

    /// Checks a password against a stored PHC string.
    pub fn verify(&self, password: &Password, stored: &str) -> Verified {
        let Some(hash) = acceptable(stored) else {
            tracing::error!("a stored password hash is damaged or asks for too much");
            return self.verify_nobody(password);
        };
        if self
            .argon2()
            .verify_password(password.as_str().as_bytes(), &hash)
            .is_err()
        {
            return Verified::Mismatch;
        }
        if self.is_current(&hash) {
            Verified::Match
        } else {
            Verified::MatchWeak
        }
    }

    /// Does the work of a check and finds nothing.
    pub fn verify_nobody(&self, password: &Password) -> Verified {
        let nobody = self.nobody.get_or_init(|| {
            let unknown = self.random.secret();
            let text = Password::new(&String::from_utf8_lossy(&unknown));
            self.hash(&text).unwrap_or_default()
        });
        if let Some(hash) = acceptable(nobody) {
            let found = self
                .argon2()
                .verify_password(password.as_str().as_bytes(), &hash);
            // Even the impossible match must not let anybody in.
            std::hint::black_box(found.is_ok());
        }
        Verified::Mismatch
    }

    fn is_current(&self, hash: &PasswordHash) -> bool {
        let is_argon2id = hash.algorithm.as_str() == Algorithm::Argon2id.as_str();
        is_argon2id
            && Params::try_from(hash).is_ok_and(|stored| {
                stored.m_cost() >= self.params.m_cost() && stored.t_cost() >= self.params.t_cost()
            })
    }
}

/// Reads a PHC string whose cost may be paid.
fn acceptable(stored: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let affordable = params.m_cost() <= MAX_MEMORY && params.t_cost() <= MAX_PASSES;
    affordable.then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use std::sync::Arc;

    fn hasher(memory: u32) -> PasswordHasher {
        let params = Params::new(memory, 1, 1, None).unwrap();
        PasswordHasher::with_params(params, Arc::new(SystemRandom))
    }

    #[test]
    fn composed_and_decomposed_are_one_password_but_compatible_forms_are_not() {
        let hasher = hasher(8);
        let stored = hasher
            .hash(&Password::new("caf\u{e9} caf\u{e9} caf\u{e9}"))
            .unwrap();
        let rows = [
            ("composed", "caf\u{e9} caf\u{e9} caf\u{e9}", Verified::Match),
            (
                "decomposed",
                "cafe\u{301} cafe\u{301} cafe\u{301}",
                Verified::Match,
            ),
            (
                "other case",
                "Caf\u{e9} caf\u{e9} caf\u{e9}",
                Verified::Mismatch,
            ),
            (
                "blank at the end",
                "caf\u{e9} caf\u{e9} caf\u{e9} ",
                Verified::Mismatch,
            ),
        ];
        for (name, text, expected) in rows {
            assert_eq!(
                hasher.verify(&Password::new(text), &stored),
                expected,
                "{name}"
            );
        }
        let ligature = hasher
            .hash(&Password::new("\u{fb01}fteen letters!"))
            .unwrap();
        assert_eq!(
            hasher.verify(&Password::new("fifteen letters!"), &ligature),
            Verified::Mismatch
        );
    }

    #[test]
    fn the_last_of_many_characters_counts() {
        let hasher = hasher(8);
        let long = "x".repeat(255) + "a";
        let stored = hasher.hash(&Password::new(&long)).unwrap();
        let other = "x".repeat(255) + "b";
        assert_eq!(
            hasher.verify(&Password::new(&long), &stored),
            Verified::Match
        );
        assert_eq!(
            hasher.verify(&Password::new(&other), &stored),
            Verified::Mismatch
        );
        assert_eq!(
            hasher.verify(&Password::new(&long[..72]), &stored),
            Verified::Mismatch
        );
    }

    #[test]
    fn weaker_parameters_are_noticed() {
        let password = Password::new("correct horse battery");
        let stored = hasher(8).hash(&password).unwrap();
        assert_eq!(hasher(16).verify(&password, &stored), Verified::MatchWeak);
        assert_eq!(hasher(8).verify(&password, &stored), Verified::Match);
    }

    /// B121: a damaged or foreign hash in the store.
    #[test]
    fn damaged_hashes_never_match_and_never_panic() {
        let hasher = hasher(8);
        let long = "é".repeat(60);
        for stored in [
            "",
            "x",
            "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
            "$argon2id$v=19$m=8,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaA",
            "$argon2id$v=19$m=8,t=1,p=1$$",
            "$2b$12$abcdefghijklmnopqrstuv",
            long.as_str(),
        ] {
            assert_eq!(
                hasher.verify(&Password::new("x"), stored),
                Verified::Mismatch,
                "{stored}"
            );
        }
    }

    #[test]
    fn the_decided_parameters() {
        let hasher = PasswordHasher::new(Arc::new(SystemRandom));
        let stored = hasher.hash(&Password::new("x")).unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
    }
}
