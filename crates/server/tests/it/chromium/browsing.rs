//! A browser that opens a page, and the server of that page.

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use serde_json::Value;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Asks for one after the other and says what of it could be read.
const SCRIPT: &str = "
async function ask({url, init, token_of}) {
  try {
    if (token_of) {
      const answer = await fetch(token_of, {credentials: 'include'});
      const {csrf_token} = await answer.json();
      init.headers = {...init.headers, 'x-csrf-token': csrf_token};
    }
    const answer = await fetch(url, init);
    const body = await answer.text();
    return {status: answer.status, body, headers: Object.fromEntries(answer.headers)};
  } catch (error) {
    return {status: 0, error: String(error)};
  }
}
(async () => {
  const read = [];
  for (const one of ASKED) read.push(await ask(one));
  await fetch('/read', {method: 'POST', mode: 'no-cors', body: JSON.stringify(read)});
})();
";

/// What the pages ask, and what they could read.
#[derive(Debug, Default)]
struct Board {
    asked: Mutex<String>,
    read: Mutex<Option<String>>,
    written: Notify,
}

/// A server of pages, the same under each name.
pub(crate) struct Pages {
    port: u16,
    board: Arc<Board>,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Pages {
    pub(crate) async fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let board = Arc::<Board>::default();
        let router = Router::new()
            .route("/", get(page))
            .route("/sandboxed", get(sandboxed))
            .route("/read", post(read))
            .with_state(board.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            port,
            board,
            serving,
        }
    }

    /// The pages' origin under a name.
    pub(crate) fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn page(State(board): State<Arc<Board>>) -> Html<String> {
    let asked = board.asked.lock().unwrap();
    Html(format!(
        "<!doctype html><script>const ASKED = {asked};{SCRIPT}</script>"
    ))
}

/// As in a frame with `sandbox`: the page's origin is `null`.
async fn sandboxed(board: State<Arc<Board>>) -> ([(&'static str, &'static str); 1], Html<String>) {
    let policy = ("content-security-policy", "sandbox allow-scripts");
    ([policy], page(board).await)
}

async fn read(State(board): State<Arc<Board>>, body: String) {
    *board.read.lock().unwrap() = Some(body);
    board.written.notify_one();
}

/// What a page could read of one answer.
#[derive(Debug)]
pub(crate) struct Read(Value);

impl Read {
    /// 0 when the browser kept the answer from it.
    pub(crate) fn status(&self) -> u64 {
        self.0["status"].as_u64().unwrap()
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(self.0["body"].as_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0["headers"][name].as_str()
    }
}

/// A browser of its own; it ends with the test.
struct Chromium {
    child: Child,
    _profile: tempfile::TempDir,
}

impl Chromium {
    fn open(url: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let child = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--host-resolver-rules=MAP *.test 127.0.0.1, MAP localhost 127.0.0.1",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{error}: chromium is needed; scripts/require chromium:chromium installs it")
            });
        Self {
            child,
            _profile: profile,
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens a page under a name, lets its script ask, and says what it could read.
pub(crate) async fn visit(pages: &Pages, host: &str, path: &str, asked: &Value) -> Vec<Read> {
    *pages.board.asked.lock().unwrap() = asked.to_string();
    *pages.board.read.lock().unwrap() = None;
    let _browser = Chromium::open(&format!("{}{path}", pages.origin(host)));
    let written = tokio::time::timeout(Duration::from_secs(90), pages.board.written.notified());
    written
        .await
        .unwrap_or_else(|_| panic!("chromium opened no page of {host} in 90 s"));
    let read = pages.board.read.lock().unwrap().take().unwrap();
    let read: Vec<Value> = serde_json::from_str(&read).unwrap();
    assert_eq!(read.len(), asked.as_array().unwrap().len());
    read.into_iter().map(Read).collect()
}
