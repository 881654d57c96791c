//! Sessions: the server's record of a sign-in.
//!
//! ```text
//! sign-in ─► Session (sid) ─► refresh token, rotated at each use ─► access tokens with this sid
//! ```
//!
//! 1. One session a sign-in, with an id of 122 random bits that this crate chose: an id that a
//!    caller brings is never adopted. The id is no credential; it stands in access tokens and in
//!    the list that its owner sees.
//! 2. A session ends at its absolute end, which nothing moves; after its idle time without use; when
//!    its owner or an administrator ends it; when a spent refresh token is presented; and when the
//!    account's epoch rises above the session's ([`Account::lets`](crate::authentication::accounts::Account::lets)).
//! 3. How long it lives is decided by [`SessionLimits`]: shorter for accounts with administrative
//!    permissions, longer without an idle end for those who asked to be remembered. Who becomes an
//!    administrator has the shorter limits from the next refresh on.
//! 4. An account has so many sessions and no more: a new one ends the longest idle one.
//! 5. When and from where a session was last used is written at most once a minute, and never by
//!    the request that was seen ([`Activity`]). A change of network or device is an event for the
//!    log, and signs nobody out.
//! 6. A browser is known by its access cookie ([`SessionGate`]), which holds an access token of the
//!    session and nothing else; the refresh cookie is read where a session is renewed or ended.
//! 7. What ended is kept for a while, to be looked into, and then swept.

/// Sessions that ended are kept so long, for looking into what happened.
pub const KEPT: time::Duration = time::Duration::days(30);

mod activity;
mod agent;
mod cookies;
mod gate;
mod limits;
mod session;
mod store;

#[cfg(feature = "testing")]
pub mod contract;

pub use activity::{Activity, ActivityRecorder};
pub use agent::{Agent, describe_agent};
pub use cookies::SessionCookies;
pub use gate::{SessionGate, StaleCookie};
pub use limits::{SessionLimits, SessionSpan};
pub use session::{Delivery, EndReason, Seen, Session};
pub use store::{Rotation, RotationLimits, SessionStore};
