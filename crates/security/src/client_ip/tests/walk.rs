use super::*;

const XFF: &str = "X-Forwarded-For";

type Row<'a> = (&'a str, &'a str, Head<'a>, &'a str);

fn check(rules: &ClientIpRules, rows: &[Row]) {
    for (name, peer, head, expected) in rows {
        assert_eq!(address(rules, peer, head), *expected, "{name}");
    }
}

/// IP-1, IP-12, B04: without trusted proxies the peer is the client, whatever is sent.
#[test]
fn b04_nobody_is_trusted_by_default() {
    let every: Vec<_> = ProxyHeader::WORDS
        .iter()
        .filter(|word| **word != "none")
        .flat_map(|word| {
            [
                (*word, "127.0.0.1"),
                (*word, "for=127.0.0.1"),
                (*word, "10.0.0.1:80"),
            ]
        })
        .chain([
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.example"),
        ])
        .collect();
    for word in ProxyHeader::WORDS {
        let header = ProxyHeader::from_word(word).unwrap();
        let rules = ClientIpRules::trusting(TrustedProxies::NOBODY, header);
        for peer in ["192.0.2.1", "127.0.0.1", "::1", "10.0.0.1", "2001:db8::1"] {
            let caller = seen(&rules, peer, &every);
            assert_eq!(caller.client, ClientIp::of_peer(ip(peer)), "{word} {peer}");
            assert_eq!((caller.scheme, caller.host), (Scheme::Http, None));
        }
    }
    let plain = seen(&ClientIpRules::default(), "192.0.2.1", &every);
    assert_eq!(plain.client, ClientIp::of_peer(ip("192.0.2.1")));
}

/// IP-2, IP-3, IP-4, IP-11, B03.
#[test]
fn b03_the_walk_from_the_right() {
    check(
        &rules(ProxyHeader::XForwardedFor),
        &[
            ("no header", "10.0.0.1", &[], "10.0.0.1"),
            ("one", "10.0.0.1", &[(XFF, "198.51.100.7")], "198.51.100.7"),
            (
                "spoofed on the left",
                "10.0.0.1",
                &[(XFF, "192.0.2.1, 198.51.100.7")],
                "198.51.100.7",
            ),
            (
                "a trusted address spoofed on the left",
                "10.0.0.1",
                &[(XFF, "10.0.0.9, 198.51.100.7")],
                "198.51.100.7",
            ),
            (
                "two proxies",
                "10.0.0.1",
                &[(XFF, "192.0.2.1, 198.51.100.7, 10.0.0.2")],
                "198.51.100.7",
            ),
            (
                "proxies of both families",
                "2001:db8:ff::1",
                &[(XFF, "198.51.100.7, 10.0.0.2, 2001:db8:ff::2")],
                "198.51.100.7",
            ),
            (
                "a proxy that isn't trusted is the client",
                "10.0.0.1",
                &[(XFF, "198.51.100.7, 203.0.113.80, 10.0.0.2")],
                "203.0.113.80",
            ),
            (
                "an untrusted peer",
                "192.0.2.99",
                &[(XFF, "198.51.100.7")],
                "192.0.2.99",
            ),
            (
                "an untrusted peer beside the network",
                "10.0.1.0",
                &[(XFF, "198.51.100.7")],
                "10.0.1.0",
            ),
            (
                "two lines",
                "10.0.0.1",
                &[(XFF, "192.0.2.66"), (XFF, "198.51.100.7")],
                "198.51.100.7",
            ),
            (
                "two lines, another header between them",
                "10.0.0.1",
                &[(XFF, "192.0.2.66"), ("host", "a"), (XFF, "198.51.100.7")],
                "198.51.100.7",
            ),
            (
                "a walk over lines",
                "10.0.0.1",
                &[
                    (XFF, "192.0.2.66,198.51.100.7"),
                    (XFF, "10.0.0.3, 10.0.0.2"),
                ],
                "198.51.100.7",
            ),
            (
                "all trusted: the leftmost",
                "10.0.0.1",
                &[(XFF, "10.0.0.9, 10.0.0.3")],
                "10.0.0.9",
            ),
        ],
    );
}

/// IP-11: internal is who has only trusted hops behind it, and nobody else.
#[test]
fn internal_callers_are_marked() {
    let rules = rules(ProxyHeader::XForwardedFor);
    let rows: &[(&str, Head, bool)] = &[
        ("the proxy itself", &[], true),
        ("another proxy", &[(XFF, "10.0.0.9")], true),
        ("from outside", &[(XFF, "198.51.100.7")], false),
        ("unreadable", &[(XFF, "unknown")], false),
        ("unreadable after a proxy", &[(XFF, "x, 10.0.0.9")], false),
    ];
    for (name, head, internal) in rows {
        assert_eq!(
            seen(&rules, "10.0.0.1", head).client.is_internal(),
            *internal,
            "{name}"
        );
    }
    assert!(!seen(&rules, "192.0.2.1", &[]).client.is_internal());
}

/// IP-5, B46: an unreadable hop ends the walk at the last good one, and never passes to its left.
#[test]
fn b46_an_unreadable_hop_ends_the_walk() {
    let rules = rules(ProxyHeader::XForwardedFor);
    let junk = "a".repeat(4000);
    for hop in [
        "",
        " ",
        "a",
        "unknown",
        "proxy.example",
        "1.2.3",
        "1.2.3.4.5",
        "010.0.0.1",
        "0x7f.0.0.1",
        "2130706433",
        "256.0.0.1",
        "1.2.3.4/32",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "1.2.3.4:+80",
        "1.2.3.4:_hidden",
        "[::1",
        "::1]",
        "[192.0.2.1]",
        "[::1]80",
        "[::1]:",
        "[]",
        "fe80::1%eth0",
        "[fe80::1%eth0]:443",
        "_hidden",
        "for=192.0.2.1",
        "\"",
        "\"192.0.2.1",
        "unix:",
        "-",
        "192.0.2.1 192.0.2.2",
        "192.0.2.1;192.0.2.2",
        "\u{e9}",
        &junk,
    ] {
        for (name, value, expected) in [
            ("last", format!("192.0.2.66, {hop}"), "10.0.0.1"),
            ("alone", hop.to_owned(), "10.0.0.1"),
            (
                "after a proxy",
                format!("192.0.2.66,{hop},10.0.0.2"),
                "10.0.0.2",
            ),
            (
                "before the client",
                format!("{hop},198.51.100.7"),
                "198.51.100.7",
            ),
        ] {
            let caller = seen(&rules, "10.0.0.1", &[(XFF, &value)]);
            let address = caller.client.address().to_string();
            let shown: String = hop.chars().take(30).collect();
            assert_eq!(address, expected, "`{shown}` {name}");
            let is_found = matches!(caller.finding, Some(Finding::Unreadable { .. }));
            assert_eq!(is_found, name != "before the client", "`{shown}` {name}");
        }
    }
    for blanks in [", ,", ",", "192.0.2.66, ,"] {
        assert_eq!(address(&rules, "10.0.0.1", &[(XFF, blanks)]), "10.0.0.1");
    }
}

/// IP-13, B46: 20 entries and 4 KiB are walked, one more of either is given up. What the walk doesn't
/// come to may be as long as a head can be.
#[test]
fn b46_a_walk_has_an_end() {
    let rules = rules(ProxyHeader::XForwardedFor);
    let chain = |count: usize| -> String {
        let mut hops = vec!["198.51.100.7"];
        hops.extend(std::iter::repeat_n("10.0.0.2", count - 1));
        hops.join(", ")
    };
    let padded = |bytes: usize| {
        let tail = ", 10.0.0.2";
        format!("198.51.100.7{}{tail}", " ".repeat(bytes - 12 - tail.len()))
    };
    let spoofed = |value: String| format!("{value}, 198.51.100.7");
    let rows: &[(&str, String, &str, bool)] = &[
        ("20 hops", chain(20), "198.51.100.7", false),
        ("21 hops", chain(21), "10.0.0.1", true),
        ("500 hops", chain(500), "10.0.0.1", true),
        ("4096 bytes", padded(4096), "198.51.100.7", false),
        ("4097 bytes", padded(4097), "10.0.0.1", true),
        ("70,000 bytes", "a".repeat(70_000), "10.0.0.1", true),
        (
            "500 hops of the client's own",
            spoofed(chain(500)),
            "198.51.100.7",
            false,
        ),
        (
            "70,000 bytes of the client's own",
            spoofed("a".repeat(70_000)),
            "198.51.100.7",
            false,
        ),
    ];
    for (name, value, expected, too_long) in rows {
        let caller = seen(&rules, "10.0.0.1", &[(XFF, value)]);
        assert_eq!(caller.client.address().to_string(), *expected, "{name}");
        let found = matches!(caller.finding, Some(Finding::TooLong { .. }));
        assert_eq!(found, *too_long, "{name}");
        assert!(!caller.client.is_internal() || !too_long, "{name}");
    }
    let lines: Vec<_> = std::iter::repeat_n((XFF, "10.0.0.2"), 21).collect();
    assert_eq!(address(&rules, "10.0.0.1", &lines[..20]), "10.0.0.2");
    assert_eq!(address(&rules, "10.0.0.1", &lines), "10.0.0.1");
}

/// IP-8, B47, B48: one header is read, and the others neither help nor hurt.
#[test]
fn b48_only_the_configured_header_is_read() {
    for word in ProxyHeader::WORDS {
        let header = ProxyHeader::from_word(word).unwrap();
        assert_eq!(header.word(), *word);
        let rules = rules(header);
        let value = |word: &str, address: &str| match word {
            "forwarded" => format!("for={address}"),
            "cloudfront-viewer-address" => format!("{address}:443"),
            _ => address.to_owned(),
        };
        let others = ProxyHeader::WORDS
            .iter()
            .filter(|other| *other != word && **other != "none")
            .map(|other| (*other, value(other, "127.0.0.1")));
        let mut head: Vec<_> = others.collect();
        let borrowed = |head: &[(&'static str, String)]| {
            let head: Vec<_> = head
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            address(&rules, "10.0.0.1", &head)
        };
        assert_eq!(borrowed(&head), "10.0.0.1", "{word}: others alone");
        if *word != "none" {
            head.push((word, value(word, "198.51.100.7")));
            assert_eq!(borrowed(&head), "198.51.100.7", "{word}: among others");
        }
    }
    assert_eq!(ProxyHeader::from_word("x-geo-country"), None);
}

/// B49: an underscore makes another name.
#[test]
fn b49_names_with_underscores_are_other_names() {
    let head = [("X_Forwarded_For", "192.0.2.4"), ("X_Real_IP", "127.0.0.1")];
    for header in [ProxyHeader::XForwardedFor, ProxyHeader::XRealIp] {
        let caller = seen(&rules(header), "10.0.0.1", &head);
        assert_eq!(caller.client.address(), ip("10.0.0.1"));
        let caller = seen(&rules(header), "192.0.2.1", &head);
        assert_eq!(
            (caller.client.address(), caller.finding),
            (ip("192.0.2.1"), None)
        );
    }
}

/// IP-7: mapped addresses are IPv4 before anything is compared.
#[test]
fn mapped_addresses_are_folded() {
    check(
        &rules(ProxyHeader::XForwardedFor),
        &[
            (
                "peer",
                "::ffff:10.0.0.1",
                &[(XFF, "198.51.100.7")],
                "198.51.100.7",
            ),
            (
                "hop",
                "10.0.0.1",
                &[(XFF, "198.51.100.7, ::ffff:10.0.0.2")],
                "198.51.100.7",
            ),
            (
                "hop in hexadecimal, with a port",
                "10.0.0.1",
                &[(XFF, "198.51.100.7, [::ffff:a00:2]:443")],
                "198.51.100.7",
            ),
            (
                "client",
                "10.0.0.1",
                &[(XFF, "::ffff:198.51.100.7")],
                "198.51.100.7",
            ),
            ("untrusted peer", "::ffff:192.0.2.1", &[], "192.0.2.1"),
        ],
    );
}
