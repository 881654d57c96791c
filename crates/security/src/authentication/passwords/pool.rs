use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send>;

/// Hashes passwords on threads of its own: `workers` of them, with at most `waiting` calls behind.
///
/// Each hash holds 19 MiB, so without the bound a flood of sign-ins would be a flood of memory. The
/// threads are the pool's alone: the runtime's blocking threads come and go in hundreds, and each
/// would keep the memory of a hash it once made.
#[derive(Debug, Clone)]
pub struct HashingPool {
    jobs: Sender<Job>,
    admitted: Arc<Semaphore>,
}

/// The pool has no room; try again in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct PoolFull;

impl HashingPool {
    /// A pool of this size; both numbers are at least one.
    ///
    /// Its threads end with its last clone. Where the system gives fewer threads than asked, the
    /// pool is smaller; where it gives none, every call finds it full.
    pub fn new(workers: usize, waiting: usize) -> Self {
        let (workers, waiting) = (workers.max(1), waiting.max(1));
        let (jobs, inbox) = channel::<Job>();
        let inbox = Arc::new(Mutex::new(inbox));
        let mut started = 0;
        for number in 0..workers {
            let inbox = inbox.clone();
            let thread = std::thread::Builder::new().name(format!("hash-{number}"));
            match thread.spawn(move || work(&inbox)) {
                Ok(_) => started += 1,
                Err(error) => tracing::error!(%error, "a hashing thread could not be started"),
            }
        }
        let room = if started == 0 { 0 } else { started + waiting };
        Self {
            jobs,
            admitted: Arc::new(Semaphore::new(room)),
        }
    }

    /// Runs `work` on a thread of the pool.
    ///
    /// The work goes on when the caller gives up, and keeps its place until it is done: otherwise
    /// a client that disconnects at once could start more than the pool allows.
    ///
    /// # Panics
    ///
    /// When `work` does.
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
        let (sender, done) = oneshot::channel::<Result<T, Box<dyn Any + Send>>>();
        let job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            drop(admitted);
            // A caller that gave up doesn't hear of it.
            let _ = sender.send(result);
        });
        self.jobs.send(job).map_err(|_| PoolFull)?;
        match done.await.map_err(|_| PoolFull)? {
            Ok(result) => Ok(result),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Takes jobs until the last clone of the pool is gone.
fn work(inbox: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting: whoever has it gets the next job.
        let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
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
