use super::{
    Counts, Cursor, Enqueued, Excess, Failure, FailureCode, Hold, IDEMPOTENCY_LIFE, Job, JobStore,
    Lease, MAX_ATTEMPTS, Order, Page, QueuedJob, Recovered, Refusal, Replay, Status, StoreError,
    Task, Usage, day, hour,
};
use crate::tracks::{MemoryTracks, Track};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Jobs in memory, for tests. Clones share what they hold.
#[derive(Debug, Clone, Default)]
pub struct MemoryJobs {
    state: Arc<Mutex<State>>,
    tracks: MemoryTracks,
}

#[derive(Debug, Default)]
struct State {
    jobs: BTreeMap<Uuid, Record>,
    ledger: Vec<Entry>,
    /// When each owner was last served, counted in claims.
    turns: HashMap<Uuid, u64>,
    claims: u64,
    idempotency: HashMap<(Uuid, String), Remembered>,
}

#[derive(Debug)]
struct Record {
    job: Job,
    at_once: u32,
    /// Who completed it, so that completing may be repeated.
    completed_by: Option<String>,
}

#[derive(Debug)]
struct Entry {
    job: Uuid,
    owner: Uuid,
    reserved_at: OffsetDateTime,
    audio_ms: u64,
}

#[derive(Debug)]
struct Remembered {
    fingerprint: [u8; 32],
    at: OffsetDateTime,
    batch: Option<Uuid>,
    ids: Vec<Uuid>,
}

impl MemoryJobs {
    /// An empty store whose finished tracks appear in `tracks`.
    pub fn new(tracks: MemoryTracks) -> Self {
        Self {
            state: Arc::default(),
            tracks,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn task(&self, job: &Job) -> Task {
        Task {
            job: job.clone(),
            track: self.tracks.get(job.id),
        }
    }
}

impl State {
    fn owned(&mut self, owner: Uuid, id: Uuid) -> Option<&mut Record> {
        self.jobs
            .get_mut(&id)
            .filter(|record| record.job.owner == owner)
    }

    /// The job if `worker` holds it, or why it doesn't.
    fn held(&mut self, id: Uuid, worker: &str) -> Result<&mut Record, Hold> {
        let record = self.jobs.get_mut(&id).ok_or(Hold::Lost)?;
        if record.job.status == Status::Cancelled {
            return Err(Hold::Cancelled);
        }
        match &record.job.lease {
            Some(lease) if lease.worker == worker => Ok(record),
            _ => Err(Hold::Lost),
        }
    }

    fn position(&self, id: Uuid) -> Option<u64> {
        let of = |job: &Job| (job.created_at, job.ordinal, job.id);
        let place = of(&self.jobs.get(&id)?.job);
        let queued = || self.queued().map(|record| of(&record.job));
        queued()
            .any(|other| other == place)
            .then(|| queued().filter(|other| *other <= place).count() as u64)
    }

    fn queued(&self) -> impl Iterator<Item = &Record> {
        self.jobs
            .values()
            .filter(|record| record.job.status == Status::Queued)
    }

    fn usage(&self, owner: Uuid, now: OffsetDateTime) -> Usage {
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
    fn leaves(&self, owner: Uuid, excess: Excess, now: OffsetDateTime) -> Option<OffsetDateTime> {
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

    fn queue_entry(&self, job: &Job) -> QueuedJob {
        QueuedJob {
            job: job.clone(),
            position: self.position(job.id),
        }
    }

    fn replay(&self, order: &Order, now: OffsetDateTime) -> Option<Enqueued> {
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

    fn give_back_seconds(&mut self, id: Uuid) {
        for entry in self.ledger.iter_mut().filter(|entry| entry.job == id) {
            entry.audio_ms = 0;
        }
    }

    fn fail(&mut self, id: Uuid, failure: &Failure, now: OffsetDateTime) {
        if let Some(record) = self.jobs.get_mut(&id) {
            record.job.status = Status::Failed;
            record.job.failure = Some(failure.clone());
            record.job.finished_at = Some(now);
            record.job.lease = None;
        }
        self.ledger.retain(|entry| entry.job != id);
    }

    fn back_to_queue(record: &mut Record) {
        record.job.status = Status::Queued;
        record.job.progress = 0.0;
        record.job.stage = None;
        record.job.started_at = None;
        record.job.lease = None;
    }

    fn due(&self) -> Option<Uuid> {
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

impl JobStore for MemoryJobs {
    async fn enqueue(&self, order: Order, now: OffsetDateTime) -> Result<Enqueued, StoreError> {
        let mut state = self.lock();
        if let Some(answer) = state.replay(&order, now) {
            return Ok(answer);
        }
        let (owner, limits) = (order.owner(), *order.limits());
        let used = state.usage(owner, now);
        let queued = state.queued().count() as u64;
        if let Err(excess) = limits.check(used, queued, order.wanted()) {
            let leaves = state.leaves(owner, excess, now);
            let refusal = limits.refusal(excess, used, leaves, now);
            return Ok(Enqueued::Refused(refusal));
        }
        let idempotency = order.idempotency().cloned();
        let batch = order.batch_id();
        let jobs = order.into_jobs(now);
        if let Some(idempotency) = idempotency {
            let remembered = Remembered {
                fingerprint: idempotency.fingerprint,
                at: now,
                batch,
                ids: jobs.iter().map(|job| job.id).collect(),
            };
            state
                .idempotency
                .insert((owner, idempotency.key), remembered);
        }
        for job in &jobs {
            state.ledger.push(Entry {
                job: job.id,
                owner,
                reserved_at: now,
                audio_ms: job.audio_ms,
            });
            let record = Record {
                job: job.clone(),
                at_once: limits.at_once.max(1),
                completed_by: None,
            };
            state.jobs.insert(job.id, record);
        }
        let queued = jobs.iter().map(|job| state.queue_entry(job)).collect();
        Ok(Enqueued::Queued(queued))
    }

    async fn claim(
        &self,
        worker: &str,
        lease: Duration,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, StoreError> {
        let mut state = self.lock();
        let Some(id) = state.due() else {
            return Ok(None);
        };
        state.claims += 1;
        let turn = state.claims;
        let claimed = state.jobs.get_mut(&id).map(|record| {
            let job = &mut record.job;
            job.status = Status::Processing;
            job.attempts += 1;
            job.run += 1;
            job.started_at = Some(now);
            job.lease = Some(Lease {
                worker: worker.to_owned(),
                until: now + lease,
            });
            job.clone()
        });
        if let Some(job) = &claimed {
            state.turns.insert(job.owner, turn);
        }
        Ok(claimed)
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
        let mut state = self.lock();
        let record = match state.held(id, worker) {
            Ok(record) => record,
            Err(hold) => return Ok(hold),
        };
        let permille = Job::permille(progress).max(Job::permille(record.job.progress));
        record.job.progress = f32::from(permille) / 1000.0;
        record.job.stage = Some(stage.to_owned());
        if let Some(held) = &mut record.job.lease {
            held.until = now + lease;
        }
        Ok(Hold::Held)
    }

    async fn complete(
        &self,
        worker: &str,
        track: &Track,
        now: OffsetDateTime,
    ) -> Result<Hold, StoreError> {
        let mut state = self.lock();
        let again = state
            .jobs
            .get(&track.id)
            .is_some_and(|record| record.completed_by.as_deref() == Some(worker));
        if again {
            return Ok(Hold::Held);
        }
        let record = match state.held(track.id, worker) {
            Ok(record) => record,
            Err(hold) => return Ok(hold),
        };
        record.job.status = Status::Completed;
        record.job.progress = 1.0;
        record.job.stage = None;
        record.job.finished_at = Some(now);
        record.job.lease = None;
        record.completed_by = Some(worker.to_owned());
        for entry in state
            .ledger
            .iter_mut()
            .filter(|entry| entry.job == track.id)
        {
            entry.audio_ms = entry.audio_ms.min(track.audio_ms);
        }
        self.tracks.insert(track.clone());
        Ok(Hold::Held)
    }

    async fn fail(
        &self,
        id: Uuid,
        worker: &str,
        failure: &Failure,
        now: OffsetDateTime,
    ) -> Result<Hold, StoreError> {
        let mut state = self.lock();
        if let Err(hold) = state.held(id, worker) {
            return Ok(hold);
        }
        state.fail(id, failure, now);
        Ok(Hold::Held)
    }

    async fn release(&self, id: Uuid, worker: &str) -> Result<Hold, StoreError> {
        let mut state = self.lock();
        let record = match state.held(id, worker) {
            Ok(record) => record,
            Err(hold) => return Ok(hold),
        };
        record.job.attempts = record.job.attempts.saturating_sub(1);
        State::back_to_queue(record);
        Ok(Hold::Held)
    }

    async fn requeue_expired(&self, now: OffsetDateTime) -> Result<Recovered, StoreError> {
        let mut state = self.lock();
        let expired: Vec<Uuid> = state
            .jobs
            .values()
            .filter(|record| record.job.lease.as_ref().is_some_and(|l| l.until <= now))
            .map(|record| record.job.id)
            .collect();
        let mut recovered = Recovered::default();
        for id in expired {
            let Some(record) = state.jobs.get_mut(&id) else {
                continue;
            };
            if record.job.attempts < MAX_ATTEMPTS {
                State::back_to_queue(record);
                recovered.requeued.push(record.job.clone());
            } else {
                state.fail(id, &FailureCode::EngineCrashed.into(), now);
                let failed = state.jobs.get(&id).map(|record| record.job.clone());
                recovered.failed.extend(failed);
            }
        }
        Ok(recovered)
    }

    async fn cancel(
        &self,
        owner: Uuid,
        id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, StoreError> {
        let mut state = self.lock();
        let Some(record) = state.owned(owner, id) else {
            return Ok(None);
        };
        if record.job.status.is_final() {
            return Ok(Some(record.job.clone()));
        }
        record.job.status = Status::Cancelled;
        record.job.finished_at = Some(now);
        record.job.lease = None;
        let job = record.job.clone();
        state.give_back_seconds(id);
        Ok(Some(job))
    }

    async fn delete(&self, owner: Uuid, id: Uuid) -> Result<Option<Task>, StoreError> {
        let mut state = self.lock();
        let Some(record) = state.owned(owner, id) else {
            return Ok(None);
        };
        let job = record.job.clone();
        if !job.status.is_final() {
            state.give_back_seconds(id);
        }
        state.jobs.remove(&id);
        let track = self.tracks.remove(id);
        Ok(Some(Task { job, track }))
    }

    async fn get(&self, owner: Uuid, id: Uuid) -> Result<Option<Task>, StoreError> {
        let mut state = self.lock();
        Ok(state.owned(owner, id).map(|record| self.task(&record.job)))
    }

    async fn list(
        &self,
        owner: Uuid,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page, StoreError> {
        let state = self.lock();
        let mut found: Vec<(Cursor, &Job)> = state
            .jobs
            .values()
            .filter(|record| record.job.owner == owner)
            .map(|record| {
                (
                    Cursor::after(record.job.created_at, record.job.id),
                    &record.job,
                )
            })
            .collect();
        let key = |cursor: &Cursor| std::cmp::Reverse((cursor.created_ms(), cursor.id()));
        found.retain(|(cursor, _)| after.is_none_or(|after| key(cursor) > key(&after)));
        found.sort_by_key(|(cursor, _)| key(cursor));
        let limit = limit.max(1) as usize;
        let next = (found.len() > limit).then(|| found[limit - 1].0);
        let items = found.iter().take(limit).map(|(_, job)| self.task(job));
        Ok(Page {
            items: items.collect(),
            next,
        })
    }

    async fn batch(&self, owner: Uuid, batch: Uuid) -> Result<Vec<Task>, StoreError> {
        let state = self.lock();
        let mut jobs: Vec<&Job> = state
            .jobs
            .values()
            .map(|record| &record.job)
            .filter(|job| job.owner == owner && job.batch == Some(batch))
            .collect();
        jobs.sort_by_key(|job| job.ordinal);
        Ok(jobs.into_iter().map(|job| self.task(job)).collect())
    }

    async fn position(&self, id: Uuid) -> Result<Option<u64>, StoreError> {
        Ok(self.lock().position(id))
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for record in self.lock().jobs.values() {
            *counts.of_mut(record.job.status) += 1;
        }
        Ok(counts)
    }

    async fn usage(&self, owner: Uuid, now: OffsetDateTime) -> Result<Usage, StoreError> {
        Ok(self.lock().usage(owner, now))
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut state = self.lock();
        let before = state.idempotency.len() + state.ledger.len();
        state
            .idempotency
            .retain(|_, remembered| remembered.at > now - IDEMPOTENCY_LIFE);
        state.ledger.retain(|entry| entry.reserved_at > now - day());
        let after = state.idempotency.len() + state.ledger.len();
        Ok((before - after) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::contract::Fixture;

    crate::job_store_contract!({
        let tracks = MemoryTracks::default();
        Fixture::new(MemoryJobs::new(tracks.clone()), tracks)
    });
}
