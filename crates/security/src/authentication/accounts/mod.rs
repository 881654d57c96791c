//! Accounts: who can sign in, and with which rights.
//!
//! 1. An account is found by its id or by its e-mail address in canonical form ([`EmailAddress`]);
//!    two spellings of one address are one account.
//! 2. `username` is a display name: not unique, never used to sign in.
//! 3. The last account that holds the `admin` role and is enabled can't lose either: somebody must
//!    be able to repair things.
//! 4. Each verb of [`AccountStore`] is atomic. There is no load-then-save.

mod email;
mod store;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use email::{EmailAddress, EmailError};
#[cfg(feature = "testing")]
pub use memory::MemoryAccounts;
pub use store::{Account, AccountChange, AccountStore, Changed, Page, PageAfter};
