//! Stored hashes: our own argon2id, and those that an account may bring along from elsewhere.
//!
//! 1. Read are argon2 (PHC), bcrypt (`$2a$`, `$2b$`, `$2y$`), scrypt (PHC) and PBKDF2 with SHA-1,
//!    SHA-256 or SHA-512 (PHC, passlib's and Django's spelling). Django's `argon2$` and `bcrypt$` in
//!    front of the usual text are understood.
//! 2. What a hash costs is judged by its text, before any work: 256 MiB, [`MAX_WORK`] for the schemes
//!    that fill memory, bcrypt's cost 15, 5 million rounds.
//! 3. No text panics, and none longer than [`MAX_TEXT`] is looked at.

mod argon2;
mod bcrypt;
mod pbkdf2;
mod scrypt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The longest text of a stored hash, in bytes.
const MAX_TEXT: usize = 512;
/// The most memory that a check may take, in KiB.
const MAX_MEMORY: u64 = 256 * 1024;
/// The most memory that a check may fill, in KiB, over all passes: some two seconds of one core.
const MAX_WORK: u64 = 1024 * 1024;
/// A hash that is shorter could be met by chance.
const MIN_OUTPUT: usize = 16;
const MAX_SALT: usize = 128;

/// How a hash was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// RFC 9106.
    Argon2,
    /// Provos and Mazières, 1999.
    Bcrypt,
    /// RFC 7914.
    Scrypt,
    /// RFC 8018, section 5.2.
    Pbkdf2,
}

impl std::fmt::Display for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Argon2 => "argon2",
            Self::Bcrypt => "bcrypt",
            Self::Scrypt => "scrypt",
            Self::Pbkdf2 => "PBKDF2",
        })
    }
}

/// Why a text is no hash that can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashFault {
    /// A scheme by this name, which isn't supported.
    #[error("{0} is not supported: argon2, bcrypt, scrypt and PBKDF2 are")]
    Unsupported(&'static str),
    /// Nothing that is known.
    #[error("the hash is of no known form: argon2, bcrypt, scrypt and PBKDF2 are")]
    Unknown,
    /// It begins like this scheme and doesn't go on like it.
    #[error("the {0} hash is damaged")]
    Damaged(Scheme),
    /// Checking it would take too much memory or time.
    #[error("the {0} hash asks for more memory or time than is allowed")]
    TooCostly(Scheme),
}

/// A hash that can be checked.
pub struct StoredHash(Kind);

enum Kind {
    Argon2(argon2::Hash),
    Bcrypt(bcrypt::Hash),
    Scrypt(scrypt::Hash),
    Pbkdf2(pbkdf2::Hash),
}

impl std::fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredHash({})", self.scheme())
    }
}

impl StoredHash {
    /// Reads the text that is stored of a password.
    pub fn parse(text: &str) -> Result<Self, HashFault> {
        if text.len() > MAX_TEXT {
            return Err(HashFault::Unknown);
        }
        let text = match text.strip_prefix("argon2$") {
            Some(rest) if rest.starts_with("argon2") => return argon2_of(&format!("${rest}")),
            _ => text.strip_prefix("bcrypt$").unwrap_or(text),
        };
        let kind = if text.starts_with("$argon2") {
            return argon2_of(text);
        } else if ["$2a$", "$2b$", "$2y$"].iter().any(|p| text.starts_with(p)) {
            Kind::Bcrypt(bcrypt::Hash::parse(text)?)
        } else if let Some(rest) = text.strip_prefix("$scrypt$") {
            Kind::Scrypt(scrypt::Hash::parse(rest)?)
        } else if text.starts_with("$pbkdf2") || text.starts_with("pbkdf2_") {
            Kind::Pbkdf2(pbkdf2::Hash::parse(text)?)
        } else {
            return Err(unsupported(text));
        };
        Ok(Self(kind))
    }

    /// How it was made.
    pub fn scheme(&self) -> Scheme {
        match self.0 {
            Kind::Argon2(_) => Scheme::Argon2,
            Kind::Bcrypt(_) => Scheme::Bcrypt,
            Kind::Scrypt(_) => Scheme::Scrypt,
            Kind::Pbkdf2(_) => Scheme::Pbkdf2,
        }
    }

    /// Whether it is the hash of these bytes.
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        match &self.0 {
            Kind::Argon2(hash) => hash.matches(password),
            Kind::Bcrypt(hash) => hash.matches(password),
            Kind::Scrypt(hash) => hash.matches(password),
            Kind::Pbkdf2(hash) => hash.matches(password),
        }
    }

    /// Whether it is argon2id and at least as strong as these parameters.
    pub(super) fn is_as_strong_as(&self, params: &::argon2::Params) -> bool {
        matches!(&self.0, Kind::Argon2(hash) if hash.is_as_strong_as(params))
    }
}

fn argon2_of(text: &str) -> Result<StoredHash, HashFault> {
    Ok(StoredHash(Kind::Argon2(argon2::Hash::parse(text)?)))
}

/// The name of what isn't supported, for whoever imports accounts.
fn unsupported(text: &str) -> HashFault {
    const NAMES: [(&str, &str); 18] = [
        ("$2x$", "bcrypt of the faulty crypt_blowfish ($2x$)"),
        ("$1$", "md5-crypt"),
        ("$apr1$", "Apache's md5-crypt"),
        ("$5$", "sha256-crypt"),
        ("$6$", "sha512-crypt"),
        ("$7$", "scrypt in crypt form ($7$)"),
        ("$y$", "yescrypt"),
        ("$gy$", "gost-yescrypt"),
        ("$P$", "phpass"),
        ("$H$", "phpass"),
        ("$bcrypt-sha256$", "bcrypt over SHA-256"),
        ("bcrypt_sha256$", "bcrypt over SHA-256"),
        ("scrypt$", "Django's scrypt"),
        ("scrypt:", "Werkzeug's scrypt"),
        ("pbkdf2:", "Werkzeug's PBKDF2"),
        ("md5$", "Django's MD5"),
        ("sha1$", "Django's SHA-1"),
        ("{", "an LDAP hash"),
    ];
    let known = NAMES.iter().find(|(start, _)| text.starts_with(start));
    if let Some((_, name)) = known {
        return HashFault::Unsupported(name);
    }
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.len() {
        32 if is_hex => HashFault::Unsupported("a bare MD5"),
        40 if is_hex => HashFault::Unsupported("a bare SHA-1"),
        64 if is_hex => HashFault::Unsupported("a bare SHA-256"),
        _ => HashFault::Unknown,
    }
}

/// Base64 without padding, of a length within these bounds.
fn unpadded(text: &str, least: usize, most: usize) -> Option<Vec<u8>> {
    let bytes = STANDARD_NO_PAD.decode(text).ok()?;
    (least..=most).contains(&bytes.len()).then_some(bytes)
}

/// A number in its one decimal spelling.
fn decimal(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain)?;
    (text == "0" || !text.starts_with('0')).then_some(number)
}

#[cfg(test)]
mod tests;
