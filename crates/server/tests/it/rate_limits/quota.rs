//! Seconds of audio: reserved when ordered, given back where nothing comes of it. The store's contract
//! suite tries failures, crashes and ends of windows; here orders come over HTTP.

use futures_util::future::join_all;
use musicgen_testkit::{Persona, TestApp};
use serde_json::{Value, json};

const ORDER: &str = "/api/v1/generate";

fn piece(seconds: u32) -> Value {
    json!({"prompt": "slow sad piano", "duration": seconds})
}

async fn used(somebody: &Persona<'_>) -> (u64, f64) {
    let me = somebody.get("/api/auth/me").await.json();
    let usage = &me["usage"];
    (
        usage["generations_last_hour"].as_u64().unwrap(),
        usage["audio_seconds_last_day"].as_f64().unwrap(),
    )
}

/// Fifty that overlap, at a limit of ten seconds: five of two seconds, not one more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_orders_never_pass_the_seconds_of_a_day() {
    for round in 0..5 {
        let app = TestApp::with(&[
            ("LIMIT_FREE_AUDIO_SECONDS_PER_DAY", "10"),
            ("LIMIT_FREE_GENERATIONS_PER_HOUR", "100"),
        ])
        .await;
        let clara = app.user("clara").await;
        let answers = join_all((0..50).map(|_| clara.post(ORDER, piece(2)))).await;
        let (through, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.status == 202);
        assert_eq!(through.len(), 5, "round {round}");
        for answer in refused {
            answer.is_problem(429, "audio_seconds_per_day");
            assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
        }
        assert_eq!(used(&clara).await, (5, 10.0));
        // What is cancelled, several times over and all at once, is given back once.
        let id = through[0].json()["task_id"].as_str().unwrap().to_owned();
        let cancel = format!("{ORDER}/{id}/cancel");
        for answer in join_all((0..20).map(|_| clara.post_nothing(&cancel))).await {
            answer.is(200);
        }
        assert_eq!(used(&clara).await.1, 8.0);
        let answers = join_all((0..20).map(|_| clara.post(ORDER, piece(1)))).await;
        let through = answers.iter().filter(|answer| answer.status == 202);
        assert_eq!(through.count(), 2);
        // So is what is deleted before anybody worked on it.
        let id = answers
            .iter()
            .find(|answer| answer.status == 202)
            .map(|answer| answer.json()["task_id"].as_str().unwrap().to_owned());
        let path = format!("{ORDER}/{}", id.unwrap());
        clara.delete(&path).await.is(204);
        assert_eq!(used(&clara).await.1, 9.0);
    }
}

/// What was made is counted by its length, a piece that is being made when the process goes is made
/// again and counted once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_is_settled_once() {
    let mut app = TestApp::with(&[("LIMIT_FREE_AUDIO_SECONDS_PER_DAY", "10")]).await;
    app.start_workers();
    let clara = app.user("clara").await;
    let accepted = clara.post(ORDER, piece(2)).await.is(202).json();
    let events = clara.get(accepted["events_url"].as_str().unwrap()).await;
    assert!(events.text().contains("event: completed"));
    let (generations, seconds) = used(&clara).await;
    assert_eq!(generations, 1);
    assert!((1.9..=2.0).contains(&seconds), "{seconds}");
    // The end of a piece that is done gives nothing back.
    let id = accepted["task_id"].as_str().unwrap();
    clara.post_nothing(&format!("{ORDER}/{id}/cancel")).await;
    clara.delete(&format!("{ORDER}/{id}")).await.is(204);
    assert_eq!(used(&clara).await, (1, seconds));
}
