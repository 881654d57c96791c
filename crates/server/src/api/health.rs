//! Health. Strangers learn whether, operators also why.

use crate::state::{MusicService, OperationService};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Extensions, StatusCode};
use musicgen_music::jobs::JobStore;
use musicgen_security::authorization::is_operator;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// A store that doesn't answer in this time is down.
const PATIENCE: Duration = Duration::from_millis(900);

/// Whether it works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok` or `unavailable`.
    status: &'static str,
    /// For the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<HealthDetail>,
}

/// For the operator.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthDetail {
    version: &'static str,
    /// `ok`, or what is wrong with it.
    database: &'static str,
    queued: u64,
    processing: u64,
    queue_capacity: u64,
    workers: usize,
}

struct Findings {
    ready: bool,
    detail: HealthDetail,
}

async fn look(operations: &OperationService, music: &MusicService) -> Findings {
    let answered = tokio::time::timeout(PATIENCE, operations.database.ping()).await;
    let database = match answered {
        Ok(Ok(())) => "ok",
        Ok(Err(_)) => "failing",
        Err(_) => "not answering",
    };
    let counts = tokio::time::timeout(PATIENCE, music.queue.store().counts()).await;
    let counts = counts.ok().and_then(Result::ok).unwrap_or_default();
    let detail = HealthDetail {
        version: env!("CARGO_PKG_VERSION"),
        database,
        queued: counts.queued,
        processing: counts.processing,
        queue_capacity: music.queue_capacity,
        workers: music.workers,
    };
    Findings {
        ready: database == "ok",
        detail,
    }
}

pub(crate) async fn summary(
    State(operations): State<Arc<OperationService>>,
    State(music): State<Arc<MusicService>>,
    found: Extensions,
) -> Json<Health> {
    let detail = if is_operator(&found) {
        Some(look(&operations, &music).await.detail)
    } else {
        None
    };
    Json(Health {
        status: "ok",
        detail,
    })
}

pub(crate) async fn live() -> Json<Health> {
    Json(Health {
        status: "ok",
        detail: None,
    })
}

pub(crate) async fn ready(
    State(operations): State<Arc<OperationService>>,
    State(music): State<Arc<MusicService>>,
    found: Extensions,
) -> Response {
    let Findings { ready, detail } = look(&operations, &music).await;
    if !ready {
        tracing::warn!(database = detail.database, "not ready");
        return musicgen_security::problem::Problem::unavailable(1).into_response();
    }
    let detail = is_operator(&found).then_some(detail);
    (
        StatusCode::OK,
        Json(Health {
            status: "ok",
            detail,
        }),
    )
        .into_response()
}
