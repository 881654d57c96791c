use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// A scheme, a host and a port (RFC 6454), as a browser writes them: `https://app.example.com`.
///
/// Read by hand: a URL library accepts and repairs much more than a browser ever sends here
/// (credentials, backslashes, hexadecimal addresses), and what it repairs, two programs may read
/// in two ways.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: Host,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Host {
    Name(String),
    V6(Ipv6Addr),
}

/// Not an origin that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is `https://host` or `http://host`, perhaps with `:port`, and nothing after it")]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        match split(text)? {
            (scheme, authority, "") => Self::new(scheme, authority),
            _ => Err(InvalidOrigin),
        }
    }
}

impl Origin {
    /// The origin of a whole URL, as in `Referer`.
    pub fn of_url(url: &str) -> Result<Self, InvalidOrigin> {
        let (scheme, authority, _) = split(url)?;
        Self::new(scheme, authority)
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The host's name, or its address without brackets.
    pub fn host(&self) -> String {
        match &self.host {
            Host::Name(name) => name.clone(),
            Host::V6(address) => address.to_string(),
        }
    }

    /// Host and port, as a browser writes them in `Host`.
    pub fn authority(&self) -> String {
        let text = self.to_string();
        let authority = text.split_once("://");
        authority.map_or_else(String::new, |(_, authority)| authority.to_owned())
    }

    fn new(scheme: Scheme, authority: &str) -> Result<Self, InvalidOrigin> {
        let (host, port) = match authority.rfind(':') {
            // The colons of an IPv6 address stand in brackets.
            Some(colon) if !authority.ends_with(']') => {
                let (host, port) = authority.split_at(colon);
                (host, parse_port(port.get(1..).unwrap_or_default())?)
            }
            _ => (authority, scheme.default_port()),
        };
        let host = match host.strip_prefix('[') {
            Some(rest) => {
                let address = rest.strip_suffix(']').ok_or(InvalidOrigin)?;
                Host::V6(address.parse().map_err(|_| InvalidOrigin)?)
            }
            None if is_name(host) => Host::Name(host.to_ascii_lowercase()),
            None => return Err(InvalidOrigin),
        };
        Ok(Self { scheme, host, port })
    }
}

/// As a browser writes it.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        match &self.host {
            Host::Name(name) => write!(f, "{scheme}://{name}")?,
            Host::V6(address) => write!(f, "{scheme}://[{address}]")?,
        }
        if self.port != self.scheme.default_port() {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Scheme, authority, and what follows.
fn split(text: &str) -> Result<(Scheme, &str, &str), InvalidOrigin> {
    let (scheme, rest) = text.split_once("://").ok_or(InvalidOrigin)?;
    let scheme = if scheme.eq_ignore_ascii_case("https") {
        Scheme::Https
    } else if scheme.eq_ignore_ascii_case("http") {
        Scheme::Http
    } else {
        return Err(InvalidOrigin);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    Ok((scheme, authority, rest))
}

fn parse_port(text: &str) -> Result<u16, InvalidOrigin> {
    let is_number = (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(port) if is_number && port != 0 => Ok(port),
        _ => Err(InvalidOrigin),
    }
}

/// No `@`, no `%`, no backslash, nothing beyond ASCII: what a browser has made of a name.
fn is_name(host: &str) -> bool {
    (1..=253).contains(&host.len())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}
