//! Jobs: the durable queue between a request and its track.
//!
//! ```text
//! queued ──claim──► processing ──complete──► completed
//!   │  ▲                │  │
//!   │  └─release,───────┘  └──fail──► failed
//!   │    lease ran out
//!   └──cancel──► cancelled ◄──cancel── processing
//! ```
//!
//! 1. What was accepted is not lost: a job is stored before its acceptance is answered, and a
//!    worker that dies loses its lease, after which the job goes back to the queue
//!    ([`JobStore::requeue_expired`]). After [`MAX_ATTEMPTS`] starts it fails instead.
//! 2. Each verb of [`JobStore`] is one atomic step. Whatever overlaps, one job is given to one
//!    worker, one idempotency key makes one set of jobs, and no quota is passed.
//! 3. Fair between users: the user with the fewest running jobs goes first, then the one served
//!    longest ago, then the oldest job. A user never has more than `at_once` jobs running.
//! 4. Quota is counted in a ledger, by rolling windows ([`Limits`]): reserved when queued, settled
//!    when completed, given back when failed or cancelled, kept when a finished job is deleted.
//! 5. Somebody else's job behaves as absent.
//! 6. A cancelled job is cancelled at once, whatever its worker does; the worker is told and stops
//!    within a second, and what it had made is removed.
//! 7. Engines run on threads of their own ([`Workers`]), never on the async runtime; a panic there
//!    fails one job.
//!
//! ```no_run
//! # use musicgen_music::{engine::Engine, jobs::*, tracks::Files};
//! # use std::sync::Arc;
//! # async fn example<S: JobStore>(
//! #     store: S, engine: Arc<dyn Engine>, files: Files, clock: Clock, order: Order,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! let queue = Queue::new(store, files);
//! let workers = Workers::start(&queue, &engine, &clock, &Options::named("node-1:4711"))?;
//! let accepted = queue.enqueue(order, clock()).await?;
//! # drop(accepted);
//! workers.stop().await;
//! # Ok(())
//! # }
//! ```

mod cursor;
mod job;
mod progress;
mod queue;
mod quota;
mod running;
mod slot;
mod store;
mod worker;

#[cfg(test)]
mod tests;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use crate::tracks::StoreError;
pub use cursor::{Cursor, CursorError};
pub use job::{
    Failure, FailureCode, IDEMPOTENCY_LIFE, Job, Lease, MAX_ATTEMPTS, NewJob, Status, Task,
};
#[cfg(feature = "testing")]
pub use memory::MemoryJobs;
pub use progress::{Events, ProgressEvent, ProgressHub};
pub use queue::{DeleteError, Queue};
pub use quota::{Excess, Limits, Refusal, Usage, Wanted, day, hour};
pub use store::{
    Counts, Enqueued, Hold, Idempotency, JobStore, MAX_BATCH, Order, OrderSize, Page, QueuedJob,
    Recovered, Replay,
};
pub use worker::{Clock, Options, Workers};
