use std::sync::Arc;
use tokio::sync::Semaphore;

/// Runs password hashes off the runtime: at most `workers` at a time, at most `waiting` behind
/// them. Each hash holds 19 MiB, so without the bound a flood of sign-ins would be a flood of
/// memory, and would stall every other request.
#[derive(Debug, Clone)]
pub struct HashingPool {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

/// The pool has no room; try again in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct PoolFull;

impl HashingPool {
    /// A pool of this size; both numbers are at least one.
    pub fn new(workers: usize, waiting: usize) -> Self {
        let workers = workers.max(1);
        Self {
            running: Arc::new(Semaphore::new(workers)),
            admitted: Arc::new(Semaphore::new(workers + waiting.max(1))),
        }
    }

    /// Runs `work` on a thread that may block.
    ///
    /// The work goes on when the caller gives up, and keeps its place until it is done: otherwise
    /// a client that disconnects at once could start more than the pool allows.
    pub async fn run<T, F>(&self, work: F) -> Result<T, PoolFull>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let admitted = self
            .admitted
            .clone()
            .try_acquire_owned()
            .map_err(|_| PoolFull)?;
        let running = self
            .running
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| PoolFull)?;
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((running, admitted));
            result
        });
        match task.await {
            Ok(result) => Ok(result),
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is shutting down: there is no room any more.
                Err(_) => Err(PoolFull),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_more_than_its_size_run_and_no_more_than_its_length_wait() {
        let pool = HashingPool::new(2, 3);
        let gate = Arc::new(Barrier::new(3));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut admitted = Vec::new();
        for n in 0..5 {
            let (gate, now, most) = (gate.clone(), now.clone(), most.clone());
            let worker = pool.clone();
            admitted.push(tokio::spawn(async move {
                worker
                    .run(move || {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        if n < 2 {
                            gate.wait();
                        }
                        now.fetch_sub(1, Ordering::SeqCst);
                    })
                    .await
            }));
            tokio::task::yield_now().await;
            while pool.admitted.available_permits() != 4 - n {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(
            pool.run(|| ()).await,
            Err(PoolFull),
            "the sixth finds no room"
        );
        tokio::task::spawn_blocking(move || gate.wait())
            .await
            .unwrap();
        for call in admitted {
            call.await.unwrap().unwrap();
        }
        assert!(most.load(Ordering::SeqCst) <= 2);
        assert_eq!(pool.run(|| 7).await, Ok(7), "and there is room again");
    }
}
