use super::{
    Cursor, Failure, Job, Limits, NewJob, Refusal, Status, StoreError, Task, Usage, Wanted,
};
use crate::tracks::Track;
use std::future::Future;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The most jobs in one order.
pub const MAX_BATCH: usize = 5;

/// Jobs that are queued together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    owner: Uuid,
    batch: Option<Uuid>,
    jobs: Vec<NewJob>,
    limits: Limits,
    idempotency: Option<Idempotency>,
}

/// An order holds 1 ..= [`MAX_BATCH`] jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order holds 1 to {MAX_BATCH} jobs, not {0}")]
pub struct OrderSize(pub usize);

impl Order {
    /// One job.
    pub fn single(owner: Uuid, job: NewJob, limits: Limits) -> Self {
        Self {
            owner,
            batch: None,
            jobs: vec![job],
            limits,
            idempotency: None,
        }
    }

    /// Several jobs that share a batch id.
    pub fn batch(
        owner: Uuid,
        batch: Uuid,
        jobs: Vec<NewJob>,
        limits: Limits,
    ) -> Result<Self, OrderSize> {
        if jobs.is_empty() || jobs.len() > MAX_BATCH {
            return Err(OrderSize(jobs.len()));
        }
        Ok(Self {
            owner,
            batch: Some(batch),
            jobs,
            limits,
            idempotency: None,
        })
    }

    /// Makes a repetition of the order, within 24 hours, give the same jobs.
    #[must_use]
    pub fn idempotent(mut self, idempotency: Option<Idempotency>) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Who orders.
    pub fn owner(&self) -> Uuid {
        self.owner
    }

    /// The id the jobs share.
    pub fn batch_id(&self) -> Option<Uuid> {
        self.batch
    }

    /// What the owner may have.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The key under which it may be repeated.
    pub fn idempotency(&self) -> Option<&Idempotency> {
        self.idempotency.as_ref()
    }

    /// What it asks for in sum.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            jobs: self.jobs.len() as u64,
            audio_ms: self.jobs.iter().map(|job| job.audio_ms).sum(),
        }
    }

    /// The jobs as they are queued at `now`.
    pub fn into_jobs(self, now: OffsetDateTime) -> Vec<Job> {
        (0..)
            .zip(self.jobs)
            .map(|(ordinal, job)| job.into_job(self.owner, self.batch, ordinal, now))
            .collect()
    }
}

/// A key that the client chose, and what it stood for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The client's text; two owners may use the same.
    pub key: String,
    /// SHA-256 of the request: route and normalised body.
    pub fingerprint: [u8; 32],
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Enqueued {
    /// All of it is queued.
    Queued(Vec<QueuedJob>),
    /// The same key and request came before: these are the jobs it made then.
    Replayed(Replay),
    /// Nothing is queued.
    Refused(Refusal),
}

/// A job and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedJob {
    /// The job.
    pub job: Job,
    /// 1 is next by age; `None` once it has left the queue. Fairness may prefer another user's.
    pub position: Option<u64>,
}

/// What an order made the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The batch id of the first time.
    pub batch: Option<Uuid>,
    /// The ids of all its jobs, in order, also of those deleted since.
    pub ids: Vec<Uuid>,
    /// Those that still exist, in order, as they are now.
    pub jobs: Vec<QueuedJob>,
}

/// Whether a worker still holds a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It does, and what it asked for is done.
    Held,
    /// The owner cancelled; nothing was changed.
    Cancelled,
    /// The lease ran out and somebody else may have it, or the job was deleted; nothing was changed.
    Lost,
}

/// A page of a list, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// At most as many as asked.
    pub items: Vec<Task>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// What happened to jobs whose worker died.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recovered {
    /// Back in the queue.
    pub requeued: Vec<Job>,
    /// Given up.
    pub failed: Vec<Job>,
}

/// How many jobs there are by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting.
    pub queued: u64,
    /// Running.
    pub processing: u64,
    /// With a track.
    pub completed: u64,
    /// Given up.
    pub failed: u64,
    /// Stopped by their owners.
    pub cancelled: u64,
}

impl Counts {
    /// The count of one status, for filling in.
    pub fn of_mut(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Queued => &mut self.queued,
            Status::Processing => &mut self.processing,
            Status::Completed => &mut self.completed,
            Status::Failed => &mut self.failed,
            Status::Cancelled => &mut self.cancelled,
        }
    }
}

/// Keeps jobs. Each verb is one atomic step; times are stored in milliseconds.
pub trait JobStore: Send + Sync + 'static {
    /// Queues an order, in this order of decisions: a live idempotency key answers with
    /// [`Enqueued::Replayed`] or a conflict; [`Limits::check`] decides about the rest.
    fn enqueue(
        &self,
        order: Order,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Enqueued, StoreError>> + Send;

    /// Gives the job that is due to a worker, until `now + lease`; `None` when none may run.
    fn claim(
        &self,
        worker: &str,
        lease: Duration,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<Job>, StoreError>> + Send;

    /// Prolongs a lease to `now + lease` and records progress, which never falls within a run.
    fn heartbeat(
        &self,
        id: Uuid,
        worker: &str,
        progress: f32,
        stage: &str,
        lease: Duration,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Hold, StoreError>> + Send;

    /// Completes a job and adds its track; the ledger is settled to the track's length, but never
    /// above what was reserved. Repeating it, after an answer that got lost, is [`Hold::Held`].
    fn complete(
        &self,
        worker: &str,
        track: &Track,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Hold, StoreError>> + Send;

    /// Gives a job up and gives its quota back.
    fn fail(
        &self,
        id: Uuid,
        worker: &str,
        failure: &Failure,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Hold, StoreError>> + Send;

    /// Puts a job back into the queue, at its old place; this start doesn't count as an attempt.
    fn release(
        &self,
        id: Uuid,
        worker: &str,
    ) -> impl Future<Output = Result<Hold, StoreError>> + Send;

    /// Takes jobs away from workers whose lease ended at or before `now`.
    fn requeue_expired(
        &self,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Recovered, StoreError>> + Send;

    /// Cancels a job that isn't final yet and gives its seconds back; a final one stays as it is.
    /// `None` when `owner` has no such job.
    fn cancel(
        &self,
        owner: Uuid,
        id: Uuid,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<Job>, StoreError>> + Send;

    /// Removes a job and its track, cancelling it if it isn't final; answers with what there was.
    fn delete(
        &self,
        owner: Uuid,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<Task>, StoreError>> + Send;

    /// The job, if it is `owner`'s.
    fn get(
        &self,
        owner: Uuid,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<Task>, StoreError>> + Send;

    /// The owner's jobs, newest first; `limit` is at least 1.
    fn list(
        &self,
        owner: Uuid,
        after: Option<Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// The jobs of the owner's batch in the order they were given; empty when there is none.
    fn batch(
        &self,
        owner: Uuid,
        batch: Uuid,
    ) -> impl Future<Output = Result<Vec<Task>, StoreError>> + Send;

    /// The place in the queue, 1 being next by age; `None` when it isn't queued.
    fn position(&self, id: Uuid) -> impl Future<Output = Result<Option<u64>, StoreError>> + Send;

    /// Whether anybody has a track with this id; for removing files that no row knows.
    fn has_track(&self, id: Uuid) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// How many jobs there are, of all owners.
    fn counts(&self) -> impl Future<Output = Result<Counts, StoreError>> + Send;

    /// What the owner has used.
    fn usage(
        &self,
        owner: Uuid,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Usage, StoreError>> + Send;

    /// Forgets idempotency keys that have outlived [`IDEMPOTENCY_LIFE`](super::IDEMPOTENCY_LIFE)
    /// and ledger entries that no window reaches any more; says how many of both.
    fn sweep(&self, now: OffsetDateTime) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
