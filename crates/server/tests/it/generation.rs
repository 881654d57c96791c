//! The generation request: every field at, above and below its bounds.

use musicgen_testkit::{Persona, TestApp};
use serde_json::{Value, json};

async fn order(user: &Persona<'_>, change: &[(&str, Value)]) -> musicgen_testkit::Answer {
    let mut body = json!({"prompt": "slow sad piano in C minor", "duration": 1});
    for (name, value) in change {
        body[*name] = value.clone();
    }
    user.post("/api/v1/generate", body).await
}

#[tokio::test]
async fn every_field_at_above_and_below_its_bounds() {
    let app = TestApp::with_generous_limits().await;
    let user = app.admin("ada").await;
    let prompt = |n: usize| json!("é".repeat(n));
    let good: Vec<(&str, Value)> = vec![
        ("prompt", json!("x")),
        ("prompt", prompt(1000)),
        ("prompt", json!(format!("  {}  ", "a".repeat(1000)))),
        ("prompt", json!("🎸🔥👨‍👩‍👧‍👦 tab\tand\nlines")),
        ("prompt", json!("雨の夜のジャズ")),
        ("duration", json!(1.0)),
        ("duration", json!(600)),
        ("seed", json!(0)),
        ("seed", json!(9_007_199_254_740_991_u64)),
        ("tempo", json!(40)),
        ("tempo", json!(240.0)),
        ("temperature", json!(0.1)),
        ("temperature", json!(2.0)),
        ("top_k", json!(0)),
        ("top_k", json!(2048)),
        ("top_p", json!(0.0)),
        ("top_p", json!(1.0)),
        ("guidance_scale", json!(1.0)),
        ("guidance_scale", json!(10.0)),
        ("key", json!("C minor")),
        ("key", json!("F# dorian")),
        ("genre", json!("jazz")),
        ("mood", json!("sad")),
        ("model", json!("builtin")),
        ("instruments", json!(["piano"])),
        (
            "instruments",
            json!([
                "piano", "violin", "cello", "harp", "flute", "drums", "strings", "choir"
            ]),
        ),
        ("format", json!("flac")),
        ("sample_rate", json!(32000)),
        ("sample_rate", json!(48000)),
    ];
    for (name, value) in good {
        let answer = order(&user, &[(name, value.clone())]).await;
        assert_eq!(answer.status, 202, "{name} {value}: {}", answer.text());
    }
    let bad: Vec<(&str, Value, &str, &str)> = vec![
        ("prompt", json!(""), "/prompt", "required"),
        ("prompt", json!("   "), "/prompt", "required"),
        ("prompt", json!("\n\t"), "/prompt", "required"),
        ("prompt", prompt(1001), "/prompt", "too_long"),
        ("prompt", json!("a\u{0}b"), "/prompt", "format"),
        ("prompt", json!("a\u{1b}[31m"), "/prompt", "format"),
        ("prompt", Value::Null, "/prompt", "type"),
        ("prompt", json!([]), "/prompt", "type"),
        ("prompt", json!(["a"]), "/prompt", "type"),
        ("prompt", json!(123), "/prompt", "type"),
        ("duration", json!(0.999), "/duration", "out_of_range"),
        ("duration", json!(600.001), "/duration", "out_of_range"),
        ("duration", json!(0), "/duration", "out_of_range"),
        ("duration", json!(-5), "/duration", "out_of_range"),
        ("duration", json!(1e308), "/duration", "out_of_range"),
        ("duration", json!("30"), "/duration", "type"),
        ("duration", Value::Null, "/duration", "type"),
        ("duration", json!(true), "/duration", "type"),
        ("seed", json!(-1), "/seed", "out_of_range"),
        (
            "seed",
            json!(9_007_199_254_740_992_u64),
            "/seed",
            "out_of_range",
        ),
        ("seed", json!(1.5), "/seed", "type"),
        ("tempo", json!(39.9), "/tempo", "out_of_range"),
        ("tempo", json!(240.1), "/tempo", "out_of_range"),
        ("temperature", json!(0), "/temperature", "out_of_range"),
        ("temperature", json!(0.09), "/temperature", "out_of_range"),
        ("temperature", json!(2.01), "/temperature", "out_of_range"),
        ("temperature", json!("NaN"), "/temperature", "type"),
        ("top_k", json!(-1), "/top_k", "out_of_range"),
        ("top_k", json!(2049), "/top_k", "out_of_range"),
        ("top_p", json!(-0.0001), "/top_p", "out_of_range"),
        ("top_p", json!(1.0001), "/top_p", "out_of_range"),
        (
            "guidance_scale",
            json!(0.99),
            "/guidance_scale",
            "out_of_range",
        ),
        (
            "guidance_scale",
            json!(10.01),
            "/guidance_scale",
            "out_of_range",
        ),
        ("key", json!("H minor"), "/key", "format"),
        ("key", json!(""), "/key", "format"),
        ("genre", json!("Jazz"), "/genre", "not_one_of"),
        ("mood", json!("moody"), "/mood", "not_one_of"),
        ("model", json!("musicgen-large"), "/model", "not_one_of"),
        ("instruments", json!([]), "/instruments", "too_short"),
        (
            "instruments",
            json!(["kazoo"]),
            "/instruments/0",
            "not_one_of",
        ),
        (
            "instruments",
            json!(["piano", "piano"]),
            "/instruments/1",
            "duplicate",
        ),
        (
            "instruments",
            json!([
                "piano", "violin", "cello", "harp", "flute", "drums", "strings", "choir", "organ"
            ]),
            "/instruments",
            "too_long",
        ),
        ("instruments", json!("piano"), "/instruments", "type"),
        ("instruments", json!(["piano", 1]), "/instruments/1", "type"),
        ("format", json!("mp3"), "/format", "not_one_of"),
        ("sample_rate", json!(44101), "/sample_rate", "not_one_of"),
        ("sample_rate", json!("44100"), "/sample_rate", "type"),
        ("user_id", json!("x"), "/user_id", "unknown_field"),
        ("priority", json!(9), "/priority", "unknown_field"),
        ("n", json!(1_000_000), "/n", "unknown_field"),
    ];
    for (name, value, pointer, code) in bad {
        let faults = order(&user, &[(name, value.clone())]).await.faults();
        assert_eq!(
            faults,
            [(pointer.to_owned(), code.to_owned())],
            "{name} {value}"
        );
    }
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    let change = [
        ("duration", json!(0)),
        ("tempo", json!(1)),
        ("genre", json!("x")),
        ("extra", json!(1)),
    ];
    let faults = order(&user, &change).await.faults();
    let pointers: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/duration", "/extra", "/genre", "/tempo"]);
}

#[tokio::test]
async fn malformed_bodies() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    for (text, status) in [
        ("", 400),
        ("{", 400),
        ("{\"prompt\":\"a\",}", 400),
        ("{\"prompt\":NaN}", 400),
        ("{\"prompt\":\"\\ud800\"}", 400),
        ("{\"prompt\":\"a\",\"prompt\":\"b\"}", 400),
        ("[]", 422),
        ("null", 422),
        ("\"x\"", 422),
    ] {
        user.post_text("/api/v1/generate", text).await.is(status);
    }
    let large = format!("{{\"prompt\":\"{}\"}}", "a".repeat(16 * 1024));
    user.post_text("/api/v1/generate", large)
        .await
        .is_problem(413, "body_too_large");
    let fits = format!("{{\"prompt\":\"a\"{}}}", " ".repeat(16 * 1024 - 14));
    user.post_text("/api/v1/generate", fits).await.is(202);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=latin1",
        "text/plain; application/json",
        "",
    ] {
        let answer = user
            .clone()
            .with("content-type", kind)
            .post_text("/api/v1/generate", "{}")
            .await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let packed = user.clone().with("content-encoding", "gzip");
    packed
        .post_text("/api/v1/generate", "{}")
        .await
        .is_problem(415, "unsupported_media_type");
    let twice = user
        .clone()
        .with("content-type", "application/json")
        .with("content-type", "text/plain");
    twice
        .post_text("/api/v1/generate", "{}")
        .await
        .is_problem(400, "malformed_request");
    for kind in [
        "application/json",
        "Application/JSON",
        "application/json; charset=UTF-8",
    ] {
        let answer = user
            .clone()
            .with("content-type", kind)
            .post_text("/api/v1/generate", "{}")
            .await;
        answer.is_problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn a_tier_bounds_length_and_batch() {
    let app = TestApp::start().await;
    let user = app.user("clara").await;
    order(&user, &[("duration", json!(60))]).await.is(202);
    let faults = order(&user, &[("duration", json!(60.001))]).await.faults();
    assert_eq!(
        faults,
        [("/duration".to_owned(), "out_of_range".to_owned())]
    );
    let batch = json!({"requests": [{"prompt": "a", "duration": 1}]});
    user.post("/api/v1/generate/batch", batch.clone())
        .await
        .is_problem(403, "insufficient_permission");

    app.make_premium("clara").await;
    let one = json!({"prompt": "a", "duration": 1});
    for (n, status) in [(0, 422), (1, 202), (5, 202), (6, 422)] {
        let requests = vec![one.clone(); n];
        user.post("/api/v1/generate/batch", json!({"requests": requests}))
            .await
            .is(status);
    }
    let mixed = json!({"requests": [one, {"prompt": "", "duration": 301}]});
    let faults = user.post("/api/v1/generate/batch", mixed).await.faults();
    let expected = [("/requests/1/prompt".to_owned(), "required".to_owned())];
    assert_eq!(faults[..1], expected);
}
