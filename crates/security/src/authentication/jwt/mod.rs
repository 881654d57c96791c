//! Access tokens: JWT in JWS compact form (RFC 7515, RFC 7519, RFC 9068).
//!
//! 1. The algorithm belongs to the key, never to the token: HS256, ES256 or EdDSA. A header has
//!    `alg`, `typ` and `kid` and nothing else: `jku`, `jwk`, `x5u`, `crit`, `b64` and any other
//!    member refuse the token.
//! 2. `typ` is `at+jwt` (any case, with or without `application/`).
//! 3. Needed claims: `iss`, `aud`, `sub`, `exp`, `iat`, `jti`, `client_id`, `auth_time`, `roles` of
//!    RFC 9068, `sid`, and our own `tier` and `epoch`; `scope` and `nbf` may be there. Each is of its
//!    JSON type. A role of valid form need not be known; a tier must be.
//! 4. `exp`, `nbf` and `iat` have a leeway of 30 s; `exp - iat` above the configured lifetime is
//!    refused; times may have fractions.
//! 5. A member that stands twice, in the header or in the claims, refuses the token.
//! 6. At most 8 KiB; three parts of canonical base64url without padding.
//! 7. No claim is looked at before the signature holds; it is compared in constant time.
//! 8. The payload has no name and no address in it. Roles, tier and epoch are those of the moment it
//!    was made: the epoch tells whether they still hold.
//! 9. One key signs. Those it replaced verify what they signed until it has ended ([`KeyRing`]); the
//!    one to come is published ahead. A new key is taken into use in three steps, with a restart of
//!    every node after each: it becomes the next one; it becomes the current one, and the current
//!    one a previous one; the previous one is taken away.
//! 10. A token that held is remembered, and what can change about it judged anew
//!     ([`CachedVerifier`]).

mod algorithm;
mod cache;
mod claims;
mod compact;
mod jwk;
mod key;
mod pem;
mod ring;
mod sign;
mod store;
#[cfg(test)]
mod tests;
mod verify;
mod verifying;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;
#[cfg(any(test, feature = "testing"))]
pub mod vectors;

pub use algorithm::Algorithm;
pub use cache::CachedVerifier;
pub use claims::Claims;
pub use jwk::{JwkSet, PublicJwk};
pub use key::KeyError;
#[cfg(feature = "testing")]
pub use memory::MemorySigningKeys;
pub use ring::{KeyRing, SigningKeys};
pub use sign::{FIRST_PARTY, Issued, TokenIssuer, TokenSubject};
pub use store::{AHEAD, KeyHistory, KeyRecord, SigningKeyStore};
pub use verify::{LEEWAY, MAX_TOKEN_BYTES, TokenError, TokenVerifier};
