//! Accounts: who can sign in, and with which rights.
//!
//! 1. An account is found by its id or by its e-mail address in canonical form ([`EmailAddress`]);
//!    two spellings of one address are one account.
//! 2. `username` is a display name: not unique, never used to sign in.
//! 3. The last account that holds the `admin` role and is enabled can't lose either: somebody must
//!    be able to repair things.
//! 4. A change of rights, password or state raises the account's epoch, by which tokens made before
//!    are recognised; ending all sessions is one write, [`Account::min_epoch`].
//! 5. Each verb of [`AccountStore`] is atomic. There is no load-then-save.

mod email;
mod store;

#[cfg(feature = "testing")]
pub mod contract;
pub use email::{EmailAddress, EmailError};
pub use store::{
    Account, AccountChange, AccountStore, Changed, EndSessions, LimitsChange, Page, PageAfter,
};
