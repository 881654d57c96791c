use super::*;

const PROTO: &str = "X-Forwarded-Proto";
const HOST: &str = "X-Forwarded-Host";

/// HDR-1, IP-10, B29, B111: https is what the connection is, or what a trusted peer says, last.
#[test]
fn b111_who_says_https() {
    let rows: &[(&str, &str, bool, Head, Scheme)] = &[
        ("direct", "192.0.2.1", false, &[], Scheme::Http),
        ("direct TLS", "192.0.2.1", true, &[], Scheme::Https),
        (
            "untrusted",
            "192.0.2.1",
            false,
            &[(PROTO, "https")],
            Scheme::Http,
        ),
        (
            "untrusted over TLS",
            "192.0.2.1",
            true,
            &[(PROTO, "http")],
            Scheme::Https,
        ),
        (
            "trusted",
            "10.0.0.1",
            false,
            &[(PROTO, "https")],
            Scheme::Https,
        ),
        (
            "trusted, capitals",
            "10.0.0.1",
            false,
            &[(PROTO, "HTTPS")],
            Scheme::Https,
        ),
        (
            "trusted, plain",
            "10.0.0.1",
            false,
            &[(PROTO, "http")],
            Scheme::Http,
        ),
        ("trusted, silent", "10.0.0.1", false, &[], Scheme::Http),
        (
            "trusted over TLS, silent",
            "10.0.0.1",
            true,
            &[],
            Scheme::Https,
        ),
        (
            "trusted over TLS, plain outside",
            "10.0.0.1",
            true,
            &[(PROTO, "http")],
            Scheme::Http,
        ),
        (
            "a WebSocket",
            "10.0.0.1",
            false,
            &[(PROTO, "wss")],
            Scheme::Https,
        ),
        (
            "spoofed on the left",
            "10.0.0.1",
            false,
            &[(PROTO, "https, http")],
            Scheme::Http,
        ),
        (
            "spoofed in a line before",
            "10.0.0.1",
            false,
            &[(PROTO, "https"), (PROTO, "http")],
            Scheme::Http,
        ),
        (
            "rightmost",
            "10.0.0.1",
            false,
            &[(PROTO, "http,https")],
            Scheme::Https,
        ),
        (
            "no scheme",
            "10.0.0.1",
            false,
            &[(PROTO, "https://")],
            Scheme::Http,
        ),
        (
            "nothing last",
            "10.0.0.1",
            false,
            &[(PROTO, "https,")],
            Scheme::Http,
        ),
        (
            "another header",
            "10.0.0.1",
            false,
            &[("Forwarded", "proto=https")],
            Scheme::Http,
        ),
        (
            "another name",
            "10.0.0.1",
            false,
            &[("X_Forwarded_Proto", "https")],
            Scheme::Http,
        ),
    ];
    for (name, peer, tls, head, expected) in rows {
        let connection = Connection {
            tls: *tls,
            ..Connection::of_peer(ip(peer))
        };
        let caller = rules(ProxyHeader::XForwardedFor).judge(&connection, &lines(head));
        assert_eq!(caller.scheme, *expected, "{name}");
    }
    let network = rules(ProxyHeader::CfConnectingIp);
    let caller = seen(&network, "10.0.0.1", &[(PROTO, "https")]);
    assert_eq!(caller.scheme, Scheme::Https, "a network's header beside it");
}

/// IP-9, IP-10: with `Forwarded`, its last element, and no other header.
#[test]
fn the_last_element_says_scheme_and_host() {
    let rows: &[(&str, Head, Scheme, Option<&str>)] = &[
        (
            "both",
            &[("Forwarded", "for=192.0.2.1;proto=https;host=music.example")],
            Scheme::Https,
            Some("music.example"),
        ),
        (
            "quoted",
            &[("Forwarded", "proto=\"https\";host=\"music.example:8443\"")],
            Scheme::Https,
            Some("music.example:8443"),
        ),
        (
            "escaped",
            &[("Forwarded", "proto=\"http\\s\";host=\"music\\.example\"")],
            Scheme::Https,
            Some("music.example"),
        ),
        (
            "of the last element",
            &[("Forwarded", "proto=https;host=evil.example, for=192.0.2.1")],
            Scheme::Http,
            None,
        ),
        (
            "of another header",
            &[(PROTO, "https"), (HOST, "evil.example")],
            Scheme::Http,
            None,
        ),
        (
            "malformed",
            &[("Forwarded", "for=192.0.2.1;proto=https;proto=https")],
            Scheme::Http,
            None,
        ),
    ];
    for (name, head, scheme, host) in rows {
        let caller = seen(&rules(ProxyHeader::Forwarded), "10.0.0.1", head);
        assert_eq!(caller.scheme, *scheme, "{name}");
        let said = caller.host.as_ref().map(ForwardedHost::as_str);
        assert_eq!(said, *host, "{name}");
        let caller = seen(&rules(ProxyHeader::Forwarded), "192.0.2.1", head);
        assert_eq!((caller.scheme, caller.host), (Scheme::Http, None), "{name}");
    }
}

/// IP-10: the host that was asked for, from a trusted peer, last; what is no host stays one that no list
/// has.
#[test]
fn the_forwarded_host() {
    let long = format!("{}.example", "a".repeat(300));
    let rows: &[(&str, &str, Head, Option<&str>)] = &[
        (
            "trusted",
            "10.0.0.1",
            &[(HOST, "music.example")],
            Some("music.example"),
        ),
        ("untrusted", "192.0.2.1", &[(HOST, "music.example")], None),
        (
            "spoofed on the left",
            "10.0.0.1",
            &[(HOST, "evil.example, music.example")],
            Some("music.example"),
        ),
        (
            "two lines",
            "10.0.0.1",
            &[(HOST, "evil.example"), (HOST, "music.example")],
            Some("music.example"),
        ),
        ("empty", "10.0.0.1", &[(HOST, "")], None),
        ("too long", "10.0.0.1", &[(HOST, &long)], Some("")),
        (
            "a blank within",
            "10.0.0.1",
            &[(HOST, "music example")],
            Some(""),
        ),
        (
            "not ASCII",
            "10.0.0.1",
            &[(HOST, "m\u{fc}sic.example")],
            Some(""),
        ),
    ];
    for (name, peer, head, expected) in rows {
        let caller = seen(&rules(ProxyHeader::XForwardedFor), peer, head);
        let said = caller.host.as_ref().map(ForwardedHost::as_str);
        assert_eq!(said, *expected, "{name}");
    }
    let escaped = format!("host=\"{}\"", "\\a".repeat(301));
    let caller = seen(
        &rules(ProxyHeader::Forwarded),
        "10.0.0.1",
        &[("Forwarded", &escaped)],
    );
    assert_eq!(caller.host.as_ref().map(ForwardedHost::as_str), Some(""));
}
