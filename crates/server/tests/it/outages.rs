//! The database goes away: nothing is let in, nothing leaks, health says so.

use musicgen_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn without_the_database_nobody_is_let_in_and_nothing_leaks() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    app.close_database().await;
    let login = json!({"email": "clara@example.com", "password": musicgen_testkit::PASSWORD, "delivery": "body"});
    let refresh = json!({"refresh_token": user.refresh_token});
    let register =
        json!({"email": "b@example.com", "username": "b", "password": musicgen_testkit::PASSWORD});
    for (name, answer) in [
        ("protected", user.get("/api/auth/me").await),
        (
            "generation",
            user.post("/api/v1/generate", json!({"prompt": "a"})).await,
        ),
        (
            "login",
            app.anonymous().post("/api/auth/login", login).await,
        ),
        (
            "refresh",
            app.anonymous().post("/api/auth/refresh", refresh).await,
        ),
        (
            "registration",
            app.anonymous().post("/api/auth/register", register).await,
        ),
        ("readiness", app.anonymous().get("/health/ready").await),
    ] {
        assert_eq!(answer.status, 503, "{name}: {}", answer.text());
        answer.is_problem(503, "unavailable");
        assert!(!answer.header("retry-after").is_empty(), "{name}");
        let text = answer.text().to_lowercase();
        for leak in ["sql", "pool", "database", ".db", "/tmp", "panick"] {
            assert!(!text.contains(leak), "{name} says {leak}: {text}");
        }
    }
    app.anonymous().get("/health/live").await.is(200);
    app.anonymous().get("/health").await.is(200);
}
