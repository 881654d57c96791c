//! Workers against the store in memory, with engines that misbehave on request.

mod stopping;

use super::contract::{ALICE, AMPLE, BOB, at};
use super::*;
use crate::audio::{Audio, Loudness};
use crate::engine::{Control, Engine, EngineError, EngineInfo, Flow, PlanSummary, Rendered};
use crate::request::{Draft, GenerationRequest};
use crate::tracks::{Files, MemoryTracks, Track, TrackStore};
use crate::vocabulary::Format;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use time::OffsetDateTime;
use uuid::Uuid;

/// Does what the prompt says.
#[derive(Default)]
struct Puppet {
    stopped: AtomicUsize,
    threads: Mutex<Vec<String>>,
}

impl Puppet {
    /// Pretends to work until told to stop.
    fn work(&self, control: &mut dyn Control) -> EngineError {
        let mut done = 0.0;
        while control.step("rendering", done) == Flow::Continue {
            done = (done + 0.001_f32).min(0.9);
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stopped.fetch_add(1, Ordering::SeqCst);
        EngineError::Cancelled
    }
}

impl Engine for Puppet {
    fn describe(&self) -> EngineInfo {
        EngineInfo {
            id: "puppet",
            name: "Puppet",
            version: "7",
            licence: "MIT",
            max_seconds: 600.0,
        }
    }

    fn render(
        &self,
        request: &GenerationRequest,
        seed: u64,
        control: &mut dyn Control,
    ) -> Result<Rendered, EngineError> {
        let name = std::thread::current()
            .name()
            .unwrap_or("unnamed")
            .to_owned();
        self.threads.lock().unwrap().push(name);
        control.step("composing", 0.1);
        match request.prompt() {
            "work for ever" => return Err(self.work(control)),
            "be deaf" => std::thread::sleep(Duration::from_millis(1500)),
            "panic" => panic!("a string snapped"),
            "fail" => return Err(EngineError::Failed("/secret/path is missing".to_owned())),
            "give up" => return Err(EngineError::Cancelled),
            _ => {}
        }
        control.step("mixing", 0.9);
        let samples = (request.duration() * f64::from(request.sample_rate())) as usize;
        let tone: Vec<f32> = (0..samples)
            .map(|n| 0.2 * (n as f32 * 0.05 + seed as f32).sin())
            .collect();
        Ok(Rendered {
            audio: Audio {
                sample_rate: request.sample_rate(),
                left: tone.clone(),
                right: tone,
            },
            loudness: Loudness {
                lufs: -17.0,
                true_peak_db: -14.0,
            },
            summary: PlanSummary {
                title: "Strings".to_owned(),
                ..crate::tracks::contract::track().summary
            },
        })
    }
}

struct Stage {
    queue: Queue<MemoryJobs>,
    tracks: MemoryTracks,
    puppet: Arc<Puppet>,
    seconds: Arc<AtomicU64>,
    next: AtomicU64,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tracks = MemoryTracks::default();
        let files = Files::open(folder.path().join("tracks")).unwrap();
        Self {
            queue: Queue::new(MemoryJobs::new(tracks.clone()), files),
            tracks,
            puppet: Arc::default(),
            seconds: Arc::default(),
            next: AtomicU64::new(1),
            folder,
        }
    }

    fn start(&self, count: usize) -> Workers {
        let seconds = Arc::clone(&self.seconds);
        let clock: Clock = Arc::new(move || at(seconds.load(Ordering::SeqCst) as i64));
        let options = Options {
            count,
            poll: Duration::from_millis(50),
            lease: Duration::from_secs(3),
            patience: Duration::from_millis(400),
            ..Options::named("test")
        };
        let engine: Arc<dyn Engine> = self.puppet.clone();
        Workers::start(&self.queue, &engine, &clock, &options).unwrap()
    }

    fn job(&self, prompt: &str) -> NewJob {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let request = GenerationRequest::new(Draft {
            prompt: prompt.to_owned(),
            duration: Some(1.0),
            ..Draft::default()
        })
        .unwrap();
        NewJob::new(Uuid::from_u128(number.into()), &request, number, "puppet")
    }

    async fn queue_new(&self, owner: Uuid, job: NewJob) -> (Uuid, Events) {
        let id = job.id;
        let events = self.queue.watch(id);
        let order = Order::single(owner, job, AMPLE);
        contract::queued(self.queue.enqueue(order, at(0)).await.unwrap());
        (id, events)
    }

    async fn order(&self, prompt: &str) -> (Uuid, Events) {
        self.queue_new(ALICE, self.job(prompt)).await
    }

    async fn stored(&self, id: Uuid) -> Job {
        self.queue
            .store()
            .get(ALICE, id)
            .await
            .unwrap()
            .unwrap()
            .job
    }

    fn file_names(&self) -> Vec<String> {
        names(&self.folder.path().join("tracks"))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Follows a job until `last` is true of an event.
async fn follow(events: &mut Events, last: impl Fn(&ProgressEvent) -> bool) -> Vec<ProgressEvent> {
    let mut seen = Vec::new();
    let done = tokio::time::timeout(Duration::from_secs(20), async {
        while let Some(event) = events.next().await {
            seen.push(event);
            if seen.last().is_some_and(&last) {
                return;
            }
        }
    });
    assert!(done.await.is_ok(), "nothing more came after {seen:?}");
    assert!(seen.is_sorted_by(|a, b| a.id <= b.id), "{seen:?}");
    seen
}

async fn end(events: &mut Events) -> Status {
    let seen = follow(events, |event| event.status.is_final()).await;
    seen.last().unwrap().status
}

async fn until_rendering(events: &mut Events) {
    let rendering = |event: &ProgressEvent| event.stage.as_deref() == Some("rendering");
    follow(events, rendering).await;
}

/// Waits until the engine has been stopped; cancelling is an event before that.
async fn until_idle(stage: &Stage, within: Duration) {
    let idle = tokio::time::timeout(within, async {
        while stage.puppet.stopped.load(Ordering::SeqCst) == 0 || !stage.file_names().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(idle.await.is_ok(), "{:?}", stage.file_names());
}

#[tokio::test]
async fn a_job_becomes_a_track() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("a tune").await;
    assert_eq!(end(&mut events).await, Status::Completed);
    let track = stage.tracks.find(ALICE, id).await.unwrap().unwrap();
    let (file, bytes) = stage.queue.files().read(id, Format::Wav).unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let expected = Track {
        id,
        owner: ALICE,
        bytes,
        audio_ms: 1000,
        engine: "puppet".to_owned(),
        engine_version: "7".to_owned(),
        seed: 1,
        ..track.clone()
    };
    assert_eq!(track, expected);
    assert_eq!(track.summary.title, "Strings");
    let hash = aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        &std::fs::read(stage.queue.files().path(id, Format::Wav)).unwrap(),
    );
    assert_eq!(track.sha256, hash.as_ref());
    assert_eq!(stage.file_names(), [format!("{id}.wav")]);
    assert_eq!(*stage.puppet.threads.lock().unwrap(), ["engine-0"]);
    workers.stop().await;
    stage.queue.delete(ALICE, id).await.unwrap().unwrap();
    assert!(stage.file_names().is_empty());
}

#[tokio::test]
async fn cancelling_stops_the_engine_within_a_second_and_leaves_nothing() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("work for ever").await;
    until_rendering(&mut events).await;
    stage.queue.cancel(ALICE, id, at(1)).await.unwrap().unwrap();
    assert_eq!(end(&mut events).await, Status::Cancelled);
    until_idle(&stage, Duration::from_secs(1)).await;
    let (_, mut next) = stage.order("a tune").await;
    assert_eq!(end(&mut next).await, Status::Completed);
    assert_eq!(stage.stored(id).await.status, Status::Cancelled);
    workers.stop().await;
}

#[tokio::test]
async fn cancelling_on_another_node_is_heard_within_a_second() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("work for ever").await;
    until_rendering(&mut events).await;
    stage
        .queue
        .store()
        .cancel(ALICE, id, at(1))
        .await
        .unwrap()
        .unwrap();
    until_idle(&stage, Duration::from_secs(1)).await;
    workers.stop().await;
}

#[tokio::test]
async fn deleting_a_running_job_leaves_nothing() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("work for ever").await;
    until_rendering(&mut events).await;
    stage.queue.delete(ALICE, id).await.unwrap().unwrap();
    assert_eq!(end(&mut events).await, Status::Cancelled);
    until_idle(&stage, Duration::from_secs(1)).await;
    workers.stop().await;
}

#[tokio::test]
async fn a_failing_engine_fails_one_job_and_says_nothing_inward() {
    let stage = Stage::new();
    let workers = stage.start(1);
    for (prompt, code) in [
        ("panic", FailureCode::EngineCrashed),
        ("fail", FailureCode::EngineFailed),
        ("give up", FailureCode::EngineFailed),
    ] {
        let (id, mut events) = stage.order(prompt).await;
        assert_eq!(end(&mut events).await, Status::Failed, "{prompt}");
        let failure = stage.stored(id).await.failure.unwrap();
        assert_eq!(failure, code.into(), "{prompt}");
        assert!(stage.file_names().is_empty(), "{prompt}");
    }
    let (_, mut events) = stage.order("a tune").await;
    assert_eq!(end(&mut events).await, Status::Completed);
    workers.stop().await;
}

#[tokio::test]
async fn a_stored_request_that_is_no_longer_accepted_fails() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let mut job = stage.job("a tune");
    job.request.genre = Some("polka from an older version".to_owned());
    let (id, mut events) = stage.queue_new(ALICE, job).await;
    assert_eq!(end(&mut events).await, Status::Failed);
    let failure = stage.stored(id).await.failure.unwrap();
    assert_eq!(failure.code, FailureCode::InvalidRequest);
    workers.stop().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_fails_the_job() {
    let stage = Stage::new();
    let workers = stage.start(1);
    std::fs::remove_dir(stage.folder.path().join("tracks")).unwrap();
    let (id, mut events) = stage.order("a tune").await;
    assert_eq!(end(&mut events).await, Status::Failed);
    let failure = stage.stored(id).await.failure.unwrap();
    assert_eq!(failure, FailureCode::StorageFailed.into());
    workers.stop().await;
}

#[tokio::test]
async fn many_slots_make_every_job_once() {
    let stage = Stage::new();
    let workers = stage.start(3);
    let mut waiting = Vec::new();
    for number in 0..12 {
        let owner = [ALICE, BOB][number % 2];
        waiting.push(stage.queue_new(owner, stage.job("a tune")).await);
    }
    for (_, events) in &mut waiting {
        assert_eq!(end(events).await, Status::Completed);
    }
    workers.stop().await;
    assert_eq!(stage.puppet.threads.lock().unwrap().len(), 12);
    assert_eq!(stage.queue.store().counts().await.unwrap().completed, 12);
    assert_eq!(stage.file_names().len(), 12);
}
