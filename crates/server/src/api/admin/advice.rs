//! What whoever sets up proxies should change, by what one request shows.

use super::network::NetworkBody;

/// In the order of their weight.
pub(super) fn advice(seen: &NetworkBody, public_is_https: bool) -> Vec<String> {
    let (Some(peer), Some(client)) = (&seen.peer, &seen.client) else {
        return vec!["The listener says nothing of the connection.".to_owned()];
    };
    let mut advice = Vec::new();
    if seen.trusted {
        advice.extend(of_trusted(seen, client));
    } else {
        advice.push(of_untrusted(seen, seen.source.as_ref().unwrap_or(peer)));
    }
    if public_is_https && seen.scheme == Some("http") && (seen.trusted || seen.ignored.is_empty()) {
        let header = if seen.header == "forwarded" {
            "`proto=https` in Forwarded"
        } else {
            "`X-Forwarded-Proto: https`"
        };
        advice.push(format!(
            "PUBLIC_URL is https, and this request came by http as far as is known: let the proxy that ends TLS \
             send {header}, else HSTS is not sent."
        ));
    }
    advice
}

fn of_untrusted(seen: &NetworkBody, sender: &str) -> String {
    if seen.ignored.is_empty() {
        return format!(
            "{sender} connected without a forwarding header: if it is you, all is well; if it is your proxy, \
             let it write one and add it to TRUSTED_PROXIES."
        );
    }
    let ignored = seen.ignored.join(", ");
    format!(
        "{sender} is not in TRUSTED_PROXIES, so this was ignored: {ignored}. If it is your proxy, and only \
         then, add it: TRUSTED_PROXIES={sender}"
    )
}

fn of_trusted(seen: &NetworkBody, client: &str) -> Option<String> {
    let others: Vec<_> = seen
        .ignored
        .iter()
        .copied()
        .filter(|name| {
            !matches!(
                *name,
                "x-forwarded-proto" | "x-forwarded-host" | "x-forwarded-port"
            )
        })
        .collect();
    let others = others.join(", ");
    let header = seen.header;
    match seen.ended {
        "not_read" if others.is_empty() => Some(format!(
            "PROXY_HEADER is none: everybody behind this proxy counts as {client}."
        )),
        "not_read" => Some(format!(
            "PROXY_HEADER is none, and the proxy sent {others}: set PROXY_HEADER to the one that it appends to \
             or replaces."
        )),
        "internal" if seen.hops.is_empty() && others.is_empty() => Some(format!(
            "The proxy sent no {header}: either it doesn't write it, or the request began on the proxy's \
             machine."
        )),
        "internal" if seen.hops.is_empty() => Some(format!(
            "The proxy sent no {header}, but {others}: set PROXY_HEADER to the one that it appends to or \
             replaces."
        )),
        "internal" => Some(format!(
            "All hops are in TRUSTED_PROXIES, so the leftmost counts as the client: right if {client} is a \
             machine of yours, else TRUSTED_PROXIES is too wide."
        )),
        "unreadable" => Some(format!(
            "An entry of {header} is no address, so {client}, the last hop before it, counts as the client: \
             let the proxy before it write addresses."
        )),
        "too_long" => Some(format!(
            "{header} has more than 20 hops or 4 KiB of trusted proxies, so the peer counts as the client: a \
             proxy calls itself, or the header is passed on as it came."
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Proxies, ProxyProtocol};
    use http::{HeaderMap, HeaderValue};
    use musicgen_security::client_ip::{ClientIpRules, Connection, ProxyHeader, TrustedProxies};

    type Row<'a> = (
        &'a str,
        ProxyHeader,
        &'a str,
        &'a [(&'static str, &'a str)],
        &'a [&'a str],
    );

    #[test]
    fn each_advice_names_what_to_change() {
        const XFF: ProxyHeader = ProxyHeader::XForwardedFor;
        const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");
        let rows: &[Row] = &[
            (
                "good",
                XFF,
                "10.0.0.1",
                &[("x-forwarded-for", "192.0.2.1"), HTTPS],
                &[],
            ),
            (
                "an unknown proxy",
                XFF,
                "192.0.2.9",
                &[("x-forwarded-for", "192.0.2.1"), HTTPS],
                &["TRUSTED_PROXIES=192.0.2.9"],
            ),
            (
                "direct",
                XFF,
                "192.0.2.9",
                &[],
                &["without a forwarding header", "PUBLIC_URL"],
            ),
            (
                "no scheme",
                XFF,
                "10.0.0.1",
                &[("x-forwarded-for", "192.0.2.1")],
                &["`X-Forwarded-Proto: https`"],
            ),
            (
                "no scheme in Forwarded",
                ProxyHeader::Forwarded,
                "10.0.0.1",
                &[("forwarded", "for=192.0.2.1"), HTTPS],
                &["`proto=https` in Forwarded"],
            ),
            (
                "none",
                ProxyHeader::None,
                "10.0.0.1",
                &[HTTPS],
                &["everybody behind this proxy counts as 10.0.0.1"],
            ),
            (
                "none, and one is sent",
                ProxyHeader::None,
                "10.0.0.1",
                &[("x-real-ip", "192.0.2.1"), HTTPS],
                &["sent x-real-ip"],
            ),
            (
                "nothing sent",
                XFF,
                "10.0.0.1",
                &[HTTPS],
                &["sent no x-forwarded-for: either"],
            ),
            (
                "another sent",
                XFF,
                "10.0.0.1",
                &[("forwarded", "for=192.0.2.1"), HTTPS],
                &["but forwarded"],
            ),
            (
                "internal",
                XFF,
                "10.0.0.1",
                &[("x-forwarded-for", "10.0.0.9"), HTTPS],
                &["right if 10.0.0.9"],
            ),
            (
                "unreadable",
                XFF,
                "10.0.0.1",
                &[("x-forwarded-for", "unknown, 10.0.0.2"), HTTPS],
                &["so 10.0.0.2, the last hop"],
            ),
        ];
        for (name, header, peer, head, expected) in rows {
            let trusted = TrustedProxies::parse(["10.0.0.0/24"]).unwrap();
            let proxies = Proxies {
                rules: ClientIpRules::trusting(trusted, *header),
                protocol: ProxyProtocol::Off,
            };
            let mut headers = HeaderMap::new();
            for (name, value) in *head {
                headers.append(*name, HeaderValue::from_str(value).unwrap());
            }
            let connection = Connection::of_peer(peer.parse().unwrap());
            let seen = NetworkBody::of(&proxies, Some(&connection), &headers);
            let advice = advice(&seen, true);
            assert_eq!(advice.len(), expected.len(), "{name}: {advice:?}");
            for (said, expected) in advice.iter().zip(*expected) {
                assert!(said.contains(expected), "{name}: {said}");
            }
        }
        let proxies = Proxies {
            rules: ClientIpRules::default(),
            protocol: ProxyProtocol::Off,
        };
        let seen = NetworkBody::of(&proxies, None, &HeaderMap::new());
        assert_eq!(advice(&seen, true).len(), 1);
    }
}
