//! Cookies: their names and attributes on the way out, a strict reading on the way in.
//!
//! 1. This is the one place that knows a cookie's name or attributes. [`CookiePolicy`] is made once,
//!    from the public URL, never from a request: no proxy header turns `Secure` off (B29).
//! 2. On https a cookie is `__Host-…`, or `__Secure-…` when it has a domain (RFC 6265bis, section
//!    4.1.3); always Secure, `Path=/`, HttpOnly on all but the CSRF cookie, SameSite written out as
//!    Lax or Strict. `SameSite=None` can't be said (CK-13). Plain http has a constructor of its own,
//!    which takes loopback hosts alone (CK-9).
//! 3. Max-Age is the server's own lifetime, at most 400 days (6265bis, section 5.5). It is a hint
//!    to the browser; what counts is the server's record (CK-7).
//! 4. Clearing is setting: the same name and attributes, an empty value, an age of nothing (CK-8).
//! 5. A value is one or more cookie octets (RFC 6265, section 4.1.1), with its name at most 4096
//!    bytes: no CR, LF, `;` or NUL gets into a header (CK-6, CK-11).
//! 6. All `Cookie` lines of a request are one list (CK-5). Names are compared byte by byte (CK-3);
//!    values are neither percent-decoded nor unquoted (CK-16); what isn't ours isn't looked at.
//! 7. A name of ours that stands twice is [`Ambiguous`](Presented::Ambiguous), whichever comes first
//!    (CK-4); a value that we could not have set is [`Broken`](Presented::Broken). Neither is
//!    absence: nobody may take them for "no decision" (B76).
//! 8. More than [`MAX_COOKIES`] or [`MAX_COOKIE_BYTES`] in a request is 431 (B126).
//! 9. An answer that sets a cookie is `no-store` (CK-14): [`SetCookies`] says both. Cookies don't
//!    print: headers are marked sensitive, `Debug` shows no value.
//!
//! The `cookie` crate is the judge in the tests and not the reader here: it trims, unquotes and lets
//! one of two equal names win, which are the faults that rules 6 and 7 exclude; and it writes a value
//! as it is given, so that rule 5 would stand here all the same.

mod gate;
mod policy;
mod request;
mod response;
mod set_cookie;

#[cfg(test)]
mod tests;

pub use gate::CookieGate;
pub use policy::{CookieKind, CookiePolicy, InsecureCookies, SameSite};
pub use request::{CookiesTooLarge, MAX_COOKIE_BYTES, MAX_COOKIES, Presented, RequestCookies};
pub use response::{CLEAR_SITE_DATA, CLEAR_SITE_DATA_VALUE, SetCookies};
pub use set_cookie::{CookieError, MAX_AGE, MAX_PAIR_BYTES};
