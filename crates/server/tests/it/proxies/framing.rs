//! Two programs must not see two different requests in the same bytes.

use super::*;
use crate::proxies::chains;

/// What would be the second request, if a proxy and the server disagreed where the first one ends.
const HIDDEN: &str = "GET /openapi.json HTTP/1.1\r\nhost: music.example.com\r\n\r\n";

/// The heads and bodies of RFC 9112 6.3 and of known smuggling, with the hidden request as body or behind it.
fn shapes() -> Vec<(&'static str, String)> {
    let post = |head: &str, body: &str| {
        format!(
            "POST /api/auth/login HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\nconnection: close\r\n{head}\r\n\r\n{body}"
        )
    };
    let length = HIDDEN.len();
    let ended = format!("0\r\n\r\n{HIDDEN}");
    let both = format!(
        "content-length: {}\r\ntransfer-encoding: chunked",
        ended.len()
    );
    vec![
        ("length and chunks", post(&both, &ended)),
        (
            "chunks and length",
            post(
                &format!(
                    "transfer-encoding: chunked\r\ncontent-length: {}",
                    ended.len()
                ),
                &ended,
            ),
        ),
        (
            "two lengths",
            post(
                &format!("content-length: 0\r\ncontent-length: {length}"),
                HIDDEN,
            ),
        ),
        (
            "a list of lengths",
            post(&format!("content-length: 0, {length}"), HIDDEN),
        ),
        (
            "a signed length",
            post(&format!("content-length: +{length}"), HIDDEN),
        ),
        (
            "a hexadecimal length",
            post(&format!("content-length: {length:#x}"), HIDDEN),
        ),
        (
            "another coding",
            post("transfer-encoding: xchunked", &ended),
        ),
        (
            "chunked not last",
            post("transfer-encoding: chunked, identity", &ended),
        ),
        (
            "a coding twice",
            post(
                "transfer-encoding: chunked\r\ntransfer-encoding: cow",
                &ended,
            ),
        ),
        (
            "a tab before it",
            post("transfer-encoding:\tchunked\x0b", &ended),
        ),
        (
            "space before colon",
            post(
                &format!("content-length : {length}\r\ncontent-length: 0"),
                HIDDEN,
            ),
        ),
        (
            "a folded line",
            post("x: y\r\n transfer-encoding: chunked", &ended),
        ),
        (
            "a bare CR",
            post(
                &format!("x: y\rcontent-length: {length}\r\ncontent-length: 0"),
                HIDDEN,
            ),
        ),
        (
            "a bad chunk",
            post(
                "transfer-encoding: chunked",
                &format!("0x0\r\n\r\n{HIDDEN}"),
            ),
        ),
        (
            "chunk with LF",
            post(
                "transfer-encoding: chunked",
                &format!("1\nZ\n0\n\n{HIDDEN}"),
            ),
        ),
        (
            "chunks in HTTP/1.0",
            format!(
                "POST /api/auth/login HTTP/1.0\r\nhost: {HOST}\r\ntransfer-encoding: chunked\r\n\r\n{ended}"
            ),
        ),
        (
            "a body on GET",
            format!(
                "GET /health HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{HIDDEN}"
            ),
        ),
    ]
}

/// B129, HTTP-1 to HTTP-4: through nginx and HAProxy, which keep their connections to the server, no shape hides a
/// request and none spoils the next caller's answer. A proxy may read a shape as two requests and pass both
/// on as such; what must not be is that the server sees more of them than the proxy answered.
#[tokio::test]
async fn b129_no_request_hides_in_another() {
    let site = Site::start(&[]);
    let fronts = [
        (
            "nginx",
            chains::nginx_that_keeps_connections(site.address()),
        ),
        ("HAProxy", chains::haproxy_that_appends(site.address())),
    ];
    let mut openly = 0;
    for (name, front) in &fronts {
        let (attacker, victim) = (
            caller(front.address, "127.0.0.2"),
            caller(front.address, "127.0.0.3"),
        );
        for (what, bytes) in shapes() {
            let answer = attacker.raw(&bytes).await;
            openly += answer.matches("\"openapi\":").count();
            for _ in 0..3 {
                let next = victim.get("/health/live").await;
                assert_eq!(next.json(), json!({"status": "ok"}), "{name}, {what}");
            }
        }
    }
    let seen = site.requests();
    let hidden = seen
        .iter()
        .filter(|(request, _)| request == "GET /openapi.json")
        .count();
    assert_eq!(hidden, openly, "{seen:?}");
}

/// The same shapes at the server's own port: refused and the connection closed, so that no proxy's mistake
/// becomes ours.
#[tokio::test]
async fn b129_ambiguous_framing_is_refused_and_closed() {
    let site = Site::start(&[]);
    let direct = caller(site.address(), "127.0.0.2");
    for (what, bytes) in shapes() {
        let answer = direct.raw(&bytes).await;
        assert!(!answer.contains("\"openapi\":"), "{what}: {answer}");
        if what != "a body on GET" {
            assert!(!answer.contains("HTTP/1.1 2"), "{what}: {answer}");
        }
    }
}
