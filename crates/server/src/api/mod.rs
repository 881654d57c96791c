//! The handlers, one file a resource. Each has four steps: extract, authorise (the gates did),
//! call one domain function, map the result. What a route demands stands in `routes/table.rs`.

pub mod admin;
pub mod api_keys;
pub mod auth;
pub mod batch;
pub mod generate;
pub mod generation_body;
pub mod health;
pub mod me;
pub mod models;
pub mod oauth;
pub mod rate_limits;

pub(crate) mod audio;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod jwks;
pub(crate) mod metrics;

mod id;
mod idempotency;
mod open_streams;
mod ordering;
mod paging;
mod written;

pub(crate) use id::PathId;
pub(crate) use open_streams::OpenStreams;
pub(crate) use rate_limits::rate_limits;
pub(crate) use written::Written;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// RFC 3339 in UTC, to the millisecond.
fn timestamp(time: OffsetDateTime) -> String {
    let whole = time.replace_millisecond(time.millisecond()).unwrap_or(time);
    whole.format(&Rfc3339).unwrap_or_default()
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
