//! The queue in SQL. Every verb that decides is one transaction holding the write lock from its
//! start ([`Database::begin`]), so whatever overlaps takes turns.

mod ordering;
mod reading;
mod rows;
mod working;

use super::failure;
use musicgen_music::jobs::{
    Counts, Cursor, Enqueued, Failure, Hold, Job, JobStore, Order, Page, Recovered, Task, Usage,
};
use musicgen_music::tracks::{StoreError, Track};
use musicgen_security_store::Database;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Jobs in SQL.
#[derive(Debug, Clone)]
pub struct SqlJobs {
    database: Database,
}

impl SqlJobs {
    /// Jobs in this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl JobStore for SqlJobs {
    async fn enqueue(&self, order: Order, now: OffsetDateTime) -> Result<Enqueued, StoreError> {
        self.order(order, now).await.map_err(failure)
    }

    async fn claim(
        &self,
        worker: &str,
        lease: Duration,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, StoreError> {
        self.claim_due(worker, lease, now).await.map_err(failure)
    }

    async fn heartbeat(
        &self,
        id: Uuid,
        worker: &str,
        progress: f32,
        stage: &str,
        lease: Duration,
        now: OffsetDateTime,
    ) -> Result<Hold, StoreError> {
        let until = now + lease;
        self.prolong(id, worker, (progress, stage), until)
            .await
            .map_err(failure)
    }

    async fn complete(
        &self,
        worker: &str,
        track: &Track,
        now: OffsetDateTime,
    ) -> Result<Hold, StoreError> {
        self.finish(worker, track, now).await.map_err(failure)
    }

    async fn fail(
        &self,
        id: Uuid,
        worker: &str,
        reason: &Failure,
        now: OffsetDateTime,
    ) -> Result<Hold, StoreError> {
        self.give_up(id, worker, reason, now).await.map_err(failure)
    }

    async fn release(&self, id: Uuid, worker: &str) -> Result<Hold, StoreError> {
        self.put_back(id, worker).await.map_err(failure)
    }

    async fn requeue_expired(&self, now: OffsetDateTime) -> Result<Recovered, StoreError> {
        self.recover(now).await.map_err(failure)
    }

    async fn cancel(
        &self,
        owner: Uuid,
        id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, StoreError> {
        self.stop(owner, id, now).await.map_err(failure)
    }

    async fn delete(&self, owner: Uuid, id: Uuid) -> Result<Option<Task>, StoreError> {
        self.remove(owner, id).await.map_err(failure)
    }

    async fn get(&self, owner: Uuid, id: Uuid) -> Result<Option<Task>, StoreError> {
        self.read_one(owner, id).await.map_err(failure)
    }

    async fn list(
        &self,
        owner: Uuid,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page, StoreError> {
        self.read_page(owner, after, limit).await.map_err(failure)
    }

    async fn batch(&self, owner: Uuid, batch: Uuid) -> Result<Vec<Task>, StoreError> {
        self.read_batch(owner, batch).await.map_err(failure)
    }

    async fn position(&self, id: Uuid) -> Result<Option<u64>, StoreError> {
        self.read_position(id).await.map_err(failure)
    }

    async fn has_track(&self, id: Uuid) -> Result<bool, StoreError> {
        self.knows_track(id).await.map_err(failure)
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        self.count_all().await.map_err(failure)
    }

    async fn usage(&self, owner: Uuid, now: OffsetDateTime) -> Result<Usage, StoreError> {
        self.read_usage(owner, now).await.map_err(failure)
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        self.forget(now).await.map_err(failure)
    }
}
