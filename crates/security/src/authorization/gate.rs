use super::Access;
use crate::gate::Gate;
use crate::problem::Problem;
use http::request::Parts;

/// Compares what is known of a request's caller with what its route demands.
#[derive(Debug, Clone)]
pub struct AuthorizationGate {
    access: Access,
}

impl AuthorizationGate {
    /// The gate of a route with this access.
    pub fn new(access: Access) -> Self {
        Self { access }
    }
}

impl Gate for AuthorizationGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        self.access.decide(&parts.extensions)
    }
}
