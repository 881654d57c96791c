//! Figures in the Prometheus text format.

use crate::state::{MusicService, OperationService};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use musicgen_music::jobs::JobStore;
use std::sync::Arc;

pub(crate) async fn render(
    State(operations): State<Arc<OperationService>>,
    State(music): State<Arc<MusicService>>,
) -> Response {
    // Read at the time of asking: a gauge that is pushed on change drifts after a crash.
    if let Ok(counts) = music.queue.store().counts().await {
        for (status, count) in [
            ("queued", counts.queued),
            ("processing", counts.processing),
            ("completed", counts.completed),
            ("failed", counts.failed),
            ("cancelled", counts.cancelled),
        ] {
            metrics::gauge!("musicgen_jobs", "status" => status).set(count as f64);
        }
    }
    let load = &operations.load;
    metrics::gauge!("musicgen_requests_in_flight").set(load.under_way() as f64);
    metrics::counter!("musicgen_requests_shed_total").absolute(load.refused());
    let keys = operations.limiter.local().len();
    metrics::gauge!("musicgen_rate_limit_keys").set(keys as f64);
    metrics::gauge!("musicgen_body_bytes_held").set(operations.body_memory.held() as f64);
    let mut response = operations.metrics.render().into_response();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
