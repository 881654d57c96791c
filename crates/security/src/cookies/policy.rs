use std::net::IpAddr;
use std::sync::Arc;

/// The cookies that a browser holds for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CookieKind {
    /// The access token, as long as it lives.
    Access,
    /// The refresh token; read on refresh and sign-out alone.
    Refresh,
    /// The CSRF token, which scripts read.
    Csrf,
    /// Says that an account signed in here before; it is no credential.
    Device,
    /// What a CSRF token is bound to before there is a session.
    PreSession,
}

impl CookieKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Access,
        Self::Refresh,
        Self::Csrf,
        Self::Device,
        Self::PreSession,
    ];

    /// Those that a session consists of, which end with it.
    pub const SESSION: [Self; 3] = [Self::Access, Self::Refresh, Self::Csrf];

    fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Csrf => "csrf",
            Self::Device => "device",
            Self::PreSession => "pre_session",
        }
    }

    /// Whether scripts must not read it.
    pub(super) fn is_http_only(self) -> bool {
        self != Self::Csrf
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// Which requests from elsewhere carry a cookie. There is no `None`: that would be all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameSite {
    /// Top-level navigation with a safe method.
    #[default]
    Lax,
    /// None at all.
    Strict,
}

impl SameSite {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }
}

/// Why such cookies are not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InsecureCookies {
    /// They would travel unencrypted.
    #[error("cookies need https; plain http is for a loopback host in development alone")]
    PlainHttp,
    /// No registrable name, an address, or not a host name at all.
    #[error("the cookie domain must be a host name of at least two labels, without a leading dot")]
    Domain,
    /// Not a short lower-case word.
    #[error("the cookie prefix must be 1 to 32 of a-z, 0-9 and _")]
    Prefix,
}

/// The names and attributes of every cookie; see the [module](super). Cheap to clone.
#[derive(Debug, Clone)]
pub struct CookiePolicy {
    names: Arc<[String; 5]>,
    attributes: Arc<str>,
}

impl CookiePolicy {
    /// Cookies of a service whose public URL is https, for the host alone or for a domain with all
    /// that is below it.
    pub fn new(
        public_url_is_https: bool,
        domain: Option<&str>,
        same_site: SameSite,
        prefix: &str,
    ) -> Result<Self, InsecureCookies> {
        if !public_url_is_https {
            return Err(InsecureCookies::PlainHttp);
        }
        let (lead, domain) = match domain {
            None => ("__Host-", String::new()),
            Some(domain) if is_domain(domain) => ("__Secure-", format!("; Domain={domain}")),
            Some(_) => return Err(InsecureCookies::Domain),
        };
        let attributes = format!("; Path=/{domain}; Secure; SameSite={}", same_site.word());
        Self::build(lead, prefix, &attributes)
    }

    /// Cookies without Secure and without a guarding prefix, for a browser on this machine: `host`,
    /// of the public URL, must be a loopback name or address.
    pub fn for_loopback_development(
        host: &str,
        same_site: SameSite,
        prefix: &str,
    ) -> Result<Self, InsecureCookies> {
        if !is_loopback(host) {
            return Err(InsecureCookies::PlainHttp);
        }
        Self::build(
            "",
            prefix,
            &format!("; Path=/; SameSite={}", same_site.word()),
        )
    }

    fn build(lead: &str, prefix: &str, attributes: &str) -> Result<Self, InsecureCookies> {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        // Two underscores begin the prefixes that browsers judge by.
        if !(1..=32).contains(&prefix.len())
            || prefix.starts_with("__")
            || !prefix.bytes().all(is_word)
        {
            return Err(InsecureCookies::Prefix);
        }
        let names = CookieKind::ALL.map(|kind| format!("{lead}{prefix}_{}", kind.word()));
        Ok(Self {
            names: Arc::new(names),
            attributes: attributes.into(),
        })
    }

    /// The cookie's name.
    pub fn name(&self, kind: CookieKind) -> &str {
        &self.names[kind.index()]
    }

    /// The kind of the cookie with exactly this name.
    pub(super) fn kind_of(&self, name: &[u8]) -> Option<CookieKind> {
        CookieKind::ALL
            .into_iter()
            .find(|kind| self.name(*kind).as_bytes() == name)
    }

    /// All attributes but Max-Age and HttpOnly.
    pub(super) fn attributes(&self) -> &str {
        &self.attributes
    }
}

/// A host name that a browser takes as a cookie's domain. Whether it is a public suffix, the browser
/// knows best: it refuses such a cookie.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && last.bytes().any(|b| b.is_ascii_lowercase())
}

/// `localhost` and what is below it (RFC 6761, section 6.3), 127.0.0.0/8, `::1`.
fn is_loopback(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}
