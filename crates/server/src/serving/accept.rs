use super::admission::{Admission, Place};
use super::connection::{Shared, run};
use super::figures::{self, Notes};
use super::options::ServeOptions;
use super::protocol;
use crate::app::App;
use crate::config::Beginning;
use musicgen_security::client_ip::Connection;
use socket2::SockRef;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Connections that wait to be accepted: a burst that outlasts a busy moment of ours. The standard
/// library's 128 are full in a few milliseconds of a flood.
const BACKLOG: i32 = 1024;
/// What of an answer the kernel takes before the client makes room. Left to itself it takes 2 MB, so that a
/// thousand clients who read nothing hold 2 GB of its memory; a client who reads gets its answer as fast.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 64 * 1024;
/// After an error of ours, for instance no file descriptor left: the first pause and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// A listener and its connections. Dropping it ends them all.
pub(super) struct Listening {
    listener: TcpListener,
    admission: Admission,
    shared: Arc<Shared>,
    running: JoinSet<()>,
    stopping: watch::Sender<bool>,
}

impl Listening {
    pub(super) fn start(
        app: &App,
        listener: std::net::TcpListener,
        options: ServeOptions,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let socket = SockRef::from(&listener);
        socket.listen(BACKLOG)?;
        // Accepted connections inherit it.
        #[cfg(target_os = "linux")]
        socket.set_tcp_notsent_lowat(UNSENT)?;
        let limits = Arc::new(options.limits);
        Ok(Self {
            listener: TcpListener::from_std(listener)?,
            admission: Admission::new(limits.connections, limits.per_network),
            shared: Arc::new(Shared {
                service: app.service(),
                refusals: app.refusals(),
                protocol: protocol::builder(&limits),
                limits,
                rules: options.rules,
                proxy_protocol: options.proxy_protocol,
                notes: Notes::default(),
            }),
            running: JoinSet::new(),
            stopping: watch::Sender::new(false),
        })
    }

    /// Accepts until `stop` is done.
    pub(super) async fn accept_until(&mut self, stop: impl Future<Output = ()> + Send) {
        let mut stop = std::pin::pin!(stop);
        let mut pause = PAUSES.0;
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stop => return,
                Some(_) = self.running.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    pause = PAUSES.0;
                    self.take(stream, peer);
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.shared.notes.refused("accept", || error.to_string());
                    tokio::select! {
                        () = &mut stop => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    fn take(&mut self, stream: TcpStream, peer: SocketAddr) {
        let connection = Connection::of_peer(peer.ip());
        let Some(place) = self.place(&connection) else {
            // Without an answer: this is the moment to do as little as can be.
            return;
        };
        figures::accepted();
        let (shared, stopping) = (self.shared.clone(), self.stopping.subscribe());
        self.running
            .spawn(run(shared, stream, connection, place, stopping));
    }

    fn place(&self, connection: &Connection) -> Option<Place> {
        let shared = &self.shared;
        let is_trusted = shared.rules.trusted().contains(connection.peer);
        if shared.beginning(connection) == Beginning::Refused {
            let why = || "not from a trusted proxy".to_owned();
            shared.notes.refused("proxy_protocol", why);
            return None;
        }
        let place = match self.admission.place() {
            // A trusted proxy is asked first whom it speaks for.
            Ok(place) if !is_trusted => place.of(shared.network(connection)),
            place => place,
        };
        place
            .map_err(|full| shared.notes.refused(full.id(), || full.to_string()))
            .ok()
    }

    /// Ends every connection: at once where nothing is under way, after its answers elsewhere, but not
    /// later than allowed.
    pub(super) async fn drain(self) {
        drop(self.listener);
        self.stopping.send_replace(true);
        let mut running = self.running;
        let drained = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(self.shared.limits.grace, drained)
            .await
            .is_err()
        {
            tracing::warn!(left = running.len(), "connections are cut off");
            running.shutdown().await;
        }
    }
}

/// Of errors of `accept(2)`: that a connection was over before it was taken.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
