//! Generation: queueing, looking, cancelling, deleting.

use super::generation_body::DraftBody;
use super::idempotency::IdempotencyKey;
use super::ordering::{deleted_since, idempotency, store_problem};
use super::paging::PageQuery;
use super::{PathId, hex, timestamp};
use crate::state::MusicService;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderName, HeaderValue, StatusCode};
use musicgen_music::engine::PlanSummary;
use musicgen_music::jobs::{DeleteError, Enqueued, JobStore, Order, QueuedJob, Status, Task};
use musicgen_music::request::Draft;
use musicgen_security::authentication::Principal;
use musicgen_security::problem::Problem;
use musicgen_security::validation::{Valid, ValidQuery};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// It is queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    pub(super) task_id: Uuid,
    /// `queued`; a repeated request with the same idempotency key may find it further on.
    pub(super) status: &'static str,
    /// Its place in the queue by age; absent once it has left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<u64>,
    pub(super) status_url: String,
    pub(super) events_url: String,
    pub(super) audio_url: String,
}

impl Accepted {
    pub(super) fn of(queued: &QueuedJob) -> Self {
        let address = format!("/api/v1/generate/{}", queued.job.id);
        Self {
            task_id: queued.job.id,
            status: queued.job.status.id(),
            position: queued.position,
            events_url: format!("{address}/events"),
            audio_url: format!("{address}/audio"),
            status_url: address,
        }
    }
}

/// Tells a repetition from the first time.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(crate) async fn create(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    key: IdempotencyKey,
    body: Valid<DraftBody>,
) -> Result<Response, Problem> {
    let DraftBody(draft) = body.into_inner();
    let idempotency = idempotency(key, "generate", std::slice::from_ref(&draft))?;
    let job = music
        .job(draft, principal.tier(), "")
        .map_err(Problem::invalid)?;
    let limits = music.order_limits(&principal);
    let order = Order::single(principal.account_id(), job, limits).idempotent(idempotency);
    let (jobs, replayed) = match music.enqueue(order).await? {
        Enqueued::Queued(jobs) => (jobs, false),
        Enqueued::Replayed(replay) => (replay.jobs, true),
        Enqueued::Refused(_) => (Vec::new(), false),
    };
    let first = jobs.first().ok_or_else(deleted_since)?;
    let accepted = Accepted::of(first);
    let location = HeaderValue::from_str(&accepted.status_url);
    let mut response = (StatusCode::ACCEPTED, Json(accepted)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskBody {
    task_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<Uuid>,
    /// `queued`, `processing`, `completed`, `failed` or `cancelled`.
    status: &'static str,
    /// 0.0 to 1.0.
    progress: f32,
    /// What the engine is at: `composing`, `rendering`, `mixing`, `mastering`, `encoding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
    /// Its place in the queue by age.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    /// The request with every default filled in.
    #[schema(value_type = Object)]
    request: Draft,
    seed: u64,
    model: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ResultBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<FailureBody>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultBody {
    audio_url: String,
    title: String,
    format: &'static str,
    media_type: &'static str,
    bytes: u64,
    seconds: f64,
    sample_rate: u32,
    /// Of the file, in hexadecimal.
    sha256: String,
    /// Integrated loudness (ITU-R BS.1770) in LUFS.
    loudness: f64,
    /// In dBTP.
    true_peak: f64,
    /// The musical decisions.
    #[schema(value_type = Object)]
    plan: PlanSummary,
}

/// Why it failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureBody {
    /// `engine_failed`, `engine_crashed`, `invalid_request` or `storage_failed`.
    code: &'static str,
    detail: String,
}

impl TaskBody {
    pub(super) fn of(task: Task, position: Option<u64>) -> Self {
        let Task { job, track } = task;
        let result = track.map(|track| ResultBody {
            audio_url: format!("/api/v1/generate/{}/audio", job.id),
            title: track.summary.title.clone(),
            format: track.format.id(),
            media_type: track.format.media_type(),
            bytes: track.bytes,
            seconds: track.seconds(),
            sample_rate: track.sample_rate,
            sha256: hex(&track.sha256),
            loudness: track.lufs,
            true_peak: track.true_peak_db,
            plan: track.summary,
        });
        Self {
            task_id: job.id,
            batch_id: job.batch,
            status: job.status.id(),
            progress: job.progress,
            stage: job.stage,
            position,
            request: job.request,
            seed: job.seed,
            model: job.model,
            created_at: timestamp(job.created_at),
            started_at: job.started_at.map(timestamp),
            finished_at: job.finished_at.map(timestamp),
            result,
            error: job.failure.map(|failure| FailureBody {
                code: failure.code.id(),
                detail: failure.detail,
            }),
        }
    }
}

impl MusicService {
    /// The caller's task; somebody else's is absent.
    pub(super) async fn task(&self, principal: &Principal, id: Uuid) -> Result<Task, Problem> {
        let task = self
            .queue
            .store()
            .get(principal.account_id(), id)
            .await
            .map_err(store_problem)?;
        task.ok_or_else(Problem::not_found)
    }

    pub(super) async fn task_body(&self, task: Task) -> Result<TaskBody, Problem> {
        let position = match task.job.status {
            Status::Queued => self
                .queue
                .store()
                .position(task.job.id)
                .await
                .map_err(store_problem)?,
            _ => None,
        };
        Ok(TaskBody::of(task, position))
    }
}

pub(crate) async fn show(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<Json<TaskBody>, Problem> {
    let task = music.task(&principal, id).await?;
    Ok(Json(music.task_body(task).await?))
}

/// A page of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskList {
    items: Vec<TaskBody>,
    /// For the next page; null at the end.
    next_cursor: Option<String>,
}

pub(crate) async fn list(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    query: ValidQuery<PageQuery>,
) -> Result<Json<TaskList>, Problem> {
    let (limit, after) = query.into_inner().place()?;
    let page = music
        .queue
        .store()
        .list(principal.account_id(), after, limit)
        .await;
    let page = page.map_err(store_problem)?;
    let mut items = Vec::with_capacity(page.items.len());
    for task in page.items {
        items.push(music.task_body(task).await?);
    }
    Ok(Json(TaskList {
        items,
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    }))
}

pub(crate) async fn cancel(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<Json<TaskBody>, Problem> {
    let now = music.clock.now();
    let cancelled = music.queue.cancel(principal.account_id(), id, now).await;
    cancelled
        .map_err(store_problem)?
        .ok_or_else(Problem::not_found)?;
    let task = music.task(&principal, id).await?;
    Ok(Json(TaskBody::of(task, None)))
}

pub(crate) async fn delete(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<StatusCode, Problem> {
    match music.queue.delete(principal.account_id(), id).await {
        Ok(Some(_)) => Ok(StatusCode::NO_CONTENT),
        Ok(None) => Err(Problem::not_found()),
        Err(DeleteError::Store(error)) => Err(store_problem(error)),
        // The row is gone, so nobody can reach the file; what is left is swept later.
        Err(left) => {
            tracing::error!(task = %id, error = %left, "a deleted task's file is still there");
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
