use super::PatternFault;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The longest host (RFC 1035, section 2.3.4).
const MAX_HOST_BYTES: usize = 253;
/// The longest label.
const MAX_LABEL_BYTES: usize = 63;

/// An origin, or all subdomains of a domain: `https://app.example.com`, `https://*.example.com`,
/// `http://localhost:3000`.
///
/// It is written as a browser serialises an origin (RFC 6454, section 6.2), and compared byte by byte:
/// what a browser would never send matches nothing. So no text of a request is ever parsed, and there is
/// no second reading of one that another program made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginPattern {
    text: Box<str>,
    scheme: Scheme,
    subdomains: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl OriginPattern {
    /// Whether an `Origin` header of these bytes is meant.
    pub fn matches(&self, origin: &[u8]) -> bool {
        if !self.subdomains {
            return origin == self.text.as_bytes();
        }
        let rest = origin.strip_prefix(self.scheme.prefix().as_bytes());
        let labels = rest.and_then(|rest| rest.strip_suffix(self.suffix().as_bytes()));
        labels.is_some_and(|labels| {
            labels.len() + self.base().len() < MAX_HOST_BYTES && are_labels(labels)
        })
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether it stands for all subdomains of a domain.
    pub fn has_wildcard(&self) -> bool {
        self.subdomains
    }

    /// As it is configured.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What follows the scheme: host and port, with the star.
    fn authority(&self) -> &str {
        let prefix = self.scheme.prefix().len();
        self.text.get(prefix..).unwrap_or_default()
    }

    /// `.example.com:8443` of `https://*.example.com:8443`.
    fn suffix(&self) -> &str {
        self.authority().get(1..).unwrap_or_default()
    }

    /// The host without port; of a wildcard the domain under which it stands.
    pub(super) fn base(&self) -> &str {
        let authority = self.authority();
        let host = match authority.rfind(':') {
            Some(colon) if !authority.ends_with(']') => authority.get(..colon),
            _ => Some(authority),
        };
        let host = host.unwrap_or_default();
        host.strip_prefix("*.").unwrap_or(host)
    }

    /// The port, also where browsers leave it out.
    pub(super) fn port(&self) -> u16 {
        let (_, port) = split_port(self.authority());
        let port = port.and_then(|port| port.parse().ok());
        port.unwrap_or(self.scheme.default_port())
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for OriginPattern {
    type Err = PatternFault;

    fn from_str(text: &str) -> Result<Self, PatternFault> {
        spelt_as_by_browsers(text)?;
        let (scheme, authority) = split_scheme(text)?;
        if authority.contains(['/', '?', '#', '\\']) {
            return Err(PatternFault::Path);
        }
        if authority.contains('@') {
            return Err(PatternFault::UserInfo);
        }
        let (host, port) = split_port(authority);
        if let Some(port) = port {
            check_port(scheme, port)?;
        }
        let base = host.strip_prefix("*.");
        match base {
            Some(base) => check_base(base)?,
            None => check_host(host)?,
        }
        Ok(Self {
            text: text.into(),
            scheme,
            subdomains: base.is_some(),
        })
    }
}

fn spelt_as_by_browsers(text: &str) -> Result<(), PatternFault> {
    match text {
        "" => Err(PatternFault::Empty),
        "*" => Err(PatternFault::Star),
        _ if text.eq_ignore_ascii_case("null") => Err(PatternFault::Null),
        _ if !text.is_ascii() => Err(PatternFault::NotAscii),
        _ if text.bytes().any(|b| b == b' ' || b.is_ascii_control()) => Err(PatternFault::Blank),
        _ if text.bytes().any(|b| b.is_ascii_uppercase()) => Err(PatternFault::UpperCase),
        _ => Ok(()),
    }
}

fn split_scheme(text: &str) -> Result<(Scheme, &str), PatternFault> {
    for scheme in [Scheme::Https, Scheme::Http] {
        if let Some(authority) = text.strip_prefix(scheme.prefix()) {
            return Ok((scheme, authority));
        }
    }
    match text.split_once("://") {
        Some((scheme, _)) => Err(PatternFault::Scheme(scheme.to_owned())),
        None => Err(PatternFault::NoScheme),
    }
}

/// Host and port; the colons of an IPv6 address stand in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn check_port(scheme: Scheme, text: &str) -> Result<(), PatternFault> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    match text.parse::<u16>() {
        Ok(port) if digits && port == scheme.default_port() => {
            Err(PatternFault::DefaultPort(port, scheme.id()))
        }
        Ok(_) if digits => Ok(()),
        _ => Err(PatternFault::Port(text.to_owned())),
    }
}

fn check_host(host: &str) -> Result<(), PatternFault> {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').unwrap_or_default();
        let parsed: Option<Ipv6Addr> = address.parse().ok();
        let canonical = parsed.is_some_and(|parsed| {
            // The one form that is written otherwise by browsers is that of an IPv4 address.
            parsed.to_ipv4_mapped().is_none() && parsed.to_string() == address
        });
        return if canonical {
            Ok(())
        } else {
            Err(PatternFault::Address(host.to_owned()))
        };
    }
    if is_number_like(host) {
        let canonical = host.parse::<Ipv4Addr>().is_ok();
        return if canonical {
            Ok(())
        } else {
            Err(PatternFault::Address(host.to_owned()))
        };
    }
    check_name(host)
}

fn check_base(base: &str) -> Result<(), PatternFault> {
    if base.starts_with('[') || is_number_like(base) {
        return Err(PatternFault::StarOfAddress);
    }
    check_name(base)?;
    // Nobody but the machine itself has names under `localhost` (RFC 6761, section 6.3).
    let suffix = psl::suffix_str(base);
    if base != "localhost" && suffix == Some(base) {
        return Err(PatternFault::PublicSuffix(base.to_owned()));
    }
    Ok(())
}

fn check_name(host: &str) -> Result<(), PatternFault> {
    if host.contains('*') {
        return Err(PatternFault::StarWithin);
    }
    if host.len() > 1 && host.ends_with('.') {
        return Err(PatternFault::TrailingDot);
    }
    if host.len() > MAX_HOST_BYTES || !are_labels(host.as_bytes()) {
        return Err(PatternFault::Host(host.to_owned()));
    }
    Ok(())
}

/// Whether the last label makes it an address (URL, "ends in a number checker").
fn is_number_like(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x");
    let hexadecimal = hexadecimal.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    hexadecimal || (!last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()))
}

/// Labels with a dot between each two: none is empty, too long, or has what no browser leaves in a host.
pub(super) fn are_labels(labels: &[u8]) -> bool {
    let mut length = 0_usize;
    let mut last = b'-';
    for &byte in labels {
        match byte {
            b'.' if length == 0 || last == b'-' => return false,
            b'.' => length = 0,
            b'-' if length == 0 => return false,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' if length < MAX_LABEL_BYTES => length += 1,
            _ => return false,
        }
        last = byte;
    }
    length > 0 && last != b'-'
}
