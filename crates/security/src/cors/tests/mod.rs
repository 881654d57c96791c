//! Tables of origins and requests: who may read, what a preflight is told, what every answer carries.

mod explaining;
mod origins;
mod patterns;
mod preflights;
mod stage;

use super::*;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Names and values of headers.
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn headers(list: Pairs<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in list {
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn patterns(texts: &[&str]) -> Vec<OriginPattern> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn policy() -> CorsPolicy {
    let origins = ["https://app.example.com", "https://*.example.org"];
    let own = "https://music.example.com".parse().unwrap();
    CorsPolicy::with_credentials(patterns(&origins)).of_service([&own])
}
