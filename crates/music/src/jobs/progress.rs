//! Who watches a job hears of its progress at once.
//!
//! 1. An event's id follows from the job's state alone, and grows with it: runs of a job are
//!    counted in the store and never fall, so ids go on growing across restarts and are the same on
//!    every node. `Last-Event-ID` needs no memory of what was sent: whatever state has a greater id
//!    is news.
//! 2. Only the latest event of a job is kept, and only while somebody watches: memory is bounded by
//!    the number of watchers, and a slow one skips states instead of holding them up.
//! 3. Watch first, then read the job from the store, then wait: nothing falls between.
//!
//! The hub knows what happens in this process. A job that another node renders is seen by reading
//! the store again from time to time.

use super::{Job, Status};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use uuid::Uuid;

/// Ids of one run: 0 is unused, 1 ..= 1001 while it runs, then back in the queue, then final.
const IDS_PER_RUN: u64 = 4096;
const ID_QUEUED: u64 = 2000;
const ID_FINAL: u64 = IDS_PER_RUN - 1;

/// A state of a job that a watcher can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressEvent {
    /// Grows with every state of the job; fits a JSON number and a `Last-Event-ID`.
    pub id: u64,
    /// Where the job stands.
    pub status: Status,
    /// What the engine is at.
    pub stage: Option<String>,
    /// 0.0 ..= 1.0 in steps of 0.001.
    pub progress: f32,
}

impl ProgressEvent {
    /// The event that stands for a job's state.
    pub fn of(job: &Job) -> Self {
        let within = match job.status {
            Status::Processing => 1 + u64::from(Job::permille(job.progress)),
            Status::Queued => ID_QUEUED,
            Status::Completed | Status::Failed | Status::Cancelled => ID_FINAL,
        };
        Self {
            id: u64::from(job.run) * IDS_PER_RUN + within,
            status: job.status,
            stage: job.stage.clone(),
            progress: job.progress,
        }
    }

    pub(crate) fn running(run: u32, permille: u16, stage: &str) -> Self {
        Self {
            id: u64::from(run) * IDS_PER_RUN + 1 + u64::from(permille),
            status: Status::Processing,
            stage: Some(stage.to_owned()),
            progress: f32::from(permille) / 1000.0,
        }
    }

    /// Whether somebody who has seen `before` would want to see this: it is later, or it is as far
    /// with another stage.
    pub fn is_news_after(&self, before: &Self) -> bool {
        self.id > before.id || (self.id == before.id && self.stage != before.stage)
    }
}

type Watched = Mutex<HashMap<Uuid, watch::Sender<Option<ProgressEvent>>>>;

/// Passes progress from workers to watchers. Clones share what they hold.
#[derive(Debug, Clone, Default)]
pub struct ProgressHub {
    watched: Arc<Watched>,
}

impl ProgressHub {
    /// A hub that nobody watches.
    pub fn new() -> Self {
        Self::default()
    }

    /// Watches a job from now on. Read its state from the store afterwards: that is the first event.
    pub fn subscribe(&self, id: Uuid) -> Events {
        let mut watched = lock(&self.watched);
        let sender = watched
            .entry(id)
            .or_insert_with(|| watch::Sender::new(None));
        Events {
            id,
            receiver: Some(sender.subscribe()),
            watched: Arc::clone(&self.watched),
        }
    }

    /// Tells the watchers of a job; cheap when there are none. Late news is dropped.
    pub fn publish(&self, id: Uuid, event: ProgressEvent) {
        if let Some(sender) = lock(&self.watched).get(&id) {
            sender.send_if_modified(|latest| {
                let news = latest
                    .as_ref()
                    .is_none_or(|before| event.is_news_after(before));
                if news {
                    *latest = Some(event);
                }
                news
            });
        }
    }

    /// How many jobs are watched.
    pub fn watched(&self) -> usize {
        lock(&self.watched).len()
    }

    pub(crate) fn is_watched(&self, id: Uuid) -> bool {
        lock(&self.watched).contains_key(&id)
    }
}

/// The news of one job.
#[derive(Debug)]
pub struct Events {
    id: Uuid,
    // Taken out only by `drop`.
    receiver: Option<watch::Receiver<Option<ProgressEvent>>>,
    watched: Arc<Watched>,
}

impl Events {
    /// Waits for the next event; states that were overtaken meanwhile are skipped.
    ///
    /// Dropping the future loses nothing. Stop after a final status: nothing comes any more.
    pub async fn next(&mut self) -> Option<ProgressEvent> {
        let receiver = self.receiver.as_mut()?;
        loop {
            receiver.changed().await.ok()?;
            if let Some(event) = receiver.borrow_and_update().clone() {
                return Some(event);
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut watched = lock(&self.watched);
        drop(self.receiver.take());
        if watched
            .get(&self.id)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            watched.remove(&self.id);
        }
    }
}

// A panic can't leave the map half changed: every change is one call.
fn lock(watched: &Watched) -> MutexGuard<'_, HashMap<Uuid, watch::Sender<Option<ProgressEvent>>>> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::NewJob;
    use crate::request::Draft;
    use time::OffsetDateTime;

    fn job() -> Job {
        NewJob {
            id: Uuid::from_u128(1),
            request: Draft::default(),
            seed: 1,
            model: "builtin".to_owned(),
            audio_ms: 1000,
        }
        .into_job(Uuid::from_u128(2), None, 0, OffsetDateTime::UNIX_EPOCH)
    }

    #[test]
    fn ids_grow_through_a_whole_life() {
        let queued = job();
        let at = |run, status, progress| {
            ProgressEvent::of(&Job {
                status,
                progress,
                run,
                ..queued.clone()
            })
            .id
        };
        let life = [
            at(0, Status::Queued, 0.0),
            at(1, Status::Processing, 0.0),
            at(1, Status::Processing, 0.5),
            at(1, Status::Processing, 1.0),
            // A shutdown, or a lost lease, puts it back.
            at(1, Status::Queued, 0.0),
            at(2, Status::Processing, 0.0),
            at(2, Status::Processing, 0.001),
            at(2, Status::Completed, 1.0),
        ];
        assert!(life.is_sorted_by(|a, b| a < b), "{life:?}");
        assert!(at(0, Status::Cancelled, 0.0) > life[0]);
        assert_eq!(ProgressEvent::running(1, 500, "mixing").id, life[2]);
        // Past 2^53 a JSON number would lose ids.
        assert!(at(u32::MAX, Status::Failed, 1.0) < 1 << 53);
    }

    #[test]
    fn progress_out_of_range_stays_within_the_run() {
        for (progress, expected) in [
            (f32::NAN, 0),
            (-1.0, 0),
            (0.4994, 499),
            (0.4996, 500),
            (2.0, 1000),
            (f32::INFINITY, 1000),
        ] {
            assert_eq!(Job::permille(progress), expected, "{progress}");
        }
    }

    #[tokio::test]
    async fn the_latest_state_reaches_every_watcher_and_late_news_is_dropped() {
        let hub = ProgressHub::new();
        let id = Uuid::from_u128(1);
        hub.publish(id, ProgressEvent::running(1, 1, "composing"));
        let (mut one, mut two) = (hub.subscribe(id), hub.subscribe(id));
        hub.publish(id, ProgressEvent::running(1, 300, "composing"));
        hub.publish(id, ProgressEvent::running(1, 200, "composing"));
        hub.publish(id, ProgressEvent::running(1, 300, "rendering"));
        for events in [&mut one, &mut two] {
            let event = events.next().await.unwrap();
            assert_eq!(
                (event.progress, event.stage.as_deref()),
                (0.3, Some("rendering"))
            );
        }
        assert_eq!(hub.watched(), 1);
        drop(one);
        assert_eq!(hub.watched(), 1);
        drop(two);
        assert_eq!(hub.watched(), 0);
    }
}
