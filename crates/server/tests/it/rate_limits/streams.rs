//! How many event streams an account has open at the same time (RL-8).

use axum::body::Body;
use axum::response::Response;
use http::Request;
use musicgen_testkit::{Persona, TestApp};
use serde_json::json;

async fn events(user: &Persona<'_>) -> String {
    let order = json!({"prompt": "slow piano", "duration": 2});
    let accepted = user.post("/api/v1/generate", order).await.is(202).json();
    accepted["events_url"].as_str().unwrap().to_owned()
}

/// Opens a stream and leaves it open.
async fn open(app: &TestApp, user: &Persona<'_>, path: &str) -> Response {
    let token = format!("Bearer {}", user.access_token);
    let request = Request::get(path).header("authorization", token);
    app.open(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_account_has_twenty_streams_at_once() {
    let app = TestApp::start().await;
    let (clara, bob) = (app.user("clara").await, app.user("bob").await);
    let (hers, his) = (events(&clara).await, events(&bob).await);
    let mut streams = Vec::new();
    for n in 0..20 {
        let stream = open(&app, &clara, &hers).await;
        assert_eq!(stream.status(), 200, "{n}");
        streams.push(stream);
    }
    let again = app.sign_in("clara").await;
    for one in [&clara, &again] {
        let refused = one.get(&hers).await;
        refused.is_problem(429, "too_many_streams");
        assert_eq!(refused.header("retry-after"), "5");
    }
    assert_eq!(open(&app, &bob, &his).await.status(), 200);
    // A stream that its reader leaves makes room for one, and a refused one took none.
    streams.pop();
    streams.push(open(&app, &clara, &hers).await);
    assert_eq!(
        streams.last().map(Response::status),
        Some(http::StatusCode::OK)
    );
    clara.get(&hers).await.is(429);
    // Somebody else's is not there, and takes no place.
    streams.pop();
    for _ in 0..3 {
        clara.get(&his).await.is(404);
    }
    streams.push(open(&app, &clara, &hers).await);
    assert_eq!(
        streams.last().map(Response::status),
        Some(http::StatusCode::OK)
    );
}
