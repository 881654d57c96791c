//! What may be trusted, and what is a mistake.

use super::*;
use crate::config::{Beginning, ProxyProtocol};
use musicgen_security::client_ip::ProxyHeader;

/// IP-14, B04, and configuration.md's "when TLS or a trusted proxy that ends TLS is absent": refused by
/// the name of the variable.
#[test]
fn b04_mistakes_about_proxies() {
    let rows: Vec<(&str, Case, &[&str])> = vec![
        (
            "production without a proxy",
            Case::production().without("TRUSTED_PROXIES"),
            &["TRUSTED_PROXIES"],
        ),
        (
            "staging without a proxy",
            Case::production()
                .with("ENVIRONMENT", "staging")
                .with("TRUSTED_PROXIES", ""),
            &["TRUSTED_PROXIES"],
        ),
        (
            "a header without a proxy",
            Case::development().with("PROXY_HEADER", "x-forwarded-for"),
            &["PROXY_HEADER"],
        ),
        (
            "the PROXY protocol without a proxy",
            Case::development().with("PROXY_PROTOCOL", "required"),
            &["PROXY_PROTOCOL"],
        ),
        (
            "everybody",
            Case::production().with("TRUSTED_PROXIES", "10.0.0.0/8,0.0.0.0/0"),
            &["TRUSTED_PROXIES"],
        ),
        (
            "everybody of IPv6",
            Case::production().with("TRUSTED_PROXIES", "::/0"),
            &["TRUSTED_PROXIES"],
        ),
        (
            "everybody in halves",
            Case::development().with("TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1"),
            &["TRUSTED_PROXIES"],
        ),
        (
            "two broken networks, and no complaint that there are none",
            Case::production()
                .with("TRUSTED_PROXIES", "10.0.0.0/33,proxy")
                .with("PROXY_HEADER", "forwarded"),
            &["TRUSTED_PROXIES", "TRUSTED_PROXIES"],
        ),
        (
            "an unknown header",
            Case::production().with("PROXY_HEADER", "x-geo-country"),
            &["PROXY_HEADER"],
        ),
        (
            "an unknown word",
            Case::production().with("PROXY_PROTOCOL", "on"),
            &["PROXY_PROTOCOL"],
        ),
        (
            "too wide a network of clients",
            Case::development().with("CLIENT_IPV6_PREFIX", "47"),
            &["CLIENT_IPV6_PREFIX"],
        ),
        (
            "too narrow a network of clients",
            Case::development().with("CLIENT_IPV6_PREFIX", "65"),
            &["CLIENT_IPV6_PREFIX"],
        ),
    ];
    for (name, case, expected) in rows {
        assert_eq!(case.refused(), expected, "{name}");
    }
}

#[test]
fn each_accepted_form_of_a_proxy() {
    let plain = Case::development().load().unwrap().config.proxies;
    assert!(plain.rules.trusted().is_empty());
    assert_eq!(plain.rules.header(), ProxyHeader::None);
    assert_eq!(plain.protocol, ProxyProtocol::Off);
    let production = Case::production().load().unwrap().config.proxies;
    assert_eq!(production.rules.header(), ProxyHeader::XForwardedFor);
    let case = || Case::production().with("TRUSTED_PROXIES", "10.0.0.0/8 , 2001:db8::1,::1");
    for word in ProxyHeader::WORDS {
        let loaded = case().with("PROXY_HEADER", word).load().unwrap();
        let header = loaded.config.proxies.rules.header();
        assert_eq!(header.word(), *word);
        let is_said = loaded.notices.iter().any(|n| n.variable == "PROXY_HEADER");
        assert_eq!(is_said, *word == "x-azure-clientip", "{word}");
    }
    for (word, protocol) in [
        ("off", ProxyProtocol::Off),
        ("optional", ProxyProtocol::Optional),
        ("required", ProxyProtocol::Required),
    ] {
        let loaded = case().with("PROXY_PROTOCOL", word).load().unwrap();
        assert_eq!(loaded.config.proxies.protocol, protocol);
    }
    let wide = case().with("CLIENT_IPV6_PREFIX", "48").load().unwrap();
    let rules = wide.config.proxies.rules;
    assert_eq!(rules.ipv6_prefix().length(), 48);
    assert!(rules.trusted().contains([10, 9, 8, 7].into()));
    assert!(!rules.trusted().contains([11, 9, 8, 7].into()));
}

/// IP-16: only a trusted proxy may begin with a header, and only where it is asked for.
#[test]
fn what_a_connection_begins_with() {
    use Beginning::{Either, Header, Refused, Request};
    for (protocol, trusted, untrusted) in [
        (ProxyProtocol::Off, Request, Request),
        (ProxyProtocol::Optional, Either, Request),
        (ProxyProtocol::Required, Header, Refused),
    ] {
        assert_eq!(protocol.beginning(true), trusted, "{protocol:?}");
        assert_eq!(protocol.beginning(false), untrusted, "{protocol:?}");
    }
}
