use super::deadline::Deadline;
use hyper::rt::Executor;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    static STREAM: Arc<Owed>;
}

/// Whether an HTTP/2 stream has an answer that its client doesn't take. With several streams on a
/// socket, only the stream's window tells.
#[derive(Debug, Default)]
pub(super) struct Owed {
    /// Odd while the last part of the answer that was handed over waits; counted up at each change.
    turn: AtomicU64,
}

impl Owed {
    /// The one of the stream whose task asks; `None` in HTTP/1.
    pub(super) fn current() -> Option<Arc<Self>> {
        STREAM.try_with(Arc::clone).ok()
    }

    /// A part was handed over (`true`), or the next one was asked for and isn't there.
    pub(super) fn set(&self, owed: bool) {
        let turn = self.turn.load(Ordering::Relaxed);
        let next = turn + if (turn % 2 == 1) == owed { 2 } else { 1 };
        self.turn.store(next, Ordering::Relaxed);
    }

    fn turn(&self) -> Option<u64> {
        Some(self.turn.load(Ordering::Relaxed)).filter(|turn| turn % 2 == 1)
    }
}

/// Runs the streams of HTTP/2 connections, and ends those whose clients take nothing of what waits for
/// them.
#[derive(Debug, Clone)]
pub(super) struct StreamTasks {
    window: Duration,
}

impl StreamTasks {
    pub(super) fn new(window: Duration) -> Self {
        Self { window }
    }
}

impl<F> Executor<F> for StreamTasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let owed = Arc::new(Owed::default());
        let task = StreamTask {
            stream: Box::pin(stream),
            owed: owed.clone(),
            waits: None,
            deadline: Deadline::default(),
            window: self.window,
        };
        tokio::spawn(STREAM.scope(owed, task));
    }
}

struct StreamTask {
    stream: Pin<Box<dyn Future<Output = ()> + Send>>,
    owed: Arc<Owed>,
    /// The turn that is waited for, and since when.
    waits: Option<(u64, Instant)>,
    deadline: Deadline,
    window: Duration,
}

impl Future for StreamTask {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.stream.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let Some(turn) = this.owed.turn() else {
            if this.waits.take().is_some() {
                this.deadline.clear();
            }
            return Poll::Pending;
        };
        let since = match this.waits {
            Some((waited, since)) if waited == turn => since,
            _ => Instant::now(),
        };
        this.waits = Some((turn, since));
        ready!(this.deadline.poll(cx, since + this.window));
        metrics::counter!("musicgen_connections_refused_total", "reason" => "slow_stream")
            .increment(1);
        // Dropping the stream resets it.
        Poll::Ready(())
    }
}
