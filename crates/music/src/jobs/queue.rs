use super::running::Running;
use super::{
    Enqueued, Events, Job, JobStore, Order, ProgressEvent, ProgressHub, Status, StoreError, Task,
};
use crate::tracks::Files;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;
use uuid::Uuid;

/// The queue as the rest of the program uses it: the store, and what has to happen around it in
/// this process. Clones share everything.
#[derive(Debug)]
pub struct Queue<S> {
    pub(crate) shared: Arc<Shared<S>>,
}

impl<S> Clone for Queue<S> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Shared<S> {
    pub(crate) store: S,
    pub(crate) files: Files,
    pub(crate) hub: ProgressHub,
    /// Rings when a job may have become due.
    pub(crate) due: Notify,
    running: Mutex<HashMap<Uuid, Arc<Running>>>,
}

/// Why a task could not be deleted, or not wholly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeleteError {
    /// Nothing was deleted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task is gone, its file is not; sweeping the folder will remove it.
    #[error("the file of a deleted task could not be removed: {0}")]
    File(#[from] io::Error),
}

impl<S: JobStore> Queue<S> {
    /// Joins a store and the folder of finished tracks.
    pub fn new(store: S, files: Files) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                files,
                hub: ProgressHub::new(),
                due: Notify::new(),
                running: Mutex::default(),
            }),
        }
    }

    /// The store, for reading. Change jobs by the verbs of this type: they also reach the workers.
    pub fn store(&self) -> &S {
        &self.shared.store
    }

    /// The folder of finished tracks.
    pub fn files(&self) -> &Files {
        &self.shared.files
    }

    /// Queues an order and wakes a worker. Once this has answered, the jobs survive a crash.
    pub async fn enqueue(&self, order: Order, now: OffsetDateTime) -> Result<Enqueued, StoreError> {
        let answer = self.shared.store.enqueue(order, now).await?;
        if matches!(answer, Enqueued::Queued(_)) {
            self.shared.due.notify_waiters();
        }
        Ok(answer)
    }

    /// Cancels a job and stops its worker; `None` when `owner` has no such job.
    pub async fn cancel(
        &self,
        owner: Uuid,
        id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, StoreError> {
        let job = self.shared.store.cancel(owner, id, now).await?;
        if let Some(job) = &job {
            self.shared.announce(job);
            if job.status == Status::Cancelled {
                self.shared.stop(id);
            }
        }
        Ok(job)
    }

    /// Deletes a job with its track and file, stopping its worker; `None` when `owner` has no such
    /// job.
    pub async fn delete(&self, owner: Uuid, id: Uuid) -> Result<Option<Task>, DeleteError> {
        let Some(task) = self.shared.store.delete(owner, id).await? else {
            return Ok(None);
        };
        self.shared.stop(id);
        if !task.job.status.is_final() {
            self.shared.announce(&Job {
                status: Status::Cancelled,
                ..task.job.clone()
            });
        }
        if let Some(track) = &task.track {
            self.shared.files.remove(id, track.format)?;
        }
        Ok(Some(task))
    }

    /// Removes what a crash left in the folder: unfinished files, and finished ones that no row
    /// knows. Says how many.
    ///
    /// Only what is older than `age` is touched, since a younger file may be another node's, or a
    /// process's that is being replaced; an hour is longer than any piece takes to make.
    ///
    /// # Errors
    ///
    /// The folder can't be read, or the store is away; what was removed until then is gone.
    pub async fn sweep_files(&self, age: Duration, now: OffsetDateTime) -> io::Result<u64> {
        let files = self.shared.files.clone();
        let found = tokio::task::spawn_blocking(move || files.leftovers(age, now))
            .await
            .map_err(io::Error::other)??;
        let mut removed = 0;
        for leftover in found {
            let known = self.shared.store.has_track(leftover.id).await;
            if !(leftover.finished && known.map_err(io::Error::other)?) {
                tokio::fs::remove_file(&leftover.path).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Watches a job. Read its state from the store afterwards: that is the first event.
    pub fn watch(&self, id: Uuid) -> Events {
        self.shared.hub.subscribe(id)
    }
}

impl<S> Shared<S> {
    pub(crate) fn announce(&self, job: &Job) {
        if self.hub.is_watched(job.id) {
            self.hub.publish(job.id, ProgressEvent::of(job));
        }
    }

    /// Makes a run stoppable as long as the answer lives.
    pub(crate) fn register(self: &Arc<Self>, running: &Arc<Running>) -> Registered<S> {
        self.lock().insert(running.id(), Arc::clone(running));
        Registered {
            shared: Arc::clone(self),
            running: Arc::clone(running),
        }
    }

    fn stop(&self, id: Uuid) {
        if let Some(running) = self.lock().get(&id) {
            running.stop();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run's entry. When a slot is dropped in the middle of a run, so is the run.
pub(crate) struct Registered<S> {
    shared: Arc<Shared<S>>,
    running: Arc<Running>,
}

impl<S> Drop for Registered<S> {
    fn drop(&mut self) {
        self.running.stop();
        let mut all = self.shared.lock();
        // A later run of the same job may have taken the place.
        if all
            .get(&self.running.id())
            .is_some_and(|registered| Arc::ptr_eq(registered, &self.running))
        {
            all.remove(&self.running.id());
        }
    }
}
