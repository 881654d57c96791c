//! Letters to users: links, and notices of what happened to an account.
//!
//! ```text
//! handler ─► Mailer::send ─► queue in memory ─► Delivery (a task) ─► relay (SMTP)
//!              │ full, too many: counted            └► retries        or DATA_DIR/outbox
//! ```
//!
//! 1. [`Mailer::send`] never waits and never fails a request. A full queue drops the message, counts
//!    it (`musicgen_mail_total`) and says so once.
//! 2. What failed for the time being is tried again with growing, jittered delay for an hour; while
//!    the relay is away nothing is tried at it but one attempt now and then. What is refused for good
//!    is given up.
//! 3. Nobody can be flooded: an address gets at most [`Options::an_hour`] messages of one kind an hour.
//! 4. Links are made from `PUBLIC_URL` alone, never from a request's `Host` (B108). Their token
//!    stands in the fragment, after `#`: a browser sends that to nobody, so it reaches no log of a
//!    proxy and no `Referer`.
//! 5. A message says what happened, when, and what to do, in words of ours. What others chose
//!    (device, name of a key) comes through a table or a filter; display names don't come at all.
//!    Plain text: nothing to hide a link behind, and nothing to escape.
//! 6. Logs carry neither addresses nor tokens nor the answers of relays, which repeat addresses. An
//!    address appears as the first 12 hexadecimal digits of its SHA-256.
//! 7. The queue is in memory. At the stop it is flushed for some seconds; what is left is lost, and
//!    its number is in the log. So is the queue of a process that is killed. Whoever gets no link
//!    asks for another; a notice that must not be lost needs a record elsewhere.
//!
//! ```no_run
//! # async fn example(config: &musicgen::config::Config) -> Result<(), Box<dyn std::error::Error>> {
//! use musicgen::mail::{Mailer, Message};
//! use musicgen_security::authentication::accounts::EmailAddress;
//! use musicgen_security::{clock::SystemClock, random::SystemRandom, secrets::Secret};
//! use std::sync::Arc;
//!
//! let mailer = Mailer::new(config, Arc::new(SystemClock), Arc::new(SystemRandom))?;
//! let delivery = mailer.deliver();
//! let to = EmailAddress::parse("clara@example.com")?;
//! let token = Secret::new("what the link proves");
//! mailer.send(&to, Message::ResetPassword { token, good_for: time::Duration::hours(1) });
//! // At the stop, after the last request:
//! if let Some(delivery) = delivery {
//!     delivery.stop().await;
//! }
//! # Ok(())
//! # }
//! ```

mod allowance;
mod carrier;
mod composer;
mod delivery;
mod figures;
mod letter;
mod mailer;
mod message;
mod options;
mod outbox;
mod relay;
mod words;
mod wrap;

pub use delivery::Delivery;
pub use mailer::{Handed, MailError, Mailer, Reserved};
pub use message::{KeyChange, Message};
pub use options::Options;
