//! The security headers, on every answer there is.
//!
//! | header | value | why |
//! | --- | --- | --- |
//! | X-Content-Type-Options | nosniff | a file is what it says it is |
//! | X-Frame-Options, CSP frame-ancestors | DENY, 'none' | no page of ours in a frame |
//! | Content-Security-Policy | by the answer's [`PagePolicy`] | an answer of the API loads nothing, a page only its own files |
//! | Strict-Transport-Security | two years, subdomains too | only over https (RFC 6797, section 7.2): a browser doesn't come back in the clear |
//! | Referrer-Policy | no-referrer | our addresses stay with us |
//! | Permissions-Policy | everything off | nothing here needs a device |
//! | Cross-Origin-Opener-Policy, -Resource-Policy, -Embedder-Policy | same-origin, require-corp | no other site shares a process or embeds an answer |
//! | X-XSS-Protection | 0 | the filter of old browsers was itself a hole |
//! | Cache-Control | no-store | answers are personal unless a handler says otherwise |
//!
//! 1. Each stands once, also where a handler or a stage within set it: whatever they said is replaced.
//!    A handler chooses a [`PagePolicy`], never a policy's text, and its own `Cache-Control`.
//! 2. An error is never kept: `no-store`, whatever the handler chose before it failed.
//! 3. Text says that it is UTF-8 (HDR-15).
//! 4. Errors, 404, 405, preflights and refusals have them too: this stage stands outside all that refuse.
//! 5. Whether a request came over https is what [`client_ip`](crate::client_ip) says: its own connection,
//!    or a trusted proxy's word. A header of anybody else changes nothing (B111).
//! 6. There is no `Server` and no `X-Powered-By`, no key pinning and no `Expect-CT`.
//!
//! Answers of the HTTP parser (400, 408, 431 for what is no request) are made below the program and have none.

mod layer;
mod page;
mod redirect;

pub use layer::{HeadersFuture, HeadersLayer, HeadersService};
pub use page::{PagePolicy, StyleHash};
pub use redirect::{ForeignTarget, RedirectTarget};
