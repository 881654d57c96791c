//! Listening, and stopping in order.
//!
//! 1. A connection that sends no complete request head within [`HEAD_TIMEOUT`] is closed.
//! 2. SIGTERM and SIGINT: stop accepting; running jobs go back into the queue; requests under way
//!    get [`GRACE`] to finish, and the mail that they sent some seconds; then the database is closed.
//!    All within 30 s.

use crate::app::{App, Service};
use crate::tasks::Tasks;
use axum::ServiceExt;
use axum::extract::Request;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// For the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// For requests under way when the service stops.
const GRACE: Duration = Duration::from_secs(10);
/// The largest head of a request.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// HTTP/2 streams of one connection.
const MAX_STREAMS: u32 = 100;

/// Serves until `stop` is done.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let workers = app.start_workers()?;
    let tasks = Tasks::start(&app);
    let delivery = app.mailer().deliver();
    let handle = Handle::<SocketAddr>::new();
    let control = handle.control();
    let stopper = tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping: no new connections, running jobs go back into the queue");
        control.graceful_shutdown(Some(GRACE));
        workers.stop().await;
        tasks.stop().await;
    });
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD_BYTES as u32);
    let service: Service = app.service();
    let make = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(service);
    let served = server.serve(make).await;
    if served.is_ok() {
        // Serving ends well only after the stop; its other half must be done too.
        if let Err(error) = stopper.await {
            tracing::error!(%error, "stopping did not finish in order");
        }
    }
    // Behind the last answers letters are written.
    app.errands().finish().await;
    if let Some(delivery) = delivery {
        delivery.stop().await;
    }
    app.database().close().await;
    served
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
