//! How often anybody may call, through the whole application. The clock stands still unless a test
//! moves it, so a limit of N means N.

mod attempts;
mod buckets;
mod callers;
mod proxies;
mod quota;
mod streams;

use musicgen_testkit::{Answer, TestApp};

const MODELS: &str = "/api/v1/models";
const DOCS: &str = "/docs";

/// The variables of a row: burst and minute, without long windows.
fn rate(word: &str, burst: u32, per_minute: u32) -> Vec<(String, String)> {
    let name = |what: &str| format!("RATE_LIMIT_{word}_{what}");
    vec![
        (name("BURST"), burst.to_string()),
        (name("PER_MINUTE"), per_minute.to_string()),
        (name("PER_HOUR"), "0".to_owned()),
        (name("PER_DAY"), "0".to_owned()),
    ]
}

/// An application where these rows count and nobody reaches any other.
async fn app(rows: &[(&str, u32, u32)]) -> TestApp {
    app_with(rows, &[]).await
}

/// The same with these variables too.
async fn app_with(rows: &[(&str, u32, u32)], more: &[(&str, &str)]) -> TestApp {
    let variables: Vec<_> = rows
        .iter()
        .flat_map(|(word, burst, per_minute)| rate(word, *burst, *per_minute))
        .collect();
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(more.iter().copied())
        .collect();
    TestApp::with(&variables).await
}

/// A header with a number.
#[track_caller]
fn number(answer: &Answer, name: &str) -> u64 {
    answer
        .header(name)
        .parse()
        .unwrap_or_else(|_| panic!("{name} in {:?}", answer.headers))
}

#[track_caller]
fn remaining(answer: &Answer) -> u64 {
    number(answer, "x-ratelimit-remaining")
}

/// Checks a refusal by a rate limit in full: RL-1, RL-3, VAL-2.
#[track_caller]
fn is_limited(answer: &Answer) {
    answer.is_problem(429, "rate_limited");
    assert!(number(answer, "retry-after") >= 1);
    assert!(number(answer, "retry-after") >= number(answer, "x-ratelimit-reset"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert!(answer.header("ratelimit").contains(";r="));
    assert!(answer.header("ratelimit-policy").contains(";q="));
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    let wait = format!("Try again in {} s.", answer.header("retry-after"));
    assert!(detail.ends_with(&wait), "{detail}");
}
