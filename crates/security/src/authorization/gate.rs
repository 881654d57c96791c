use super::Access;
use crate::clock::SharedClock;
use crate::gate::Gate;
use crate::problem::Problem;
use http::request::Parts;

/// Compares what is known of a request's caller with what its route demands.
#[derive(Clone)]
pub struct AuthorizationGate {
    access: Access,
    clock: SharedClock,
}

impl std::fmt::Debug for AuthorizationGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationGate")
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl AuthorizationGate {
    /// The gate of a route with this access.
    pub fn new(access: Access, clock: SharedClock) -> Self {
        Self { access, clock }
    }
}

impl Gate for AuthorizationGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        self.access.decide(&parts.extensions, || self.clock.now())
    }
}
