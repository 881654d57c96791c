//! The binary behind real proxies: nginx, HAProxy, Apache and Varnish as Debian brings them, alone and in a row.
//!
//! Clients call from addresses of the loopback network that aren't the proxy's (127.0.0.1), so what the
//! server believes is seen in what it answers, limits and logs.

mod caches;
mod chains;
mod claims;
mod framing;
mod paths;
mod schemes;

use crate::server::{BINARY, Server};
use musicgen_testkit::{Answer, Caller, PASSWORD};
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const HOST: &str = "music.example.com";

/// Everything that production asks for.
const PRODUCTION: [(&str, &str); 7] = [
    ("ENVIRONMENT", "production"),
    ("PUBLIC_URL", "https://music.example.com"),
    ("JWT_SECRET_KEY", "tG5p0Zq2mXv8Lr4Wc7Ys1Nb6Kd9Hf3Ja-jwt"),
    (
        "SESSION_SECRET_KEY",
        "Qe8Ru1Ti6Yo3Pa9Sd4Fg7Hj2Kl5Zx0Cv-session",
    ),
    ("CSRF_SECRET_KEY", "Bn4Mw7Lk2Jh9Gf1Ds6Ap3Oi8Uy5Tr0Eq-csrf"),
    ("TRUSTED_PROXIES", "127.0.0.1/32"),
    ("LOG_LEVEL", "info,musicgen=debug,musicgen_security=debug"),
];

/// A server in production, with a folder that lasts as long and an administrator.
struct Site {
    server: Server,
    _data: TempDir,
}

impl Site {
    /// In production, behind whoever is at 127.0.0.1.
    fn start(variables: &[(&str, &str)]) -> Self {
        Self::with(&[&PRODUCTION[..], variables].concat())
    }

    /// In development, behind nobody.
    fn without_proxies() -> Self {
        Self::with(&[("ALLOWED_HOSTS", HOST)])
    }

    fn with(variables: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut made = Command::new(BINARY)
            .args([
                "user",
                "create",
                "--email",
                "ada@example.com",
                "--username",
                "Ada",
            ])
            .args(["--role", "admin", "--password-stdin"])
            .env_clear()
            .env("DATA_DIR", data.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        made.stdin
            .take()
            .unwrap()
            .write_all(PASSWORD.as_bytes())
            .unwrap();
        assert!(made.wait().unwrap().success(), "no administrator");
        let server = Server::start_with(data.path(), variables);
        Self {
            server,
            _data: data,
        }
    }

    /// The administrator's token, got by this caller.
    async fn administrator(&self, caller: &Caller) -> String {
        token(caller, "ada@example.com").await
    }

    fn address(&self) -> SocketAddr {
        self.server.address.parse().unwrap()
    }

    /// What has been logged of requests: method and route, with the client's address.
    fn requests(&self) -> Vec<(String, String)> {
        let log = self.server.log();
        let entries = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let requests = entries.filter(|entry: &Value| entry["message"] == "request");
        requests
            .map(|entry| {
                let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
                (
                    format!("{} {}", text("method"), text("route")),
                    text("client"),
                )
            })
            .collect()
    }
}

/// Somebody at this address who asks `server` for the site.
fn caller(server: SocketAddr, address: &str) -> Caller {
    Caller::new(server, address).with("host", HOST)
}

/// A sign-in that can't succeed, for an account that nobody else tries.
async fn guess(caller: &Caller, name: &str) -> Answer {
    let body =
        json!({"email": format!("{name}@example.com"), "password": "not the right password"});
    caller.post("/api/auth/login", body).await
}

/// What the server takes for the caller's address, asked with an administrator's token.
async fn seen(caller: &Caller, token: &str) -> String {
    let caller = caller.with("authorization", format!("Bearer {token}"));
    let answer = caller.get("/api/v1/admin/whoami-network").await;
    answer.is(200);
    answer.json()["client"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Makes an account of this name and signs in to it: an access token.
async fn sign_up(caller: &Caller, name: &str) -> String {
    let email = format!("{name}@example.com");
    let body = json!({"email": email, "username": name, "password": PASSWORD});
    caller.post("/api/auth/register", body).await.is(201);
    token(caller, &email).await
}

async fn token(caller: &Caller, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD, "delivery": "body"});
    let pair = caller.post("/api/auth/login", body).await;
    let pair = pair.is(200).json();
    pair["access_token"].as_str().unwrap().to_owned()
}
