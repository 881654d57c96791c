//! Randomness as a parameter.
//!
//! 1. Everything unguessable comes from the operating system's generator.
//! 2. Secrets are 256 bits, identifiers 122 bits (UUID version 4, RFC 9562 section 5.4).
//! 3. A system without randomness is a system that must not mint tokens: [`SystemRandom`] panics,
//!    which the panic stage turns into a plain 500.

use std::sync::Arc;
use uuid::Uuid;

/// A source of bytes that nobody can predict.
pub trait Random: Send + Sync + 'static {
    /// Fills `out` completely.
    fn fill(&self, out: &mut [u8]);
}

/// A source shared by everything that needs one.
pub type SharedRandom = Arc<dyn Random>;

impl dyn Random {
    /// 256 random bits.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// A version 4 UUID: 122 random bits, no time and no order in it.
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one reader of the system's generator"
    )]
    #[expect(
        clippy::expect_used,
        reason = "going on without randomness would mint guessable tokens"
    )]
    fn fill(&self, out: &mut [u8]) {
        // panics: a token made without randomness would be worse than none.
        getrandom::fill(out).expect("the operating system gives no randomness");
    }
}
