use super::{HashFault, MAX_MEMORY, MAX_WORK, MIN_OUTPUT, Scheme};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use password_hash::phc::{Output, PasswordHash, Salt};

/// An argon2i, argon2d or argon2id hash.
pub(super) struct Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
}

/// Lanes are worked off one after the other: they cost nothing more.
const MAX_LANES: u32 = 64;

impl Hash {
    pub(super) fn parse(text: &str) -> Result<Self, HashFault> {
        let hash = Self::read(text).ok_or(HashFault::Damaged(Scheme::Argon2))?;
        let memory = u64::from(hash.params.m_cost());
        let work = memory.saturating_mul(u64::from(hash.params.t_cost()));
        let affordable =
            memory <= MAX_MEMORY && work <= MAX_WORK && hash.params.p_cost() <= MAX_LANES;
        affordable
            .then_some(hash)
            .ok_or(HashFault::TooCostly(Scheme::Argon2))
    }

    fn read(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let algorithm = match hash.algorithm.as_str() {
            "argon2d" => Algorithm::Argon2d,
            "argon2i" => Algorithm::Argon2i,
            "argon2id" => Algorithm::Argon2id,
            _ => return None,
        };
        // The reference implementation left the version out as long as there was only the first.
        let version = match hash.version {
            None => Version::V0x10,
            Some(version) => Version::try_from(version).ok()?,
        };
        let params = Params::try_from(&hash).ok()?;
        // A key that we don't have.
        if !params.keyid().is_empty() {
            return None;
        }
        let output = hash.hash.filter(|output| output.len() >= MIN_OUTPUT)?;
        let salt = hash.salt?;
        Some(Self {
            algorithm,
            version,
            params,
            salt,
            output,
        })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let mut found = [0; Output::MAX_LENGTH];
        let Some(found) = found.get_mut(..self.output.len()) else {
            return false;
        };
        argon2
            .hash_password_into(password, self.salt.as_ref(), found)
            .is_ok_and(|()| verify_slices_are_equal(found, self.output.as_bytes()).is_ok())
    }

    pub(super) fn is_as_strong_as(&self, params: &Params) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= params.m_cost()
            && self.params.t_cost() >= params.t_cost()
            && self.salt.as_ref().len() >= Salt::RECOMMENDED_LENGTH
            && self.output.len() >= Params::DEFAULT_OUTPUT_LEN
    }
}
