//! Proxies: whose word counts on where a request comes from.
//!
//! 1. Nobody's, unless `TRUSTED_PROXIES` says whose. What only makes sense with a trusted proxy is a
//!    mistake without one.
//! 2. Nobody can trust everybody: then each caller would choose an address.
//! 3. This version has no TLS of its own, so in staging and production a trusted proxy ends it.

use super::reader::Reader;
use super::sections::Site;
use super::variables as v;
use musicgen_security::client_ip::{ClientIpRules, Ipv6Prefix, ProxyHeader, TrustedProxies};

/// What stands before this server.
#[derive(Debug, Clone)]
pub struct Proxies {
    /// Whose word counts, and which.
    pub rules: ClientIpRules,
    /// Whether connections begin with the PROXY protocol.
    pub protocol: ProxyProtocol,
}

/// Whether connections begin with a header of the PROXY protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyProtocol {
    /// They don't; what looks like one is a malformed request.
    Off,
    /// Those of trusted proxies may.
    Optional,
    /// All come from trusted proxies and do.
    Required,
}

/// What a connection is to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// A request.
    Request,
    /// A header of the PROXY protocol, or a request.
    Either,
    /// A header of the PROXY protocol.
    Header,
    /// Nothing: it is closed.
    Refused,
}

impl ProxyProtocol {
    /// What a connection of such a peer is to begin with. A header counts from a trusted proxy alone:
    /// where it isn't expected its first line is no request, and the connection ends.
    pub fn beginning(self, peer_is_trusted: bool) -> Beginning {
        match (self, peer_is_trusted) {
            (Self::Off, _) | (Self::Optional, false) => Beginning::Request,
            (Self::Optional, true) => Beginning::Either,
            (Self::Required, true) => Beginning::Header,
            (Self::Required, false) => Beginning::Refused,
        }
    }
}

impl Proxies {
    pub(super) fn read(reader: &mut Reader, site: &Site) -> Self {
        let problems = reader.findings.problems.len();
        let trusted = trusted(reader);
        let is_known = reader.findings.problems.len() == problems;
        if is_known && trusted.is_empty() && site.environment.is_strict() {
            let what = "is needed in staging and production: a proxy ends TLS, and which one must be known";
            reader.wrong(&v::TRUSTED_PROXIES, None, what);
        }
        let without_proxies = is_known && trusted.is_empty();
        let header = header(reader, without_proxies);
        let protocol = match reader.word(&v::PROXY_PROTOCOL, "off") {
            "optional" => ProxyProtocol::Optional,
            "required" => ProxyProtocol::Required,
            _ => ProxyProtocol::Off,
        };
        if without_proxies && protocol != ProxyProtocol::Off {
            let what = "counts from the proxies of TRUSTED_PROXIES alone, and there are none";
            reader.wrong(&v::PROXY_PROTOCOL, None, what);
        }
        let prefix = Ipv6Prefix::new(reader.whole(&v::CLIENT_IPV6_PREFIX, 64) as u8);
        let rules = ClientIpRules::trusting(trusted, header);
        Self {
            rules: rules.counting_ipv6_by(prefix.unwrap_or_default()),
            protocol,
        }
    }
}

fn trusted(reader: &mut Reader) -> TrustedProxies {
    let Some(given) = reader.given(&v::TRUSTED_PROXIES) else {
        return TrustedProxies::NOBODY;
    };
    let texts = given.text.split(',').map(str::trim);
    TrustedProxies::parse(texts).unwrap_or_else(|faults| {
        for fault in faults {
            reader.wrong(&v::TRUSTED_PROXIES, Some(&given.origin), fault.to_string());
        }
        TrustedProxies::NOBODY
    })
}

fn header(reader: &mut Reader, without_proxies: bool) -> ProxyHeader {
    let default = if without_proxies {
        "none"
    } else {
        "x-forwarded-for"
    };
    let header = ProxyHeader::from_word(reader.word(&v::PROXY_HEADER, default));
    let header = header.unwrap_or_default();
    if without_proxies && header != ProxyHeader::None {
        let what = "is read from the proxies of TRUSTED_PROXIES alone, and there are none";
        reader.wrong(&v::PROXY_HEADER, None, what);
    }
    if header == ProxyHeader::XAzureClientIp {
        let text = "Azure Front Door fills x-azure-clientip with what callers claim; x-azure-socketip is \
                    the address that it was reached from";
        reader.findings.notice(v::PROXY_HEADER.name, text);
    }
    header
}
