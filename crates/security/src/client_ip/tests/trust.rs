use super::*;
use std::slice;

/// IP-14: what would trust everybody, and what is no network.
#[test]
fn what_cannot_be_trusted() {
    let rows: &[(&str, &[&str])] = &[
        ("all of IPv4", &["0.0.0.0/0"]),
        ("all of IPv6", &["::/0"]),
        ("both halves", &["0.0.0.0/1", "128.0.0.0/1"]),
        ("among others", &["10.0.0.0/8", "::/0"]),
        ("all of IPv4 as IPv6", &["::ffff:0:0/96"]),
        ("a broken length", &["10.0.0.0/33"]),
        ("no length", &["10.0.0.0/"]),
        ("three numbers", &["10.0.0/24"]),
        ("bits beyond the prefix", &["10.0.0.1/24"]),
        ("a name", &["proxy.example"]),
        ("nothing", &[""]),
        ("a port", &["10.0.0.1:80"]),
        ("a zone", &["fe80::1%eth0"]),
        ("everything", &["*"]),
    ];
    for (name, texts) in rows {
        assert!(
            TrustedProxies::parse(texts.iter().copied()).is_err(),
            "{name}"
        );
    }
    let faults = TrustedProxies::parse(["x\n", "10.0.0.0/8", "y", "::/0"]).unwrap_err();
    let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("`x`: ") && said[1].starts_with("`y`: "));
    assert!(said[2].contains("all IPv6"), "{said:?}");
}

#[test]
fn who_is_in_it() {
    let texts = [
        "10.0.0.0/9",
        "10.128.0.0/9",
        "192.0.2.7",
        "::ffff:192.0.2.9",
        "2001:db8::/32",
    ];
    let trusted = TrustedProxies::parse(texts).unwrap();
    for (address, expected) in [
        ("9.255.255.255", false),
        ("10.0.0.0", true),
        ("10.127.255.255", true),
        ("10.128.0.0", true),
        ("10.255.255.255", true),
        ("11.0.0.0", false),
        ("192.0.2.6", false),
        ("192.0.2.7", true),
        ("::ffff:192.0.2.7", true),
        ("192.0.2.8", false),
        ("192.0.2.9", true),
        ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", false),
        ("2001:db8::", true),
        ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true),
        ("2001:db9::", false),
        ("::", false),
        ("::c000:207", false),
        ("0.0.0.0", false),
        ("255.255.255.255", false),
    ] {
        assert_eq!(trusted.contains(ip(address)), expected, "{address}");
    }
    assert!(!TrustedProxies::NOBODY.contains(ip("127.0.0.1")));
    assert!(TrustedProxies::NOBODY.is_empty() && !trusted.is_empty());
    let joined = "10.0.0.0/8".parse().unwrap();
    assert_eq!(trusted.as_slice().first(), Some(&joined));
}

#[test]
fn a_list_is_bounded() {
    let texts: Vec<_> = (0..1001_u32)
        .map(|n| format!("10.{}.{}.0/25", n / 256, n % 256))
        .collect();
    let parse = |count: usize| TrustedProxies::parse(texts[..count].iter().map(String::as_str));
    assert!(parse(1000).is_ok());
    assert_eq!(
        parse(1001).unwrap_err(),
        slice::from_ref(&TrustFault::TooMany)
    );
}
