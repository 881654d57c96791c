//! The figures of requests.

use http::Method;
use musicgen_testkit::TestApp;

/// Of the process: other tests of it count too, so what is compared is what has come to it.
async fn count(app: &TestApp, labels: &str) -> u64 {
    let operator = app
        .anonymous()
        .with("x-api-key", TestApp::INTERNAL_KEY)
        .get("/metrics")
        .await;
    let begin = format!("musicgen_requests_total{{{labels}}} ");
    let text = operator.is(200).text();
    let line = text.lines().find_map(|line| line.strip_prefix(&begin));
    line.map_or(0, |count| count.parse().expect("a number"))
}

/// Labels come from the route table and from fixed words, whatever a caller invents; what is refused
/// before there is a route counts too.
#[tokio::test]
async fn requests_count_by_route_and_status() {
    let app = TestApp::start().await;
    let user = app.user("counted").await;
    let nobody = app.anonymous();
    for (name, who, method, path, labels) in [
        (
            "an answer",
            &user,
            "GET",
            "/api/v1/models",
            r#"method="GET",route="/api/v1/models",status="200""#,
        ),
        (
            "its head",
            &user,
            "HEAD",
            "/api/v1/models",
            r#"method="HEAD",route="/api/v1/models",status="200""#,
        ),
        (
            "a refusal of a stage",
            &nobody,
            "GET",
            "/api/v1/models",
            r#"method="GET",route="/api/v1/models",status="401""#,
        ),
        (
            "a path with a parameter",
            &user,
            "GET",
            "/api/v1/models/none",
            r#"method="GET",route="/api/v1/models/{model}",status="404""#,
        ),
        (
            "an unknown path",
            &nobody,
            "GET",
            "/made-up-by-a-stranger",
            r#"method="GET",route="unmatched",status="404""#,
        ),
        (
            "a wrong method",
            &nobody,
            "DELETE",
            "/api/v1/models",
            r#"method="DELETE",route="unmatched",status="405""#,
        ),
        (
            "an invented method",
            &nobody,
            "FROB",
            "/api/v1/models",
            r#"method="other",route="unmatched",status="405""#,
        ),
    ] {
        let before = count(&app, labels).await;
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        who.send(method, path, None).await;
        assert!(count(&app, labels).await > before, "{name}");
    }
}
