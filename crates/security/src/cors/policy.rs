use super::judge::Verdict;
use super::{CorsFault, OriginList, OriginPattern, vary};
use crate::csrf::Origin;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    HeaderName, HeaderValue,
};
use http::{HeaderMap, Method};
use time::Duration;

/// What a page may ask by; HEAD and GET are never asked for by a preflight, but named for readers.
pub const METHODS: [Method; 5] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PATCH,
    Method::DELETE,
];
const METHODS_TEXT: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");

/// What a page may send, unless something else is configured.
pub const DEFAULT_REQUEST_HEADERS: &str = "Authorization, Content-Type, X-API-Key, X-CSRF-Token, \
     Idempotency-Key, X-Request-Id, If-None-Match, If-Range, Range, Last-Event-ID";

/// What a page may read beside the headers that every page may (`Cache-Control`, `Content-Type`, …).
pub const EXPOSED_HEADERS: &str = "RateLimit, RateLimit-Policy, X-RateLimit-Limit, \
     X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, X-Request-Id, WWW-Authenticate, Allow, \
     ETag, Location, Content-Disposition, Content-Range, Accept-Ranges, Idempotency-Replayed";

/// How long a browser may keep a preflight's answer (CORS-11).
pub const MAX_AGE: Duration = Duration::minutes(10);

/// More than this many names of headers are a mistake.
const MAX_REQUEST_HEADERS: usize = 64;

const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");

/// Who may read answers, and what they may send. The plain one allows nobody.
#[derive(Debug, Clone)]
pub struct CorsPolicy {
    who: Who,
    own: Box<[Box<str>]>,
    without: Box<[Box<str>]>,
    pub(super) request_headers: Box<[HeaderName]>,
    pub(super) request_headers_text: HeaderValue,
    pub(super) max_age: HeaderValue,
    pub(super) private_network: bool,
}

#[derive(Debug, Clone)]
enum Who {
    Listed {
        origins: OriginList,
        credentials: bool,
    },
    Anybody,
}

impl Default for CorsPolicy {
    fn default() -> Self {
        Self::closed()
    }
}

impl CorsPolicy {
    /// Nobody.
    pub fn closed() -> Self {
        Self::without_credentials([])
    }

    /// Pages of these origins, whose requests have no cookies.
    pub fn without_credentials(origins: impl IntoIterator<Item = OriginPattern>) -> Self {
        Self::of(Who::Listed {
            origins: origins.into_iter().collect(),
            credentials: false,
        })
    }

    /// Pages of these origins, also with the cookies that their browsers have for us.
    pub fn with_credentials(origins: impl IntoIterator<Item = OriginPattern>) -> Self {
        Self::of(Who::Listed {
            origins: origins.into_iter().collect(),
            credentials: true,
        })
    }

    /// Any page there is, without cookies.
    pub fn for_anybody() -> Self {
        Self::of(Who::Anybody)
    }

    fn of(who: Who) -> Self {
        let names = names(DEFAULT_REQUEST_HEADERS).unwrap_or_default();
        Self {
            who,
            own: Box::default(),
            without: Box::default(),
            request_headers_text: joined(&names),
            request_headers: names,
            max_age: seconds(MAX_AGE),
            private_network: false,
        }
    }

    /// The headers that a page may send: [`DEFAULT_REQUEST_HEADERS`]. A list with commas.
    pub fn request_headers(self, list: &str) -> Result<Self, CorsFault> {
        let names = names(list)?;
        Ok(Self {
            request_headers_text: joined(&names),
            request_headers: names,
            ..self
        })
    }

    /// How long a browser may keep a preflight's answer, in whole seconds: [`MAX_AGE`].
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self {
            max_age: seconds(max_age),
            ..self
        }
    }

    /// Lets pages of the public internet call a service in a private network
    /// (Private Network Access, section 3): no.
    #[must_use]
    pub fn allowing_private_network(self, allowing: bool) -> Self {
        Self {
            private_network: allowing,
            ..self
        }
    }

    /// The service's own origins, whose pages need no CORS and keep their cookies whoever else may read.
    #[must_use]
    pub fn of_service<'a>(self, own: impl IntoIterator<Item = &'a Origin>) -> Self {
        let own = own.into_iter().map(|origin| origin.to_string().into());
        Self {
            own: own.collect(),
            ..self
        }
    }

    /// Paths, as they stand in the route table, that nobody may read from another origin. They are
    /// compared whole with the path as it was sent, as the router does: another spelling is another path.
    #[must_use]
    pub fn without_paths<'a>(self, paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            without: paths.into_iter().map(Into::into).collect(),
            ..self
        }
    }

    /// The patterns; none where anybody may read, because nobody is trusted by that.
    pub fn origins(&self) -> OriginList {
        match &self.who {
            Who::Listed { origins, .. } => origins.clone(),
            Who::Anybody => OriginList::default(),
        }
    }

    /// Whether cookies count.
    pub fn has_credentials(&self) -> bool {
        matches!(
            self.who,
            Who::Listed {
                credentials: true,
                ..
            }
        )
    }

    /// Whether any page may read.
    pub fn is_for_anybody(&self) -> bool {
        matches!(self.who, Who::Anybody)
    }

    /// Whether a path has CORS at all.
    pub fn covers(&self, path: &str) -> bool {
        !self.without.iter().any(|without| **without == *path)
    }

    /// The service's own origins; the first is its public address.
    pub(super) fn own(&self) -> impl Iterator<Item = &str> {
        self.own.iter().map(|own| &**own)
    }

    /// Whether these are the bytes of one of the service's own origins.
    pub(super) fn is_own(&self, origin: &[u8]) -> bool {
        self.own.iter().any(|own| own.as_bytes() == origin)
    }

    /// What `Access-Control-Allow-Origin` says to an origin, if it may read.
    pub(super) fn grant(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match &self.who {
            Who::Listed { origins, .. } => origins.find(origin.as_bytes()).map(|_| origin.clone()),
            Who::Anybody => Some(HeaderValue::from_static("*")),
        }
    }

    /// Says who may read an answer, and that it varies.
    pub(super) fn mark(&self, headers: &mut HeaderMap, verdict: Verdict) {
        self.mark_origin(headers, verdict);
        vary::add(headers, &VARY_ORIGIN);
    }

    fn mark_origin(&self, headers: &mut HeaderMap, verdict: Verdict) {
        const EXPOSED: HeaderValue = HeaderValue::from_static(EXPOSED_HEADERS);
        match verdict {
            Verdict::Allowed(origin) => {
                self.name_origin(headers, origin);
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
            Verdict::SameOrigin | Verdict::Refused => {
                headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
                headers.remove(ACCESS_CONTROL_ALLOW_CREDENTIALS);
            }
        }
    }

    pub(super) fn name_origin(&self, headers: &mut HeaderMap, origin: HeaderValue) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.has_credentials() {
            let yes = HeaderValue::from_static("true");
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
    }

    pub(super) fn methods_text() -> HeaderValue {
        METHODS_TEXT
    }
}

fn seconds(duration: Duration) -> HeaderValue {
    HeaderValue::from(duration.whole_seconds().max(0))
}

fn joined(names: &[HeaderName]) -> HeaderValue {
    let names: Vec<&str> = names.iter().map(HeaderName::as_str).collect();
    // Names of headers and commas: always a value.
    HeaderValue::try_from(names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn names(list: &str) -> Result<Box<[HeaderName]>, CorsFault> {
    let names = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let names: Vec<HeaderName> = names.map(name).collect::<Result<_, _>>()?;
    if names.len() > MAX_REQUEST_HEADERS {
        return Err(CorsFault::TooMany(MAX_REQUEST_HEADERS));
    }
    Ok(names.into())
}

fn name(text: &str) -> Result<HeaderName, CorsFault> {
    if text == "*" {
        return Err(CorsFault::StarHeader);
    }
    let name: HeaderName = text
        .parse()
        .map_err(|_| CorsFault::NoHeader(text.to_owned()))?;
    if is_forbidden(name.as_str()) {
        return Err(CorsFault::Forbidden(name.to_string()));
    }
    Ok(name)
}

/// What a page can't set anyhow (Fetch, "forbidden request-header").
fn is_forbidden(name: &str) -> bool {
    let prefixes = ["sec-", "proxy-", "access-control-request-"];
    let names = [
        "accept-charset",
        "accept-encoding",
        "connection",
        "content-length",
        "cookie",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    prefixes.iter().any(|prefix| name.starts_with(prefix)) || names.contains(&name)
}
