//! Many connections at once: caps, memory, and that the others are served.

use musicgen_testkit::{Served, TestApp};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const HEALTH: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";

async fn connect(served: &Served, from: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind((Ipv4Addr::new(127, 0, 0, from), 0).into())
        .unwrap();
    socket.connect(served.address()).await.unwrap()
}

/// Whether a request on it is answered.
async fn is_served(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 12];
    stream.write_all(HEALTH.as_bytes()).await.is_ok()
        && stream.read_exact(&mut answer).await.is_ok()
        && &answer == b"HTTP/1.1 200"
}

/// HTTP-14: below, at and above both caps; a place that comes back is given again.
#[tokio::test(flavor = "multi_thread")]
async fn connections_are_capped_in_all_and_for_one_address() {
    let served = TestApp::start().await.serve_with(|options| {
        (options.limits.connections, options.limits.per_network) = (7, 3);
    });
    let mut kept = Vec::new();
    for from in [1, 1, 1, 2, 2, 2] {
        let mut stream = connect(&served, from).await;
        assert!(is_served(&mut stream).await, "from 127.0.0.{from}");
        kept.push(stream);
    }
    for from in [1, 2] {
        assert!(
            !is_served(&mut connect(&served, from).await).await,
            "one too many of {from}"
        );
    }
    let mut last = connect(&served, 3).await;
    assert!(is_served(&mut last).await, "the last place");
    assert!(
        !is_served(&mut connect(&served, 4).await).await,
        "one too many"
    );
    drop(kept.pop());
    // The place is free when the server has seen the end.
    let mut again = false;
    for _ in 0..100 {
        again = is_served(&mut connect(&served, 4).await).await;
        if again {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(again, "a place came back");
    for stream in &mut kept {
        // What is left of the first answer comes first.
        let mut rest = [0; 4096];
        let _ = stream.read(&mut rest).await.unwrap();
        assert!(is_served(stream).await, "who was let in is served on");
    }
}

/// Resident memory of this process, which is the server too, in kB.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// HTTP-6, HTTP-14: a thousand connections that idle, send half a head or half a body cost little
/// memory, and others are answered meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_connections_keep_nobody_else_out() {
    let served = TestApp::start().await.serve_with(|options| {
        (options.limits.connections, options.limits.per_network) = (1_200, 1_100);
    });
    assert!(is_served(&mut connect(&served, 2).await).await);
    let before = resident();
    let begun = [
        String::new(),
        "GET /health HTTP/1.1\r\nhost: loc".to_owned(),
        format!("GET /health?{} HTTP/1.1\r\nx-a: {}", "x".repeat(4_000), "x".repeat(12_000)),
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{".to_owned(),
    ];
    let mut kept = Vec::new();
    for number in 0..1_000 {
        let mut stream = connect(&served, 1).await;
        stream
            .write_all(begun[number % begun.len()].as_bytes())
            .await
            .unwrap();
        kept.push(stream);
    }
    for _ in 0..20 {
        assert!(is_served(&mut connect(&served, 2).await).await);
    }
    let used = resident() - before;
    assert!(
        used < 60_000,
        "{used} kB for a thousand connections of both sides"
    );
}

/// HTTP-14: at the stop, idle connections end at once, what is under way is finished, and what never ends
/// is cut off after the grace.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_what_is_under_way() {
    let served = TestApp::start().await.serve_with(|options| {
        options.limits.grace = Duration::from_secs(2);
    });
    let address = served.address();
    let mut idle = connect(&served, 1).await;
    assert!(is_served(&mut idle).await);
    let mut begun = connect(&served, 1).await;
    let body = "{\"email\": \"a@example.com\", \"password\": \"b\"}";
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    begun.write_all(head.as_bytes()).await.unwrap();
    let mut never = connect(&served, 1).await;
    never.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let stopping = tokio::spawn(served.stop());
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(1), idle.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "an idle connection ends at once");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody is let in"
    );
    begun.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    stopping.await.unwrap();
}
