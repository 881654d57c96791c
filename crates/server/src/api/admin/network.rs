//! How a request came here, for whoever sets up proxies.

use super::advice::advice;
use crate::config::{Proxies, ProxyProtocol};
use crate::state::OperationService;
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use http::request::Parts;
use musicgen_security::client_ip::{
    Caller, ClientIp, Connection, ForwardedHost, Hop, ProxyHeader, forwarding_headers,
};
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;
use utoipa::ToSchema;

/// The most that is shown of an entry that is no address.
const SHOWN: usize = 64;

/// How a request came here.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkBody {
    /// The other end of the socket; null where the listener doesn't say.
    pub(super) peer: Option<String>,
    /// What the PROXY protocol said of it; null where it said nothing.
    pub(super) source: Option<String>,
    /// Whether the peer, or the source in its place, is in TRUSTED_PROXIES.
    pub(super) trusted: bool,
    /// PROXY_PROTOCOL.
    proxy_protocol: &'static str,
    /// PROXY_HEADER.
    pub(super) header: &'static str,
    /// The entries of that header that were looked at, from the right.
    pub(super) hops: Vec<NetworkHop>,
    /// Why it ended there: `not_read`, `client` (an address that isn't trusted), `internal` (all are trusted),
    /// `unreadable`, `too_long`.
    pub(super) ended: &'static str,
    /// Who counts as the client; null where the listener doesn't say.
    pub(super) client: Option<String>,
    /// What it is counted by.
    network: Option<String>,
    /// Whether the client is a trusted proxy itself.
    internal: bool,
    /// `http` or `https`; null where the listener doesn't say.
    pub(super) scheme: Option<&'static str>,
    /// The host that the proxy says was asked for; null where it says none.
    host: Option<String>,
    /// Forwarding headers that were there and not believed.
    pub(super) ignored: Vec<&'static str>,
    /// What to change, if anything.
    pub(super) advice: Vec<String>,
}

/// An entry of the header.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkHop {
    /// As it stands there, shortened.
    text: String,
    /// Null where it is no address; the walk ends there.
    address: Option<String>,
    /// Whether it is in TRUSTED_PROXIES; the walk ends where it isn't.
    trusted: bool,
}

pub(crate) async fn show(
    State(operations): State<Arc<OperationService>>,
    parts: Parts,
) -> Json<NetworkBody> {
    let connection = parts.extensions.get::<Connection>();
    let mut body = NetworkBody::of(&operations.proxies, connection, &parts.headers);
    body.advice = advice(&body, operations.is_https);
    Json(body)
}

impl NetworkBody {
    /// Without advice.
    pub(super) fn of(
        proxies: &Proxies,
        connection: Option<&Connection>,
        headers: &HeaderMap,
    ) -> Self {
        let rules = &proxies.rules;
        let caller = connection.map(|connection| rules.judge(connection, headers));
        let sender = connection.map(|connection| rules.sender(connection));
        let trusted = sender.is_some_and(|sender| rules.trusted().contains(sender));
        let mut hops = Vec::new();
        let walked = connection.and_then(|connection| {
            rules.explain(connection, headers, |hop| hops.push(NetworkHop::of(hop)))
        });
        let client = caller.as_ref().map(|caller| caller.client);
        let is_believed = |name: &str| trusted && is_read(rules.header(), name);
        let mut ignored: Vec<_> = forwarding_headers(headers).collect();
        ignored.retain(|name| !is_believed(name));
        Self {
            peer: connection.map(|connection| shown(connection.peer)),
            source: connection.and_then(|connection| connection.source.map(shown)),
            trusted,
            proxy_protocol: match proxies.protocol {
                ProxyProtocol::Off => "off",
                ProxyProtocol::Optional => "optional",
                ProxyProtocol::Required => "required",
            },
            header: rules.header().word(),
            hops,
            ended: walked.map_or("not_read", |walked| walked.end.id()),
            client: client.map(|client| client.address().to_string()),
            network: client.map(|client| match client.network() {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(network) => format!("{network}/{}", rules.ipv6_prefix().length()),
            }),
            internal: client.is_some_and(ClientIp::is_internal),
            scheme: caller.as_ref().map(|caller| caller.scheme.as_str()),
            host: caller.as_ref().and_then(host),
            ignored,
            advice: Vec::new(),
        }
    }
}

impl NetworkHop {
    fn of(hop: Hop<'_>) -> Self {
        let text = String::from_utf8_lossy(hop.text);
        let mut shown: String = text.trim().chars().take(SHOWN).collect();
        if text.trim().chars().count() > SHOWN {
            shown.push('…');
        }
        Self {
            text: shown,
            address: hop.address.map(|address| address.to_string()),
            trusted: hop.trusted,
        }
    }
}

fn shown(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

fn host(caller: &Caller) -> Option<String> {
    let host = caller.host.as_ref().map(ForwardedHost::as_str)?;
    Some(host.to_owned())
}

/// Whether a header of a trusted proxy is looked at.
fn is_read(header: ProxyHeader, name: &str) -> bool {
    let beside = ["x-forwarded-proto", "x-forwarded-host"];
    name == header.word() || (header != ProxyHeader::Forwarded && beside.contains(&name))
}
