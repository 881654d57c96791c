use std::net::{IpAddr, Ipv6Addr};

/// The caller's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientIp {
    address: IpAddr,
    prefix: Ipv6Prefix,
    internal: bool,
}

/// How much of an IPv6 address is one caller's: a /64, or wider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ipv6Prefix(u8);

impl Ipv6Prefix {
    /// What the smallest subscriber has (RFC 6177).
    pub const SUBSCRIBER: Self = Self(64);

    /// From 48, what a site has, to 64.
    pub fn new(length: u8) -> Option<Self> {
        (48..=64).contains(&length).then_some(Self(length))
    }

    /// The length, in bits.
    pub fn length(self) -> u8 {
        self.0
    }

    fn of(self, address: Ipv6Addr) -> Ipv6Addr {
        let mask = u128::MAX << (128 - u32::from(self.0));
        Ipv6Addr::from(u128::from(address) & mask)
    }
}

impl Default for Ipv6Prefix {
    fn default() -> Self {
        Self::SUBSCRIBER
    }
}

impl ClientIp {
    /// The peer of a connection that no proxy stands before.
    pub fn of_peer(peer: IpAddr) -> Self {
        Self::new(peer, Ipv6Prefix::SUBSCRIBER, false)
    }

    pub(super) fn new(address: IpAddr, prefix: Ipv6Prefix, internal: bool) -> Self {
        Self {
            address: address.to_canonical(),
            prefix,
            internal,
        }
    }

    /// The address.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// What counts as one caller: an IPv4 address, an IPv6 network (/64, unless it is set otherwise).
    pub fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => self.address,
            IpAddr::V6(address) => IpAddr::V6(self.prefix.of(address)),
        }
    }

    /// Whether the address is a trusted proxy's: nobody from outside stands behind it, as far as the
    /// proxies say. It gives no right.
    pub fn is_internal(self) -> bool {
        self.internal
    }
}
