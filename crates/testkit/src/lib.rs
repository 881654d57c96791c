//! How to write a test here:
//!
//! ```no_run
//! # async fn example() {
//! use musicgen_testkit::TestApp;
//! use serde_json::json;
//!
//! let app = TestApp::start().await;
//! let user = app.user("clara").await;
//! let answer = user.post("/api/v1/generate", json!({"prompt": "slow sad piano", "duration": 2})).await;
//! answer.is(202);
//! app.anonymous().get("/api/auth/me").await.is_problem(401, "unauthenticated");
//! # }
//! ```
//!
//! [`TestApp`] is the real application: its router with every stage, its database (SQLite in a
//! folder of its own), its workers and its engine. Only time stands still until a test moves it,
//! and password hashes are cheap. A [`Persona`] is somebody who calls it; an [`Answer`] checks
//! itself and says what came instead.

mod answer;
mod app;
mod mail_sink;
mod persona;

pub use answer::Answer;
pub use app::TestApp;
pub use mail_sink::{MailSink, Received};
pub use persona::Persona;

/// A password that the policy accepts, for every account of the tests.
pub const PASSWORD: &str = "correct horse battery staple";
