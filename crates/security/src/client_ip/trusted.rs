use crate::api_keys::{NetworkFault, parse_network};
use ipnet::IpNet;
use std::net::IpAddr;

const MOST: usize = 1000;

/// The proxies whose word counts: addresses and networks, of both families; none by default.
///
/// ```
/// use musicgen_security::client_ip::TrustedProxies;
///
/// let trusted = TrustedProxies::parse(["10.1.2.0/24", "2001:db8::1"]).unwrap();
/// assert!(trusted.contains([10, 1, 2, 3].into()));
/// assert!(!trusted.contains([10, 1, 3, 3].into()));
/// assert!(TrustedProxies::parse(["0.0.0.0/0"]).is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    // Sorted and apart from each other: first and last address of each.
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

/// Why proxies can't be trusted so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustFault {
    /// Neither an address nor a network.
    #[error("`{text}`: {fault}")]
    Network {
        /// What was written, shortened.
        text: String,
        /// What is wrong with it.
        fault: NetworkFault,
    },
    /// The list is too long.
    #[error("at most {MOST} networks")]
    TooMany,
    /// All of a family, in one network or in several: then anybody chooses their own address.
    #[error("covers all {0} addresses: whoever connects could claim to be anybody")]
    Everybody(&'static str),
}

impl TrustedProxies {
    /// Nobody.
    pub const NOBODY: Self = Self {
        networks: Vec::new(),
        v4: Vec::new(),
        v6: Vec::new(),
    };

    /// Reads addresses and networks; says every fault.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, Vec<TrustFault>> {
        let mut networks = Vec::new();
        let mut faults = Vec::new();
        for (position, text) in texts.into_iter().enumerate() {
            if position == MOST {
                faults.push(TrustFault::TooMany);
                break;
            }
            match parse_network(text) {
                Ok(network) => networks.push(network),
                Err(fault) => {
                    let shown = text.chars().filter(|c| !c.is_control()).take(60);
                    let text = shown.collect();
                    faults.push(TrustFault::Network { text, fault });
                }
            }
        }
        // Sorted, and halves that make a whole are the whole.
        let networks = IpNet::aggregate(&networks);
        for whole in networks.iter().filter(|network| network.prefix_len() == 0) {
            faults.push(TrustFault::Everybody(match whole {
                IpNet::V4(_) => "IPv4",
                IpNet::V6(_) => "IPv6",
            }));
        }
        if faults.is_empty() {
            Ok(Self::of(networks))
        } else {
            Err(faults)
        }
    }

    fn of(networks: Vec<IpNet>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in &networks {
            match network {
                IpNet::V4(net) => v4.push((net.network().into(), net.broadcast().into())),
                IpNet::V6(net) => v6.push((net.network().into(), net.broadcast().into())),
            }
        }
        v4.sort_unstable();
        v6.sort_unstable();
        Self { networks, v4, v6 }
    }

    /// Whether this is a proxy whose word counts. An IPv4 address in IPv6 form is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => within(&self.v4, u32::from(address)),
            IpAddr::V6(address) => within(&self.v6, u128::from(address)),
        }
    }

    /// Whether nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }

    /// The networks, each once; neighbours are joined.
    pub fn as_slice(&self) -> &[IpNet] {
        &self.networks
    }
}

fn within<N: Ord + Copy>(ranges: &[(N, N)], number: N) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= number);
    let before = ranges.get(..after).and_then(<[_]>::last);
    before.is_some_and(|(_, last)| number <= *last)
}
