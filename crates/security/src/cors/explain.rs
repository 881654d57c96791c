use super::preflight::knows_method;
use super::{CorsPolicy, Miss, OriginPattern, PatternFault, Verdict};
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN,
};
use http::{HeaderMap, StatusCode};

/// A request that a page would make.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Where the page is from.
    pub origin: &'a str,
    /// By which method it asks.
    pub method: &'a str,
    /// The names of headers that its script sets.
    pub headers: &'a [String],
}

/// What becomes of a request, and why. The decisions in it are those of the stage itself.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Whether the page could send it and read the answer.
    pub allowed: bool,
    /// Why the origin is allowed or not.
    pub standing: Standing,
    /// A method that isn't allowed.
    pub unknown_method: Option<String>,
    /// Headers that aren't allowed.
    pub unknown_headers: Vec<String>,
    /// The answer to the preflight, where a browser makes one.
    pub preflight: Option<(StatusCode, HeaderMap)>,
    /// What this stage adds to every answer of the request itself.
    pub answer: HeaderMap,
    /// Whether cookies count in such a request.
    pub credentials: bool,
    /// Whether a browser takes the page and the service for one site, and so would send the session's
    /// cookies at all; `None` where it isn't known where the service is.
    pub same_site: Option<bool>,
}

/// What is to be said of an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is one of the service's own.
    Own,
    /// By this pattern.
    Allowed(OriginPattern),
    /// Because every origin is.
    Anybody,
    /// It isn't what browsers send for a page.
    NoOrigin(PatternFault),
    /// A pattern instead of an origin.
    Pattern,
    /// Nothing is allowed.
    NothingConfigured,
    /// No pattern means it.
    Missed(Vec<(OriginPattern, Miss)>),
}

/// What a page's script may set without asking (Fetch, "CORS-safelisted request-header"). Of
/// `Content-Type` only values that no route takes are among them, so it isn't here.
const SAFELISTED: [&str; 3] = ["accept", "accept-language", "content-language"];

impl CorsPolicy {
    /// Says what would become of a request, and why.
    pub fn explain(&self, asked: &Asked<'_>) -> Explanation {
        let mut headers = HeaderMap::new();
        if let Ok(origin) = HeaderValue::from_bytes(asked.origin.as_bytes()) {
            headers.insert(ORIGIN, origin);
        }
        let verdict = self.judge(&headers).unwrap_or(Verdict::Refused);
        let granted = matches!(verdict, Verdict::Allowed(_));
        let standing = self.standing(asked.origin);
        let unknown_method =
            (!knows_method(asked.method.as_bytes())).then(|| asked.method.to_owned());
        let unknown_headers: Vec<String> = unsafe_headers(asked)
            .filter(|name| !self.knows_header(name.as_bytes()))
            .cloned()
            .collect();
        let is_own = standing == Standing::Own;
        let preflight = (!is_own && needs_preflight(asked)).then(|| {
            add_question(asked, &mut headers);
            match self.preflight(verdict.clone(), &headers) {
                Ok(headers) => (StatusCode::NO_CONTENT, headers),
                Err(problem) => {
                    let mut headers = HeaderMap::new();
                    self.vary_preflight(&mut headers);
                    (problem.status(), headers)
                }
            }
        });
        let mut answer = HeaderMap::new();
        self.mark(&mut answer, verdict);
        let knows_all = unknown_method.is_none() && unknown_headers.is_empty();
        Explanation {
            allowed: is_own || (granted && (knows_all || preflight.is_none())),
            standing,
            unknown_method,
            unknown_headers,
            preflight,
            answer,
            credentials: is_own || (granted && self.has_credentials()),
            same_site: self.same_site(asked.origin),
        }
    }

    fn standing(&self, origin: &str) -> Standing {
        if self.is_own(origin.as_bytes()) {
            return Standing::Own;
        }
        let read = match origin.parse::<OriginPattern>() {
            Ok(pattern) if pattern.has_wildcard() => return Standing::Pattern,
            Ok(read) => read,
            Err(fault) => return Standing::NoOrigin(fault),
        };
        if self.is_for_anybody() {
            return Standing::Anybody;
        }
        let origins = self.origins();
        if let Some(pattern) = origins.find(origin.as_bytes()) {
            return Standing::Allowed(pattern.clone());
        }
        let misses = origins.iter();
        let misses = misses.filter_map(|one| Some((one.clone(), one.miss(&read)?)));
        let misses: Vec<_> = misses.collect();
        if misses.is_empty() {
            return Standing::NothingConfigured;
        }
        Standing::Missed(misses)
    }

    fn same_site(&self, origin: &str) -> Option<bool> {
        let own: OriginPattern = self.own().next()?.parse().ok()?;
        let origin: OriginPattern = origin.parse().ok()?;
        Some(own.is_same_site(&origin))
    }
}

fn add_question(asked: &Asked<'_>, headers: &mut HeaderMap) {
    if let Ok(method) = HeaderValue::from_str(asked.method) {
        headers.insert(ACCESS_CONTROL_REQUEST_METHOD, method);
    }
    let names: Vec<String> = unsafe_headers(asked)
        .map(|n| n.to_ascii_lowercase())
        .collect();
    if let Ok(names) = HeaderValue::try_from(names.join(","))
        && !names.is_empty()
    {
        headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, names);
    }
}

fn unsafe_headers<'a>(asked: &Asked<'a>) -> impl Iterator<Item = &'a String> {
    let is_safe = |name: &str| SAFELISTED.iter().any(|one| one.eq_ignore_ascii_case(name));
    asked.headers.iter().filter(move |name| !is_safe(name))
}

fn needs_preflight(asked: &Asked<'_>) -> bool {
    !matches!(asked.method, "GET" | "HEAD" | "POST") || unsafe_headers(asked).next().is_some()
}
