//! Whose address counts: in the answer, in the limits, in the log.

use super::chains::{self, CHAINS, Chain};
use super::*;
use crate::server::wait_for;
use std::time::Duration;

/// What a caller may claim about itself, in rotation. None of it is true; every address in it is of a
/// documentation or private network.
fn claims(n: u32) -> Vec<(&'static str, String)> {
    let somebody = format!("198.51.100.{}", n % 250);
    let inside = format!("10.0.{}.{}", n / 250, n % 250);
    match n % 16 {
        0 => vec![("x-forwarded-for", somebody)],
        1 => vec![("x-forwarded-for", format!("{somebody}, 127.0.0.1"))],
        2 => vec![("x-forwarded-for", inside), ("x-forwarded-for", somebody)],
        3 => vec![(
            "forwarded",
            format!("for={somebody};proto=https;host=evil.example"),
        )],
        4 => vec![(
            "forwarded",
            format!("for=_hidden, for=\"[2001:db8::{n:x}]:80\""),
        )],
        5 => vec![("x-real-ip", somebody)],
        6 => vec![
            ("true-client-ip", somebody.clone()),
            ("cf-connecting-ip", somebody),
        ],
        7 => vec![
            ("x-client-ip", somebody.clone()),
            ("x-cluster-client-ip", somebody),
        ],
        8 => vec![
            ("via", format!("1.1 {somebody}")),
            ("x-forwarded", somebody),
        ],
        9 => vec![
            ("x-forwarded-for", "127.0.0.1".to_owned()),
            ("x-real-ip", inside),
        ],
        10 => vec![("x-forwarded-for", "unknown, , [::1, 010.0.0.1".to_owned())],
        11 => vec![
            ("x_forwarded_for", somebody.clone()),
            ("x_real_ip", somebody),
        ],
        12 => vec![
            ("x-forwarded-for", format!("::ffff:{somebody}")),
            ("forwarded", "for=".to_owned()),
        ],
        13 => vec![
            ("x-forwarded-server", "evil.example".to_owned()),
            ("x-original-forwarded-for", somebody),
        ],
        14 => vec![("x-forwarded-for", vec![somebody; 500].join(","))],
        _ => vec![
            ("x-appengine-user-ip", somebody.clone()),
            ("fastly-client-ip", somebody),
        ],
    }
}

fn claiming(caller: &Caller, n: u32) -> Caller {
    let with = |caller: Caller, (name, value): (&str, String)| caller.with(name, value);
    claims(n).into_iter().fold(caller.clone(), with)
}

/// IP-2, IP-4, IP-8, IP-12, IP-15, B03, B05: behind this chain 300 requests with claims count as those of the
/// one who sent them and of nobody else, in the answer, in the limits and in the log.
async fn holds(name: &str) {
    let chain = CHAINS.iter().find(|chain| chain.name == name).unwrap();
    let site = Site::start(chain.variables);
    let front = (chain.front)(site.address());
    let from = |address| caller(front.address, address);
    let (one, other) = (from("127.0.0.2"), from("127.0.0.3"));
    let admin = site.administrator(&from("127.0.0.5")).await;
    assert_eq!(seen(&one, &admin).await, "127.0.0.2", "{name}");
    assert_eq!(seen(&other, &admin).await, "127.0.0.3", "{name}");
    for n in 0..30 {
        let found = seen(&claiming(&one, n), &admin).await;
        assert_eq!(found, "127.0.0.2", "{name}: {:?}", claims(n));
    }
    let mut admitted = 0;
    for n in 0..300 {
        let answer = guess(&claiming(&one, n), &format!("claim{n}")).await;
        if answer.status == 401 {
            assert_eq!(admitted, n, "{name}: let in again by {:?}", claims(n));
            admitted += 1;
        } else {
            answer.is(429);
        }
    }
    assert!((1..=30).contains(&admitted), "{name}: {admitted} guesses");
    guess(&other, "claim0").await.is(401);
    assert_eq!(seen(&other, &admin).await, "127.0.0.3", "{name}");

    wait_for("the log", Duration::from_secs(10), || {
        site.requests().len() >= 335
    });
    for (request, client) in site.requests() {
        let is_true = ["127.0.0.2", "127.0.0.3", "127.0.0.5"].contains(&&*client);
        assert!(is_true, "{name}: {request} by {client}");
    }
    let log = site.server.log();
    let refused = log
        .lines()
        .filter(|line| line.contains("an attempt was not admitted"));
    assert!(
        refused
            .clone()
            .all(|line| line.contains("\"client\":\"127.0.0.2\"")),
        "{name}"
    );
    for claimed in [
        "198.51.100.",
        "10.0.0.",
        "10.0.1.",
        "2001:db8",
        "evil.example",
    ] {
        assert!(!log.contains(claimed), "{name}: {claimed} in the log");
    }
}

macro_rules! chains {
    ($($test:ident: $name:literal,)*) => {
        $(#[tokio::test]
        async fn $test() {
            holds($name).await;
        })*

        #[test]
        fn every_chain_is_tried() {
            let tried = [$($name),*];
            let all: Vec<_> = CHAINS.iter().map(|chain| chain.name).collect();
            assert_eq!(all, tried);
        }
    };
}

chains! {
    b03_nginx_appends: "nginx appends to X-Forwarded-For",
    b03_nginx_overwrites: "nginx overwrites X-Forwarded-For",
    b03_nginx_sets_x_real_ip: "nginx sets X-Real-IP",
    b03_nginx_appends_to_forwarded: "nginx appends to Forwarded",
    b03_haproxy_appends: "HAProxy appends a line of X-Forwarded-For",
    b03_haproxy_overwrites: "HAProxy overwrites X-Forwarded-For",
    b03_haproxy_with_proxy_protocol_v1: "HAProxy with PROXY protocol v1",
    b03_haproxy_with_proxy_protocol_v2: "HAProxy with PROXY protocol v2",
    b03_haproxy_then_nginx: "HAProxy, then nginx",
    b03_haproxy_by_proxy_protocol_then_nginx: "HAProxy by PROXY protocol, then nginx",
    b03_nginx_then_nginx: "nginx, then nginx",
    b03_apache_appends: "Apache appends to X-Forwarded-For",
    b03_apache_overwrites: "Apache overwrites X-Forwarded-For",
    b03_varnish_appends: "Varnish appends to X-Forwarded-For",
    b03_varnish_overwrites: "Varnish overwrites X-Forwarded-For",
}

/// What the docs tell an operator to write is what is tried here.
#[test]
fn the_docs_have_the_lines_that_are_tried() {
    let docs = include_str!("../../../../../docs/proxies.md");
    for line in chains::LINES {
        assert!(docs.contains(line), "{line}");
    }
}

/// IP-1, B04: without a trusted proxy nobody is believed, not even the proxy that is there.
#[tokio::test]
async fn b04_without_a_trusted_proxy_the_peer_is_the_client() {
    let site = Site::without_proxies();
    let front = chains::nginx_that_appends(site.address());
    let admin = site
        .administrator(&caller(site.address(), "127.0.0.1"))
        .await;
    for n in 0..30 {
        let through = claiming(&caller(front.address, "127.0.0.2"), n);
        assert_eq!(seen(&through, &admin).await, "127.0.0.1", "{:?}", claims(n));
        let direct = claiming(&caller(site.address(), "127.0.0.4"), n);
        assert_eq!(seen(&direct, &admin).await, "127.0.0.4", "{:?}", claims(n));
    }
    let claimed = caller(site.address(), "127.0.0.4")
        .with("x-forwarded-for", "127.0.0.1")
        .with("x-forwarded-proto", "https")
        .with("x-forwarded-uri", "/health");
    claimed
        .get("/api/v1/admin/users")
        .await
        .is_problem(401, "unauthenticated");
}

/// IP-3: who connects past the proxy is believed nothing, whichever way the server is told to believe it.
#[tokio::test]
async fn past_the_proxy_no_header_counts() {
    let mut tried: Vec<&[(&str, &str)]> = Vec::new();
    for Chain { variables, .. } in CHAINS {
        if tried.contains(variables) {
            continue;
        }
        tried.push(variables);
        let site = Site::start(variables);
        let direct = caller(site.address(), "127.0.0.4");
        if variables.contains(&("PROXY_PROTOCOL", "required")) {
            let request = format!("GET /health HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
            assert_eq!(direct.raw(request).await, "");
            continue;
        }
        let admin = site.administrator(&direct).await;
        for n in 0..16 {
            let found = seen(&claiming(&direct, n), &admin).await;
            assert_eq!(found, "127.0.0.4", "{variables:?}: {:?}", claims(n));
        }
    }
    assert_eq!(tried.len(), 4);
}

/// IP-16: a header of the PROXY protocol counts from the proxy alone, in both versions; of anybody else it ends
/// the connection before there is a request.
#[tokio::test]
async fn a_stranger_cannot_speak_proxy_protocol() {
    const VERSION_1: &[u8] = b"PROXY TCP4 198.51.100.7 127.0.0.1 4000 80\r\n";
    const VERSION_2: &[u8] =
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc6\x33\x64\x07\x7f\0\0\x01\x0f\xa0\0\x50";
    let request = format!("GET /health HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n\r\n");
    for mode in ["required", "optional"] {
        let site = Site::start(&[("PROXY_PROTOCOL", mode)]);
        for header in [VERSION_1, VERSION_2] {
            let bytes = [header, request.as_bytes()].concat();
            let stranger = caller(site.address(), "127.0.0.4").raw(&bytes).await;
            assert!(!stranger.contains(" 200 "), "{mode}: {stranger}");
            let proxy = caller(site.address(), "127.0.0.1").raw(&bytes).await;
            assert!(proxy.starts_with("HTTP/1.1 200"), "{mode}: {proxy}");
        }
        // What was refused is there too, as a stranger's own.
        let read = || {
            let mut requests = site.requests();
            let refused = ("other unmatched".to_owned(), "127.0.0.4".to_owned());
            requests.retain(|one| *one != refused);
            requests
        };
        wait_for("the log", Duration::from_secs(10), || read().len() >= 2);
        let named = ("GET /health".to_owned(), "198.51.100.7".to_owned());
        assert_eq!(read(), [named.clone(), named], "{mode}");
    }
}

/// B07, RL-6: a subscriber with a /64 is one caller, also behind a proxy that names each address.
#[tokio::test]
async fn b07_the_addresses_of_one_64_share_a_limit() {
    let site = Site::start(&[]);
    let front = chains::nginx_that_appends(site.address());
    let from = |source: String| caller(front.address, "127.0.0.2").with("x-test-source", source);
    let admin = site.administrator(&from("192.0.2.5".to_owned())).await;
    let found = seen(&from("2001:db8:1:2::9".to_owned()), &admin).await;
    assert_eq!(found, "2001:db8:1:2::9");
    let mut admitted = 0;
    for n in 1..=100 {
        let subscriber = from(format!("2001:db8:1:2::{n:x}"));
        let answer = guess(&subscriber, &format!("subscriber{n}")).await;
        admitted += u32::from(answer.status == 401);
    }
    assert!((1..=30).contains(&admitted), "{admitted} guesses");
    guess(&from("2001:db8:1:3::1".to_owned()), "neighbour")
        .await
        .is(401);
}
