//! What is no longer good, known on every node without a look into the store.
//!
//! ```text
//! end a session, change an account, revoke a token ─► one transaction: the record and a line of the feed
//! feed ─► every node's Index ─► each request: token? session? account? ─► Standing
//! ```
//!
//! 1. Three kinds of facts: a token is revoked (by the hash of issuer and `jti`), a session has
//!    ended (by `sid`; for a program's token that is its API key), an account has changed (its roles, tier, state and epochs as they are now).
//!    "Everywhere" is one fact: the account's [`AccountState::min_epoch`].
//! 2. A fact is durable before the answer leaves. The node that wrote it applies it at once
//!    ([`Revocations::sync`]); the others read the feed every fraction of a second.
//! 3. Each request asks the index in memory ([`Revocations::standing`]), after the signature and
//!    after any cache of verified tokens: no cache can outlive a revocation.
//! 4. A node that has not heard from the store for [`MAX_LAG`] asks it before it answers. When the
//!    store can't say, nobody is let in and nobody is signed out: the answer is 503.
//! 5. At start the index is filled from the store before the first request: a restart revives
//!    nothing.
//! 6. A fact is kept until every token it speaks of has run out by itself: `exp`, and the leeway for
//!    the clock that made it and for the clock that judges it. Then it is dropped.
//! 7. Nobody can revoke a token without holding it, validly signed, or an administrator's right:
//!    the `jti` given here is that of a verified token.

mod index;
mod service;
mod store;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(test)]
mod tests;

pub use index::Standing;
pub use service::{MAX_LAG, Revocations};
pub use store::{AccountState, Change, Changes, RevocationStore, token_hash};
