//! From a request to a file: the queue, progress, limits, idempotency.

use musicgen_testkit::{Persona, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

async fn queue(user: &Persona<'_>, body: Value) -> String {
    let answer = user.post("/api/v1/generate", body).await;
    answer.is(202);
    answer.json()["task_id"].as_str().unwrap().to_owned()
}

async fn finish(user: &Persona<'_>, id: &str) -> Value {
    for _ in 0..600 {
        let task = user.get(&format!("/api/v1/generate/{id}")).await.json();
        if !["queued", "processing"].contains(&task["status"].as_str().unwrap()) {
            return task;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the task did not finish within 30 s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_piece_from_prompt_to_download() {
    let app = TestApp::working().await;
    let user = app.user("clara").await;
    let body = json!({"prompt": "upbeat jazz piano with walking bass", "duration": 2, "seed": 7});
    let answer = user.post("/api/v1/generate", body.clone()).await;
    let accepted = answer.json();
    let id = accepted["task_id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/api/v1/generate/{id}"));
    assert_eq!(accepted["status"], "queued");
    let events = user.get(accepted["events_url"].as_str().unwrap()).await;
    assert_eq!(
        events.header("content-type"),
        "text/event-stream; charset=utf-8"
    );
    let events = events.text();
    assert!(events.contains("event: completed"), "{events}");
    let ids: Vec<u64> = events
        .lines()
        .filter_map(|l| l.strip_prefix("id: ")?.parse().ok())
        .collect();
    assert!(ids.is_sorted() && !ids.is_empty(), "{events}");

    let task = finish(&user, id).await;
    assert_eq!(task["status"], "completed", "{task}");
    assert_eq!(task["progress"], 1.0);
    let result = &task["result"];
    assert_eq!(
        (result["seconds"].as_f64(), result["sample_rate"].as_u64()),
        (Some(2.0), Some(44100))
    );
    assert_eq!(result["plan"]["genre"], "jazz");
    let audio = user.get(accepted["audio_url"].as_str().unwrap()).await;
    audio.is(200);
    assert_eq!(audio.header("content-type"), "audio/wav");
    assert_eq!(audio.header("cache-control"), "private, no-cache");
    assert_eq!(audio.body.len() as u64, result["bytes"].as_u64().unwrap());
    assert_eq!(&audio.body[..4], b"RIFF");
    let etag = audio.header("etag").to_owned();
    assert_eq!(etag, format!("\"{}\"", result["sha256"].as_str().unwrap()));
    let short = user.get(&format!("/download/{id}")).await;
    assert_eq!(short.body, audio.body);

    let part = user
        .clone()
        .with("range", "bytes=4-11")
        .get(&format!("/download/{id}"))
        .await;
    part.is(206);
    assert_eq!(part.body, audio.body[4..12]);
    assert_eq!(
        part.header("content-range"),
        format!("bytes 4-11/{}", audio.body.len())
    );
    let stale = user
        .clone()
        .with("range", "bytes=4-11")
        .with("if-range", "\"other\"");
    stale.get(&format!("/download/{id}")).await.is(200);
    let outside = user
        .clone()
        .with("range", "bytes=999999999-")
        .get(&format!("/download/{id}"))
        .await;
    outside.is_problem(416, "range_not_satisfiable");
    assert_eq!(
        outside.header("content-range"),
        format!("bytes */{}", audio.body.len())
    );
    let same = user
        .clone()
        .with("if-none-match", &etag)
        .get(&format!("/download/{id}"))
        .await;
    same.is(304);
    assert!(same.body.is_empty());

    let again = queue(&user, body).await;
    let again = finish(&user, &again).await;
    assert_eq!(
        again["result"]["sha256"], result["sha256"],
        "the same request and seed, the same bytes"
    );

    user.delete(&format!("/api/v1/generate/{id}")).await.is(204);
    user.get(&format!("/api/v1/generate/{id}")).await.is(404);
    user.get(&format!("/download/{id}")).await.is(404);
    user.delete(&format!("/api/v1/generate/{id}")).await.is(404);
    assert!(!app.track_files().iter().any(|name| name.contains(id)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_format_has_its_type() {
    let app = TestApp::working().await;
    let user = app.user("clara").await;
    for (format, kind, magic) in [
        ("wav", "audio/wav", &b"RIFF"[..]),
        ("flac", "audio/flac", b"fLaC"),
        ("ogg", "audio/ogg", b"OggS"),
    ] {
        let id = queue(
            &user,
            json!({"prompt": "calm ambient", "duration": 1, "format": format}),
        )
        .await;
        finish(&user, &id).await;
        let audio = user.get(&format!("/download/{id}")).await;
        assert_eq!(audio.header("content-type"), kind);
        assert!(audio.body.starts_with(magic), "{format}");
        assert!(
            audio
                .header("content-disposition")
                .ends_with(&format!(".{format}\""))
        );
    }
}

#[tokio::test]
async fn a_queued_task_has_no_file_and_can_be_cancelled() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let id = queue(&user, json!({"prompt": "a", "duration": 5})).await;
    let task = user.get(&format!("/api/v1/generate/{id}")).await.json();
    assert_eq!(
        (task["status"].as_str(), task["position"].as_u64()),
        (Some("queued"), Some(1))
    );
    assert_eq!(task["request"]["format"], "wav", "defaults are filled in");
    user.get(&format!("/download/{id}"))
        .await
        .is_problem(409, "no_audio");
    assert_eq!(
        user.get("/api/auth/me").await.json()["usage"]["audio_seconds_last_day"],
        5.0
    );
    for _ in 0..2 {
        let task = user
            .post_nothing(&format!("/api/v1/generate/{id}/cancel"))
            .await;
        assert_eq!(task.json()["status"], "cancelled");
    }
    assert_eq!(
        user.get("/api/auth/me").await.json()["usage"]["audio_seconds_last_day"],
        0.0
    );
    user.get(&format!("/download/{id}"))
        .await
        .is_problem(409, "no_audio");
    let events = user
        .get(&format!("/api/v1/generate/{id}/events"))
        .await
        .text();
    assert_eq!(events.matches("event: ").count(), 1, "{events}");
    assert!(events.contains("event: cancelled"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_task_stops_within_a_second() {
    let app = TestApp::working().await;
    let user = app.admin("ada").await;
    let id = queue(&user, json!({"prompt": "busy rock band", "duration": 600})).await;
    let path = format!("/api/v1/generate/{id}");
    while user.get(&path).await.json()["status"] != "processing" {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    user.post_nothing(&format!("{path}/cancel")).await.is(200);
    let next = queue(&user, json!({"prompt": "short", "duration": 1})).await;
    let task = tokio::time::timeout(Duration::from_secs(20), finish(&user, &next))
        .await
        .unwrap();
    assert_eq!(task["status"], "completed");
    assert_eq!(user.get(&path).await.json()["status"], "cancelled");
    assert!(
        !app.track_files().iter().any(|name| name.contains(&id)),
        "no file is left"
    );
}

#[tokio::test]
async fn limits_of_the_tier() {
    let app = TestApp::with(&[
        ("LIMIT_FREE_GENERATIONS_PER_HOUR", "3"),
        ("LIMIT_FREE_AUDIO_SECONDS_PER_DAY", "100"),
    ])
    .await;
    let user = app.user("clara").await;
    for _ in 0..3 {
        queue(&user, json!({"prompt": "a", "duration": 1})).await;
    }
    let refused = user
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await;
    refused.is_problem(429, "generations_per_hour");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
    // Whoever waits as told is let in.
    app.advance(time::Duration::seconds(wait));
    let user = app.sign_in("clara").await;
    queue(&user, json!({"prompt": "a", "duration": 60})).await;
    queue(&user, json!({"prompt": "a", "duration": 37})).await;
    let refused = user
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await;
    refused.is_problem(429, "audio_seconds_per_day");
    app.user("bob")
        .await
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await
        .is(202);
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back() {
    let app = TestApp::with(&[("QUEUE_CAPACITY", "2")]).await;
    let user = app.admin("ada").await;
    for _ in 0..2 {
        queue(&user, json!({"prompt": "a", "duration": 1})).await;
    }
    let refused = user
        .post("/api/v1/generate", json!({"prompt": "a", "duration": 1}))
        .await;
    refused.is_problem(503, "queue_full");
    assert!(!refused.header("retry-after").is_empty());
    let batch = json!({"requests": [{"prompt": "a", "duration": 1}]});
    user.post("/api/v1/generate/batch", batch)
        .await
        .is_problem(503, "queue_full");
}

#[tokio::test]
async fn lists_page_through_everything_once() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let mut expected = Vec::new();
    for _ in 0..7 {
        expected.insert(0, queue(&user, json!({"prompt": "a", "duration": 1})).await);
        app.advance(time::Duration::milliseconds(5));
    }
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let path = match &cursor {
            None => "/api/v1/generate?limit=3".to_owned(),
            Some(cursor) => format!("/api/v1/generate?limit=3&cursor={cursor}"),
        };
        let page = user.get(&path).await.is(200).json();
        for item in page["items"].as_array().unwrap() {
            seen.push(item["task_id"].as_str().unwrap().to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, expected);
    for bad in [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "page=1",
        "cursor=",
    ] {
        user.get(&format!("/api/v1/generate?{bad}"))
            .await
            .is_problem(422, "validation_failed");
    }
    user.get("/api/v1/generate?limit=1&limit=2")
        .await
        .is_problem(400, "malformed_request");
    user.get("/api/v1/generate?limit=%zz").await.is(400);
}

#[tokio::test]
async fn batches() {
    let app = TestApp::start().await;
    app.user("clara").await;
    app.make_premium("clara").await;
    let user = app.sign_in("clara").await;
    let requests: Vec<_> = (0..3)
        .map(|n| json!({"prompt": format!("piece {n}"), "duration": 1}))
        .collect();
    let accepted = user
        .post("/api/v1/generate/batch", json!({"requests": requests}))
        .await
        .is(202)
        .json();
    let path = accepted["status_url"].as_str().unwrap().to_owned();
    let batch = user.get(&path).await.is(200).json();
    assert_eq!(
        (batch["total"].as_u64(), batch["queued"].as_u64()),
        (Some(3), Some(3))
    );
    let prompts: Vec<_> = batch["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["request"]["prompt"].clone())
        .collect();
    assert_eq!(prompts, ["piece 0", "piece 1", "piece 2"]);
    app.user("bob")
        .await
        .get(&path)
        .await
        .is_problem(404, "not_found");
}

#[tokio::test]
async fn the_words_and_the_engines() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    for (kind, count) in [("genres", 16), ("moods", 16), ("instruments", 30)] {
        let list = user.get(&format!("/api/v1/models/{kind}")).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{kind}");
    }
    let models = user.get("/api/v1/models").await.json();
    assert_eq!(models["items"][0]["id"], "builtin");
    assert_eq!(
        user.get("/api/v1/models/builtin").await.json(),
        models["items"][0]
    );
    user.get("/api/v1/models/other")
        .await
        .is_problem(404, "not_found");
    user.get("/api/v1/models/%FF")
        .await
        .is_problem(400, "malformed_request");
    user.get("/api/v1/models/caf%C3%A9")
        .await
        .is_problem(404, "not_found");
}
