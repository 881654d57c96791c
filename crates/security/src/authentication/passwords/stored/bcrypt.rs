use super::{HashFault, Scheme};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::alphabet::BCRYPT;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Doubles with each step; 15 is some two seconds.
const MAX_COST: u32 = 15;
const MIN_COST: u32 = 4;
/// What bcrypt reads of a password, its closing NUL included.
const KEY_LENGTH: usize = 72;
/// Salt and hash in base64.
const SALT_TEXT: usize = 22;
const HASH_TEXT: usize = 31;
/// The last byte of the 24 is never kept.
const KEPT: usize = 23;

// The unused bits of the last character are anything in old hashes.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// A bcrypt hash.
pub(super) struct Hash {
    cost: u32,
    salt: [u8; 16],
    output: [u8; KEPT],
}

impl Hash {
    pub(super) fn parse(text: &str) -> Result<Self, HashFault> {
        let damaged = HashFault::Damaged(Scheme::Bcrypt);
        let (cost, rest) = text
            .get(4..)
            .and_then(|rest| rest.split_once('$'))
            .ok_or(damaged)?;
        let is_number = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
        let cost: u32 = cost.parse().ok().filter(|_| is_number).ok_or(damaged)?;
        let hash = Self::read(cost, rest).ok_or(damaged)?;
        match cost {
            ..MIN_COST => Err(damaged),
            MIN_COST..=MAX_COST => Ok(hash),
            _ => Err(HashFault::TooCostly(Scheme::Bcrypt)),
        }
    }

    fn read(cost: u32, rest: &str) -> Option<Self> {
        let (salt, output) = rest.split_at_checked(SALT_TEXT)?;
        if output.len() != HASH_TEXT {
            return None;
        }
        Some(Self {
            cost,
            salt: BASE64.decode(salt).ok()?.try_into().ok()?,
            output: BASE64.decode(output).ok()?.try_into().ok()?,
        })
    }

    /// Reads no more of a password than bcrypt did when the hash was made.
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut key = Zeroizing::new(Vec::with_capacity(KEY_LENGTH));
        key.extend(password.iter().take(KEY_LENGTH));
        if key.len() < KEY_LENGTH {
            key.push(0);
        }
        let found = bcrypt::bcrypt(self.cost, self.salt, &key);
        found
            .get(..KEPT)
            .is_some_and(|found| verify_slices_are_equal(found, &self.output).is_ok())
    }
}
