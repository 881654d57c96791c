use crate::random::Random;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// Bytes that must not be seen.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes in.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// 256 bits that nobody had before.
    pub fn generate(random: &dyn Random) -> Self {
        Self::new(random.secret())
    }

    /// The bytes. Search for this word to find every place where a secret is read.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// A 256-bit key for one purpose: HMAC-SHA-256 of the purpose's name under this secret.
    pub fn derive(&self, purpose: &str) -> hmac::Key {
        let root = hmac::Key::new(hmac::HMAC_SHA256, self.expose());
        let derived = hmac::sign(&root, purpose.as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.expose(), other.expose()).is_ok()
    }
}

impl Eq for Secret {}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_alone() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(7 bytes)");
    }

    #[test]
    fn purposes_have_keys_of_their_own() {
        let secret = Secret::new([7; 32]);
        let tag = hmac::sign(&secret.derive("a"), b"message");
        assert!(hmac::verify(&secret.derive("a"), b"message", tag.as_ref()).is_ok());
        assert!(hmac::verify(&secret.derive("b"), b"message", tag.as_ref()).is_err());
    }
}
