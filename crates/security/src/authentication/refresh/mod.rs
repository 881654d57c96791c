//! Refresh tokens: rotated at each use, so that a stolen one shows itself.
//!
//! 1. A token is `mgr_` and the base64url form of 64 bytes: the session's id (16), a secret (32) and
//!    a tag (16). The first secret of a session comes from the operating system.
//! 2. The tag is an HMAC of the other two. A text that was never ours is refused without a look into
//!    the store, and can't end the session whose id it names.
//! 3. Stored are the SHA-256 of the current secret and of the one before; a dump of the store
//!    yields nothing that can be presented.
//! 4. Using the current token rotates: the successor's secret is HMAC-SHA-256, under a key the
//!    store doesn't have, of the session and the secret presented. So the successor can be computed
//!    again from its predecessor, but not from the store and not from the predecessor alone.
//! 5. A rotated token may come again until its successor has been used once or [`GRACE`] has
//!    passed: the answer is the same successor. Two honest tabs, or a lost answer, end nothing.
//! 6. Any other token of ours that is spent is reuse (RFC 9700, section 4.14.2): the session ends.
//! 7. An unused token dies with its session's idle end; rotation never moves the absolute end.
//! 8. When the secret is replaced, tokens and repeats made under the previous ones are still
//!    understood; new ones are made under the current one.

mod rotation;
mod token;

pub use rotation::{GRACE, RefreshError, RefreshTokens, Rotated};
pub use token::RefreshToken;
