//! The walk beside a slow one that reads everything into vectors first.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

/// As the rules are written down, for `X-Forwarded-For` within the bounds.
fn reference(peer: IpAddr, values: &[String], trusted: &TrustedProxies) -> (IpAddr, bool) {
    let joined = values.join(",");
    let entries: Vec<&str> = if values.is_empty() {
        Vec::new()
    } else {
        joined.split(',').collect()
    };
    let mut chain = vec![peer];
    for entry in entries.iter().rev() {
        let Some(address) = slow_address(entry) else {
            return (chain[chain.len() - 1], false);
        };
        chain.push(address);
        if !trusted.contains(address) {
            return (address, false);
        }
    }
    (chain[chain.len() - 1], true)
}

fn slow_address(entry: &str) -> Option<IpAddr> {
    let text = entry.trim_matches([' ', '\t']);
    let candidates = [
        text.parse::<Ipv4Addr>().map(IpAddr::V4).ok(),
        text.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
        text.parse::<std::net::SocketAddrV4>()
            .map(|a| IpAddr::V4(*a.ip()))
            .ok(),
        text.parse::<std::net::SocketAddrV6>()
            .map(|a| IpAddr::V6(*a.ip()))
            .ok(),
        text.strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
            .and_then(|text| text.parse::<Ipv6Addr>().map(IpAddr::V6).ok()),
    ];
    let found = candidates.into_iter().flatten().next()?;
    // A zone is not one address for everybody.
    (!text.contains('%')).then(|| found.to_canonical())
}

fn hop() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u8..=255).prop_map(|n| format!("10.0.0.{n}")),
        2 => any::<Ipv4Addr>().prop_map(|a| a.to_string()),
        2 => any::<Ipv6Addr>().prop_map(|a| a.to_string()),
        1 => (any::<Ipv6Addr>(), any::<u16>()).prop_map(|(a, port)| format!("[{a}]:{port}")),
        1 => (0_u8..=255, any::<u16>()).prop_map(|(n, port)| format!("10.0.0.{n}:{port}")),
        1 => any::<Ipv6Addr>().prop_map(|a| format!(" [{a}] ")),
        1 => (0_u8..=255).prop_map(|n| format!("::ffff:10.0.0.{n}")),
        1 => "[ -~&&[^,\"]]{0,20}",
    ]
}

proptest! {
    #[test]
    fn agrees_with_the_slow_walk(
        lines_of_hops in vec(vec(hop(), 1..5), 0..4),
        peer in prop_oneof![Just("10.0.0.1"), Just("192.0.2.1"), Just("2001:db8:ff::1")],
    ) {
        let rules = rules(ProxyHeader::XForwardedFor);
        let values: Vec<String> = lines_of_hops.iter().map(|hops| hops.join(",")).collect();
        let head: Vec<_> = values.iter().map(|value| ("x-forwarded-for", value.as_str())).collect();
        let caller = seen(&rules, peer, &head);
        let peer = ip(peer);
        let (expected, internal) = if rules.trusted().contains(peer) {
            reference(peer, &values, rules.trusted())
        } else {
            (peer, false)
        };
        prop_assert_eq!(caller.client.address(), expected);
        prop_assert_eq!(caller.client.is_internal(), internal);
    }

    /// Whatever a client writes before what its proxy appends, it is who it is.
    #[test]
    fn what_stands_to_the_left_never_counts(
        spoofed in vec("[\\t -~]{0,200}", 0..4),
        same_line in any::<bool>(),
    ) {
        for (header, name, own) in [
            (ProxyHeader::XForwardedFor, "x-forwarded-for", "198.51.100.7, 10.0.0.2"),
            (ProxyHeader::Forwarded, "forwarded", "for=\"198.51.100.7:80\";host=\"a,b\", for=10.0.0.2"),
        ] {
            let mut values = spoofed.clone();
            match values.last_mut().filter(|_| same_line) {
                Some(last) => *last = format!("{last}, {own}"),
                None => values.push(own.to_owned()),
            }
            let head: Vec<_> = values.iter().map(|value| (name, value.as_str())).collect();
            let caller = seen(&rules(header), "10.0.0.1", &head);
            prop_assert_eq!(caller.client.address(), ip("198.51.100.7"));
            prop_assert_eq!(caller.finding, None);
        }
    }

    /// Any bytes that a header can hold: an answer, and it is the peer or an address that stands there.
    #[test]
    fn never_panics(value in vec(prop_oneof![Just(b'\t'), 32_u8..=126, 128_u8..=255], 0..600)) {
        for word in ProxyHeader::WORDS {
            let rules = rules(ProxyHeader::from_word(word).unwrap());
            let mut headers = HeaderMap::new();
            let name = HeaderName::from_bytes(word.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_bytes(&value).unwrap());
            let connection = Connection::of_peer(ip("10.0.0.1"));
            let caller = rules.judge(&connection, &headers);
            let mut last = ip("10.0.0.1");
            let walked = rules.explain(&connection, &headers, |hop| {
                last = hop.address.unwrap_or(last);
            });
            if let Some(walked) = walked {
                prop_assert_eq!(walked.address, caller.client.address());
                prop_assert!(walked.address == last || walked.end == WalkEnd::TooLong);
            }
        }
    }
}
