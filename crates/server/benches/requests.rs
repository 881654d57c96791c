//! Whole requests in memory, beside a bare axum router in the same run: read the ratios.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use criterion::{Criterion, criterion_group, criterion_main};
use http::Request;
use http_body_util::BodyExt;
use musicgen_testkit::TestApp;
use std::hint::black_box;
use tower::ServiceExt;

fn request(path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::empty()).expect("a request")
}

fn requests(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let bare = Router::new().route("/health/live", get(|| async { "{\"status\":\"ok\"}" }));
    let app = runtime.block_on(TestApp::start());
    let token = runtime.block_on(async { app.user("bench").await.access_token });
    let mut group = criterion.benchmark_group("requests");
    group.bench_function("bare axum", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let Ok(answer) = bare.clone().oneshot(request("/health/live", None)).await;
                black_box(answer.into_body().collect().await.is_ok())
            })
        });
    });
    for (name, path, token) in [
        ("public", "/health/live", None),
        ("bearer token", "/api/v1/models", Some(token.as_str())),
        ("no credential: 401", "/api/v1/models", None),
        ("unknown path: 404", "/nothing", None),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                runtime.block_on(async { black_box(app.call(request(path, token)).await.status) })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
