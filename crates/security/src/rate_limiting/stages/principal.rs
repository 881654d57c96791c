use super::Tally;
use crate::gate::Gate;
use crate::problem::Problem;
use crate::rate_limiting::{RateClass, RateLimiter};
use http::request::Parts;

/// Charges whoever was found to send the request: an account and its API key, else a network. Stands
/// after authentication, which knows, and before authorization, so that what is refused counts too.
#[derive(Debug, Clone)]
pub struct PrincipalRateLimitGate {
    limiter: RateLimiter,
    class: RateClass,
}

impl PrincipalRateLimitGate {
    /// The stage of a route of this class.
    pub fn new(limiter: RateLimiter, class: RateClass) -> Self {
        Self { limiter, class }
    }
}

impl Gate for PrincipalRateLimitGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        let charged = self.limiter.caller(parts, self.class).await;
        let passed = charged.as_ref().copied().unwrap_or(None);
        Tally::note_caller(&mut parts.extensions, passed);
        charged.map(drop)
    }
}
