//! Access tokens: JWT in JWS compact form (RFC 7515, RFC 7519, RFC 9068).
//!
//! 1. The algorithm belongs to the key, never to the token. A header has `alg`, `typ` and `kid` and
//!    nothing else: `jku`, `jwk`, `x5u`, `crit`, `b64` and any other member refuse the token.
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

mod claims;
mod keys;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

pub use claims::Claims;
pub use keys::{KeyError, KeyRing};
pub use sign::{FIRST_PARTY, Issued, TokenIssuer, TokenSubject};
pub use verify::{LEEWAY, MAX_TOKEN_BYTES, TokenError, TokenVerifier};
