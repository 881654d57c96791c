//! Passwords: what is accepted, how they are kept, how they are checked.
//!
//! 1. A password is put into Unicode form NFC and nothing else: no trimming, no case folding
//!    (NIST SP 800-63B-4, section 3.1.1.2).
//! 2. 15 to 256 code points, 8 where a second factor always follows ([`PasswordUse`]); no
//!    composition rules. Refused are the account's own name and address, the name of the service,
//!    and some 245,000 passwords that everybody guesses first, compared whole and without case
//!    ([`PasswordPolicy`]).
//! 3. Kept as argon2id PHC strings, m=19456 KiB, t=2, p=1 or stronger; a weaker hash is replaced at
//!    the next sign-in ([`PasswordHasher`]). argon2, bcrypt, scrypt and PBKDF2 hashes that an account
//!    brings along are checked by their own rules until then ([`StoredHash`]).
//! 4. Hashing has a bounded pool of its own ([`HashingPool`]); a full pool refuses at once.
//! 5. A damaged stored hash never matches and never panics, and one that asks for too much memory or
//!    time is not followed; each such check is one error in the log.
//! 6. Checking an account that doesn't exist costs the same as one that does
//!    ([`PasswordHasher::verify_nobody`]). An imported hash that is slower to check than ours is
//!    until its first sign-in.

mod blocklist;
mod hasher;
mod policy;
mod pool;
mod stored;

pub use hasher::{Password, PasswordHasher, Verified};
pub use policy::{
    MAX_CODE_POINTS, MIN_CODE_POINTS, MIN_CODE_POINTS_WITH_SECOND_FACTOR, PasswordFault,
    PasswordPolicy, PasswordUse,
};
pub use pool::{HashingPool, PoolFull};
pub use stored::{HashFault, Scheme, StoredHash};
