use super::*;

const XFF: &str = "X-Forwarded-For";

/// A header with one address: the same walk, so that what a client wrote before it doesn't count.
#[test]
fn headers_of_networks() {
    let rows = [
        ("x-real-ip", "198.51.100.7", "198.51.100.7"),
        ("cf-connecting-ip", "2001:db8::7", "2001:db8::7"),
        ("true-client-ip", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        ("fastly-client-ip", "198.51.100.7:443", "198.51.100.7"),
        (
            "cloudfront-viewer-address",
            "198.51.100.7:46532",
            "198.51.100.7",
        ),
        (
            "cloudfront-viewer-address",
            "2001:db8::7:46532",
            "2001:db8::7",
        ),
        (
            "cloudfront-viewer-address",
            "[2001:db8::7]:46532",
            "2001:db8::7",
        ),
        (
            "cloudfront-viewer-address",
            "2001:db8:1:2:3:4:5:6:443",
            "2001:db8:1:2:3:4:5:6",
        ),
        ("cloudfront-viewer-address", "198.51.100.7", "10.0.0.1"),
        ("cloudfront-viewer-address", "[2001:db8::7]", "10.0.0.1"),
    ];
    for (word, value, expected) in rows {
        let rules = rules(ProxyHeader::from_word(word).unwrap());
        assert_eq!(
            address(&rules, "10.0.0.1", &[(word, value)]),
            expected,
            "{word}: {value}"
        );
        assert_eq!(address(&rules, "192.0.2.1", &[(word, value)]), "192.0.2.1");
    }
}

/// IP-16: the source of the PROXY protocol takes the place of a trusted peer, and of no other.
#[test]
fn a_source_takes_the_place_of_a_trusted_peer() {
    let rows = [
        ("untrusted source", "10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("trusted source", "10.0.0.1", "10.0.0.2", "198.51.100.7"),
        (
            "mapped source",
            "10.0.0.1",
            "::ffff:10.0.0.2",
            "198.51.100.7",
        ),
        ("untrusted peer", "192.0.2.1", "10.0.0.2", "192.0.2.1"),
    ];
    let head = lines(&[(XFF, "198.51.100.7"), ("x-forwarded-proto", "https")]);
    for (name, peer, source, expected) in rows {
        let connection = Connection {
            peer: ip(peer),
            source: Some(ip(source)),
            tls: false,
        };
        let caller = rules(ProxyHeader::XForwardedFor).judge(&connection, &head);
        assert_eq!(caller.client.address(), ip(expected), "{name}");
        let is_read = expected == "198.51.100.7";
        assert_eq!(caller.scheme == Scheme::Https, is_read, "{name}");
    }
}

/// RL-6, B07: what counts as one caller.
#[test]
fn b07_networks_of_callers() {
    let rows = [
        (64, "192.0.2.7", "192.0.2.7"),
        (48, "192.0.2.7", "192.0.2.7"),
        (64, "::ffff:192.0.2.7", "192.0.2.7"),
        (64, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (56, "2001:db8:1:2ff:3:4:5:6", "2001:db8:1:200::"),
        (48, "2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        (64, "::1", "::"),
    ];
    for (length, client, network) in rows {
        let prefix = Ipv6Prefix::new(length).unwrap();
        let rules = rules(ProxyHeader::XForwardedFor).counting_ipv6_by(prefix);
        let caller = seen(&rules, "10.0.0.1", &[(XFF, client)]);
        assert_eq!(caller.client.network(), ip(network), "{client}/{length}");
    }
    assert_eq!(Ipv6Prefix::new(47), None);
    assert_eq!(Ipv6Prefix::new(65), None);
    assert_eq!(Ipv6Prefix::default().length(), 64);
}
