//! API keys: credentials for programs, limited to scopes, networks and a time.
//!
//! 1. A key's text is `mg_live_` or `mg_test_`, 43 characters of secret and 6 of checksum, 57 in
//!    all. The secret is 256 random bits in base62 (`0-9A-Za-z`, most significant digit first). The
//!    checksum is the CRC-32 of ISO-HDLC (the one of zip and PNG) over the 51 characters before it,
//!    in base62 with leading zeros. A scanner finds keys with
//!
//!    ```text
//!    \bmg_(live|test)_[0-9A-Za-z]{49}\b
//!    ```
//!
//!    and can tell a key from a look-alike without asking anybody. A text that isn't of this form, or
//!    whose checksum is wrong, costs no query. Any one wrong character, and any two neighbours that
//!    changed places, are noticed ([`ApiKeyText`]).
//! 2. The words `live` and `test` decide nothing here: they tell a person and a scanner how bad a
//!    leak is. `test` is for staging and for trying things out.
//! 3. The text is shown once. Kept is the SHA-256 of all of it, and its last four characters, which
//!    are checksum, to recognise it by. A store finds a key by the whole hash, and the hash found is
//!    compared once more in constant time: no part of a key, longer text or other case opens
//!    anything. How long a look-up takes tells about the hash of the guess alone, and nobody can
//!    choose a text by its hash.
//! 4. What a key may do is its scopes and its owner's rights at that moment, both
//!    ([`ApiKey::rights`]). It is never made with a scope that its maker lacks ([`KeyFault`]), and
//!    never without scopes: nothing named is nothing given.
//! 5. Every key ends: after 90 days unless said otherwise, after a year at most ([`KeyRules`]). Its
//!    owner can be told before, once ([`ApiKeyStore::claim_reminders`]).
//! 6. A key that is rotated goes on working for an overlap of its owner's choice, 0 to 7 days, one
//!    where nothing is chosen, and never beyond its own end. It is rotated once; its successor may be rotated again, which ends
//!    the overlap of the one before: at most two keys of a line work at a time.
//! 7. An account has at most 100 lines of keys that work, decided inside the store. Of the keys that
//!    ended it keeps as many, the latest.
//! 8. A key that may come only from certain networks is refused where the address isn't known.
//!    Addresses are the client's by the rules of trusted proxies, never a header's word.
//! 9. Whatever is wrong with a key, the answer is the same; the cause is for the log ([`Refused`]).
//! 10. Every use asks the store. Nothing is cached, so a key that was revoked, or ended, is refused at
//!     the very next request on every node that shares the store.
//! 11. Whatever ends a key before its time is written, in the same step, into the feed of changes
//!     ([`RevocationStore`](crate::revocation::RevocationStore)) under the key's id: access tokens
//!     made from the key end with it.
//! 12. The last use is kept by the minute and with the network alone (/24 or /64), behind the answer:
//!     a store that can't write it fails no request.
//!
//! What this can't see is its caller's: that no key makes, rotates or revokes keys, that whoever does
//! signed in lately, that keys are read from a header alone, that the owner's account is enabled, and
//! that guesses are throttled by network.

mod key;
mod networks;
mod new_key;
mod refusal;
mod service;
mod store;
mod text;

#[cfg(feature = "testing")]
pub mod contract;

#[cfg(test)]
mod tests;

pub use key::{ApiKey, KeyLimits, KeyState, LastUse, RevokeReason, Succession};
pub(crate) use networks::parse as parse_network;
pub use networks::{NetworkFault, Networks};
pub use new_key::{CreateError, KeyFault, KeyName, KeyNameFault, KeyRules, NewApiKey};
pub use refusal::{AuthenticateError, Refused, RefusedCause};
pub use service::{ApiKeys, Issued, RotateError};
pub use store::{ApiKeyStore, Creation, Revocation, RotateKey, Rotation, Successor};
pub use text::{ApiKeyText, KeyHash, KeyMode};
