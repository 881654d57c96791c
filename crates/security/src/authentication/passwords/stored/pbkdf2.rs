use super::{HashFault, MAX_SALT, Scheme, decimal, unpadded};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::num::NonZeroU32;

/// Some two seconds.
const MAX_ROUNDS: u32 = 5_000_000;

/// A PBKDF2 hash.
pub(super) struct Hash {
    algorithm: pbkdf2::Algorithm,
    rounds: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Hash {
    /// Reads `$pbkdf2-sha256$i=600000$salt$hash` (PHC), `$pbkdf2-sha256$600000$salt$hash` (passlib)
    /// or `pbkdf2_sha256$600000$salt$hash` (Django).
    pub(super) fn parse(text: &str) -> Result<Self, HashFault> {
        let hash = match text.strip_prefix('$') {
            Some(rest) => Self::of_phc(rest),
            None => Self::of_django(text),
        };
        let hash = hash.ok_or(HashFault::Damaged(Scheme::Pbkdf2))?;
        if hash.rounds.get() > MAX_ROUNDS {
            return Err(HashFault::TooCostly(Scheme::Pbkdf2));
        }
        Ok(hash)
    }

    fn of_phc(rest: &str) -> Option<Self> {
        let mut parts = rest.split('$');
        let (algorithm, length) = match parts.next()? {
            "pbkdf2" | "pbkdf2-sha1" => SHA1,
            "pbkdf2-sha256" => SHA256,
            "pbkdf2-sha512" => SHA512,
            _ => return None,
        };
        let costs = parts.next()?;
        let costs = costs.strip_prefix("i=").unwrap_or(costs);
        let (rounds, said) = match costs.split_once(",l=") {
            None => (costs, None),
            Some((rounds, said)) => (rounds, Some(decimal(said)? as usize)),
        };
        // passlib writes a dot for the plus.
        let (salt, output) = (
            parts.next()?.replace('.', "+"),
            parts.next()?.replace('.', "+"),
        );
        let hash = Self {
            algorithm,
            rounds: NonZeroU32::new(decimal(rounds)?)?,
            salt: unpadded(&salt, 1, MAX_SALT)?,
            output: unpadded(&output, length, length)?,
        };
        (parts.next().is_none() && said.is_none_or(|said| said == length)).then_some(hash)
    }

    fn of_django(text: &str) -> Option<Self> {
        let mut parts = text.split('$');
        let (algorithm, length) = match parts.next()? {
            "pbkdf2_sha1" => SHA1,
            "pbkdf2_sha256" => SHA256,
            "pbkdf2_sha512" => SHA512,
            _ => return None,
        };
        let rounds = NonZeroU32::new(decimal(parts.next()?)?)?;
        // The salt counts as it is written.
        let salt = parts.next()?.as_bytes().to_vec();
        let output = STANDARD.decode(parts.next()?).ok()?;
        let sane = (1..=MAX_SALT).contains(&salt.len())
            && output.len() == length
            && parts.next().is_none();
        let hash = Self {
            algorithm,
            rounds,
            salt,
            output,
        };
        sane.then_some(hash)
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut found = vec![0; self.output.len()];
        pbkdf2::derive(
            self.algorithm,
            self.rounds,
            &self.salt,
            password,
            &mut found,
        );
        verify_slices_are_equal(&found, &self.output).is_ok()
    }
}

/// An algorithm with the length of its digest, which is all that programs keep: a shorter hash is a
/// cut one.
type WithLength = (pbkdf2::Algorithm, usize);
const SHA1: WithLength = (pbkdf2::PBKDF2_HMAC_SHA1, 20);
const SHA256: WithLength = (pbkdf2::PBKDF2_HMAC_SHA256, 32);
const SHA512: WithLength = (pbkdf2::PBKDF2_HMAC_SHA512, 64);
