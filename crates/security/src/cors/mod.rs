//! Which pages of other origins may read answers (Fetch, "CORS protocol").
//!
//! 1. An origin is allowed when its bytes are those of a configured [`OriginPattern`]: scheme, host and
//!    port. `https://*.example.com` is any subdomain at any depth, never `example.com` itself, another
//!    scheme or another port. `null` never is one (CORS-4 to CORS-8, B22, B67).
//! 2. Nothing is allowed unless it is configured. A [`CorsPolicy`] with credentials can be made of
//!    patterns alone: `*` with credentials can't be built (CORS-1, B68).
//! 3. `Origin` stands once and names one origin; two lines or a list are 400 (CORS-7).
//! 4. A preflight is answered here, by what is configured: nobody is identified or counted for it, no
//!    handler runs (CORS-9, B23, B55). An origin that isn't allowed gets 403 and no grant; a method or
//!    header that isn't allowed gets no grant either. Nothing a page sent is written back but an origin
//!    that was found, and a list of headers longer than [`MAX_REQUESTED_BYTES`] isn't read (B69).
//! 5. Any other request is served, whatever its origin: CORS is no access control, and what changes
//!    something is held to the [origin rule](crate::csrf) (CORS-2, CORS-17). The answer, an error too,
//!    is marked as readable for an allowed origin and for no other (CORS-13, B24).
//! 6. `Vary: Origin` stands on every answer, whoever asked, so that no cache hands one origin's answer to
//!    another (CORS-3, B25); preflights vary on what they ask as well.
//! 7. Where a page may read without credentials (`*`, or a list without them), its requests' cookies are
//!    taken away before any stage looks at them (CORS-14).
//! 8. Lists of names are written out: with credentials a `*` in them would be a header called `*`, and it
//!    never covers `Authorization` (CORS-10).
//! 9. Access to a private network is granted only where it is configured (B70).
//! 10. A path can be left out ([`CorsPolicy::without_paths`]): pages for people, redirects, what only the
//!     operator's programs read. Nobody may read those from another origin, an OAuth authorization
//!     endpoint least of all (CORS-16).
//!
//! ```
//! use musicgen_security::cors::{CorsPolicy, OriginPattern};
//!
//! let app: OriginPattern = "https://*.example.com".parse()?;
//! assert!(app.matches(b"https://app.example.com"));
//! assert!(!app.matches(b"https://example.com.evil.example"));
//! let policy = CorsPolicy::with_credentials([app]);
//! # drop(policy);
//! # Ok::<(), musicgen_security::cors::PatternFault>(())
//! ```

mod explain;
mod fault;
mod judge;
mod layer;
mod list;
mod miss;
mod pattern;
mod policy;
mod preflight;
mod vary;

#[cfg(test)]
mod tests;

pub use explain::{Asked, Explanation, Standing};
pub use fault::{CorsFault, PatternFault};
pub use judge::{SeveralOrigins, Verdict};
pub use layer::{CorsFuture, CorsLayer, CorsService};
pub use list::OriginList;
pub use miss::Miss;
pub use pattern::OriginPattern;
pub use policy::{CorsPolicy, DEFAULT_REQUEST_HEADERS, EXPOSED_HEADERS, MAX_AGE, METHODS};
pub use preflight::MAX_REQUESTED_BYTES;
