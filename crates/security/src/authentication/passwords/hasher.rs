use super::StoredHash;
use crate::random::SharedRandom;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::digest;
use password_hash::PasswordHasher as _;
use password_hash::phc::{PasswordHash, Salt};
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

    /// Checks a password against what is stored of one.
    ///
    /// Where the stored hash isn't a current one, a mismatch costs the work of a current check on
    /// top, as a match costs that of a new hash: the two take the same time.
    pub fn verify(&self, password: &Password, stored: &str) -> Verified {
        let hash = match StoredHash::parse(stored) {
            Ok(hash) => hash,
            Err(fault) => {
                tracing::error!(
                    %fault,
                    hash_sha256 = short_hash(stored),
                    "a stored password hash can't be checked: its account needs a new password"
                );
                return self.verify_nobody(password);
            }
        };
        let matches = hash.matches(password.as_str().as_bytes());
        match (matches, hash.is_as_strong_as(&self.params)) {
            (true, true) => Verified::Match,
            (true, false) => Verified::MatchWeak,
            (false, true) => Verified::Mismatch,
            (false, false) => self.verify_nobody(password),
        }
    }

    /// Does the work of a check and finds nothing.
    pub fn verify_nobody(&self, password: &Password) -> Verified {
        let nobody = self.nobody.get_or_init(|| {
            let unknown = self.random.secret();
            let text = Password::new(&String::from_utf8_lossy(&unknown));
            self.hash(&text).unwrap_or_default()
        });
        if let Ok(hash) = StoredHash::parse(nobody) {
            // Even the impossible match must not let anybody in.
            std::hint::black_box(hash.matches(password.as_str().as_bytes()));
        }
        Verified::Mismatch
    }
}

/// Enough to find the record, too little to be of use to anybody who reads the log.
fn short_hash(stored: &str) -> String {
    let hash = digest::digest(&digest::SHA256, stored.as_bytes());
    let first = hash.as_ref().first_chunk().copied().unwrap_or_default();
    format!("{:08x}", u32::from_be_bytes(first))
}

#[cfg(test)]
mod tests;
