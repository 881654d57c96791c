//! The binary, killed and started again: what was over is over, what was good is good.

use super::server::{BINARY, Exchanged, PASSWORD, Server, wait_for};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const JSON: (&str, &str) = ("content-type", "application/json");

fn sign_in(server: &Server) -> Exchanged {
    let body = json!({"email": "clara@example.com", "password": PASSWORD}).to_string();
    let answer = server.exchange("POST", "/api/auth/login", &[JSON], &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// A browser's request: its cookies and its token.
fn send(server: &Server, signed_in: &Exchanged, method: &str, path: &str) -> u16 {
    let cookies = signed_in.cookies();
    let token = signed_in.json()["csrf_token"].as_str().unwrap().to_owned();
    let headers = [("cookie", &cookies[..]), ("x-csrf-token", &token)];
    server.exchange(method, path, &headers, "").status
}

fn register(server: &Server) {
    let body = json!({"email": "clara@example.com", "username": "Clara", "password": PASSWORD});
    assert_eq!(server.call("POST", "/api/auth/register", "", &body).0, 201);
}

fn pair(server: &Server) -> (String, Value) {
    let body = json!({"email": "clara@example.com", "password": PASSWORD, "delivery": "body"});
    let (status, pair) = server.call("POST", "/api/auth/login", "", &body);
    assert_eq!(status, 200);
    let access = pair["access_token"].as_str().unwrap().to_owned();
    (access, json!({"refresh_token": pair["refresh_token"]}))
}

/// REV-1, REV-4, SES-6, B11: a kill right after a sign-out revives no credential, and takes none
/// from anybody else.
#[test]
fn a_kill_revives_nothing() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    register(&server);
    let (out, stays) = (sign_in(&server), sign_in(&server));
    let (access, refresh) = pair(&server);
    let (other_access, other_refresh) = pair(&server);
    assert_eq!(send(&server, &out, "POST", "/api/auth/logout"), 204);
    let null = Value::Null;
    assert_eq!(
        server.call("POST", "/api/auth/logout", &access, &null).0,
        204
    );
    let check = |server: &Server| {
        assert_eq!(send(server, &out, "GET", "/api/auth/me"), 401);
        assert_eq!(server.call("GET", "/api/auth/me", &access, &null).0, 401);
        assert_eq!(send(server, &stays, "GET", "/api/auth/me"), 200);
        assert_eq!(
            server.call("GET", "/api/auth/me", &other_access, &null).0,
            200
        );
    };
    check(&server);
    server.kill();
    let server = Server::start(data.path());
    check(&server);
    assert_eq!(send(&server, &out, "POST", "/api/auth/refresh"), 401);
    assert_eq!(
        server.call("POST", "/api/auth/refresh", "", &refresh).0,
        401
    );
    assert_eq!(send(&server, &stays, "POST", "/api/auth/refresh"), 200);
    assert_eq!(
        server
            .call("POST", "/api/auth/refresh", "", &other_refresh)
            .0,
        200
    );
}

fn set_password(data: &Path, password: &str) {
    let mut child = Command::new(BINARY)
        .args([
            "user",
            "set-password",
            "clara@example.com",
            "--password-stdin",
        ])
        .env_clear()
        .env("DATA_DIR", data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{password}").unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

/// SES-10, REF-12, B14: a password that the command line sets ends every session of a running
/// server within two seconds, and after a kill they are still over.
#[test]
fn a_new_password_ends_every_session() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    register(&server);
    let browser = sign_in(&server);
    let (access, refresh) = pair(&server);
    let new = "another long password of clara";
    set_password(data.path(), new);
    let null = Value::Null;
    wait_for("the end", Duration::from_secs(2), || {
        server.call("GET", "/api/auth/me", &access, &null).0 == 401
    });
    assert_eq!(send(&server, &browser, "GET", "/api/auth/me"), 401);
    server.kill();
    let server = Server::start(data.path());
    assert_eq!(server.call("GET", "/api/auth/me", &access, &null).0, 401);
    assert_eq!(send(&server, &browser, "GET", "/api/auth/me"), 401);
    assert_eq!(send(&server, &browser, "POST", "/api/auth/refresh"), 401);
    assert_eq!(
        server.call("POST", "/api/auth/refresh", "", &refresh).0,
        401
    );
    let sign_in = |password: &str| {
        let body = json!({"email": "clara@example.com", "password": password});
        server.call("POST", "/api/auth/login", "", &body).0
    };
    assert_eq!((sign_in(PASSWORD), sign_in(new)), (401, 200));
}
