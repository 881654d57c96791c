//! One worker slot: claim, render on a thread, write the end down, again.

use super::queue::Shared;
use super::running::{Reporter, Running};
use super::worker::{Clock, Options};
use super::{Failure, FailureCode, Hold, Job, JobStore, Status, StoreError};
use crate::engine::Engine;
use crate::engines::{ProduceError, Produced, produce};
use crate::formats::FormatError;
use crate::request::GenerationRequest;
use crate::tracks::{Files, Track};
use std::io::{self, BufWriter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// How often a lease is renewed and progress written. Cancelling on another node is heard of this
/// late, which with the engine's 100 ms keeps within a second.
const BEAT: Duration = Duration::from_millis(500);
/// Waits before writing an end down again. After the last, the lease decides.
const AGAIN: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(800),
    Duration::from_millis(1500),
];
/// What an integrated loudness of "nothing" is stored as: the gate of ITU-R BS.1770.
const SILENCE: f64 = -70.0;

struct Assignment {
    running: Arc<Running>,
    request: GenerationRequest,
    seed: u64,
    done: oneshot::Sender<Outcome>,
}

enum Outcome {
    /// The file is in its place.
    Made(Box<Produced>),
    Stopped,
    Failed(FailureCode, String),
}

pub(crate) struct Slot<S> {
    shared: Arc<Shared<S>>,
    engine: Arc<dyn Engine>,
    clock: Clock,
    options: Options,
    name: String,
    thread: mpsc::Sender<Assignment>,
    stopping: watch::Receiver<bool>,
    /// The engine didn't stop when told to: its thread is no use any more.
    stuck: bool,
}

impl<S: JobStore> Slot<S> {
    pub(crate) fn new(
        shared: Arc<Shared<S>>,
        engine: Arc<dyn Engine>,
        clock: Clock,
        options: Options,
        number: usize,
        stopping: watch::Receiver<bool>,
    ) -> io::Result<Self> {
        let thread = start_thread(number, Arc::clone(&engine), shared.files.clone())?;
        Ok(Self {
            name: format!("{}/{number}", options.name),
            shared,
            engine,
            clock,
            options,
            thread,
            stopping,
            stuck: false,
        })
    }

    pub(crate) async fn run(mut self) {
        while !*self.stopping.borrow() && !self.stuck {
            // Listening starts before asking, so that a job queued in between still rings.
            let shared = Arc::clone(&self.shared);
            let due = shared.due.notified();
            tokio::pin!(due);
            due.as_mut().enable();
            match shared
                .store
                .claim(&self.name, self.lease(), (self.clock)())
                .await
            {
                Ok(Some(job)) => {
                    self.work(job).await;
                    // The owner may run another job now.
                    self.shared.due.notify_waiters();
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "no job could be claimed"),
            }
            tokio::select! {
                () = due => {}
                () = tokio::time::sleep(self.options.poll) => {}
                () = told(&mut self.stopping) => {}
            }
        }
    }

    async fn work(&mut self, job: Job) {
        let running = Arc::new(Running::new(&job, self.shared.hub.clone()));
        let _registered = self.shared.register(&running);
        self.shared.announce(&job);
        let outcome = match GenerationRequest::new(job.request.clone()) {
            Ok(request) => self.render(&job, &running, request).await,
            Err(errors) => Outcome::Failed(FailureCode::InvalidRequest, format!("{errors:?}")),
        };
        match outcome {
            Outcome::Made(produced) => self.complete(job, &produced).await,
            Outcome::Stopped if running.is_stopped() => self.release(job).await,
            Outcome::Stopped => {
                let cause = "stopped without being told to".to_owned();
                self.fail(job, FailureCode::EngineFailed, &cause).await;
            }
            Outcome::Failed(code, cause) => self.fail(job, code, &cause).await,
        }
    }

    /// Has the thread make the file, keeping the lease alive meanwhile.
    async fn render(
        &mut self,
        job: &Job,
        running: &Arc<Running>,
        request: GenerationRequest,
    ) -> Outcome {
        let (done, mut outcome) = oneshot::channel();
        let assignment = Assignment {
            running: Arc::clone(running),
            request,
            seed: job.seed,
            done,
        };
        if self.thread.send(assignment).is_err() {
            self.stuck = true;
            return Outcome::Failed(FailureCode::EngineCrashed, "its thread is gone".to_owned());
        }
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut stopping = self.stopping.clone();
        let mut leaving = false;
        loop {
            tokio::select! {
                biased;
                made = &mut outcome => return made.unwrap_or_else(|_| {
                    Outcome::Failed(FailureCode::EngineCrashed, "its thread ended".to_owned())
                }),
                () = told(&mut stopping), if !leaving => {
                    running.stop();
                    leaving = true;
                }
                () = tokio::time::sleep(self.options.patience), if leaving => {
                    tracing::error!(job = %job.id, "the engine did not stop in time and is left behind");
                    self.stuck = true;
                    return Outcome::Stopped;
                }
                _ = beat.tick(), if !leaving => self.beat(job, running).await,
            }
        }
    }

    async fn beat(&self, job: &Job, running: &Running) {
        let (progress, stage) = running.at();
        let store = &self.shared.store;
        let now = (self.clock)();
        match store
            .heartbeat(job.id, &self.name, progress, stage, self.lease(), now)
            .await
        {
            Ok(Hold::Held) => {}
            Ok(Hold::Cancelled | Hold::Lost) => running.stop(),
            // The engine goes on: if the lease runs out, completing will be refused.
            Err(error) => tracing::warn!(job = %job.id, %error, "a lease could not be renewed"),
        }
    }

    async fn complete(&self, job: Job, produced: &Produced) {
        let track = self.track(&job, produced);
        let now = track.created_at;
        let store = &self.shared.store;
        let hold = self
            .persist(&job, || store.complete(&self.name, &track, now))
            .await;
        match hold {
            Some(Hold::Held) => self.end(job, Status::Completed, 1.0),
            Some(Hold::Cancelled | Hold::Lost) => self.discard(&job, &track).await,
            None => {}
        }
    }

    /// Removes a file that nobody is going to have.
    async fn discard(&self, job: &Job, track: &Track) {
        let wanted = match self.shared.store.get(job.owner, job.id).await {
            // Another worker makes the same file under the same name.
            Ok(Some(task)) => !matches!(task.job.status, Status::Cancelled | Status::Failed),
            Ok(None) => false,
            Err(_) => true,
        };
        if !wanted && let Err(error) = self.shared.files.remove(job.id, track.format) {
            tracing::warn!(job = %job.id, %error, "the file of a cancelled job could not be removed");
        }
    }

    async fn fail(&self, job: Job, code: FailureCode, cause: &str) {
        tracing::error!(job = %job.id, code = code.id(), cause, "a generation failed");
        let failure = Failure::from(code);
        let now = (self.clock)();
        let store = &self.shared.store;
        let hold = self
            .persist(&job, || store.fail(job.id, &self.name, &failure, now))
            .await;
        if hold == Some(Hold::Held) {
            let progress = job.progress;
            self.end(job, Status::Failed, progress);
        }
    }

    /// Puts the job back if it is still ours; a cancelled or deleted one is left as it is.
    async fn release(&self, job: Job) {
        let store = &self.shared.store;
        let hold = self
            .persist(&job, || store.release(job.id, &self.name))
            .await;
        if hold == Some(Hold::Held) {
            self.end(job, Status::Queued, 0.0);
        }
    }

    /// Repeats a verb while the store is away; `None` leaves the job to its lease.
    async fn persist<F>(&self, job: &Job, verb: impl Fn() -> F + Send) -> Option<Hold>
    where
        F: Future<Output = Result<Hold, StoreError>> + Send,
    {
        let mut waits = AGAIN.iter();
        loop {
            match verb().await {
                Ok(hold) => return Some(hold),
                Err(error) => {
                    let Some(wait) = waits.next() else {
                        tracing::error!(job = %job.id, %error, "the end of a job could not be stored; it will run again");
                        return None;
                    };
                    tokio::time::sleep(*wait).await;
                }
            }
        }
    }

    fn end(&self, job: Job, status: Status, progress: f32) {
        self.shared.announce(&Job {
            status,
            progress,
            stage: None,
            ..job
        });
    }

    fn track(&self, job: &Job, produced: &Produced) -> Track {
        let engine = self.engine.describe();
        let finite = |value: f64| if value.is_finite() { value } else { SILENCE };
        Track {
            id: job.id,
            owner: job.owner,
            format: produced.format,
            bytes: produced.bytes,
            sha256: unhex(&produced.sha256),
            audio_ms: (produced.seconds * 1000.0).round() as u64,
            sample_rate: produced.sample_rate,
            lufs: finite(produced.lufs),
            true_peak_db: finite(produced.true_peak_db),
            engine: engine.id.to_owned(),
            engine_version: engine.version.to_owned(),
            seed: job.seed,
            summary: produced.summary.clone(),
            created_at: (self.clock)(),
        }
    }

    fn lease(&self) -> time::Duration {
        time::Duration::try_from(self.options.lease).unwrap_or(time::Duration::MINUTE)
    }
}

/// Waits until the workers are told to stop, or are dropped.
pub(crate) async fn told(stopping: &mut watch::Receiver<bool>) {
    // An error means that nobody is left who could say it.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// The thread ends when its slot drops the sender.
fn start_thread(
    number: usize,
    engine: Arc<dyn Engine>,
    files: Files,
) -> io::Result<mpsc::Sender<Assignment>> {
    let (sender, assignments) = mpsc::channel::<Assignment>();
    thread::Builder::new()
        .name(format!("engine-{number}"))
        .spawn(move || {
            for assignment in assignments {
                let made = catch_unwind(AssertUnwindSafe(|| make(&*engine, &files, &assignment)));
                let outcome = made.unwrap_or_else(|panic| {
                    Outcome::Failed(FailureCode::EngineCrashed, panic_text(&*panic))
                });
                // Nobody waits when the slot has given this thread up.
                let _ = assignment.done.send(outcome);
            }
        })?;
    Ok(sender)
}

fn make(engine: &dyn Engine, files: &Files, assignment: &Assignment) -> Outcome {
    let running = &*assignment.running;
    let request = &assignment.request;
    let storage = |error: io::Error| Outcome::Failed(FailureCode::StorageFailed, error.to_string());
    let mut part = match files.start(running.id(), running.run(), request.format()) {
        Ok(part) => part,
        Err(error) => return storage(error),
    };
    let mut out = BufWriter::new(part.file());
    let made = produce(
        engine,
        request,
        assignment.seed,
        &mut out,
        &mut Reporter(running),
    );
    let flushed = out
        .into_inner()
        .map(drop)
        .map_err(io::IntoInnerError::into_error);
    match made {
        _ if running.is_stopped() => Outcome::Stopped,
        Ok(produced) => match flushed.and_then(|()| part.publish()) {
            Ok(()) => Outcome::Made(Box::new(produced)),
            Err(error) => storage(error),
        },
        Err(ProduceError::Cancelled) => Outcome::Stopped,
        Err(ProduceError::Format(FormatError::Io(error))) => storage(error),
        Err(error) => Outcome::Failed(FailureCode::EngineFailed, error.to_string()),
    }
}

/// Reads lower-case hex; what is no digit counts as 0, which no file's hash will equal.
fn unhex(text: &str) -> [u8; 32] {
    let digit = |at: usize| {
        let letter = text.as_bytes().get(at).copied().map(char::from);
        letter.and_then(|letter| letter.to_digit(16)).unwrap_or(0) as u8
    };
    std::array::from_fn(|n| digit(2 * n) << 4 | digit(2 * n + 1))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!(
        "panicked: {}",
        text.unwrap_or("with a value that is no text")
    )
}
