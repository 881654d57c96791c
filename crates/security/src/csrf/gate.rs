use super::form::is_json;
use super::token::cookie_text;
use super::{Binding, CookieSession, CsrfFault, CsrfTokens, OriginRule};
use crate::authentication::{API_KEY_HEADER, is_basic};
use crate::clock::SharedClock;
use crate::cookies::{CookieKind, Presented, RequestCookies};
use crate::gate::Gate;
use crate::problem::Problem;
use http::header::{AUTHORIZATION, HeaderName};
use http::request::Parts;
use http::{HeaderMap, Method};

/// The header of a token.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// Refuses what needs a token and doesn't have it in its head; see the [module](super). The stage
/// for services without forms; [`CsrfStage`](super::CsrfStage) looks into them.
#[derive(Clone)]
pub struct CsrfGate {
    tokens: CsrfTokens,
    origins: OriginRule,
    clock: SharedClock,
    visitors: Visitors,
}

/// What is asked of whoever has no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visitors {
    /// Nothing: the route demands somebody anyway.
    Pass,
    /// That no other site sent them.
    Origin,
    /// The same, and a token for everything but JSON.
    Token,
}

impl std::fmt::Debug for CsrfGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsrfGate")
            .field("tokens", &self.tokens)
            .field("origins", &self.origins)
            .field("visitors", &self.visitors)
            .finish_non_exhaustive()
    }
}

/// What the head of a request says.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It needs no token, or has it.
    Passed,
    /// It needs one, and only the body can have it.
    FieldNeeded(Holder),
}

/// Whose token a request needs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    /// A session's.
    Session(CookieSession),
    /// That of a browser which has no session yet.
    Visitor,
}

impl CsrfGate {
    /// Tokens are verified by `tokens`, after the request's origin has passed `origins`.
    pub fn new(tokens: CsrfTokens, origins: OriginRule, clock: SharedClock) -> Self {
        Self {
            tokens,
            origins,
            clock,
            visitors: Visitors::Pass,
        }
    }

    /// The same for a route that anybody may call: who has no session and no credential in a header
    /// is held to the origin rule.
    #[must_use]
    pub fn for_anybody(self) -> Self {
        Self {
            visitors: Visitors::Origin,
            ..self
        }
    }

    /// The same for a route that signs in or registers and takes forms as well as JSON: who has no
    /// session is held to the origin rule, and needs a token of the pre-session cookie for
    /// everything but JSON.
    #[must_use]
    pub fn for_sign_in(self) -> Self {
        Self {
            visitors: Visitors::Token,
            ..self
        }
    }

    /// Judges by the head alone.
    pub(super) fn judge(&self, parts: &Parts) -> Result<Verdict, Problem> {
        if is_safe(&parts.method) {
            return Ok(Verdict::Passed);
        }
        let holder = match parts.extensions.get::<CookieSession>() {
            Some(session) => Holder::Session(*session),
            None if self.visitors == Visitors::Pass || names_somebody(&parts.headers) => {
                return Ok(Verdict::Passed);
            }
            None => Holder::Visitor,
        };
        self.origins.check(&parts.headers)?;
        let is_visitor = matches!(holder, Holder::Visitor);
        if is_visitor && (self.visitors == Visitors::Origin || is_json(&parts.headers)) {
            return Ok(Verdict::Passed);
        }
        // A body is not read for somebody who has no cookie to compare it with.
        cookie_text(cookie(parts, CookieKind::Csrf)?)?;
        match header_token(&parts.headers)? {
            Some(sent) => self.verify(parts, holder, sent).map(|()| Verdict::Passed),
            None => Ok(Verdict::FieldNeeded(holder)),
        }
    }

    /// Judges a token that was found.
    pub(super) fn verify(&self, parts: &Parts, holder: Holder, sent: &[u8]) -> Result<(), Problem> {
        let (binding, renewed_at) = match holder {
            Holder::Session(session) => (
                Binding::Session(session.session_id()),
                Some(session.renewed_at()),
            ),
            Holder::Visitor => {
                let value = cookie_text(cookie(parts, CookieKind::PreSession)?)?;
                (Binding::PreSession(value.as_bytes()), None)
            }
        };
        let cookie = cookie(parts, CookieKind::Csrf)?;
        let now = self.clock.now();
        self.tokens
            .verify(cookie, Some(sent), binding, renewed_at, now)?;
        Ok(())
    }
}

/// Whether a header has a credential that no browser sends by itself. `Basic` is one that it does
/// send, once somebody was asked for it (RFC 7617, section 2.2).
fn names_somebody(headers: &HeaderMap) -> bool {
    let by_scheme = |value: &http::HeaderValue| {
        let scheme = value.to_str().unwrap_or_default().split(' ').next();
        !scheme.is_some_and(is_basic)
    };
    let mut credentials = headers.get_all(AUTHORIZATION).iter();
    credentials.any(by_scheme) || headers.contains_key(&API_KEY_HEADER)
}

impl Gate for CsrfGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        match self.judge(parts)? {
            Verdict::Passed => Ok(()),
            Verdict::FieldNeeded(_) => Err(CsrfFault::TokenMissing.into()),
        }
    }
}

/// Refuses what another site sends, where there is no session yet: sign-in, registration, reset.
#[derive(Debug, Clone)]
pub struct SameOriginGate(OriginRule);

impl SameOriginGate {
    /// The gate of this rule.
    pub fn new(origins: OriginRule) -> Self {
        Self(origins)
    }
}

impl Gate for SameOriginGate {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        if !is_safe(&parts.method) {
            self.0.check(&parts.headers)?;
        }
        Ok(())
    }
}

/// Methods that change nothing here (RFC 9110, section 9.2.1). A method nobody knows isn't one; no
/// header overrides it.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn cookie(parts: &Parts, kind: CookieKind) -> Result<Presented<'_>, Problem> {
    match parts.extensions.get::<RequestCookies>() {
        Some(cookies) => Ok(cookies.get(kind)),
        // Nobody read the cookies: the stages stand in a wrong order.
        None => Err(Problem::internal().with_cause("the CSRF stage stands before the cookies")),
    }
}

/// The header's token; `None` without the header.
fn header_token(headers: &HeaderMap) -> Result<Option<&[u8]>, CsrfFault> {
    let mut values = headers.get_all(&CSRF_HEADER).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(http::HeaderValue::as_bytes)),
        _ => Err(CsrfFault::TokenMalformed),
    }
}
