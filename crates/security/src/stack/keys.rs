use crate::authentication::jwt::{KeyError, KeyRing};
use crate::secrets::{Secret, SecretRing};
use aws_lc_rs::hmac;
use std::sync::Arc;

/// The fewest bytes of a secret: what HMAC-SHA-256 gives out (RFC 2104, section 3).
const MIN_BYTES: usize = 32;

/// The secrets of a stack: what signs access tokens, what refresh tokens are made under, what signs
/// CSRF tokens.
#[derive(Debug, Clone)]
pub struct StackKeys {
    pub(super) access: Arc<KeyRing>,
    pub(super) refresh: SecretRing,
    pub(super) csrf: SecretRing,
}

impl StackKeys {
    /// Of secrets that are kept, and replaced, one by one. Each has 32 bytes or more, from the
    /// system's generator.
    pub fn new(
        access: impl Into<Arc<KeyRing>>,
        refresh: SecretRing,
        csrf: SecretRing,
    ) -> Result<Self, KeyError> {
        for ring in [&refresh, &csrf] {
            let mut secrets = std::iter::once(ring.current()).chain(ring.previous());
            if secrets.any(|secret| secret.expose().len() < MIN_BYTES) {
                return Err(KeyError::TooShort);
            }
        }
        Ok(Self {
            access: access.into(),
            refresh,
            csrf,
        })
    }

    /// All of one secret, by HMAC-SHA-256 with a name for each use: one file to keep. Whoever replaces
    /// it signs everybody out.
    pub fn from_secret(secret: &Secret) -> Result<Self, KeyError> {
        if secret.expose().len() < MIN_BYTES {
            return Err(KeyError::TooShort);
        }
        let access = hmac::sign(&secret.derive("access token key"), b"HS256");
        let access = KeyRing::hs256(&Secret::new(access.as_ref()))?;
        // Both derive what they use by a name of their own.
        Self::new(access, secret.clone().into(), secret.clone().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_secrets_are_refused_wherever_they_stand() {
        let secret = |length: usize| Secret::new(vec![7; length]);
        for (length, good) in [(0, false), (31, false), (32, true), (64, true)] {
            let keys = StackKeys::from_secret(&secret(length));
            assert_eq!(keys.is_ok(), good, "{length} bytes");
        }
        let ring = |current, previous: &[usize]| {
            SecretRing::with_previous(
                secret(current),
                previous.iter().copied().map(secret).collect(),
            )
        };
        let access = Arc::new(KeyRing::hs256(&secret(32)).unwrap());
        for (name, refresh, csrf, good) in [
            ("both long", ring(32, &[32]), ring(32, &[]), true),
            ("refresh", ring(31, &[]), ring(32, &[]), false),
            ("csrf", ring(32, &[]), ring(31, &[]), false),
            ("a previous one", ring(32, &[32, 31]), ring(32, &[]), false),
        ] {
            let keys = StackKeys::new(access.clone(), refresh, csrf);
            assert_eq!(keys.is_ok(), good, "{name}");
        }
    }
}
