//! Several pieces in one call.

use super::PathId;
use super::generate::{Accepted, REPLAYED, TaskBody};
use super::generation_body::{DraftBody, GenerationBody};
use super::idempotency::IdempotencyKey;
use super::ordering::{idempotency, store_problem};
use crate::state::MusicService;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use musicgen_music::jobs::{Enqueued, JobStore, MAX_BATCH, Order, Status};
use musicgen_music::request::Draft;
use musicgen_security::authentication::Principal;
use musicgen_security::problem::Problem;
use musicgen_security::validation::{Fields, FromFields, Valid};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// One to five requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchBody {
    #[schema(min_items = 1, max_items = 5)]
    requests: Vec<GenerationBody>,
}

/// The drafts of a batch.
#[derive(Debug)]
pub(crate) struct BatchDrafts(Vec<Draft>);

impl FromFields for BatchDrafts {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let drafts: Vec<DraftBody> = fields.list("requests", 1, MAX_BATCH)?;
        Some(Self(
            drafts.into_iter().map(|DraftBody(draft)| draft).collect(),
        ))
    }
}

/// All are queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAccepted {
    batch_id: Uuid,
    /// In the order of the requests.
    task_ids: Vec<Uuid>,
    tasks: Vec<Accepted>,
    status_url: String,
}

pub(crate) async fn create(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    key: IdempotencyKey,
    body: Valid<BatchDrafts>,
) -> Result<Response, Problem> {
    let BatchDrafts(drafts) = body.into_inner();
    let idempotency = idempotency(key, "generate/batch", &drafts)?;
    let (mut jobs, mut errors) = (Vec::new(), Vec::new());
    for (n, draft) in drafts.into_iter().enumerate() {
        match music.job(draft, principal.tier(), &format!("/requests/{n}")) {
            Ok(job) => jobs.push(job),
            Err(wrong) => errors.extend(wrong),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let batch_id = music.random.uuid();
    let limits = music.order_limits(&principal);
    let order = Order::batch(principal.account_id(), batch_id, jobs, limits)
        .map_err(|error| Problem::internal().with_cause(error))?
        .idempotent(idempotency);
    let (batch_id, task_ids, jobs, replayed) = match music.enqueue(order).await? {
        Enqueued::Queued(jobs) => (
            batch_id,
            jobs.iter().map(|queued| queued.job.id).collect(),
            jobs,
            false,
        ),
        Enqueued::Replayed(replay) => (
            replay.batch.ok_or_else(Problem::not_found)?,
            replay.ids,
            replay.jobs,
            true,
        ),
        Enqueued::Refused(_) => return Err(Problem::internal()),
    };
    let accepted = BatchAccepted {
        batch_id,
        task_ids,
        tasks: jobs.iter().map(Accepted::of).collect(),
        status_url: format!("/api/v1/generate/batch/{batch_id}"),
    };
    let mut response = (StatusCode::ACCEPTED, Json(accepted)).into_response();
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchStatus {
    batch_id: Uuid,
    /// Tasks that are left; deleted ones are not counted.
    total: usize,
    queued: usize,
    processing: usize,
    completed: usize,
    failed: usize,
    cancelled: usize,
    tasks: Vec<TaskBody>,
}

pub(crate) async fn show(
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<Json<BatchStatus>, Problem> {
    let found = music
        .queue
        .store()
        .batch(principal.account_id(), id)
        .await
        .map_err(store_problem)?;
    if found.is_empty() {
        return Err(Problem::not_found());
    }
    let count = |status| {
        found
            .iter()
            .filter(|task| task.job.status == status)
            .count()
    };
    let mut batch = BatchStatus {
        batch_id: id,
        total: found.len(),
        queued: count(Status::Queued),
        processing: count(Status::Processing),
        completed: count(Status::Completed),
        failed: count(Status::Failed),
        cancelled: count(Status::Cancelled),
        tasks: Vec::new(),
    };
    for task in found {
        batch.tasks.push(music.task_body(task).await?);
    }
    Ok(Json(batch))
}
