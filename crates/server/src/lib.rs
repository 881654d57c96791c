//! Music Gen AI: the server, put together.
//!
//! ```text
//! config ──► app ──► router (routes/table.rs) behind security's stages ──► api/ (handlers)
//!              └──► queue and workers of musicgen-music over store/ (SQL)
//! cli/ builds the same app to serve, to demonstrate, to administrate
//! ```
//!
//! This crate knows all the others and decides little: rules are in `musicgen-security`, music in
//! `musicgen-music`. `app.rs` is the only place that names every part.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod errands;
pub mod mail;
pub mod openapi;
pub mod policy;
pub mod routes;
pub mod serving;
pub mod state;
pub mod store;
pub mod telemetry;

mod client;
mod tasks;
