//! Sign-in attempts, counted before a password is looked at.
//!
//! 1. An attempt is counted as a failure when it is admitted, in one atomic verb: of a hundred that
//!    come at once no more are admitted than of a hundred in a row. A success takes it back.
//! 2. Failures count per account and per client network; both must have room. An account is its name
//!    in canonical form, whether it exists or not: unknown names are refused like known ones.
//! 3. An account has [`Limits::account`]: a few free failures, then a delay that doubles with each,
//!    and a stop after 100 in a row, which only [`SignInThrottle::clear`] lifts (NIST SP 800-63B-4,
//!    section 3.2.2). Each authenticator counts apart.
//! 4. A network (an IPv4 address, an IPv6 /64) has a wider allowance in a window, then a block that
//!    doubles with each trip.
//! 5. A success clears what its account had counted, not what its network had: signing in to an
//!    account of one's own buys no guesses at others.
//! 6. A known device counts apart, by [`Limits::device`], and neither the account's nor the
//!    network's counters refuse it: strangers can't lock the owner out. When it has used its own
//!    allowance up, it is a stranger.
//! 7. Names, addresses and devices are kept as HMAC-SHA-256 alone.
//! 8. The counters are bounded in number. The furthest from their limits go first; those that were
//!    idle for long enough are as good as gone, swept or not.
//!
//! There is no counter for everybody together: it would let anybody stop all sign-ins. What hashing
//! may cost altogether is the [`HashingPool`](super::passwords::HashingPool)'s to bound.

mod counter;
mod keys;
mod limits;
mod rules;
mod service;
mod store;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use counter::Counter;
pub use keys::{Attempt, Authenticator};
pub use limits::{Allowance, Limits};
#[cfg(feature = "testing")]
pub use memory::MemoryThrottle;
pub use rules::{Counted, Found, Granted, Mark, Refused, RefusedBy, Ticket, decide};
pub use service::{SignInThrottle, ThrottleError};
pub use store::{Admission, AttemptKeys, CounterKey, CounterKind, ThrottleStore};
