//! Work that goes on behind the answer, so that no answer's time tells whether there was any.
//!
//! 1. An errand that fails is logged; nobody waits for it. What a user misses they ask for again.
//! 2. At most [`MOST`] are under way; what is beyond is dropped, counted
//!    (`musicgen_errands_dropped_total`) and said once.
//! 3. The owner waits for those under way when the service stops ([`Errands::finish`]).

use std::fmt::{self, Display};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// Each writes to the database once; that many are some seconds of a slow disk.
const MOST: usize = 512;
/// For those under way at the stop.
const LAST: Duration = Duration::from_secs(3);

/// Runs errands. Clones are the same runner.
#[derive(Clone)]
pub struct Errands {
    running: TaskTracker,
    places: Arc<Semaphore>,
    is_full: Arc<AtomicBool>,
}

impl fmt::Debug for Errands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errands")
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}

impl Errands {
    pub(crate) fn new() -> Self {
        Self::of(MOST)
    }

    fn of(most: usize) -> Self {
        Self {
            running: TaskTracker::new(),
            places: Arc::new(Semaphore::new(most)),
            is_full: Arc::default(),
        }
    }

    /// Starts one, within a runtime.
    pub(crate) fn start<E: Display + Send>(
        &self,
        what: &'static str,
        errand: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            metrics::counter!("musicgen_errands_dropped_total", "errand" => what).increment(1);
            if !self.is_full.swap(true, Ordering::Relaxed) {
                tracing::warn!(what, "too much waits behind answers; some of it is dropped");
            }
            return;
        };
        self.is_full.store(false, Ordering::Relaxed);
        self.running.spawn(async move {
            if let Err(error) = errand.await {
                tracing::error!(%error, what, "work behind an answer failed");
            }
            drop(place);
        });
    }

    /// How many are under way.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Waits for those under way, some seconds at most.
    pub(crate) async fn finish(&self) {
        self.running.close();
        if tokio::time::timeout(LAST, self.running.wait())
            .await
            .is_err()
        {
            let left = self.running.len();
            tracing::warn!(
                left,
                "the service stops before all work behind answers is done"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn no_more_run_than_fit_and_the_stop_waits_for_them() {
        let (errands, done) = (Errands::of(2), Arc::new(Notify::new()));
        for _ in 0..50 {
            let done = done.clone();
            errands.start("test", async move {
                done.notified().await;
                Ok::<(), Infallible>(())
            });
        }
        assert_eq!(errands.running(), 2);
        tokio::task::yield_now().await;
        done.notify_waiters();
        errands.finish().await;
        assert_eq!(
            (errands.running(), errands.places.available_permits()),
            (0, 2)
        );
    }
}
