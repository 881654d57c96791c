//! What was queued while it was allowed, after it no longer is.

use musicgen_security::authentication::accounts::{AccountChange, AccountStore, Changed};
use musicgen_testkit::{Persona, TestApp};
use serde_json::json;
use std::time::Duration;

async fn change(app: &TestApp, name: &str, change: AccountChange) {
    let id = app.account(name).await.id;
    let changed = app.accounts().change(id, &change, app.now()).await;
    assert!(matches!(changed, Ok(Changed::Done(_))), "{changed:?}");
    app.hear_of_changes().await;
}

async fn queue(user: &Persona<'_>) -> String {
    let piece = json!({"prompt": "slow sad piano", "duration": 1});
    let answer = user.post("/api/v1/generate", piece).await;
    answer.is(202).json()["task_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The stored state of a task, whoever may see it.
async fn state(app: &TestApp, id: &str) -> String {
    let sql = "SELECT status FROM jobs WHERE id = $1";
    let row = app.database().fetch_optional(sql, &[id.into()]).await;
    row.unwrap().unwrap().text("status").unwrap()
}

async fn is_finished(app: &TestApp, id: &str) {
    for _ in 0..600 {
        if state(app, id).await == "completed" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{id} is {} after 30 s", state(app, id).await);
}

/// AZ-15, SES-11: what a disabled account has queued waits, though others' pieces are made, and is made
/// when the account is enabled again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_made_for_a_disabled_account() {
    let mut app = TestApp::start().await;
    let (hers, his) = {
        let (clara, bob) = (app.user("clara").await, app.user("bob").await);
        (queue(&clara).await, queue(&bob).await)
    };
    app.disable("clara").await;
    app.start_workers();
    is_finished(&app, &his).await;
    let another = queue(&app.sign_in("bob").await).await;
    is_finished(&app, &another).await;
    assert_eq!(state(&app, &hers).await, "queued");
    let enabled = AccountChange {
        disabled: Some(false),
        ..AccountChange::default()
    };
    change(&app, "clara", enabled).await;
    is_finished(&app, &hers).await;
}

/// AZ-15: a finished piece is fetched by the rights of the moment, not of the order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_piece_is_fetched_by_the_rights_of_the_moment() {
    let app = TestApp::working().await;
    let clara = app.user("clara").await;
    let id = queue(&clara).await;
    is_finished(&app, &id).await;
    let paths = [
        format!("/api/v1/generate/{id}/audio"),
        format!("/download/{id}"),
        format!("/api/v1/generate/{id}"),
    ];
    for path in &paths {
        clara.get(path).await.is(200);
    }
    let nothing = AccountChange {
        roles: Some(Vec::new()),
        ..AccountChange::default()
    };
    change(&app, "clara", nothing).await;
    for path in &paths {
        let answer = clara.get(path).await;
        answer.is_problem(403, "insufficient_permission");
    }
    app.disable("clara").await;
    for path in &paths {
        clara.get(path).await.is_problem(401, "invalid_token");
    }
}
