//! What the store in memory knows, and the parts of its verbs.

use crate::jobs::{
    Enqueued, Excess, Failure, Hold, IDEMPOTENCY_LIFE, Job, Order, QueuedJob, Refusal, Replay,
    Status, Usage, day, hour,
};
use std::collections::{BTreeMap, HashMap};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) jobs: BTreeMap<Uuid, Record>,
    pub(super) ledger: Vec<Entry>,
    /// When each owner was last served, counted in claims.
    pub(super) turns: HashMap<Uuid, u64>,
    pub(super) claims: u64,
    /// How many verbs are going to fail.
    pub(super) away_for: u32,
    pub(super) idempotency: HashMap<(Uuid, String), Remembered>,
}

#[derive(Debug)]
pub(super) struct Record {
    pub(super) job: Job,
    pub(super) at_once: u32,
    /// Who completed it, so that completing may be repeated.
    pub(super) completed_by: Option<String>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) job: Uuid,
    pub(super) owner: Uuid,
    pub(super) reserved_at: OffsetDateTime,
    pub(super) audio_ms: u64,
}

#[derive(Debug)]
pub(super) struct Remembered {
    pub(super) fingerprint: [u8; 32],
    pub(super) at: OffsetDateTime,
    pub(super) batch: Option<Uuid>,
    pub(super) ids: Vec<Uuid>,
}

impl State {
    pub(super) fn owned(&mut self, owner: Uuid, id: Uuid) -> Option<&mut Record> {
        self.jobs
            .get_mut(&id)
            .filter(|record| record.job.owner == owner)
    }

    /// The job if `worker` holds it, or why it doesn't.
    pub(super) fn held(&mut self, id: Uuid, worker: &str) -> Result<&mut Record, Hold> {
        let record = self.jobs.get_mut(&id).ok_or(Hold::Lost)?;
        if record.job.status == Status::Cancelled {
            return Err(Hold::Cancelled);
        }
        match &record.job.lease {
            Some(lease) if lease.worker == worker => Ok(record),
            _ => Err(Hold::Lost),
        }
    }

    pub(super) fn position(&self, id: Uuid) -> Option<u64> {
        let of = |job: &Job| (job.created_at, job.ordinal, job.id);
        let place = of(&self.jobs.get(&id)?.job);
        let queued = || self.queued().map(|record| of(&record.job));
        queued()
            .any(|other| other == place)
            .then(|| queued().filter(|other| *other <= place).count() as u64)
    }

    pub(super) fn queued(&self) -> impl Iterator<Item = &Record> {
        self.jobs
            .values()
            .filter(|record| record.job.status == Status::Queued)
    }

    pub(super) fn usage(&self, owner: Uuid, now: OffsetDateTime) -> Usage {
        let since = |window: Duration| {
            self.ledger
                .iter()
                .filter(move |entry| entry.owner == owner && entry.reserved_at > now - window)
        };
        Usage {
            generations: since(hour()).count() as u64,
            audio_ms: since(day()).map(|entry| entry.audio_ms).sum(),
        }
    }

    /// When the entry was reserved whose leaving makes room.
    pub(super) fn leaves(
        &self,
        owner: Uuid,
        excess: Excess,
        now: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        let oldest = |window: Duration| {
            let mut entries: Vec<_> = self
                .ledger
                .iter()
                .filter(|entry| entry.owner == owner && entry.reserved_at > now - window)
                .map(|entry| (entry.reserved_at, entry.audio_ms))
                .collect();
            entries.sort_unstable();
            entries
        };
        match excess {
            Excess::Hour(Some(count)) => oldest(hour())
                .get(count.checked_sub(1)? as usize)
                .map(|(at, _)| *at),
            Excess::Day(Some(ms)) => {
                let mut freed = 0;
                oldest(day()).into_iter().find_map(|(at, audio_ms)| {
                    freed += audio_ms;
                    (freed >= ms).then_some(at)
                })
            }
            _ => None,
        }
    }

    pub(super) fn queue_entry(&self, job: &Job) -> QueuedJob {
        QueuedJob {
            job: job.clone(),
            position: self.position(job.id),
        }
    }

    pub(super) fn replay(&self, order: &Order, now: OffsetDateTime) -> Option<Enqueued> {
        let idempotency = order.idempotency()?;
        let before = self
            .idempotency
            .get(&(order.owner(), idempotency.key.clone()))
            .filter(|before| before.at > now - IDEMPOTENCY_LIFE)?;
        if before.fingerprint != idempotency.fingerprint {
            return Some(Enqueued::Refused(Refusal::IdempotencyConflict));
        }
        let jobs = before.ids.iter().filter_map(|id| self.jobs.get(id));
        Some(Enqueued::Replayed(Replay {
            batch: before.batch,
            ids: before.ids.clone(),
            jobs: jobs.map(|record| self.queue_entry(&record.job)).collect(),
        }))
    }

    pub(super) fn give_back_seconds(&mut self, id: Uuid) {
        for entry in self.ledger.iter_mut().filter(|entry| entry.job == id) {
            entry.audio_ms = 0;
        }
    }

    pub(super) fn fail(&mut self, id: Uuid, failure: &Failure, now: OffsetDateTime) {
        if let Some(record) = self.jobs.get_mut(&id) {
            record.job.status = Status::Failed;
            record.job.failure = Some(failure.clone());
            record.job.finished_at = Some(now);
            record.job.lease = None;
        }
        self.ledger.retain(|entry| entry.job != id);
    }

    pub(super) fn back_to_queue(record: &mut Record) {
        record.job.status = Status::Queued;
        record.job.progress = 0.0;
        record.job.stage = None;
        record.job.started_at = None;
        record.job.lease = None;
    }

    pub(super) fn due(&self) -> Option<Uuid> {
        let running = |owner: Uuid| {
            self.jobs
                .values()
                .filter(|other| other.job.owner == owner && other.job.status == Status::Processing)
                .count() as u64
        };
        self.queued()
            .map(|record| (running(record.job.owner), record))
            .filter(|(running, record)| *running < u64::from(record.at_once))
            .min_by_key(|(running, Record { job, .. })| {
                let turn = self.turns.get(&job.owner).copied().unwrap_or(0);
                (*running, turn, job.created_at, job.ordinal, job.id)
            })
            .map(|(_, record)| record.job.id)
    }
}
