//! From a sentence to a finished track.
//!
//! ```text
//! GenerationRequest ──prompt──► Plan ──compose──► Score ──synth──► stems ──audio──► Audio ──formats──► file
//!   (request.rs)      (prompt/)        (compose/)  (score.rs) (synth/)      (audio/)         (formats/)
//! ```
//!
//! `engine.rs` is the door to all of it, `jobs/` queues and runs it, `tracks/` keeps what was made.
//! This crate knows no HTTP and no SQL: storage is a trait with a contract suite beside it.

pub mod audio;
pub mod compose;
pub mod engine;
pub mod engines;
pub mod formats;
pub mod jobs;
pub mod prompt;
pub mod request;
pub mod score;
pub mod sound_font;
pub mod synth;
pub mod tracks;
pub mod vocabulary;
