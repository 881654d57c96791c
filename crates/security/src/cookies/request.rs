use super::set_cookie::check_value;
use super::{CookieKind, CookiePolicy};
use crate::problem::Problem;
use http::header::COOKIE;
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// The most cookies that a request may carry, ours and others'.
pub const MAX_COOKIES: usize = 200;

/// The most bytes of all `Cookie` lines of a request, joined.
pub const MAX_COOKIE_BYTES: usize = 12 * 1024;

/// More cookies than are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {MAX_COOKIES} cookies or {MAX_COOKIE_BYTES} bytes of them")]
pub struct CookiesTooLarge;

impl From<CookiesTooLarge> for Problem {
    fn from(error: CookiesTooLarge) -> Self {
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "cookies_too_large",
            "The request has too many cookies",
            format!(
                "At most {MAX_COOKIES} cookies with {MAX_COOKIE_BYTES} bytes together are read. \
                 Delete this site's cookies in the browser."
            ),
        )
        .with_cause(error)
    }
}

/// What a request says about one cookie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Presented<'a> {
    /// It isn't there.
    Absent,
    /// It stands once, with a value that could be ours.
    One(&'a str),
    /// It stands more than once: a sibling site may have planted one of them (6265bis, section 8.6).
    Ambiguous,
    /// It stands once, with a value that we can't have set.
    Broken,
}

impl std::fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::One(_) => "One(…)",
            Self::Ambiguous => "Ambiguous",
            Self::Broken => "Broken",
        })
    }
}

#[derive(Clone, Default)]
enum Slot {
    #[default]
    Absent,
    One(String),
    Ambiguous,
    Broken,
}

/// Our cookies in a request; put into its extensions by the [`CookieGate`](super::CookieGate). Without
/// any, nothing is allocated.
#[derive(Clone, Default)]
pub struct RequestCookies(Option<Arc<[Slot; 5]>>);

impl std::fmt::Debug for RequestCookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(CookieKind::ALL.map(|kind| (kind, self.get(kind))))
            .finish()
    }
}

impl RequestCookies {
    /// Reads all `Cookie` lines as one.
    pub fn read(policy: &CookiePolicy, headers: &HeaderMap) -> Result<Self, CookiesTooLarge> {
        let mut slots: [Slot; 5] = Default::default();
        let mut count = 0;
        let mut bytes = 0;
        for line in headers.get_all(COOKIE) {
            // Two bytes join the lines: `; ` (RFC 9113, section 8.2.3).
            bytes += line.len() + if bytes == 0 { 0 } else { 2 };
            if bytes > MAX_COOKIE_BYTES {
                return Err(CookiesTooLarge);
            }
            for pair in line.as_bytes().split(|byte| *byte == b';') {
                count += 1;
                if count > MAX_COOKIES {
                    return Err(CookiesTooLarge);
                }
                put(policy, pair, &mut slots);
            }
        }
        let is_any = slots.iter().any(|slot| !matches!(slot, Slot::Absent));
        Ok(Self(is_any.then(|| Arc::new(slots))))
    }

    /// What stands there for a cookie.
    pub fn get(&self, kind: CookieKind) -> Presented<'_> {
        match self.0.as_ref().map(|slots| &slots[kind.index()]) {
            None | Some(Slot::Absent) => Presented::Absent,
            Some(Slot::One(value)) => Presented::One(value),
            Some(Slot::Ambiguous) => Presented::Ambiguous,
            Some(Slot::Broken) => Presented::Broken,
        }
    }
}

/// Browsers write `; ` between pairs and no blank anywhere else. So blanks before a name are not
/// part of it, and any other blank is: it makes another name, or a broken value. Only ASCII blanks
/// are: a name after U+2000 is another name, as it is for the browser that let a script set it.
fn put(policy: &CookiePolicy, pair: &[u8], slots: &mut [Slot; 5]) {
    let start = pair
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t'))
        .unwrap_or(pair.len());
    let pair = pair.get(start..).unwrap_or_default();
    // A cookie without `=` has a value and no name (6265bis, section 5.6): never ours.
    let Some(equals) = pair.iter().position(|byte| *byte == b'=') else {
        return;
    };
    let (name, value) = pair.split_at(equals);
    let value = value.get(1..).unwrap_or_default();
    let Some(kind) = policy.kind_of(name) else {
        return;
    };
    let slot = &mut slots[kind.index()];
    *slot = match slot {
        Slot::Absent => match std::str::from_utf8(value) {
            Ok(text) if check_value(policy.name(kind), value).is_ok() => Slot::One(text.to_owned()),
            _ => Slot::Broken,
        },
        _ => Slot::Ambiguous,
    };
}

#[cfg(feature = "axum")]
impl<S: Send + Sync> axum_core::extract::FromRequestParts<S> for RequestCookies {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        // A route without the gate must not look like a browser without cookies.
        parts.extensions.get().cloned().ok_or_else(|| {
            Problem::internal().with_cause("a handler reads cookies without the cookie gate")
        })
    }
}
