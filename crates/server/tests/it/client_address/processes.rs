//! The program itself: its log and its start.

use super::*;
use crate::server::{BINARY, Server};
use std::process::Command;

/// B03, IP-15: what the log names is who the proxy saw; three hundred inventions are in no line of it, and
/// neither is the text of a header that nobody asked for.
#[test]
fn b03_the_log_names_the_client() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(data.path(), &[("TRUSTED_PROXIES", "127.0.0.1")]);
    let body =
        json!({"email": "victim@example.com", "password": "wrong", "delivery": "body"}).to_string();
    for n in 0..300 {
        let value = format!("192.0.2.{}, canary{n}, 198.51.100.7", n % 250);
        let head = [("content-type", "application/json"), (XFF, value.as_str())];
        let status = server
            .exchange("POST", "/api/auth/login", &head, &body)
            .status;
        assert!(status == 401 || status == 429, "{status}");
    }
    let head = [
        ("content-type", "application/json"),
        (XFF, "canary\u{1b}[31m"),
    ];
    server.exchange("POST", "/api/auth/login", &head, &body);
    let log = server.log();
    let lines: Vec<Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let named: Vec<_> = lines
        .iter()
        .filter_map(|line| line["client"].as_str())
        .collect();
    assert!(named.len() >= 5, "{log}");
    let seen = ["198.51.100.7", "127.0.0.1"];
    assert!(
        named.iter().all(|client| seen.contains(client)),
        "{named:?}"
    );
    assert!(
        !log.contains("canary") && !log.contains("192.0.2."),
        "{log}"
    );
    drop(server);
    let data = tempfile::tempdir().unwrap();
    let stranger = Server::start(data.path());
    for n in 0..20 {
        let value = format!("canary{n}");
        stranger.exchange("GET", "/health", &[(XFF, &value)], "");
    }
    let log = stranger.log();
    assert_eq!(
        log.matches("a forwarding header was ignored").count(),
        1,
        "{log}"
    );
    assert!(
        log.contains("TRUSTED_PROXIES=127.0.0.1") && !log.contains("canary"),
        "{log}"
    );
}

/// IP-14: who trusts everybody, or nobody in production, doesn't start.
#[test]
fn what_trusts_everybody_does_not_start() {
    let data = tempfile::tempdir().unwrap();
    for (environment, trusted) in [
        ("production", "0.0.0.0/0"),
        ("production", "::/0"),
        ("production", "10.0.0.0/33"),
        ("production", ""),
        ("development", "0.0.0.0/0"),
    ] {
        let output = Command::new(BINARY)
            .arg("serve")
            .env_clear()
            .env("ENVIRONMENT", environment)
            .env("DATA_DIR", data.path())
            .env("TRUSTED_PROXIES", trusted)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(78), "{environment} {trusted}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("TRUSTED_PROXIES"), "{text}");
    }
}
