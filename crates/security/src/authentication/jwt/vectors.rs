//! Published vectors have other headers than access tokens. Here all else that is asked of a token is
//! asked of them: the form, the one algorithm of the key, no header that changes what is signed, the
//! signature.

use super::compact::{Compact, decode, object};
use super::verifying::VerifyingKey;
use super::{Algorithm, MAX_TOKEN_BYTES, TokenError};
use crate::validation::Json;

/// A key that somebody published.
pub struct VectorKey {
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl std::fmt::Debug for VectorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VectorKey")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl VectorKey {
    /// The key of these bytes: a secret, an uncompressed point, or 32 bytes of Ed25519.
    pub fn new(algorithm: Algorithm, bytes: &[u8]) -> Option<Self> {
        let key = match algorithm {
            Algorithm::Hs256 => VerifyingKey::hs256(bytes),
            Algorithm::Es256 => VerifyingKey::p256(bytes)?,
            Algorithm::EdDsa => VerifyingKey::ed25519(bytes)?,
        };
        Some(Self { algorithm, key })
    }

    /// Whether it signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verifies(message, signature)
    }

    /// The payload of a compact JWS that it signed.
    pub fn read(&self, jws: &str) -> Result<Vec<u8>, TokenError> {
        if jws.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let parts = Compact::split(jws)?;
        let header = object(parts.header)?;
        let alg = self.algorithm.id();
        let named = matches!(header.get("alg"), Some(Json::String(text)) if text == alg);
        let refused = ["crit", "b64", "jwk", "jku", "x5c", "x5u"];
        if !named || refused.iter().any(|name| header.get(name).is_some()) {
            return Err(TokenError::Header);
        }
        let payload = decode(parts.claims)?;
        if self.verifies(parts.message.as_bytes(), &parts.signature()?) {
            Ok(payload)
        } else {
            Err(TokenError::Signature)
        }
    }
}
