use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::IpAddr;

const MOST: usize = 32;
/// The longest text of an IPv6 network, `ffff:…:255.255.255.255/128`, is shorter.
const LONGEST_TEXT: usize = 64;
const MAPPED_PREFIX: u8 = 96;

/// The networks that a key may come from; none means from anywhere.
///
/// An IPv4 address that is mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address, in networks and
/// in clients alike. `0.0.0.0/0` and `::/0` are all of one family and nothing of the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// Why a text is no network that a key may be limited to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkFault {
    /// Neither an address nor a network.
    #[error("write an address, or a network such as 192.0.2.0/24 or 2001:db8::/32")]
    Malformed,
    /// `192.0.2.7/24`: did it mean the one address, or all of the network?
    #[error("the address has bits beyond the prefix: write {0} for the network")]
    BitsBeyondPrefix(IpNet),
    /// The list is too long; said of the first one beyond.
    #[error("at most {MOST} networks")]
    TooMany,
}

impl Networks {
    /// From anywhere.
    pub const ANYWHERE: Self = Self(Vec::new());

    /// Reads addresses and networks; every fault comes with the position of its text.
    pub fn parse<'a>(
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Vec<(usize, NetworkFault)>> {
        let mut networks = Vec::new();
        let mut faults = Vec::new();
        for (position, text) in texts.into_iter().enumerate() {
            if position == MOST {
                faults.push((position, NetworkFault::TooMany));
                break;
            }
            match parse(text) {
                Ok(network) => networks.push(network),
                Err(fault) => faults.push((position, fault)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        networks.sort();
        networks.dedup();
        Ok(Self(networks))
    }

    /// Whether a client may come from there. Where there are networks, an unknown address is in none.
    pub fn allow(&self, client: Option<IpAddr>) -> bool {
        let within = |client: IpAddr| {
            let client = client.to_canonical();
            self.0.iter().any(|network| network.contains(&client))
        };
        self.0.is_empty() || client.is_some_and(within)
    }

    /// The networks, sorted.
    pub fn as_slice(&self) -> &[IpNet] {
        &self.0
    }
}

pub(crate) fn parse(text: &str) -> Result<IpNet, NetworkFault> {
    if text.len() > LONGEST_TEXT {
        return Err(NetworkFault::Malformed);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address.to_canonical()));
    }
    let network: IpNet = text.parse().map_err(|_| NetworkFault::Malformed)?;
    let network = unmapped(network);
    if network.addr() == network.network() {
        Ok(network)
    } else {
        Err(NetworkFault::BitsBeyondPrefix(network.trunc()))
    }
}

fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else {
        return network;
    };
    let v4 = v6.addr().to_ipv4_mapped();
    let length = v6.prefix_len().checked_sub(MAPPED_PREFIX);
    match v4.zip(length) {
        Some((address, length)) => Ipv4Net::new(address, length).map_or(network, IpNet::V4),
        None => network,
    }
}

/// The network that a last use is kept with: /24 of IPv4, /64 of IPv6.
pub(super) fn seen(client: IpAddr) -> Option<IpNet> {
    let network = match client.to_canonical() {
        IpAddr::V4(address) => IpNet::V4(Ipv4Net::new(address, 24).ok()?),
        IpAddr::V6(address) => IpNet::V6(Ipv6Net::new(address, 64).ok()?),
    };
    Some(network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Networks {
        Networks::parse(texts.iter().copied()).unwrap()
    }

    /// KEY-8: both families, mapped addresses, an address that isn't known.
    #[test]
    fn a_client_is_in_one_of_the_networks() {
        type Row<'a> = (&'a str, &'a [&'a str], Option<&'a str>, bool);
        let rows: &[Row] = &[
            ("anywhere", &[], Some("192.0.2.1"), true),
            ("anywhere, unknown", &[], None, true),
            ("unknown", &["0.0.0.0/0", "::/0"], None, false),
            ("first", &["192.0.2.0/24"], Some("192.0.2.0"), true),
            ("last", &["192.0.2.0/24"], Some("192.0.2.255"), true),
            ("one before", &["192.0.2.0/24"], Some("192.0.1.255"), false),
            ("one after", &["192.0.2.0/24"], Some("192.0.3.0"), false),
            ("single", &["192.0.2.7"], Some("192.0.2.7"), true),
            (
                "beside the single",
                &["192.0.2.7"],
                Some("192.0.2.8"),
                false,
            ),
            ("v6", &["2001:db8::/32"], Some("2001:db8:ffff::1"), true),
            ("v6 outside", &["2001:db8::/32"], Some("2001:db9::1"), false),
            (
                "mapped client",
                &["192.0.2.0/24"],
                Some("::ffff:192.0.2.1"),
                true,
            ),
            (
                "mapped network",
                &["::ffff:192.0.2.0/120"],
                Some("192.0.2.1"),
                true,
            ),
            (
                "mapped single",
                &["::ffff:192.0.2.1"],
                Some("192.0.2.1"),
                true,
            ),
            (
                "all of v6 is no v4",
                &["::/0"],
                Some("::ffff:192.0.2.1"),
                false,
            ),
            (
                "all of v4 is no v6",
                &["0.0.0.0/0"],
                Some("2001:db8::1"),
                false,
            ),
            (
                "second",
                &["10.0.0.0/8", "192.0.2.0/24"],
                Some("192.0.2.1"),
                true,
            ),
        ];
        for (name, texts, client, expected) in rows {
            let client = client.map(|text| text.parse().unwrap());
            assert_eq!(networks(texts).allow(client), *expected, "{name}");
        }
    }

    #[test]
    fn every_fault_is_named_with_its_place() {
        let meant = "192.0.2.0/24".parse().unwrap();
        let rows: &[(&str, NetworkFault)] = &[
            ("", NetworkFault::Malformed),
            ("example.com", NetworkFault::Malformed),
            ("192.0.2.0/33", NetworkFault::Malformed),
            ("192.0.2.0/-1", NetworkFault::Malformed),
            ("192.0.2/24", NetworkFault::Malformed),
            ("2001:db8::/129", NetworkFault::Malformed),
            (" 192.0.2.0/24", NetworkFault::Malformed),
            ("192.0.2.7/24", NetworkFault::BitsBeyondPrefix(meant)),
            (
                "::ffff:192.0.2.7/120",
                NetworkFault::BitsBeyondPrefix(meant),
            ),
        ];
        let good = ["10.0.0.0/8"];
        let texts = good.iter().chain(rows.iter().map(|(text, _)| text));
        let faults = Networks::parse(texts.copied()).unwrap_err();
        let expected = rows.iter().map(|(_, fault)| fault.clone());
        let expected: Vec<_> = expected
            .enumerate()
            .map(|(n, fault)| (n + 1, fault))
            .collect();
        assert_eq!(faults, expected);
        assert!(Networks::parse(["1".repeat(1000).as_str()]).is_err());
    }

    #[test]
    fn a_list_is_bounded_and_each_network_stands_once() {
        let texts: Vec<String> = (0..33).map(|n| format!("10.0.{n}.0/24")).collect();
        let parse = |count: usize| Networks::parse(texts[..count].iter().map(String::as_str));
        assert_eq!(parse(32).unwrap().as_slice().len(), 32);
        assert_eq!(parse(33).unwrap_err(), [(32, NetworkFault::TooMany)]);
        let twice = networks(&["10.0.0.1", "::ffff:10.0.0.1/128", "10.0.0.1/32"]);
        assert_eq!(twice.as_slice(), ["10.0.0.1/32".parse().unwrap()]);
    }

    /// KEY-12: a network, not an address.
    #[test]
    fn a_last_use_shows_the_network_alone() {
        for (client, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            let seen = seen(client.parse().unwrap()).unwrap();
            assert_eq!(seen.to_string(), network, "{client}");
        }
    }
}
