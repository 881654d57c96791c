//! Refresh tokens: one family a sign-in, rotated at each use.
//!
//! 1. A token is `mgr_` and the base64url form of 48 bytes: the family's id (16) and a secret (32).
//!    The first secret of a family comes from the operating system.
//! 2. Stored are the SHA-256 of the current secret and of the one before; a dump of the store
//!    yields nothing that can be presented.
//! 3. Using the current token rotates: the successor's secret is HMAC-SHA-256, under a key the
//!    store doesn't have, of the family and the secret presented. So the successor can be computed
//!    again from its predecessor, but not from the store and not from the predecessor alone.
//! 4. A rotated token may come again until its successor has been used once or [`GRACE`] has
//!    passed: the answer is the same successor. Two honest tabs, or a lost answer, end nothing.
//! 5. Any other known-but-spent token is reuse (RFC 9700, section 4.14.2): the family ends.
//! 6. An unused token dies after the idle lifetime; rotation never moves the family's absolute end.
//! 7. The family's id is the session id (`sid`) of every access token made from it. It is no
//!    credential. When the family ends, so do those access tokens.

mod rotation;
mod store;
mod token;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

#[cfg(feature = "testing")]
pub use memory::MemoryRefreshTokens;
pub use rotation::{GRACE, RefreshError, RefreshTokens, Started};
pub use store::{EndReason, Family, RefreshStore, Rotation};
pub use token::RefreshToken;
