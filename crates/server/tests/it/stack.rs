//! The order of the stages is the documented one.

use musicgen_security::stack::{EDGE, ROUTE};
use musicgen_testkit::TestApp;

/// What each stage leaves on an answer shows that those around it ran too.
#[tokio::test]
async fn each_stage_covers_those_within() {
    let app = TestApp::start().await;
    // A refusal of the innermost edge stage's inside carries all that the outer ones add.
    for (name, answer) in [
        ("unknown path", app.anonymous().get("/nothing").await),
        ("authorization", app.anonymous().get("/api/auth/me").await),
        (
            "authentication",
            app.anonymous()
                .with("authorization", "Bearer x")
                .get("/health")
                .await,
        ),
        (
            "validation",
            app.anonymous()
                .post("/api/auth/login", serde_json::json!({}))
                .await,
        ),
    ] {
        assert!(
            !answer.header("x-request-id").is_empty(),
            "request_id around {name}"
        );
        assert_eq!(
            answer.header("x-frame-options"),
            "DENY",
            "headers around {name}"
        );
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "problem around {name}"
        );
    }
    // A wrong credential is refused before the route's demand is looked at, and before the body.
    let user = app.user("clara").await;
    let wrong = app.anonymous().with("authorization", "Bearer x");
    wrong
        .post_text("/api/v1/generate", "{")
        .await
        .is_problem(401, "invalid_token");
    app.anonymous()
        .post_text("/api/v1/generate", "{")
        .await
        .is_problem(401, "unauthenticated");
    user.post_text("/api/v1/generate/batch", "{")
        .await
        .is_problem(403, "insufficient_permission");
    user.post_text("/api/v1/generate", "{")
        .await
        .is_problem(400, "malformed_request");
}

/// `docs/request-flow.md` has a heading for each stage, in this order and in no other.
#[test]
fn the_page_names_them_in_order() {
    let page = include_str!("../../../../docs/request-flow.md");
    let headings: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .map(|heading| {
            heading.trim_start_matches(|c: char| c.is_ascii_digit() || ". `".contains(c))
        })
        .map(|heading| heading.split(['`', ' ', ':']).next().unwrap_or_default())
        .collect();
    let stages: Vec<&str> = EDGE.iter().chain(ROUTE).map(|stage| stage.name).collect();
    assert_eq!(headings, stages);
}
