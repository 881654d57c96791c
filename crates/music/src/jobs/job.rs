use crate::request::{Draft, GenerationRequest};
use crate::tracks::Track;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How often a job may be started before it is given up: a request that kills the process three
/// times would kill it for ever.
pub const MAX_ATTEMPTS: u32 = 3;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Waiting for a worker.
    Queued,
    /// A worker holds it.
    Processing,
    /// Its track is ready.
    Completed,
    /// It was given up; [`Job::failure`] says why.
    Failed,
    /// Its owner stopped it.
    Cancelled,
}

impl Status {
    /// All of them, in the order a job passes through them.
    pub const ALL: &'static [Self] = &[
        Self::Queued,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word in the API and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.id() == id)
    }

    /// Whether nothing will happen to the job any more.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Processing)
    }
}

/// Why a job was given up, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureCode {
    /// The engine said that it can't.
    EngineFailed,
    /// The engine panicked, or took the whole process with it [`MAX_ATTEMPTS`] times.
    EngineCrashed,
    /// The stored request isn't one that this version accepts.
    InvalidRequest,
    /// The file could not be written.
    StorageFailed,
}

impl FailureCode {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::EngineFailed,
        Self::EngineCrashed,
        Self::InvalidRequest,
        Self::StorageFailed,
    ];

    /// The word in the API and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::EngineFailed => "engine_failed",
            Self::EngineCrashed => "engine_crashed",
            Self::InvalidRequest => "invalid_request",
            Self::StorageFailed => "storage_failed",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }

    /// What the owner is told. Causes go to the log: they may name paths and library versions.
    pub fn public_text(self) -> &'static str {
        match self {
            Self::EngineFailed => "The music engine could not make this piece.",
            Self::EngineCrashed => "The music engine stopped unexpectedly while making this piece.",
            Self::InvalidRequest => "This request is not accepted any more; please send it again.",
            Self::StorageFailed => "The finished piece could not be stored.",
        }
    }
}

/// Why a job was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Stable word.
    pub code: FailureCode,
    /// For the owner to read; holds no path, no library's words.
    pub detail: String,
}

impl From<FailureCode> for Failure {
    fn from(code: FailureCode) -> Self {
        Self {
            code,
            detail: code.public_text().to_owned(),
        }
    }
}

/// Who works on a job and until when nobody else may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The worker's name, unique among all processes and starts.
    pub worker: String,
    /// Without a heartbeat by then the job may go to somebody else.
    pub until: OffsetDateTime,
}

/// One generation, from the queue to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Random; also the track's id.
    pub id: Uuid,
    /// Whose it is.
    pub owner: Uuid,
    /// The batch it was queued with.
    pub batch: Option<Uuid>,
    /// Its place among the jobs that were queued with it, from 0.
    pub ordinal: u32,
    /// The request, normalised.
    pub request: Draft,
    /// The seed to use, chosen before queueing, so that a second attempt makes the same piece.
    pub seed: u64,
    /// Engine id.
    pub model: String,
    /// Length asked for, in milliseconds; what the quota is charged with.
    pub audio_ms: u64,
    /// Where it stands.
    pub status: Status,
    /// 0.0 ..= 1.0 in steps of 0.001.
    pub progress: f32,
    /// What the engine is at.
    pub stage: Option<String>,
    /// Starts that count; see [`MAX_ATTEMPTS`].
    pub attempts: u32,
    /// Every start, also those that a shutdown undid. Never falls; makes event ids monotonic.
    pub run: u32,
    /// When it was queued.
    pub created_at: OffsetDateTime,
    /// When the current or last run started.
    pub started_at: Option<OffsetDateTime>,
    /// When it became final.
    pub finished_at: Option<OffsetDateTime>,
    /// Set exactly when `status` is [`Status::Failed`].
    pub failure: Option<Failure>,
    /// Set exactly when `status` is [`Status::Processing`].
    pub lease: Option<Lease>,
}

impl Job {
    /// Progress as stored: whole thousandths, so that every store keeps the same value.
    ///
    /// Rounded, so that a stored value read back is the same again; NaN is 0.
    pub fn permille(progress: f32) -> u16 {
        (progress.clamp(0.0, 1.0) * 1000.0).round() as u16
    }
}

/// A job and, once it is completed, what it made.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The job.
    pub job: Job,
    /// Set exactly when the job is completed.
    pub track: Option<Track>,
}

/// A job to be queued.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Random, never used before.
    pub id: Uuid,
    /// The request, normalised.
    pub request: Draft,
    /// The seed to use.
    pub seed: u64,
    /// Engine id.
    pub model: String,
    /// Length asked for, in milliseconds.
    pub audio_ms: u64,
}

impl NewJob {
    /// A job for a request; the length is charged in milliseconds begun.
    pub fn new(id: Uuid, request: &GenerationRequest, seed: u64, model: &str) -> Self {
        Self {
            id,
            request: request.to_draft(),
            seed,
            model: model.to_owned(),
            audio_ms: (request.duration() * 1000.0).ceil() as u64,
        }
    }

    pub(crate) fn into_job(
        self,
        owner: Uuid,
        batch: Option<Uuid>,
        ordinal: u32,
        now: OffsetDateTime,
    ) -> Job {
        Job {
            id: self.id,
            owner,
            batch,
            ordinal,
            request: self.request,
            seed: self.seed,
            model: self.model,
            audio_ms: self.audio_ms,
            status: Status::Queued,
            progress: 0.0,
            stage: None,
            attempts: 0,
            run: 0,
            created_at: now,
            started_at: None,
            finished_at: None,
            failure: None,
            lease: None,
        }
    }
}

/// How long an idempotency key is remembered.
pub const IDEMPOTENCY_LIFE: Duration = Duration::hours(24);
