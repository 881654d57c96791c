//! Takes jobs from the queue and has them made.
//!
//! 1. One slot is one asynchronous task and one thread of its own. The engine runs on the thread;
//!    the task claims, keeps the lease alive and writes the end down.
//! 2. A file is complete, on disk and under its final name before its job is completed.
//! 3. Stopping claims nothing new, tells the engines to stop and puts their jobs back; an engine
//!    that doesn't listen is left behind after [`Options::patience`], its job put back all the same.

use super::queue::{Queue, Shared};
use super::slot::{Slot, told};
use super::{JobStore, StoreError};
use crate::engine::Engine;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// How the workers work.
#[derive(Debug, Clone)]
pub struct Options {
    /// Unique among all processes and their starts: a lease must not survive its holder.
    pub name: String,
    /// Jobs made at the same time.
    pub count: usize,
    /// How long a job stays with a worker that gives no sign of life.
    pub lease: Duration,
    /// How often the store is asked when nobody in this process rings.
    pub poll: Duration,
    /// How long an engine may take to stop.
    pub patience: Duration,
}

impl Options {
    /// One worker, 15 s of lease, asking every 2 s, 3 s to stop.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            count: 1,
            lease: Duration::from_secs(15),
            poll: Duration::from_secs(2),
            patience: Duration::from_secs(3),
        }
    }
}

/// Running workers. Dropping them without [`stop`](Workers::stop) stops the claiming, and leaves
/// running jobs to their leases.
#[derive(Debug)]
pub struct Workers {
    stopping: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts them on the current runtime.
    ///
    /// # Errors
    ///
    /// The system gives no more threads.
    pub fn start<S: JobStore>(
        queue: &Queue<S>,
        engine: &Arc<dyn Engine>,
        clock: &Clock,
        options: &Options,
    ) -> std::io::Result<Self> {
        let stopping = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        for number in 0..options.count.max(1) {
            let slot = Slot::new(
                Arc::clone(&queue.shared),
                Arc::clone(engine),
                Arc::clone(clock),
                options.clone(),
                number,
                stopping.subscribe(),
            )?;
            tasks.spawn(slot.run());
        }
        tasks.spawn(recover(
            Arc::clone(&queue.shared),
            Arc::clone(clock),
            options.lease / 3,
            stopping.subscribe(),
        ));
        Ok(Self { stopping, tasks })
    }

    /// Stops claiming, puts running jobs back into the queue and waits for all of it.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker ended by a fault");
            }
        }
    }
}

/// Takes jobs from workers that died, here or on another node.
async fn recover<S: JobStore>(
    shared: Arc<Shared<S>>,
    clock: Clock,
    every: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        if let Err(error) = requeue(&shared, clock()).await {
            tracing::warn!(%error, "jobs of dead workers could not be looked for");
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = told(&mut stopping) => return,
        }
    }
}

async fn requeue<S: JobStore>(shared: &Shared<S>, now: OffsetDateTime) -> Result<(), StoreError> {
    let recovered = shared.store.requeue_expired(now).await?;
    for job in &recovered.requeued {
        tracing::warn!(job = %job.id, attempts = job.attempts, "a worker died; its job is queued again");
        shared.announce(job);
    }
    for job in &recovered.failed {
        tracing::error!(job = %job.id, attempts = job.attempts, "a job was given up: its workers died");
        shared.announce(job);
    }
    if !recovered.requeued.is_empty() || !recovered.failed.is_empty() {
        shared.due.notify_waiters();
    }
    Ok(())
}
