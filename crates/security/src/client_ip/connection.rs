use std::net::IpAddr;

/// What the listener knows of the connection that a request came by. It puts it into the request's
/// extensions; without it there is no [`ClientIp`](super::ClientIp).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// The other end of the socket.
    pub peer: IpAddr,
    /// The other end as the PROXY protocol names it. A listener takes it from trusted peers alone, and
    /// it is looked at for those alone.
    pub source: Option<IpAddr>,
    /// Whether the client's side of it is TLS: that of this server, or that of the proxy which says so
    /// by the PROXY protocol.
    pub tls: bool,
}

impl Connection {
    /// A plain one.
    pub fn of_peer(peer: IpAddr) -> Self {
        Self {
            peer,
            source: None,
            tls: false,
        }
    }
}
