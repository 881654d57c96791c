//! REV-10: an open stream of events ends with the credential that opened it.

use musicgen_testkit::{Persona, TestApp};
use serde_json::json;
use std::time::Duration;

/// What the service promises is half a minute; it looks every two seconds.
const BOUND: Duration = Duration::from_secs(10);

/// The events of a task that nobody works on: without an end of its own.
async fn endless(persona: &Persona<'_>) -> String {
    let order = json!({"prompt": "slow piano", "duration": 2});
    let accepted = persona.post("/api/v1/generate", order).await.is(202).json();
    accepted["events_url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_stream_ends_with_its_session_its_account_and_its_right() {
    let app = TestApp::start().await;
    for (n, what) in [
        "nothing",
        "sign-out",
        "everywhere",
        "disabled",
        "demoted",
        "token's end",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("user{n}");
        let user = app.user(&name).await;
        let events = endless(&user).await;
        let end = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            match what {
                "sign-out" => drop(user.post_nothing("/api/auth/logout").await.is(204)),
                "everywhere" => drop(user.post_nothing("/api/auth/logout-all").await.is(204)),
                "disabled" => app.disable(&name).await,
                "demoted" => app.set_roles(&name, &[]).await,
                "token's end" => app.advance(time::Duration::seconds(15 * 60 + 31)),
                _ => {}
            }
        };
        let stream = tokio::time::timeout(
            if what == "nothing" {
                Duration::from_secs(3)
            } else {
                BOUND
            },
            user.get(&events),
        );
        let (answer, ()) = tokio::join!(stream, end);
        assert_eq!(answer.is_err(), what == "nothing", "{what}");
        if let Ok(answer) = answer {
            assert_eq!(
                answer.is(200).text().matches("event: ").count(),
                1,
                "{what}"
            );
        }
    }
}
