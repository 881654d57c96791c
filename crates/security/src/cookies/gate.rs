use super::{CookiePolicy, RequestCookies};
use crate::gate::Gate;
use crate::problem::Problem;
use http::request::Parts;

/// Inserts the request's [`RequestCookies`], or refuses more of them than are read.
#[derive(Debug, Clone)]
pub struct CookieGate(CookiePolicy);

impl CookieGate {
    /// The gate that knows these names.
    pub fn new(policy: CookiePolicy) -> Self {
        Self(policy)
    }
}

impl Gate for CookieGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        let cookies = RequestCookies::read(&self.0, &parts.headers)?;
        parts.extensions.insert(cookies);
        Ok(())
    }
}
