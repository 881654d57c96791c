//! Security stages for axum and tower services.
//!
//! ```text
//! request ─► edge: request_id ► headers ► problem ► panic
//!              └► router ─► route: cookies ► sessions ► csrf ► authentication ► authorization
//!                              └► handler arguments: validation ─► handler
//! ```
//!
//! The order stands once, in [`stack`]. Data changes type as it gains trust: a raw request, then a
//! [`Principal`](authentication::Principal), then a [`Valid`](validation::Valid) body; each can be
//! made only by the module that checks.
//!
//! This crate knows HTTP and rules. It has no SQL, reads no environment, and takes time and
//! randomness as parameters ([`clock`], [`random`]). Storage is a trait beside the rules it serves,
//! with a contract suite that every implementation runs (feature `testing`).

pub mod api_keys;
pub mod authentication;
pub mod authorization;
pub mod client_ip;
pub mod clock;
pub mod cookies;
pub mod csrf;
pub mod gate;
pub mod headers;
pub mod panic;
pub mod problem;
pub mod random;
pub mod request_id;
pub mod revocation;
pub mod secrets;
pub mod sessions;
pub mod stack;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod validation;
