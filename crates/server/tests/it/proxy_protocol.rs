//! The PROXY protocol on a socket. The tests connect from 127.0.0.1, which is the trusted proxy, and from
//! 127.0.0.2, which is anybody.

use musicgen::config::ProxyProtocol::{self, Off, Optional, Required};
use musicgen_security::client_ip::{ClientIpRules, ProxyHeader, TrustedProxies};
use musicgen_testkit::{Served, TestApp};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const PROXY: Ipv4Addr = Ipv4Addr::LOCALHOST;
const ANYBODY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const REQUEST: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const V1: &str = "PROXY TCP4 203.0.113.7 10.0.0.1 4242 80\r\n";

async fn served(mode: ProxyProtocol) -> Served {
    TestApp::start().await.serve_with(|options| {
        options.proxy_protocol = mode;
        let trusted = TrustedProxies::parse(["127.0.0.1"]).unwrap();
        options.rules = ClientIpRules::trusting(trusted, ProxyHeader::None);
        options.limits.proxy_header = Duration::from_millis(300);
        options.limits.per_network = 3;
    })
}

async fn connect(served: &Served, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(served.address()).await.unwrap()
}

/// The status of the answer, or 0 where there was none.
async fn status(served: &Served, from: Ipv4Addr, bytes: &[u8]) -> u16 {
    let mut stream = connect(served, from).await;
    // The other side may have closed already.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).map(str::parse);
    status.transpose().unwrap().unwrap_or_default()
}

fn v2(command: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [b"\r\n\r\n\0\r\nQUIT\n", &[command, 0x11][..], &length, rest].concat()
}

/// IP-16: who may send a header, who must, and what becomes of everybody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_counts_when_it_is_enabled_and_from_a_trusted_peer() {
    let address = [203, 0, 113, 7, 10, 0, 0, 1, 0x10, 0x92, 0, 80];
    let with_extension = [&address[..], &[0x04, 0, 2, 0, 0]].concat();
    let rows: [(&str, Vec<u8>); 14] = [
        ("none", vec![]),
        ("v1", V1.into()),
        ("v1, unknown", b"PROXY UNKNOWN\r\n".to_vec()),
        ("v2", v2(0x21, &address)),
        ("v2, local", v2(0x20, &[])),
        ("v2 with an extension", v2(0x21, &with_extension)),
        ("v1 twice", [V1, V1].concat().into()),
        ("v1 without an address", b"PROXY TCP4\r\n".to_vec()),
        (
            "v1 without an end",
            [b"PROXY TCP4 ", &[b'1'; 200][..]].concat(),
        ),
        ("v1 in lower case", V1.to_lowercase().into()),
        ("v2, another version", v2(0x31, &address)),
        ("v2, too short", v2(0x21, &address[..6])),
        ("v2, too large", v2(0x21, &[0; 8_000])),
        ("binary", vec![0x16, 3, 1, 0, 0]),
    ];
    // For each: off, optional and required from the proxy; optional from anybody. 0 is closed without a word.
    let expected = [
        [200, 200, 0, 200],
        [400, 200, 200, 400],
        [400, 200, 200, 400],
        [400, 200, 200, 400],
        [400, 200, 200, 400],
        [400, 200, 200, 400],
        [400, 400, 400, 400],
        [400, 0, 0, 400],
        [400, 0, 0, 400],
        [400, 400, 0, 400],
        [400, 0, 0, 400],
        [400, 0, 0, 400],
        [400, 0, 0, 400],
        [400, 400, 0, 400],
    ];
    let (off, optional, required) = (
        served(Off).await,
        served(Optional).await,
        served(Required).await,
    );
    for ((name, header), [by_none, by_some, by_all, by_anybody]) in rows.into_iter().zip(expected) {
        let bytes = [&header[..], REQUEST.as_bytes()].concat();
        assert_eq!(status(&off, PROXY, &bytes).await, by_none, "{name}, off");
        assert_eq!(
            status(&optional, PROXY, &bytes).await,
            by_some,
            "{name}, optional"
        );
        assert_eq!(
            status(&required, PROXY, &bytes).await,
            by_all,
            "{name}, required"
        );
        assert_eq!(
            status(&optional, ANYBODY, &bytes).await,
            by_anybody,
            "{name}, from anybody"
        );
        assert_eq!(
            status(&required, ANYBODY, &bytes).await,
            0,
            "{name}, from anybody, required"
        );
    }
}

/// IP-16: a header by single bytes is one, and one that doesn't end in time is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_comes_in_time() {
    let required = served(Required).await;
    let mut stream = connect(&required, PROXY).await;
    stream.set_nodelay(true).unwrap();
    for byte in V1.bytes() {
        stream.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    for begun in [&V1.as_bytes()[..20], b"\r\n\r\n\0\r\nQUIT\n", b""] {
        assert_eq!(status(&required, PROXY, begun).await, 0, "{begun:?}");
    }
}

/// HTTP-14: behind a proxy, connections are counted for the client that it names, never for itself.
#[tokio::test(flavor = "multi_thread")]
async fn clients_behind_a_proxy_are_counted_apart() {
    let served = served(Optional).await;
    let mut kept = Vec::new();
    for number in 0..12 {
        let mut stream = connect(&served, PROXY).await;
        let client = number / 3;
        let header = format!("PROXY TCP4 203.0.113.{client} 10.0.0.1 4242 80\r\n");
        let request = REQUEST.replace("connection: close\r\n", "");
        stream
            .write_all((header + &request).as_bytes())
            .await
            .unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200", "connection {number}");
        kept.push(stream);
    }
    let of_client = |client| format!("PROXY TCP4 203.0.113.{client} 10.0.0.1 4242 80\r\n{REQUEST}");
    assert_eq!(status(&served, PROXY, of_client(0).as_bytes()).await, 0);
    assert_eq!(status(&served, PROXY, of_client(9).as_bytes()).await, 200);
    assert_eq!(
        status(&served, PROXY, REQUEST.as_bytes()).await,
        200,
        "the proxy's own"
    );
}
