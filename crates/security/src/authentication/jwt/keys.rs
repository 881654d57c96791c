use crate::secrets::Secret;
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The keys that sign and verify access tokens with HS256 (RFC 7518, section 3.2).
pub struct KeyRing {
    keys: Vec<Key>,
}

pub(super) struct Key {
    pub(super) id: String,
    pub(super) key: hmac::Key,
}

/// Why a secret can't be a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret needs at least 32 bytes")]
pub struct KeyError;

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|key| &key.id))
            .finish()
    }
}

impl KeyRing {
    /// Signs with `current`, verifies with it too.
    pub fn hs256(current: &Secret) -> Result<Self, KeyError> {
        if current.expose().len() < 32 {
            return Err(KeyError);
        }
        Ok(Self {
            keys: vec![Key::new(current)],
        })
    }

    pub(super) fn signing(&self) -> Option<&Key> {
        self.keys.first()
    }

    /// A look-up in memory and nothing else (TOK-2).
    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl Key {
    fn new(secret: &Secret) -> Self {
        // The id tells keys apart and gives nothing away: a hash of a tag only the key can make.
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        let tag = hmac::sign(&key, b"musicgen key id");
        let hash = digest::digest(&digest::SHA256, tag.as_ref());
        let id = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..9]);
        Self { id, key }
    }
}
