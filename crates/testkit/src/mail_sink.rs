//! A mail relay that keeps what it is given, and fails when it is told to.

#![expect(
    clippy::missing_panics_doc,
    reason = "a harness fails by panicking, with the reason in the message"
)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Mail is waited for so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// An SMTP server on a port of its own, without TLS. It ends with its value.
#[derive(Debug)]
pub struct MailSink {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    orders: Mutex<Orders>,
    received: watch::Sender<Vec<Received>>,
    /// Recipients that were named, whatever the answer was.
    tried: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Orders {
    fail: usize,
    refuse: BTreeSet<String>,
    refuse_logins: bool,
    stall: bool,
    logins: Vec<String>,
}

/// A message that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Head and body, with LF at the ends of lines.
    pub text: String,
}

impl MailSink {
    /// On a free port.
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address")).await
    }

    /// On this one.
    pub async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address)
            .await
            .expect("a port to listen on");
        let address = listener.local_addr().expect("a bound listener");
        let state = Arc::new(State::default());
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                // A client that goes away in the middle is no concern of ours.
                tokio::spawn(async move { converse(stream, &state).await.ok() });
            }
        });
        Self {
            address,
            state,
            task,
        }
    }

    /// For `SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Answers the next recipients with 451, so many.
    pub fn fail_next(&self, count: usize) {
        self.orders().fail = count;
    }

    /// Answers this recipient with 550, which names it.
    pub fn refuse(&self, address: &str) {
        self.orders().refuse.insert(address.to_owned());
    }

    /// Answers logins with 535, or no longer.
    pub fn refuse_logins(&self, refuse: bool) {
        self.orders().refuse_logins = refuse;
    }

    /// Doesn't answer to recipients, or does again to new ones.
    pub fn stall(&self, stall: bool) {
        self.orders().stall = stall;
    }

    /// The logins, decoded: user and password with a NUL before each.
    pub fn logins(&self) -> Vec<String> {
        self.orders().logins.clone()
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.borrow().clone()
    }

    /// Waits until so many came, and gives them.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let mut came = self.state.received.subscribe();
        let enough = came.wait_for(|all| all.len() >= count);
        let enough = tokio::time::timeout(PATIENCE, enough).await;
        let came = enough.unwrap_or_else(|_| panic!("{count} messages, not {:?}", self.received()));
        came.expect("the sink lives").clone()
    }

    /// Waits until so many recipients were named, taken or not.
    pub async fn wait_for_tries(&self, count: usize) {
        let mut tried = self.state.tried.subscribe();
        let enough = tokio::time::timeout(PATIENCE, tried.wait_for(|tried| *tried >= count)).await;
        assert!(enough.is_ok(), "fewer than {count} tries");
    }

    fn orders(&self) -> std::sync::MutexGuard<'_, Orders> {
        self.state.orders.lock().expect("no test panics with it")
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What to say to a command, beside what is kept.
enum Reply {
    Say(String),
    Silence,
}

impl State {
    fn recipient(&self, address: &str) -> Reply {
        let mut orders = self.orders.lock().expect("no test panics with it");
        self.tried.send_modify(|tried| *tried += 1);
        if orders.stall {
            Reply::Silence
        } else if orders.refuse.contains(address) {
            Reply::Say(format!("550 5.1.1 <{address}>: there is no such user"))
        } else if orders.fail > 0 {
            orders.fail -= 1;
            Reply::Say(format!("451 4.2.1 <{address}>: try again later"))
        } else {
            Reply::Say("250 2.1.5 fine".to_owned())
        }
    }

    fn login(&self, words: &str) -> Reply {
        let mut orders = self.orders.lock().expect("no test panics with it");
        if orders.refuse_logins {
            return Reply::Say("535 5.7.8 wrong".to_owned());
        }
        orders.logins.push(words.to_owned());
        Reply::Say("235 2.7.0 welcome".to_owned())
    }
}

async fn converse(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink.example ESMTP\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if (&mut stream).take(4096).read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let reply = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => Reply::Say("250-sink.example\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned()),
            "AUTH" => state.login(line.rsplit(' ').next().unwrap_or_default()),
            "MAIL" => {
                from = path(line);
                Reply::Say("250 2.1.0 fine".to_owned())
            }
            "RCPT" => {
                to.push(path(line));
                state.recipient(&path(line))
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let text = data(&mut stream).await?;
                let (from, to) = (std::mem::take(&mut from), std::mem::take(&mut to));
                let message = Received { from, to, text };
                state.received.send_modify(|all| all.push(message));
                Reply::Say("250 2.0.0 taken".to_owned())
            }
            "RSET" | "NOOP" => Reply::Say("250 2.0.0 fine".to_owned()),
            "QUIT" => return stream.write_all(b"221 2.0.0 bye\r\n").await,
            _ => Reply::Say("502 5.5.1 not here".to_owned()),
        };
        match reply {
            Reply::Say(text) => stream.write_all(format!("{text}\r\n").as_bytes()).await?,
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// What is between `<` and `>`.
fn path(line: &str) -> String {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(path, _)| path.to_owned())
}

/// Up to the dot on a line of its own (RFC 5321, section 4.5.2).
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        assert!(line.ends_with("\r\n") && line.len() <= 1000, "{line:?}");
        let line = line.trim_end_matches("\r\n");
        if line == "." {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(line));
        text.push('\n');
    }
}

impl Received {
    /// The messages of an outbox, the oldest first.
    pub fn outbox(data_dir: &Path) -> Vec<Self> {
        let entries = std::fs::read_dir(data_dir.join("outbox"));
        let mut paths: Vec<_> = entries
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .filter(|path| {
                !path
                    .file_name()
                    .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
            })
            .collect();
        paths.sort();
        let read = |path: &std::path::PathBuf| {
            let text = std::fs::read_to_string(path).expect("a message of text");
            let mut message = Self {
                from: String::new(),
                to: Vec::new(),
                text: text.replace("\r\n", "\n"),
            };
            message.from = message.header("From").unwrap_or_default();
            message.to = message.header("To").into_iter().collect();
            message
        };
        paths.iter().map(read).collect()
    }

    /// A header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.text.split_once("\n\n")?;
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }

    /// The body as it was written.
    pub fn body(&self) -> String {
        let (_, body) = self.text.split_once("\n\n").unwrap_or_default();
        match self.header("Content-Transfer-Encoding").as_deref() {
            Some("quoted-printable") => unquoted(body),
            _ => body.to_owned(),
        }
    }

    /// The token of the link in it, as it stands after `#token=`.
    pub fn token(&self) -> Option<String> {
        let body = self.body();
        let (_, rest) = body.split_once("#token=")?;
        rest.split_whitespace().next().map(ToOwned::to_owned)
    }
}

/// RFC 2045, section 6.7.
fn unquoted(body: &str) -> String {
    let body = body.replace("=\n", "");
    let mut parts = body.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}
