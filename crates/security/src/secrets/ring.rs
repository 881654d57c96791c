use super::Secret;
use aws_lc_rs::hmac;

/// A secret and those it replaced: new values are made with the current one, old ones are still
/// understood for as long as the operator leaves them in the ring.
#[derive(Debug, Clone)]
pub struct SecretRing {
    current: Secret,
    previous: Vec<Secret>,
}

impl SecretRing {
    /// A ring of one.
    pub fn new(current: Secret) -> Self {
        Self::with_previous(current, Vec::new())
    }

    /// A ring with the secrets that `current` replaced, the latest first.
    pub fn with_previous(current: Secret, previous: Vec<Secret>) -> Self {
        Self { current, previous }
    }

    /// What new values are made with.
    pub fn current(&self) -> &Secret {
        &self.current
    }

    /// What may only be understood.
    pub fn previous(&self) -> &[Secret] {
        &self.previous
    }

    /// Keys for one purpose ([`Secret::derive`]), the current one first. There is always one.
    pub fn derive(&self, purpose: &str) -> Vec<hmac::Key> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .map(|secret| secret.derive(purpose))
            .collect()
    }
}

impl From<Secret> for SecretRing {
    fn from(current: Secret) -> Self {
        Self::new(current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_one_comes_first() {
        let ring = SecretRing::with_previous(Secret::new([1; 32]), vec![Secret::new([2; 32])]);
        let keys = ring.derive("a");
        let tag = |secret: u8| hmac::sign(&Secret::new([secret; 32]).derive("a"), b"m");
        assert!(hmac::verify(&keys[0], b"m", tag(1).as_ref()).is_ok());
        assert!(hmac::verify(&keys[1], b"m", tag(2).as_ref()).is_ok());
        assert_eq!(keys.len(), 2);
    }
}
