mod state;

use self::state::{Entry, Record, Remembered, State};
use super::{
    Counts, Cursor, Enqueued, Failure, FailureCode, Hold, IDEMPOTENCY_LIFE, Job, JobStore, Lease,
    MAX_ATTEMPTS, Order, Page, Recovered, Status, StoreError, Task, Usage, day,
};
use crate::tracks::{MemoryTracks, Track};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Jobs in memory, for tests. Clones share what they hold.
#[derive(Debug, Clone, Default)]
pub struct MemoryJobs {
    state: Arc<Mutex<State>>,
    tracks: MemoryTracks,
}

impl MemoryJobs {
    /// An empty store whose finished tracks appear in `tracks`.
    pub fn new(tracks: MemoryTracks) -> Self {
        Self {
            state: Arc::default(),
            tracks,
        }
    }

    /// Makes the next verbs, this many, answer [`StoreError::Unavailable`] and do nothing.
    pub fn be_away_for(&self, verbs: u32) {
        self.state().away_for = verbs;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let mut state = self.state();
        if state.away_for > 0 {
            state.away_for -= 1;
            return Err(StoreError::Unavailable("away for a test".to_owned()));
        }
        Ok(state)
    }

    fn task(&self, job: &Job) -> Task {
        Task {
            job: job.clone(),
            track: self.tracks.get(job.id),
        }
    }
}

impl JobStore for MemoryJobs {
    async fn enqueue(&self, order: Order, now: OffsetDateTime) -> Result<Enqueued, StoreError> {
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
        if let Err(hold) = state.held(id, worker) {
            return Ok(hold);
        }
        state.fail(id, failure, now);
        Ok(Hold::Held)
    }

    async fn release(&self, id: Uuid, worker: &str) -> Result<Hold, StoreError> {
        let mut state = self.lock()?;
        let record = match state.held(id, worker) {
            Ok(record) => record,
            Err(hold) => return Ok(hold),
        };
        record.job.attempts = record.job.attempts.saturating_sub(1);
        State::back_to_queue(record);
        Ok(Hold::Held)
    }

    async fn requeue_expired(&self, now: OffsetDateTime) -> Result<Recovered, StoreError> {
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
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
        let mut state = self.lock()?;
        Ok(state.owned(owner, id).map(|record| self.task(&record.job)))
    }

    async fn list(
        &self,
        owner: Uuid,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page, StoreError> {
        let state = self.lock()?;
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
        let state = self.lock()?;
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
        Ok(self.lock()?.position(id))
    }

    async fn has_track(&self, id: Uuid) -> Result<bool, StoreError> {
        Ok(self.tracks.get(id).is_some())
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for record in self.lock()?.jobs.values() {
            *counts.of_mut(record.job.status) += 1;
        }
        Ok(counts)
    }

    async fn usage(&self, owner: Uuid, now: OffsetDateTime) -> Result<Usage, StoreError> {
        Ok(self.lock()?.usage(owner, now))
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut state = self.lock()?;
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
