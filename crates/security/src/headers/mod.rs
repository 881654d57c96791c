//! The security headers, on every answer there is.
//!
//! | header | value | why |
//! | --- | --- | --- |
//! | X-Content-Type-Options | nosniff | a file is what it says it is |
//! | X-Frame-Options, CSP frame-ancestors | DENY, 'none' | no page of ours in a frame |
//! | Content-Security-Policy | `default-src 'none'` … | an answer of the API loads nothing |
//! | Referrer-Policy | no-referrer | our addresses stay with us |
//! | Permissions-Policy | everything off | nothing here needs a device |
//! | Cross-Origin-Opener-Policy, -Resource-Policy, -Embedder-Policy | same-origin, require-corp | no other site shares a process or embeds an answer |
//! | X-XSS-Protection | 0 | the filter of old browsers was itself a hole |
//! | Cache-Control | no-store | answers are personal unless a handler says otherwise |
//!
//! 1. Each stands once. A handler may choose its own `Content-Security-Policy` and `Cache-Control`,
//!    because pages and files differ; the others are always these.
//! 2. Errors, 404, 405 and refusals have them too: this stage stands outside all that refuse.
//! 3. There is no `Server` and no `X-Powered-By`.

mod layer;

pub use layer::{HeadersLayer, HeadersService};
