//! What a stranger may send in the head of a request, and how many requests are under way at once.
//!
//! 1. More requests than [`Load`] allows are refused before anything else is looked at (503 with a
//!    `Retry-After` that differs from answer to answer). A slice is kept for what must answer then
//!    too: probes and sign-out.
//! 2. A request is for a host of [`AllowedHosts`] (RFC 9110, section 7.4: else 421), whether it says
//!    so by `Host`, by the authority of its target, or by what a trusted proxy says it was. None,
//!    two, one that can't be read, and two that differ are 400 (RFC 9112, section 3.2).
//! 3. A path has one spelling ([`check_path`]); every other one is 400, for every route, so that no
//!    proxy, rule, limit or cache ever sees another path than the router.
//! 4. A target has at most [`MAX_TARGET_BYTES`] (414), a head at most [`MAX_FIELDS`] fields and
//!    [`MAX_HEAD_BYTES`], a field [`MAX_FIELD_BYTES`] (431).
//! 5. What may stand once in a head and stands twice is 400, never the first or the last of them.
//! 6. A compressed body is 415, an expectation other than `100-continue` 417 (RFC 9110, section
//!    10.1.1), CONNECT and a target of `*` 405: this is no proxy. TRACE and unknown methods are left to
//!    the router, which knows what to list in `Allow`.
//! 7. Names are compared as they are: `X_User` is never `X-User`, and no header names the method.
//!
//! All of it is decided by the head alone, without waiting and before a byte of the body is read.

mod fields;
mod host;
mod layer;
mod load;
mod path;
mod target;

#[cfg(test)]
mod tests;

pub use fields::{MAX_FIELD_BYTES, MAX_FIELDS, MAX_HEAD_BYTES};
pub use host::{AllowedHosts, HostFault, InvalidHost};
pub use layer::{LimitsFuture, LimitsLayer, LimitsService};
pub use load::{Load, Ticket};
pub use path::{PathFault, check_path};
pub use target::MAX_TARGET_BYTES;

use crate::client_ip::ForwardedHost;
use crate::problem::Problem;
use http::{HeaderMap, Method, Request, Uri, Version};

/// What is asked of every request; see the [module](self).
#[derive(Debug, Clone)]
pub struct RequestLimits {
    hosts: AllowedHosts,
    load: Load,
    any_host: Vec<&'static str>,
    reserved: Vec<&'static str>,
}

impl RequestLimits {
    /// For these hosts, with [`Load::default`].
    pub fn new(hosts: AllowedHosts) -> Self {
        Self {
            hosts,
            load: Load::default(),
            any_host: Vec::new(),
            reserved: Vec::new(),
        }
    }

    /// The same with another bound on what is under way.
    #[must_use]
    pub fn with_load(mut self, load: Load) -> Self {
        self.load = load;
        self
    }

    /// The same, letting these paths be asked for under any host: probes, which load balancers send
    /// to addresses. What answers there must not depend on where a caller is: a page that made its own
    /// name point here could read it.
    #[must_use]
    pub fn with_any_host_at(mut self, paths: impl IntoIterator<Item = &'static str>) -> Self {
        self.any_host.extend(paths);
        self
    }

    /// The same, keeping a slice of what may be under way for these paths.
    #[must_use]
    pub fn with_reserve_for(mut self, paths: impl IntoIterator<Item = &'static str>) -> Self {
        self.reserved.extend(paths);
        self
    }

    /// What is under way.
    pub fn load(&self) -> &Load {
        &self.load
    }

    /// A place among the requests that are under way, if there is one.
    fn enter(&self, path: &str) -> Result<Ticket, Problem> {
        let entered = self.load.enter(self.reserved.contains(&path));
        entered.ok_or_else(|| self.load.refusal())
    }

    /// Judges the head of a request by everything but the load.
    pub fn check<B>(&self, request: &Request<B>) -> Result<(), Problem> {
        let head = Head {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            forwarded_host: request.extensions().get(),
        };
        target::check(&head)?;
        let any_host = self.any_host.contains(&head.uri.path());
        self.hosts.check(&head, any_host)?;
        fields::check(head.headers)
    }
}

/// The head of a request, where it stands.
#[derive(Debug)]
struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    version: Version,
    headers: &'a HeaderMap,
    /// Said by a proxy that is trusted.
    forwarded_host: Option<&'a ForwardedHost>,
}
