//! Truth tables of the walk and of what stands around it.

mod callers;
mod findings;
mod forwarded;
mod hops;
mod properties;
mod scheme;
mod stage;
mod trust;
mod walk;

use super::*;
use http::HeaderValue;
use http::header::{HeaderMap, HeaderName};
use std::net::IpAddr;

/// Lines as a table has them.
type Head<'a> = &'a [(&'a str, &'a str)];

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Lines of a request's head.
fn lines(lines: Head) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        headers.append(name, value);
    }
    headers
}

/// 10.0.0.0/24 and 2001:db8:ff::/64 are the proxies.
fn rules(header: ProxyHeader) -> ClientIpRules {
    let trusted = TrustedProxies::parse(["10.0.0.0/24", "2001:db8:ff::/64"]).unwrap();
    ClientIpRules::trusting(trusted, header)
}

/// Who is seen by these rules, from this peer, with these lines.
fn seen(rules: &ClientIpRules, peer: &str, head: Head) -> Caller {
    rules.judge(&Connection::of_peer(ip(peer)), &lines(head))
}

fn address(rules: &ClientIpRules, peer: &str, head: Head) -> String {
    seen(rules, peer, head).client.address().to_string()
}
