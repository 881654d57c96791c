//! Passwords: what is accepted, how they are kept, how they are checked.
//!
//! 1. A password is put into Unicode form NFC and nothing else: no trimming, no case folding
//!    (NIST SP 800-63B-4, section 3.1.1.2).
//! 2. 15 to 256 code points; no composition rules. Refused are the account's own name and address
//!    and the name of the service ([`PasswordPolicy`]).
//! 3. Kept as argon2id PHC strings, m=19456 KiB, t=2, p=1 or stronger; a weaker hash is replaced at
//!    the next sign-in ([`PasswordHasher`]).
//! 4. Hashing has a bounded pool of its own ([`HashingPool`]); a full pool refuses at once.
//! 5. A damaged stored hash never matches and never panics, and parameters beyond 1 GiB or 100
//!    passes are not followed.
//! 6. Checking an account that doesn't exist costs the same as one that does
//!    ([`PasswordHasher::verify_nobody`]).

mod hasher;
mod policy;
mod pool;

pub use hasher::{Password, PasswordHasher, Verified};
pub use policy::{MAX_CODE_POINTS, MIN_CODE_POINTS, PasswordFault, PasswordPolicy};
pub use pool::{HashingPool, PoolFull};
