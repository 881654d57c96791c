//! Listening, and stopping in order: what a connection may do before and beside its requests.
//!
//! 1. Connections are capped, in all and for each client network; one beyond a cap is closed at once. A
//!    trusted proxy's own address has no cap: it speaks for many.
//! 2. The PROXY protocol is read before anything else, from trusted peers alone, within
//!    [`ServeLimits::proxy_header`].
//! 3. What is no request never reaches the HTTP parser; see
//!    [`framing`](musicgen_security::framing). It gets an answer with the headers of every other.
//! 4. Whoever is slow is closed: to send a first request, a head, a body, the next request, or to take
//!    an answer. Only what is waited for counts: an open stream without events has no deadline. See
//!    [`ServeLimits`].
//! 5. HTTP/2 is spoken with whoever begins with its preface; nobody is upgraded to it. Streams, resets,
//!    header lists, windows and buffers are bounded in `protocol.rs`.
//! 6. When accepting fails, others are served and it is tried again.
//! 7. SIGTERM and SIGINT: stop accepting; running jobs go back into the queue; requests under way
//!    get [`ServeLimits::grace`] to finish, and the mail that they sent some seconds; then the database
//!    is closed. All within 30 s.
//!
//! TLS has its place between the PROXY protocol and `Watched`, which takes any stream.

mod accept;
mod activity;
mod admission;
mod answer;
mod body;
mod connection;
mod deadline;
mod figures;
mod options;
mod protocol;
mod proxied;
mod requests;
mod stream_task;
mod watched;

pub use options::{ServeLimits, ServeOptions};

use crate::app::App;
use crate::tasks::Tasks;
use accept::Listening;
use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

/// Serves until `stop` is done.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    options: ServeOptions,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let workers = app.start_workers()?;
    let tasks = Tasks::start(&app);
    let delivery = app.mailer().deliver();
    let mut listening = Listening::start(&app, listener, options)?;
    listening.accept_until(stop).await;
    tracing::info!("stopping: no new connections, running jobs go back into the queue");
    tokio::join!(listening.drain(), async {
        workers.stop().await;
        tasks.stop().await;
    });
    // Behind the last answers letters are written.
    app.errands().finish().await;
    if let Some(delivery) = delivery {
        delivery.stop().await;
    }
    if let Err(error) = app.kept_limits().save_all(app.clock().now()).await {
        tracing::warn!(%error, "rate limits could not be written: what was used since is forgotten");
    }
    app.database().close().await;
    Ok(())
}

/// Done at SIGTERM or SIGINT.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals can't be watched; stop the process by SIGKILL");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
}
