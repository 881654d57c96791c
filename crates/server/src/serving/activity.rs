use super::options::ServeLimits;
use musicgen_security::framing::Refusal;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::time::Instant;

/// What one connection is doing; its socket, its requests and its watcher tell each other so.
#[derive(Debug)]
pub(super) struct Activity {
    began: Instant,
    requests: AtomicU64,
    under_way: AtomicUsize,
    /// Milliseconds from the beginning to the end of the last answer.
    answered: AtomicU64,
    reads_head: AtomicBool,
    is_http2: AtomicBool,
    /// The number of the request in whose place something was refused, and why.
    refused: OnceLock<(u64, Refusal)>,
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            requests: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
            answered: AtomicU64::new(0),
            reads_head: AtomicBool::new(false),
            is_http2: AtomicBool::new(false),
            refused: OnceLock::new(),
        })
    }

    /// A request begins: whether it stands for something refused, and what to keep until its answer
    /// is out.
    pub(super) fn request(self: &Arc<Self>) -> (Option<Refusal>, UnderWay) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let refused = self.refused.get().filter(|(at, _)| *at == number);
        (refused.map(|(_, why)| *why), UnderWay(self.clone()))
    }

    /// The request after `heads` others is none.
    pub(super) fn refuse(&self, heads: u64, why: Refusal) {
        // A connection is refused once.
        let _ = self.refused.set((heads, why));
    }

    pub(super) fn reads_head(&self, reads: bool) {
        self.reads_head.store(reads, Ordering::Relaxed);
    }

    pub(super) fn speaks_http2(&self) {
        self.is_http2.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_http2(&self) -> bool {
        self.is_http2.load(Ordering::Relaxed)
    }

    /// When nothing will have happened for too long; `None` while a request is under way or its head is
    /// coming in, which have deadlines of their own.
    pub(super) fn idle_end(&self, limits: &ServeLimits) -> Option<Instant> {
        if self.under_way.load(Ordering::Relaxed) > 0 || self.reads_head.load(Ordering::Relaxed) {
            return None;
        }
        if self.requests.load(Ordering::Relaxed) == 0 {
            return Some(self.began + limits.first_request);
        }
        let answered = Duration::from_millis(self.answered.load(Ordering::Relaxed));
        Some(self.began + answered + limits.idle)
    }
}

/// A request whose answer isn't out yet.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Activity>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let now = self.0.began.elapsed().as_millis() as u64;
        self.0.answered.store(now, Ordering::Relaxed);
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
