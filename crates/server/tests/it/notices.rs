//! What owners are told by mail.

use musicgen_testkit::{Browser, TestApp};
use serde_json::json;
use time::Duration;

const REUSE: &str = "A session was ended for your safety";

/// REF-2: whose spent token came again is told, whichever way it came; somebody else isn't.
#[tokio::test]
async fn the_owner_is_told_that_a_token_was_used_again() {
    let app = TestApp::start().await;
    let clara = app.user("clara").await;
    app.user("bert").await;
    let refresh = async |token: &str| {
        let body = json!({"refresh_token": token});
        app.anonymous().post("/api/auth/refresh", body).await
    };
    refresh(&clara.refresh_token).await.is(200);
    app.advance(Duration::seconds(31));
    assert!(app.letters("clara", REUSE).await.is_empty());
    let stolen = &clara.refresh_token;
    refresh(stolen)
        .await
        .is_problem(401, "invalid_refresh_token");
    assert_eq!(app.letters("clara", REUSE).await.len(), 1);
    refresh(stolen)
        .await
        .is_problem(401, "invalid_refresh_token");
    assert_eq!(
        app.letters("clara", REUSE).await.len(),
        1,
        "the session had ended: nothing is new"
    );
    let browser: Browser<'_> = app.browser();
    browser.sign_in("clara").await;
    let thief = browser.fork();
    browser.post_nothing("/api/auth/refresh").await.is(200);
    app.advance(Duration::seconds(31));
    thief.post_nothing("/api/auth/refresh").await.is(401);
    assert_eq!(app.letters("clara", REUSE).await.len(), 2);
    assert!(app.letters("bert", REUSE).await.is_empty());
}
