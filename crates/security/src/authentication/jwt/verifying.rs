use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};

/// The half of a key that verifies, of one algorithm for good.
pub(super) enum VerifyingKey {
    Hmac(Box<hmac::Key>),
    Public(ParsedPublicKey),
}

impl VerifyingKey {
    /// HMAC verifies with the key that signs.
    pub(super) fn hs256(secret: &[u8]) -> Self {
        Self::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// An uncompressed point of P-256.
    pub(super) fn p256(point: &[u8]) -> Option<Self> {
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        key.ok().map(Self::Public)
    }

    /// 32 bytes of Ed25519.
    pub(super) fn ed25519(public: &[u8]) -> Option<Self> {
        let key = ParsedPublicKey::new(&ED25519, public);
        key.ok().map(Self::Public)
    }

    /// Whether the signature is this key's. In constant time where the key is secret.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Hmac(key) => hmac::verify(key, message, signature).is_ok(),
            Self::Public(key) => key.verify_sig(message, signature).is_ok(),
        }
    }
}
