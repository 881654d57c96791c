//! The whole application, called as its users call it. One binary, so that it links once.

#![expect(
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "tests fail by panicking, and their rows are tuples"
)]

mod access;
mod account_fields;
mod accounts;
mod administration;
mod api_keys;
mod chromium;
mod client_address;
mod connections;
mod cookies;
mod cors;
mod csrf;
mod documents;
mod error_detail;
mod event_streams;
mod figures;
mod files;
mod foreign;
mod framing;
mod generation;
mod headers;
mod heads;
mod hosts;
mod http2;
mod idempotency;
mod inputs;
mod jobs;
mod listening;
mod live_changes;
mod log_safety;
mod mail;
mod notices;
mod oauth;
mod origins;
mod outages;
mod password;
mod paths;
mod policy;
mod presented_cookies;
mod processes;
mod proxies;
mod proxy_protocol;
mod queued_rights;
mod races;
mod rate_limits;
mod refresh;
mod restarts;
mod revocation;
mod roles;
mod safe_methods;
mod server;
mod session_ends;
mod sessions;
mod sign_in;
mod signing_keys;
mod slow_clients;
mod stack;
mod statuses;
mod token_doors;
mod tokens;
mod verification;
mod walk;
