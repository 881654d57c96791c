//! The application behind a real socket.

use crate::TestApp;
use musicgen::app::App;
use musicgen::serving::{ServeOptions, serve};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A [`TestApp`] that listens. Everything of the application is reached through it too; it ends when
/// it is dropped, and in order with [`Served::stop`].
#[derive(Debug)]
pub struct Served {
    app: TestApp,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
}

impl Served {
    pub(crate) fn start(app: TestApp, served: Arc<App>, options: ServeOptions) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(served, listener, options, async move {
            // Dropped or sent: both mean the end.
            let _ = stopped.await;
        }));
        Self {
            app,
            address,
            stop: Some(stop),
            serving,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as the beginning of an URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A new connection.
    ///
    /// # Panics
    ///
    /// When it can't be made.
    pub async fn connect(&self) -> TcpStream {
        let connected = TcpStream::connect(self.address).await;
        connected.expect("a connection")
    }

    /// Sends these bytes on a new connection and reads until the server closes it. What can't be sent
    /// because the server has closed already is left out.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        // A refused request may end the connection before its last byte.
        let _ = stream.write_all(bytes.as_ref()).await;
        let mut answer = Vec::new();
        // A reset after the answer takes nothing from the answer.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Stops as at SIGTERM and waits for the end.
    ///
    /// # Panics
    ///
    /// When serving failed.
    pub async fn stop(mut self) {
        self.stop.take();
        let ended = (&mut self.serving).await.expect("a task that ends");
        ended.expect("serving in order");
    }
}

impl Deref for Served {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
