//! The caller's address, as far as this server can vouch for it.
//!
//! 1. A [`ClientIp`] is put into a request's extensions before any stage that counts by address.
//! 2. It is the peer of the connection. No header is believed.
//! 3. An IPv4 address in IPv6 form is the IPv4 address.
//! 4. Who counts by address counts networks: an IPv6 subscriber has at least a /64 to choose from.

use std::net::{IpAddr, Ipv6Addr};

/// The caller's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientIp(IpAddr);

impl ClientIp {
    /// The peer of the connection.
    pub fn of_peer(peer: IpAddr) -> Self {
        Self(peer.to_canonical())
    }

    /// The address.
    pub fn address(self) -> IpAddr {
        self.0
    }

    /// What counts as one caller: an IPv4 address, an IPv6 /64.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let network = u128::from(address) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(network))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        for (address, network) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            let client = ClientIp::of_peer(address.parse().unwrap());
            assert_eq!(client.network().to_string(), network, "{address}");
        }
    }
}
