use super::Origin;
use crate::cors::{OriginList, OriginPattern};
use crate::problem::Problem;
use http::header::{HeaderName, ORIGIN, REFERER};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// How the page that asks and we are related (Fetch Metadata, section 2.3); scripts can't set it.
pub const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request is taken for another site's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginFault {
    /// The browser says so.
    #[error("Sec-Fetch-Site is cross-site")]
    CrossSite,
    /// A sibling site's request without an origin of its own.
    #[error("Sec-Fetch-Site is same-site, without an Origin")]
    SameSite,
    /// `Origin`, or without one `Referer`, names another origin or none that can be read.
    #[error("the origin is not ours or allowed")]
    NotAllowed,
    /// A sensitive route, and nothing says where the request comes from.
    #[error("nothing says where the request comes from")]
    Unknown,
}

impl OriginFault {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::CrossSite => "cross_site_request",
            Self::SameSite | Self::NotAllowed => "origin_not_allowed",
            Self::Unknown => "origin_missing",
        }
    }
}

impl From<OriginFault> for Problem {
    fn from(fault: OriginFault) -> Self {
        let detail = match fault {
            OriginFault::Unknown => "This needs an `Origin` header.",
            _ => "This can be done from the service's own pages, or from an allowed origin.",
        };
        Self::new(
            StatusCode::FORBIDDEN,
            fault.code(),
            "The request comes from another site",
            detail,
        )
        .with_cause(fault)
    }
}

/// Which pages may send a request that changes something. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OriginRule {
    own: Arc<[Origin]>,
    allowed: OriginList,
    strict: bool,
}

impl OriginRule {
    /// Pages of our own origins, and of those that the operator allows.
    pub fn new(
        own: impl IntoIterator<Item = Origin>,
        allowed: impl IntoIterator<Item = OriginPattern>,
    ) -> Self {
        Self {
            own: own.into_iter().collect(),
            allowed: allowed.into_iter().collect(),
            strict: false,
        }
    }

    /// The same, and also the origins that may read answers ([`cors`](crate::cors)).
    #[must_use]
    pub fn allowing(self, readers: &OriginList) -> Self {
        let all = self.allowed.iter().chain(readers.iter());
        let allowed = all.cloned().collect();
        Self { allowed, ..self }
    }

    /// Our own origins.
    pub fn own(&self) -> &[Origin] {
        &self.own
    }

    /// The same for a sensitive route: a request of which nobody knows where it comes from is
    /// refused too.
    #[must_use]
    pub fn strict(&self) -> Self {
        Self {
            strict: true,
            ..self.clone()
        }
    }

    /// Lets a request of our own or an allowed origin pass, and one that doesn't say.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), OriginFault> {
        let says = |word: &str| {
            let mut values = headers.get_all(SEC_FETCH_SITE).iter();
            values.any(|value| value.as_bytes() == word.as_bytes())
        };
        if says("cross-site") {
            return Err(OriginFault::CrossSite);
        }
        // Origin is there whenever a browser sends an unsafe method; Referer stands in for old ones.
        if headers.contains_key(ORIGIN) {
            return self.holds(headers, &ORIGIN, str::parse);
        }
        if says("same-site") {
            return Err(OriginFault::SameSite);
        }
        if headers.contains_key(REFERER) {
            return self.holds(headers, &REFERER, Origin::of_url);
        }
        if self.strict && !says("same-origin") {
            return Err(OriginFault::Unknown);
        }
        Ok(())
    }

    /// Whether the header stands once and names an allowed origin.
    fn holds<E>(
        &self,
        headers: &HeaderMap,
        name: &HeaderName,
        parse: impl Fn(&str) -> Result<Origin, E>,
    ) -> Result<(), OriginFault> {
        let mut values = headers.get_all(name).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(OriginFault::NotAllowed);
        };
        let Ok(Ok(origin)) = value.to_str().map(parse) else {
            return Err(OriginFault::NotAllowed);
        };
        // The allowed ones are compared byte by byte, as for reading; of an address only its origin is.
        let found = || match *name {
            ORIGIN => self.allowed.find(value.as_bytes()),
            _ => self.allowed.find(origin.to_string().as_bytes()),
        };
        if self.own.contains(&origin) || found().is_some() {
            Ok(())
        } else {
            Err(OriginFault::NotAllowed)
        }
    }
}
