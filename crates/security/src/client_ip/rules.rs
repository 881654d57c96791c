use super::forwarded::Element;
use super::header::forwarding_headers;
use super::list::FromRight;
use super::walk::{Hop, WalkEnd, Walked, walk};
use super::{ClientIp, Connection, Finding, ForwardedHost, Ipv6Prefix, ProxyHeader, Scheme};
use super::{TrustedProxies, hop};
use http::header::{HeaderMap, HeaderName};
use std::net::IpAddr;

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Whose word counts, and which; see the [module](super). By default nobody's.
///
/// ```
/// use http::HeaderMap;
/// use musicgen_security::client_ip::{ClientIpRules, Connection, ProxyHeader, TrustedProxies};
///
/// let proxies = TrustedProxies::parse(["10.0.0.0/24"]).unwrap();
/// let rules = ClientIpRules::trusting(proxies, ProxyHeader::XForwardedFor);
/// let mut headers = HeaderMap::new();
/// headers.append("x-forwarded-for", "203.0.113.1, 198.51.100.7, 10.0.0.2".parse().unwrap());
///
/// let by_proxy = rules.judge(&Connection::of_peer([10, 0, 0, 1].into()), &headers);
/// assert_eq!(by_proxy.client.address().to_string(), "198.51.100.7");
/// let direct = rules.judge(&Connection::of_peer([192, 0, 2, 1].into()), &headers);
/// assert_eq!(direct.client.address().to_string(), "192.0.2.1");
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClientIpRules {
    trusted: TrustedProxies,
    header: ProxyHeader,
    /// Made once: a request compares with it.
    name: Option<HeaderName>,
    prefix: Ipv6Prefix,
}

/// What is known of who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The client.
    pub client: ClientIp,
    /// How it came to the outermost side that is known.
    pub scheme: Scheme,
    /// The host that it asked a trusted proxy for, where that says so.
    pub host: Option<ForwardedHost>,
    /// What the operator should hear of.
    pub finding: Option<Finding>,
}

impl ClientIpRules {
    /// The word of these proxies counts, in this header.
    #[must_use]
    pub fn trusting(trusted: TrustedProxies, header: ProxyHeader) -> Self {
        Self {
            trusted,
            header,
            name: header.name(),
            prefix: Ipv6Prefix::SUBSCRIBER,
        }
    }

    /// The same, with this much of an IPv6 address as one caller's.
    #[must_use]
    pub fn counting_ipv6_by(self, prefix: Ipv6Prefix) -> Self {
        Self { prefix, ..self }
    }

    /// The proxies.
    pub fn trusted(&self) -> &TrustedProxies {
        &self.trusted
    }

    /// The header.
    pub fn header(&self) -> ProxyHeader {
        self.header
    }

    /// How much of an IPv6 address is one caller's.
    pub fn ipv6_prefix(&self) -> Ipv6Prefix {
        self.prefix
    }

    /// Who calls.
    pub fn judge(&self, connection: &Connection, headers: &HeaderMap) -> Caller {
        let sender = self.sender(connection);
        if !self.trusted.contains(sender) {
            let untrusted = |header| Finding::Untrusted {
                peer: sender,
                header,
            };
            return Caller {
                client: self.client(sender, false),
                scheme: Scheme::of_connection(connection.tls),
                host: None,
                finding: forwarding_headers(headers).next().map(untrusted),
            };
        }
        let walked = self.walk(sender, headers, |_| {});
        let (scheme, host) = self.scheme_and_host(headers);
        Caller {
            client: self.client(walked.address, walked.end == WalkEnd::Internal),
            scheme: scheme.unwrap_or(Scheme::of_connection(connection.tls)),
            host,
            finding: match walked.end {
                WalkEnd::Client | WalkEnd::Internal => None,
                WalkEnd::Unreadable => Some(Finding::unreadable(connection)),
                WalkEnd::TooLong => Some(Finding::too_long(connection)),
            },
        }
    }

    /// The same walk once more, telling of each entry; `None` where no header is read, because the
    /// sender is not trusted or none is configured.
    pub fn explain(
        &self,
        connection: &Connection,
        headers: &HeaderMap,
        looked_at: impl FnMut(Hop<'_>),
    ) -> Option<Walked> {
        let sender = self.sender(connection);
        let is_read = self.header != ProxyHeader::None && self.trusted.contains(sender);
        is_read.then(|| self.walk(sender, headers, looked_at))
    }

    /// Who sent the headers: the peer, or whom a trusted peer names by the PROXY protocol.
    pub fn sender(&self, connection: &Connection) -> IpAddr {
        let peer = connection.peer.to_canonical();
        match connection.source {
            Some(source) if self.trusted.contains(peer) => source.to_canonical(),
            _ => peer,
        }
    }

    fn client(&self, address: IpAddr, internal: bool) -> ClientIp {
        ClientIp::new(address, self.prefix, internal)
    }

    fn walk(&self, sender: IpAddr, headers: &HeaderMap, looked_at: impl FnMut(Hop<'_>)) -> Walked {
        match &self.name {
            Some(name) => walk(
                (self.header, name),
                &self.trusted,
                sender,
                headers,
                looked_at,
            ),
            None => Walked {
                address: sender,
                end: WalkEnd::Internal,
            },
        }
    }

    /// What the nearest proxy says of them: where `Forwarded` is read, in its last element; else in the
    /// last values of their own headers.
    fn scheme_and_host(&self, headers: &HeaderMap) -> (Option<Scheme>, Option<ForwardedHost>) {
        if self.header != ProxyHeader::Forwarded {
            let scheme = last(headers, &X_FORWARDED_PROTO, false).and_then(Scheme::parse);
            let host = last(headers, &X_FORWARDED_HOST, false).and_then(ForwardedHost::new);
            return (scheme, host);
        }
        let element = last(headers, &http::header::FORWARDED, true).and_then(Element::parse);
        let Some(Element { proto, host, .. }) = element else {
            return (None, None);
        };
        let mut space = [0; hop::LONGEST];
        let scheme = proto.and_then(|value| Scheme::parse(value.read(&mut space)?));
        let mut space = [0; ForwardedHost::SPACE];
        let host = host.and_then(|value| {
            // What doesn't fit is no host, and is kept as that.
            ForwardedHost::new(value.read(&mut space).unwrap_or(b"\0"))
        });
        (scheme, host)
    }
}

/// The last value of a header, over all its lines.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName, has_quotes: bool) -> Option<&'a [u8]> {
    let entry = FromRight::of(headers, name, has_quotes).next()?.ok()?;
    Some(entry.trim_ascii())
}
