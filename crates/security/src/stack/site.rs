use crate::cookies::{CookiePolicy, InsecureCookies, SameSite};
use crate::csrf::{InvalidOrigin, Origin, OriginRule};
use crate::validation::{AllowedHosts, InvalidHost};

/// Where a service is reached and what it is called: what its tokens say, how its cookies are named
/// and kept, whose pages may send it something.
#[derive(Debug, Clone)]
pub struct Site {
    /// What people call it; nobody may have it as a password.
    pub name: String,
    /// The `iss` of its access tokens.
    pub issuer: String,
    /// The `aud` of its access tokens.
    pub audience: String,
    /// The names and attributes of its cookies.
    pub cookies: CookiePolicy,
    /// Which pages may send requests that change something.
    pub origins: OriginRule,
    /// The hosts that it answers for.
    pub hosts: AllowedHosts,
}

/// Why there is no such site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SiteFault {
    /// Not an origin.
    #[error(transparent)]
    Origin(#[from] InvalidOrigin),
    /// Its cookies would not be safe.
    #[error(transparent)]
    Cookies(#[from] InsecureCookies),
    /// No host.
    #[error(transparent)]
    Host(#[from] InvalidHost),
}

impl Site {
    /// A service behind https. `origin` is what browsers see (`https://shop.example`): it is issuer and
    /// audience, and its pages alone may send. `name` begins the cookies' names too, so it is a short
    /// word of a-z, 0-9 and `_`.
    ///
    /// ```
    /// use musicgen_security::stack::Site;
    ///
    /// assert!(Site::new("shop", "https://shop.example").is_ok());
    /// assert!(Site::new("shop", "http://shop.example").is_err());
    /// ```
    pub fn new(name: &str, origin: &str) -> Result<Self, SiteFault> {
        let origin: Origin = origin.parse()?;
        let cookies = CookiePolicy::new(origin.is_https(), None, SameSite::Lax, name)?;
        let hosts = AllowedHosts::of_https([origin.authority()])?;
        Ok(Self::with_cookies(name, origin, cookies, hosts))
    }

    /// A service on this machine, over http, for development: its cookies have no guarding prefix and
    /// are not Secure. `origin` is that of a loopback host (`http://localhost:8000`).
    pub fn for_loopback_development(name: &str, origin: &str) -> Result<Self, SiteFault> {
        let origin: Origin = origin.parse()?;
        let host = origin.host();
        let cookies = CookiePolicy::for_loopback_development(&host, SameSite::Lax, name)?;
        let hosts = AllowedHosts::of_http([origin.authority()])?.with_loopback();
        Ok(Self::with_cookies(name, origin, cookies, hosts))
    }

    fn with_cookies(
        name: &str,
        origin: Origin,
        cookies: CookiePolicy,
        hosts: AllowedHosts,
    ) -> Self {
        Self {
            name: name.to_owned(),
            issuer: origin.to_string(),
            audience: origin.to_string(),
            cookies,
            origins: OriginRule::new([origin], []),
            hosts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookies::CookieKind;

    #[test]
    fn http_is_for_loopback_and_has_a_name_of_its_own() {
        let rows = [
            ("https", "https://shop.example", true, false),
            (
                "https with a port",
                "https://shop.example:8443",
                true,
                false,
            ),
            ("http", "http://shop.example", false, false),
            ("loopback name", "http://localhost:8000", false, true),
            ("loopback address", "http://127.0.0.1:8000", false, true),
            ("loopback of IPv6", "http://[::1]:8000", false, true),
            (
                "a name that looks like it",
                "http://localhost.example",
                false,
                false,
            ),
            ("a path", "https://shop.example/", false, false),
            ("no origin", "shop.example", false, false),
        ];
        for (name, origin, secure, development) in rows {
            let site = Site::new("shop", origin);
            assert_eq!(site.is_ok(), secure, "{name}");
            let site = Site::for_loopback_development("shop", origin);
            assert_eq!(site.is_ok(), development, "{name}");
        }
    }

    #[test]
    fn the_plain_site_has_host_cookies_and_its_origin_in_tokens() {
        let site = Site::new("shop", "HTTPS://Shop.Example:443").unwrap();
        assert_eq!(site.issuer, "https://shop.example");
        assert_eq!(site.audience, site.issuer);
        assert_eq!(site.cookies.name(CookieKind::Access), "__Host-shop_access");
        assert!(matches!(
            Site::new("My Shop", "https://shop.example"),
            Err(SiteFault::Cookies(InsecureCookies::Prefix))
        ));
    }
}
