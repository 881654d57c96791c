use crate::config::{Config, ProxyProtocol};
use musicgen_security::client_ip::ClientIpRules;
use std::time::Duration;

/// How a listener treats connections. The defaults are what the service runs with; tests shorten them.
#[derive(Debug, Clone)]
pub struct ServeLimits {
    /// Connections at once.
    pub connections: usize,
    /// The same of one client network.
    pub per_network: usize,
    /// For the header of the PROXY protocol. The proxy sends it in its first packet.
    pub proxy_header: Duration,
    /// From accepting to the first byte of a request.
    pub first_request: Duration,
    /// For the head of a request, from its first byte.
    pub head: Duration,
    /// From an answer to the next request. Proxies keep connections for a minute; longer than they do, so
    /// that they close first and never send a request into a closing connection.
    pub idle: Duration,
    /// Without a byte of a body that is waited for.
    pub body_idle: Duration,
    /// For a whole body.
    pub body_total: Duration,
    /// Bytes a second of a body, on the average after [`ServeLimits::body_grace`]. A modem does six times
    /// this.
    pub body_rate: u32,
    /// Before the rate of a body is judged.
    pub body_grace: Duration,
    /// An answer that is waiting to leave is judged so often.
    pub write_window: Duration,
    /// Bytes a second of such an answer, within a window.
    pub write_rate: u32,
    /// For reading on after a last answer, so that the client gets it: closing with unread bytes would
    /// take it back.
    pub linger: Duration,
    /// For requests under way when the service stops.
    pub grace: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            per_network: 256,
            proxy_header: Duration::from_secs(5),
            first_request: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body_idle: Duration::from_secs(20),
            body_total: Duration::from_mins(2),
            body_rate: 500,
            body_grace: Duration::from_secs(20),
            write_window: Duration::from_secs(30),
            write_rate: 500,
            linger: Duration::from_secs(2),
            grace: Duration::from_secs(10),
        }
    }
}

/// What a listener is told.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// How it treats connections.
    pub limits: ServeLimits,
    /// Whose word about the client counts, and what is one client.
    pub rules: ClientIpRules,
    /// Whether they give it by the PROXY protocol.
    pub proxy_protocol: ProxyProtocol,
}

impl ServeOptions {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        Self {
            limits: ServeLimits {
                connections: config.connections.total,
                per_network: config.connections.per_address,
                ..ServeLimits::default()
            },
            rules: config.proxies.rules.clone(),
            proxy_protocol: config.proxies.protocol,
        }
    }
}
