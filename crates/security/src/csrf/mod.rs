//! Requests that another site makes a browser send.
//!
//! 1. A request whose identity came from a cookie ([`CookieSession`]) and whose method is not GET,
//!    HEAD or OPTIONS needs a token; without one it is 403 before anything happens. A bearer token
//!    or an API key isn't sent by itself, so such a request needs none (CSRF-1, CSRF-6, CSRF-9).
//! 2. A token is base64url of 16 random bytes, the time, and HMAC-SHA-256 of both and of what it is
//!    bound to: the session, or a pre-session cookie ([`Binding`]). One of another session is wrong,
//!    also in both places (CSRF-2, B26).
//! 3. It comes twice: in its cookie and in `X-CSRF-Token`, or the field `csrf_token` of a form. They
//!    must be equal and signed, compared in constant time; the cookie alone is nothing (CSRF-3).
//!    Two cookies or two headers are refused, whichever stands first (B73).
//! 4. A token made before the session was renewed is good for [`OVERLAP`] after that and no longer
//!    (CSRF-4); one without a session for [`PRE_SESSION_LIFETIME`]. The ring's former keys verify as
//!    long as they are in it (CSRF-16).
//! 5. Before the token stands the [`OriginRule`]: `Sec-Fetch-Site: cross-site` is refused, and an
//!    `Origin` that isn't ours or allowed, `null` too, even with a good token (CSRF-7, CSRF-8, B71).
//!    Scheme, host and port are compared with the configured ones, never with `Host` or a
//!    proxy's headers (B72). Only where a browser says nothing at all does the token decide alone.
//! 6. What signs in has no session to bind to. Where a route takes JSON alone, which no form can
//!    send, [`SameOriginGate`] applies rule 5; where it takes forms as well,
//!    [`CsrfGate::for_sign_in`] also wants a token bound to the pre-session cookie (CSRF-5).
//! 7. SameSite is set, and nothing here relies on it: a sibling site is the same site (CSRF-17).
//! 8. A token is never in a URL, and doesn't print (CSRF-14).
//!
//! A page with a form of its own must not say `Referrer-Policy: no-referrer`: its browser would send
//! `Origin: null` with the form (Fetch, "append a request `Origin` header"). `same-origin` is good.
//! Requests by `fetch` carry their origin under any policy.

mod fault;
mod form;
mod gate;
mod origin;
mod rule;
mod session;
mod stage;
mod token;

#[cfg(test)]
mod tests;

pub use fault::CsrfFault;
#[cfg(feature = "axum")]
pub(crate) use form::collect as collect_form;
pub(crate) use form::is_form;
pub use form::{FORM_FIELD, MAX_FORM_BYTES};
pub use gate::{CSRF_HEADER, CsrfGate, SameOriginGate};
pub use origin::{InvalidOrigin, Origin};
pub use rule::{OriginFault, OriginRule, SEC_FETCH_SITE};
pub use session::CookieSession;
pub use stage::CsrfStage;
pub use token::{Binding, CsrfToken, CsrfTokens, MAX_TOKEN_BYTES, OVERLAP, PRE_SESSION_LIFETIME};
