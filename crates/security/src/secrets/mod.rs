//! Keys and other secrets in memory.
//!
//! 1. A [`Secret`] never prints itself: no `Display`, no serialisation, `Debug` shows its length.
//! 2. Reading it is a visible call, [`Secret::expose`].
//! 3. It is compared in constant time and wiped when dropped.
//! 4. One key, one purpose: [`Secret::derive`] makes a key for a named purpose, so that a value
//!    made for one use can't be passed off for another (NIST SP 800-57 part 1, section 5.2).
//! 5. A secret that is replaced stays understood for an overlap that the operator chooses
//!    ([`SecretRing`]); nothing new is made with it.

mod ring;
mod secret;

pub use ring::SecretRing;
pub use secret::Secret;
