//! What is asked of every request before its route is known.

use crate::config::Config;
use crate::routes::{RateClass, Route};
use musicgen_security::validation::{Load, RequestLimits};

/// What is asked of every request. The operator's routes answer under any host, because probes are sent
/// to addresses; not in development, where a caller counts by being on this machine, which a page is
/// that made its own name point here.
pub(super) fn request_limits(config: &Config, routes: &[Route]) -> RequestLimits {
    let paths = |wanted: fn(&Route) -> bool| {
        let wanted = routes.iter().filter(move |route| wanted(route));
        wanted.map(|route| route.path)
    };
    let limits = RequestLimits::new(config.site.hosts.clone())
        .with_load(Load::new(config.capacity.requests))
        .with_reserve_for(paths(|route| route.answers_under_load));
    if config.trusts_loopback() {
        limits
    } else {
        limits.with_any_host_at(paths(|route| route.class == RateClass::None))
    }
}
