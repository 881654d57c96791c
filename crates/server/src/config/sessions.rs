//! Sign-ins and the cookies that hold them.

use super::reader::Reader;
use super::sections::{Site, Tokens};
use super::variables as v;
use musicgen_security::cookies::{CookiePolicy, InsecureCookies, SameSite};
use musicgen_security::sessions::{SessionLimits, SessionSpan};
use time::Duration;
use url::Url;

/// What the names of all cookies begin with, after the prefix that browsers judge by.
const PREFIX: &str = "musicgen";

pub(super) fn read_limits(reader: &mut Reader, tokens: &Tokens) -> SessionLimits {
    let minutes = |reader: &mut Reader, variable, default| {
        Duration::minutes(reader.whole(variable, default) as i64)
    };
    let idle = minutes(reader, &v::SESSION_IDLE_MINUTES, 1_440);
    let admin_idle = minutes(reader, &v::ADMIN_SESSION_IDLE_MINUTES, 30);
    let admin_hours = reader.whole(&v::ADMIN_SESSION_HOURS, 12);
    SessionLimits {
        ordinary: SessionSpan {
            absolute: tokens.refresh_lifetime,
            idle: Some(idle),
        },
        remembered: SessionSpan {
            absolute: tokens.remember_me_lifetime,
            idle: None,
        },
        administrative: SessionSpan {
            absolute: Duration::hours(admin_hours as i64),
            idle: Some(admin_idle),
        },
        per_account: reader.whole(&v::SESSION_MAX_PER_USER, 20) as u32,
    }
}

/// The cookies under `PUBLIC_URL`; `None` where they would travel in the clear, which is a finding.
pub(super) fn read_cookies(reader: &mut Reader, site: &Site) -> Option<CookiePolicy> {
    let same_site = match reader.word(&v::COOKIE_SAMESITE, "lax") {
        "strict" => SameSite::Strict,
        _ => SameSite::Lax,
    };
    let url = Url::parse(&site.public_url).ok()?;
    let host = url.host_str().unwrap_or_default();
    let domain = reader.given(&v::COOKIE_DOMAIN);
    if let Some(domain) = &domain {
        let covers = host == domain.text || host.ends_with(&format!(".{}", domain.text));
        if !covers {
            let what = format!("the host of PUBLIC_URL, {host}, is not under it");
            reader.wrong(&v::COOKIE_DOMAIN, Some(&domain.origin), what);
            return None;
        }
    }
    let is_https = url.scheme() == "https";
    let policy = if is_https || domain.is_some() {
        let domain = domain.as_ref().map(|domain| domain.text.as_str());
        CookiePolicy::new(is_https, domain, same_site, PREFIX)
    } else {
        CookiePolicy::for_loopback_development(host, same_site, PREFIX)
    };
    let error = match policy {
        Ok(policy) => return Some(policy),
        Err(error) => error,
    };
    match error {
        InsecureCookies::Domain => {
            let origin = domain.map(|domain| domain.origin);
            reader.wrong(&v::COOKIE_DOMAIN, origin.as_ref(), error.to_string());
        }
        // Elsewhere the scheme itself is a finding, and so is BIND where no URL was given.
        _ if site.environment.is_strict() || reader.given(&v::PUBLIC_URL).is_none() => {}
        other => reader.wrong(&v::PUBLIC_URL, None, other.to_string()),
    }
    None
}
