//! Changes of what an account is proven by, each in one step with what allows it and what it voids.
//!
//! 1. A link is used up in the step that does what it allows: of any number of overlapping uses one
//!    succeeds, and a crash leaves neither a used link without its effect nor an effect whose link is
//!    still good (B108, B124).
//! 2. A link is good only for the address it was sent to: that of the account, or of the invitation.
//! 3. A new password ends the account's sessions and voids its links. One that came by a link (the
//!    old one was lost, or known to others) revokes its API keys too, and shows that the address is
//!    its owner's.
//! 4. A password is replaced only while it still is the one that was proven: whoever knows the old
//!    one can't undo a reset that was faster.
//! 5. An invitation is used up also when its address has an account already: else asking again would
//!    tell.
//! 6. What must not be told by the time of an answer is done for an account and
//!    [rehearsed](Credentials::rehearse) without one: the same work, of which nothing stays.
//!
//! ```text
//! forgot ─► link ─► mail ─► reset ─► redeem: token used, password, sessions, links, API keys
//! register ─► [enrol: invitation used, account] ─► link ─► mail ─► verify ─► redeem: token used, address
//! sign-in ─► password ─► change_password: while it is the proven one; other sessions, links
//! ```

mod service;
mod store;

#[cfg(feature = "testing")]
pub mod contract;

pub use service::{CredentialError, Credentials, Link, NewPassword};
pub use store::{CredentialStore, Enrolment, PasswordChange, Redemption};
