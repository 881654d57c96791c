//! One key, one piece: repetitions, conflicts and what is left after deleting.

use musicgen_testkit::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idempotency_keys() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let with_key = |key: &str| user.clone().with("idempotency-key", key);
    let body = json!({"prompt": "a", "duration": 1});
    let calls = (0..24).map(|_| {
        let (user, body) = (with_key("k1"), body.clone());
        async move { user.post("/api/v1/generate", body).await }
    });
    let answers = futures_util::future::join_all(calls).await;
    let ids: std::collections::BTreeSet<String> = answers
        .iter()
        .map(|a| a.is(202).json()["task_id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1);
    let replayed = answers
        .iter()
        .filter(|a| a.header("idempotency-replayed") == "true")
        .count();
    assert_eq!(replayed, 23);
    with_key("k1")
        .post_text("/api/v1/generate", " {\"duration\": 1.0, \"prompt\":\"a\"}")
        .await
        .is(202);
    let other = json!({"prompt": "b", "duration": 1});
    with_key("k1")
        .post("/api/v1/generate", other.clone())
        .await
        .is_problem(409, "idempotency_conflict");
    with_key("k2").post("/api/v1/generate", other).await.is(202);
    let bob = app.user("bob").await.with("idempotency-key", "k1");
    let theirs = bob.post("/api/v1/generate", body.clone()).await.json();
    assert!(
        !ids.contains(&theirs["task_id"].to_string()),
        "a key is its owner's"
    );
    for bad in ["", "with blank", &"k".repeat(256)] {
        with_key(bad)
            .post("/api/v1/generate", body.clone())
            .await
            .is_problem(400, "malformed_request");
    }
    with_key("a")
        .with("idempotency-key", "b")
        .post("/api/v1/generate", body.clone())
        .await
        .is(400);
    app.advance(time::Duration::hours(25));
    let user = app.sign_in("clara").await.with("idempotency-key", "k1");
    let later = user.post("/api/v1/generate", body).await.json();
    assert!(
        !ids.contains(&later["task_id"].to_string()),
        "after 24 h the key is free again"
    );
}

#[tokio::test]
async fn a_repetition_of_a_deleted_task_says_so() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let keyed = user.clone().with("idempotency-key", "k1");
    let body = json!({"prompt": "a", "duration": 1});
    let task = keyed
        .post("/api/v1/generate", body.clone())
        .await
        .is(202)
        .json();
    user.delete(task["status_url"].as_str().unwrap())
        .await
        .is(204);
    keyed
        .post("/api/v1/generate", body.clone())
        .await
        .is_problem(409, "idempotency_deleted");
    user.with("idempotency-key", "k2")
        .post("/api/v1/generate", body)
        .await
        .is(202);
}
