//! What is generated and checked in is current. Run with `UPDATE=1` to write it anew.

use musicgen::openapi;
use musicgen::routes::table;
use musicgen_testkit::TestApp;
use std::fmt::Write;
use std::path::Path;

#[expect(
    clippy::disallowed_methods,
    reason = "the switch of whoever runs the tests"
)]
fn compare(file: &str, current: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, current).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == current,
        "{file} is not current; run the tests with UPDATE=1 and look at the change"
    );
}

#[test]
fn the_openapi_document() {
    compare("openapi.json", &openapi::json(&table()));
}

#[test]
fn the_route_table() {
    let lines = table().iter().fold(String::new(), |mut text, route| {
        writeln!(text, "{route:?}").unwrap();
        text
    });
    compare("routes.snap", &lines);
}

#[tokio::test]
async fn they_are_served() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/openapi.json").await;
    assert_eq!(document.header("content-type"), "application/json");
    assert_eq!(document.text(), openapi::json(&table()));
    let page = app.anonymous().get("/docs").await;
    let text = page.text();
    for route in table() {
        assert!(text.contains(route.path), "{}", route.path);
    }
    for outside in ["http://", "https://", "<script", "<link", "@import", "url("] {
        assert!(!text.contains(outside), "{outside}");
    }
}

#[test]
fn a_body_that_a_route_takes_is_closed_in_the_document_as_in_the_server() {
    let document: serde_json::Value = serde_json::from_str(&openapi::json(&table())).unwrap();
    let mut bodies = 0;
    for operation in document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
    {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        if let Some(name) = body.as_str().and_then(|path| path.rsplit('/').next()) {
            let schema = &document["components"]["schemas"][name];
            assert_eq!(schema["additionalProperties"], false, "{name}");
            bodies += 1;
        }
    }
    assert!(bodies >= 7, "{bodies}");
}

#[test]
fn every_problem_reference_resolves() {
    let text = openapi::json(&table());
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}
