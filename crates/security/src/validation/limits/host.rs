use super::Head;
use crate::problem::Problem;
use http::header::HOST;
use http::{StatusCode, Version};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The hosts that a service answers for, each with its port.
///
/// A name is compared without regard to case and to one dot at its end, an IPv6 address by its value.
/// Ports are equal, and the one that a URL leaves out (443 of https, 80 of http) is as good as none.
///
/// Why there is such a list at all: a page can make its own name point to this machine and then read
/// what answers under it (DNS rebinding); and whoever ends TLS for several services, or keeps answers,
/// goes by the host.
#[derive(Debug, Clone)]
pub struct AllowedHosts {
    hosts: Vec<Authority>,
    /// As clients write them, so that the usual request is a comparison of bytes.
    usual: Vec<String>,
    any_loopback: bool,
    left_out: u16,
}

/// Not a host that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host is a name or an address, an IPv6 one in brackets, perhaps with `:port`")]
pub struct InvalidHost;

/// Why a request is not answered under the host that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostFault {
    /// There is none.
    #[error("The request names no host.")]
    Missing,
    /// There is more than one.
    #[error("There is more than one `Host`.")]
    Repeated,
    /// It can't be read.
    #[error("The host is malformed.")]
    Invalid,
    /// `Host` and target name two.
    #[error("`Host` and the target name different hosts.")]
    Different,
    /// It is not ours.
    #[error("This service has another name.")]
    NotOurs,
}

impl From<HostFault> for Problem {
    fn from(fault: HostFault) -> Self {
        if fault != HostFault::NotOurs {
            return Self::malformed(fault.to_string());
        }
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected_request",
            "This is not the service that you mean",
            "It doesn't answer under the host of this request.",
        )
    }
}

impl AllowedHosts {
    /// Those of a service whose URLs are https.
    ///
    /// ```
    /// use musicgen_security::validation::AllowedHosts;
    ///
    /// let hosts = AllowedHosts::of_https(["music.example.com", "10.0.0.5:8443"])?;
    /// assert!(hosts.allows("Music.Example.com:443")?);
    /// assert!(!hosts.allows("music.example.com:8443")?);
    /// # Ok::<(), musicgen_security::validation::InvalidHost>(())
    /// ```
    pub fn of_https<T: AsRef<str>>(
        hosts: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidHost> {
        Self::new(443, hosts)
    }

    /// Those of a service whose URLs are http: one in development, or behind a program that speaks
    /// plainly.
    pub fn of_http<T: AsRef<str>>(hosts: impl IntoIterator<Item = T>) -> Result<Self, InvalidHost> {
        Self::new(80, hosts)
    }

    /// No host: every request is refused.
    pub fn none() -> Self {
        Self {
            hosts: Vec::new(),
            usual: Vec::new(),
            any_loopback: false,
            left_out: 443,
        }
    }

    fn new<T: AsRef<str>>(
        left_out: u16,
        hosts: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidHost> {
        let hosts = hosts.into_iter().map(|host| {
            let host = Authority::from_str(host.as_ref())?;
            Ok(host.without_port(left_out))
        });
        let hosts = hosts.collect::<Result<Vec<_>, InvalidHost>>()?;
        let usual = hosts.iter().map(Authority::to_string).collect();
        Ok(Self {
            hosts,
            usual,
            any_loopback: false,
            left_out,
        })
    }

    /// The same with the names of this machine itself (`localhost`, loopback addresses), at any port:
    /// for development. No name of the internet can be one of them.
    #[must_use]
    pub fn with_loopback(mut self) -> Self {
        self.any_loopback = true;
        self
    }

    /// Whether a host as `Host` names it is in the list.
    pub fn allows(&self, host: &str) -> Result<bool, InvalidHost> {
        let host = host.parse::<Authority>()?.without_port(self.left_out);
        Ok(self.hosts.contains(&host) || self.any_loopback && host.is_loopback())
    }

    /// Judges what a request says of its host; with `any`, whether it says it well.
    pub(super) fn check(&self, head: &Head<'_>, any: bool) -> Result<(), HostFault> {
        let mut sent = head.headers.get_all(HOST).iter();
        let (host, second) = (sent.next(), sent.next());
        if second.is_some() {
            return Err(HostFault::Repeated);
        }
        if let Some(forwarded) = head.forwarded_host {
            self.judge(forwarded.as_str(), any)?;
        }
        let target = head.uri.authority().map(http::uri::Authority::as_str);
        let host = match host {
            Some(value) => Some(value.to_str().map_err(|_| HostFault::Invalid)?),
            None => None,
        };
        match (host, target) {
            (Some(host), None) => self.judge(host, any),
            (Some(host), Some(target)) => {
                let read = |text: &str| text.parse::<Authority>().map_err(|_| HostFault::Invalid);
                let (host, named) = (read(host)?, read(target)?);
                if host.without_port(self.left_out) != named.without_port(self.left_out) {
                    return Err(HostFault::Different);
                }
                self.judge(target, any)
            }
            // RFC 9113, section 8.3.1; HTTP/1.1 needs `Host` beside a whole URL too.
            (None, Some(target)) if head.version >= Version::HTTP_2 => self.judge(target, any),
            // A probe in HTTP/1.0, which has no `Host`.
            (None, None) if any && head.version < Version::HTTP_11 => Ok(()),
            (None, _) => Err(HostFault::Missing),
        }
    }

    fn judge(&self, host: &str, any: bool) -> Result<(), HostFault> {
        if self.usual.iter().any(|usual| usual == host) {
            return Ok(());
        }
        match self.allows(host) {
            Err(InvalidHost) => Err(HostFault::Invalid),
            Ok(true) => Ok(()),
            Ok(false) if any => Ok(()),
            Ok(false) => Err(HostFault::NotOurs),
        }
    }
}

/// A host and perhaps a port (RFC 9110, section 7.2), read by hand as
/// [`Origin`](crate::csrf::Origin) is: what a library repairs, two programs may read in two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Authority {
    host: Host,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    /// In lower case, without a dot at the end; an IPv4 address too.
    Name(String),
    V6(Ipv6Addr),
}

impl FromStr for Authority {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let (host, port) = match text.rfind(':') {
            // The colons of an IPv6 address stand in brackets.
            Some(colon) if !text.ends_with(']') => {
                let (host, port) = text.split_at(colon);
                (host, Some(parse_port(port.get(1..).unwrap_or_default())?))
            }
            _ => (text, None),
        };
        let host = match host.strip_prefix('[') {
            Some(rest) => {
                let address = rest.strip_suffix(']').ok_or(InvalidHost)?;
                Host::V6(address.parse().map_err(|_| InvalidHost)?)
            }
            None => Host::Name(parse_name(host)?),
        };
        Ok(Self { host, port })
    }
}

/// As clients write it.
impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Name(name) => f.write_str(name)?,
            Host::V6(address) => write!(f, "[{address}]")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl Authority {
    fn without_port(self, left_out: u16) -> Self {
        Self {
            port: self.port.filter(|port| *port != left_out),
            ..self
        }
    }

    fn is_loopback(&self) -> bool {
        match &self.host {
            Host::V6(address) => address.is_loopback(),
            Host::Name(name) => {
                let address = name.parse::<Ipv4Addr>();
                name == "localhost" || address.is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

/// Without a zero in front: a number has one spelling.
fn parse_port(text: &str) -> Result<u16, InvalidHost> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_number).ok_or(InvalidHost)
}

/// No `@`, no `%`, nothing beyond ASCII, no empty label.
fn parse_name(text: &str) -> Result<String, InvalidHost> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if name.len() <= 253 && name.split('.').all(is_label) {
        Ok(name.to_ascii_lowercase())
    } else {
        Err(InvalidHost)
    }
}
