//! What goes out is judged by the `cookie` crate; what comes in, by tables.

mod incoming;
mod outgoing;
mod policy;

use super::*;

fn host_only() -> CookiePolicy {
    CookiePolicy::new(true, None, SameSite::Lax, "musicgen").unwrap()
}

fn with_domain() -> CookiePolicy {
    CookiePolicy::new(true, Some("example.com"), SameSite::Strict, "musicgen").unwrap()
}

fn loopback() -> CookiePolicy {
    CookiePolicy::for_loopback_development("localhost", SameSite::Lax, "musicgen").unwrap()
}
