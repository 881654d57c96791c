//! One-time tokens: the links in mails.
//!
//! 1. A token is `mgo_` and the base64url form of 256 random bits; it has one spelling.
//! 2. Stored is the SHA-256 of its [`Purpose`] and itself. A token that is presented for another
//!    purpose is not found, and stays good for its own.
//! 3. A token lives for 15 minutes to 24 hours, by its purpose.
//! 4. A newer token voids the older ones of its purpose and account; an invitation those of its
//!    address. At most [`MAX_LIVE`] of an account live at once.
//! 5. Using one is one atomic verb: of any number of overlapping uses exactly one succeeds. Looking
//!    at one ([`OneTimeTokens::find`]) uses nothing, so that GET is harmless and a new password is
//!    judged before the token is spent.
//! 6. A new password voids the account's tokens, in the step that sets it; whoever changes its address
//!    voids them too ([`OneTimeTokens::void_all`]).
//! 7. Unknown, used, expired, voided, malformed, for something else: one answer.

mod issue;
mod purpose;
mod store;
mod token;

#[cfg(feature = "testing")]
pub mod contract;

pub use issue::{IssueError, OneTimeError, OneTimeTokens};
pub use purpose::{Purpose, Voids};
pub use store::{Issue, MAX_LIVE, OneTime, OneTimeStore};
pub use token::OneTimeToken;
