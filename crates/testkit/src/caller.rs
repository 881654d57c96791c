//! A client with an address of its own, on a real socket.

use crate::Answer;
use axum::body::Body;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Nothing is waited for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls a server from an address of the loopback network, all of which this machine has: 127.0.0.2 is
/// another client than 127.0.0.3, and neither is the proxy. Each request has a connection of its own.
#[derive(Debug, Clone)]
pub struct Caller {
    server: SocketAddr,
    address: IpAddr,
    headers: Vec<(String, String)>,
}

impl Caller {
    /// Somebody at `address` (127.0.0.0/8 for a server on IPv4).
    ///
    /// # Panics
    ///
    /// When that is no address.
    pub fn new(server: SocketAddr, address: &str) -> Self {
        Self {
            server,
            address: address.parse().expect("an address"),
            headers: Vec::new(),
        }
    }

    /// The same, with one more header line; it replaces none.
    #[must_use]
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name.to_owned(), value.into()));
        caller
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// Whatever is asked. The path goes out as it is written.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().expect("a header's name");
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
            request = request.header(name, value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request.body(body).expect("a request");
        let exchanged = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        let answered = exchanged.unwrap_or_else(|_| panic!("{method} {path}: no answer in time"));
        answered.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    async fn exchange(&self, request: Request<Body>) -> hyper::Result<Answer> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(self.connect().await)).await?;
        let driver = tokio::spawn(connection);
        let response: Response<Incoming> = sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        driver.abort();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    /// Sends these bytes and reads until the server closes, which it must do in time.
    ///
    /// # Panics
    ///
    /// When it doesn't.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        // Who refuses may close before the last byte; a reset takes nothing from the answer.
        let _ = stream.write_all(bytes.as_ref()).await;
        let mut answer = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "it did not close");
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn connect(&self) -> TcpStream {
        let socket = if self.address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        };
        let socket = socket.expect("a socket");
        let bound = socket.bind(SocketAddr::new(self.address, 0));
        bound.expect("an address of this machine");
        let connected = socket.connect(self.server).await;
        connected.unwrap_or_else(|error| panic!("{}: {error}", self.server))
    }
}
