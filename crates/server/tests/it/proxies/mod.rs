//! The binary behind real proxies: nginx, HAProxy and Varnish as Debian brings them, alone and in a row.
//!
//! Clients call from addresses of the loopback network that aren't the proxy's (127.0.0.1), so what the
//! server believes is seen in what it answers, limits and logs.

mod caches;
mod chains;
mod framing;
mod paths;

use crate::server::Server;
use musicgen_testkit::{Caller, PASSWORD};
use serde_json::{Value, json};
use std::net::SocketAddr;
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

/// A server in production, with a folder that lasts as long.
struct Site {
    server: Server,
    _data: TempDir,
}

impl Site {
    /// In production, behind whoever is at 127.0.0.1.
    fn start(variables: &[(&str, &str)]) -> Self {
        Self::with(&[&PRODUCTION[..], variables].concat())
    }

    fn with(variables: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let server = Server::start_with(data.path(), variables);
        Self {
            server,
            _data: data,
        }
    }

    fn address(&self) -> SocketAddr {
        self.server.address.parse().unwrap()
    }

    /// What has been logged of requests: method and route.
    fn requests(&self) -> Vec<String> {
        let log = self.server.log();
        let entries = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let requests = entries.filter(|entry: &Value| entry["message"] == "request");
        requests
            .map(|entry| {
                let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
                format!("{} {}", text("method"), text("route"))
            })
            .collect()
    }
}

/// Somebody at this address who asks `server` for the site.
fn caller(server: SocketAddr, address: &str) -> Caller {
    Caller::new(server, address).with("host", HOST)
}

/// Makes an account of this name and signs in to it: an access token.
async fn sign_up(caller: &Caller, name: &str) -> String {
    let mut body =
        json!({"email": format!("{name}@example.com"), "username": name, "password": PASSWORD});
    caller
        .post("/api/auth/register", body.clone())
        .await
        .is(201);
    body.as_object_mut().unwrap().remove("username");
    body["delivery"] = json!("body");
    let pair = caller.post("/api/auth/login", body).await;
    pair.is(200).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}
