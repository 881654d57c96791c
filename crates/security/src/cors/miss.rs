//! Why an origin isn't the one that a pattern means.

use super::OriginPattern;
use super::pattern::Scheme;

/// What keeps an origin from being what a pattern means.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Miss {
    /// http and https are two origins.
    #[error("scheme: it is {origin}, and {pattern} is allowed")]
    Scheme {
        /// Of the origin.
        origin: &'static str,
        /// Of the pattern.
        pattern: &'static str,
    },
    /// Ports are part of an origin.
    #[error("port: it is {origin}, and {pattern} is allowed")]
    Port {
        /// Of the origin.
        origin: u16,
        /// Of the pattern.
        pattern: u16,
    },
    /// The domain itself.
    #[error("apex: the star means subdomains of {0}, not {0} itself")]
    Apex(String),
    /// The pattern has no star.
    #[error("subdomain: {0} alone is allowed, without its subdomains")]
    Subdomain(String),
    /// The other way round.
    #[error("parent: {0} is allowed, not a domain above it")]
    Parent(String),
    /// `evilexample.com`, `example.com.evil.example`.
    #[error("look-alike: it has {0} in its name, and isn't under it; whoever owns its end owns it")]
    LookAlike(String),
    /// Nothing alike.
    #[error("host: it is {origin}, and {pattern} is allowed")]
    Host {
        /// Of the origin.
        origin: String,
        /// Of the pattern.
        pattern: String,
    },
}

impl OriginPattern {
    /// What keeps `origin`, which has no star, from being meant; `None` when it is.
    pub(super) fn miss(&self, origin: &OriginPattern) -> Option<Miss> {
        if self.matches(origin.as_str().as_bytes()) {
            return None;
        }
        let miss = self.miss_of_host(origin.base());
        miss.or_else(|| self.miss_of_scheme(origin.scheme()))
            .or_else(|| self.miss_of_port(origin.port()))
            // A host that is too long with its labels.
            .or_else(|| Some(self.other_host(origin.base())))
    }

    fn miss_of_host(&self, host: &str) -> Option<Miss> {
        let base = self.base();
        let is_under = |host: &str, base: &str| {
            let labels = host.strip_suffix(base);
            labels.is_some_and(|labels| labels.ends_with('.'))
        };
        let named = base.to_owned();
        match (self.has_wildcard(), host == base, is_under(host, base)) {
            (false, true, _) | (true, _, true) => None,
            (true, true, _) => Some(Miss::Apex(named)),
            (false, _, true) => Some(Miss::Subdomain(named)),
            _ if is_under(base, host) => Some(Miss::Parent(named)),
            _ if host.contains(base) => Some(Miss::LookAlike(named)),
            _ => Some(self.other_host(host)),
        }
    }

    fn other_host(&self, host: &str) -> Miss {
        let star = if self.has_wildcard() { "*." } else { "" };
        Miss::Host {
            origin: host.to_owned(),
            pattern: format!("{star}{}", self.base()),
        }
    }

    fn miss_of_scheme(&self, scheme: Scheme) -> Option<Miss> {
        (scheme != self.scheme()).then(|| Miss::Scheme {
            origin: scheme.id(),
            pattern: self.scheme().id(),
        })
    }

    fn miss_of_port(&self, port: u16) -> Option<Miss> {
        (port != self.port()).then(|| Miss::Port {
            origin: port,
            pattern: self.port(),
        })
    }

    /// Whether a browser takes pages of both for one site (HTML, "same site"), and so sends cookies
    /// that are `SameSite`.
    pub(super) fn is_same_site(&self, other: &OriginPattern) -> bool {
        let domain = |pattern: &OriginPattern| {
            let host = pattern.base();
            let is_name = !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err();
            let domain = is_name.then(|| psl::domain_str(host)).flatten();
            domain.map(str::to_owned)
        };
        let same_domain = || {
            let (ours, theirs) = (domain(self), domain(other));
            ours.is_some() && ours == theirs
        };
        self.scheme() == other.scheme() && (self.base() == other.base() || same_domain())
    }
}
