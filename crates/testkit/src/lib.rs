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
//! itself and says what came instead. A [`Browser`] is a persona that keeps cookies and says where its
//! requests come from:
//!
//! ```no_run
//! # async fn example() {
//! use musicgen_security::cookies::CookieKind;
//! use musicgen_testkit::TestApp;
//!
//! let app = TestApp::in_production().await;
//! app.user("clara").await;
//! let browser = app.browser();
//! browser.sign_in("clara").await;
//! browser.post_nothing("/api/auth/refresh").await.is(200);
//! let forged = browser.without("x-csrf-token");
//! forged.post_nothing("/api/auth/logout").await.is_problem(403, "csrf_token_missing");
//! browser.set_cookie(CookieKind::Access, "broken");
//! browser.get("/api/auth/me").await.is_problem(401, "invalid_token");
//! # }
//! ```
//!
//! [`Served`] is such an application behind a real socket, for tests of what lies below requests and for
//! programs that come from outside. Such a test needs more than one thread:
//!
//! ```no_run
//! # async fn example() {
//! use musicgen_testkit::TestApp;
//!
//! let served = TestApp::start().await.serve();
//! let answer = served.raw("GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
//! assert!(answer.starts_with("HTTP/1.1 200 "));
//! # }
//! ```

mod answer;
mod app;
mod browser;
mod caller;
mod dump;
mod jar;
mod letters;
mod mail_sink;
mod persona;
pub mod proxies;
mod served;

pub use answer::Answer;
pub use app::{TestApp, generous_rates};
pub use browser::Browser;
pub use caller::Caller;
pub use jar::SetCookie;
pub use mail_sink::{MailSink, Received};
pub use persona::Persona;
pub use served::Served;

/// A password that the policy accepts, for every account of the tests.
pub const PASSWORD: &str = "correct horse battery staple";
