//! The binary as a child process.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_musicgen");
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts on a free port and waits until it says where it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with these variables.
    pub(crate) fn start_with(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(BINARY)
            .arg("serve")
            .env_clear()
            .env("DATA_DIR", data)
            .env("BIND", "127.0.0.1:0")
            .env("LOG_FORMAT", "json")
            .envs(musicgen_testkit::generous_rates())
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let log = Arc::new(Mutex::new(Vec::new()));
        let address = loop {
            let line = lines.next().expect("the server says where it listens");
            let entry: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
            log.lock().unwrap().push(line);
            if let Some(address) = entry["listening"].as_str() {
                break address.to_owned();
            }
        };
        // Whatever else it says must not fill the pipe.
        let keep = log.clone();
        std::thread::spawn(move || lines.for_each(|line| keep.lock().unwrap().push(line)));
        Self {
            child,
            address,
            log,
        }
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    pub(crate) fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("content-type", "application/json")];
        if !token.is_empty() {
            headers.push(("authorization", &authorization));
        }
        let answer = self.exchange(method, path, &headers, &body);
        (answer.status, answer.json())
    }

    /// One request on a connection of its own.
    pub(crate) fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Exchanged {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let lines: String = lines.collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{lines}\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Exchanged {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn sign_in(&self, register: bool) -> String {
        if register {
            let body =
                json!({"email": "clara@example.com", "username": "Clara", "password": PASSWORD});
            assert_eq!(self.call("POST", "/api/auth/register", "", &body).0, 201);
        }
        let body = json!({"email": "clara@example.com", "password": PASSWORD, "delivery": "body"});
        let (status, pair) = self.call("POST", "/api/auth/login", "", &body);
        assert_eq!(status, 200);
        pair["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn status(&self, token: &str, id: &str) -> String {
        let (code, task) = self.call(
            "GET",
            &format!("/api/v1/generate/{id}"),
            token,
            &Value::Null,
        );
        assert_eq!(code, 200, "{task}");
        task["status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What the server answered.
pub(crate) struct Exchanged {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Exchanged {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The cookies that it sets, as a `Cookie` header would send them back.
    pub(crate) fn cookies(&self) -> String {
        let lines = self.head.lines();
        let lines = lines.filter_map(|line| line.strip_prefix("set-cookie: "));
        let pairs: Vec<_> = lines.filter_map(|line| line.split(';').next()).collect();
        pairs.join("; ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn wait_for(what: &str, limit: Duration, mut done: impl FnMut() -> bool) {
    #[expect(
        clippy::disallowed_methods,
        reason = "a bound on a wait for another process"
    )]
    let started = Instant::now();
    while !done() {
        assert!(
            started.elapsed() < limit,
            "{what} took longer than {limit:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
