use super::Policy;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The policy that holds now, shared by all that decide by it. Clones are handles to the same.
///
/// Whoever replaces it changes what the next request may do; nothing is restarted. Whoever keeps
/// what it derived from a policy (a token, a cache, a long connection) asks for the
/// [`generation`](Self::generation) first and the policy then, and derives anew when the generation
/// has grown.
#[derive(Debug, Clone)]
pub struct PolicySource(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    current: RwLock<Arc<Policy>>,
    generation: AtomicU64,
}

impl PolicySource {
    /// Begins with this policy, generation 0.
    pub fn new(policy: impl Into<Arc<Policy>>) -> Self {
        Self(Arc::new(Shared {
            current: RwLock::new(policy.into()),
            generation: AtomicU64::new(0),
        }))
    }

    /// The policy now. Held for one decision, not longer.
    pub fn current(&self) -> Arc<Policy> {
        // The lock guards one pointer, which is whole whatever panicked beside it.
        let current = self.0.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Grows with each replacement.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// Puts `policy` in the place of the present one; returns the new generation. A policy that is
    /// equal to the present one replaces it too.
    pub fn replace(&self, policy: impl Into<Arc<Policy>>) -> u64 {
        let policy = policy.into();
        let current = self.0.current.write();
        let mut current = current.unwrap_or_else(PoisonError::into_inner);
        *current = policy;
        // Within the lock and after the policy: whoever sees the generation sees its policy.
        self.0.generation.fetch_add(1, Ordering::AcqRel) + 1
    }
}

impl From<Policy> for PolicySource {
    fn from(policy: Policy) -> Self {
        Self::new(policy)
    }
}

impl From<Arc<Policy>> for PolicySource {
    fn from(policy: Arc<Policy>) -> Self {
        Self::new(policy)
    }
}
