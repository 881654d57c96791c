//! How often, counted and limited.
//!
//! 1. [`RateLimits`] are up to three buckets: *burst* holds `burst` requests and refills at `per_minute`
//!    a minute, *hour* holds `per_hour` and refills at that rate, *day* likewise. They refill all the
//!    time (GCRA): there is no edge of a window at which twice the limit fits through.
//! 2. A limit of N lets exactly N through at once, however many ask at the same time.
//! 3. All buckets of a request, of one key or of several, are taken in one atomic step, or none of
//!    them: a refused request spends nothing.
//! 4. A [`Decision`] names the tightest bucket; a refusal names the one that refuses longest, and whoever
//!    waits for [`Decision::Refused::retry_after`] is let in, if nobody else used the key.
//! 5. A [`LimitKey`] is 16 bytes made of what is counted and its [`BucketClass`]. What a caller wrote
//!    never becomes a key as it is.
//! 6. What is kept is bounded. Buckets that are full again go first, then those furthest from their
//!    limit, the longest unused of them first; a flood of fresh keys evicts itself.
//! 7. A clock that is set back frees nothing, and locks nobody out for longer than a bucket takes
//!    to give one request.
//! 8. Limits that change count at once. What was used keeps its share of the bucket.
//! 9. Hours and days survive a restart ([`LongWindowKeeper`]); minutes start anew.
//!
//! A request of a higher cost takes as many units. One that costs more than a bucket holds takes the
//! whole bucket: it is let in when the bucket is full, rather than never.
//!
//! ```
//! use musicgen_security::rate_limiting::{
//!     BucketClass, Decision, LimitKey, MemoryRateLimits, RateLimitStore, RateLimits,
//! };
//! # use musicgen_security::client_ip::ClientIp;
//! # use time::{Duration, OffsetDateTime};
//! # async fn example(client: ClientIp, now: OffsetDateTime) -> Result<(), Box<dyn std::error::Error>> {
//! let limits = RateLimits::new(2, 60, Some(600), None)?;
//! let store = MemoryRateLimits::default();
//! let key = LimitKey::of_network(client, BucketClass::General);
//! assert!(store.take(key, &limits, 1, now).await?.is_admitted());
//! assert!(store.take(key, &limits, 1, now).await?.is_admitted());
//! let Decision::Refused { window, retry_after, .. } = store.take(key, &limits, 1, now).await? else {
//!     panic!("the burst is used up");
//! };
//! assert_eq!((window.name(), retry_after), ("burst", Duration::SECOND));
//! assert!(store.take(key, &limits, 1, now + retry_after).await?.is_admitted());
//! # Ok(())
//! # }
//! # use std::task::{Context, Poll, Waker};
//! # let client = ClientIp::of_peer([192, 0, 2, 1].into());
//! # let example = std::pin::pin!(example(client, OffsetDateTime::UNIX_EPOCH));
//! # let done = example.poll(&mut Context::from_waker(Waker::noop()));
//! # assert!(matches!(done, Poll::Ready(Ok(()))));
//! ```

mod answer;
mod charges;
mod concurrency;
mod decision;
mod gcra;
mod headers;
mod key;
mod limiter;
mod limits;
pub mod long_windows;
mod memory;
mod own;
mod rules;
mod shared;
mod stages;
mod store;

#[cfg(feature = "testing")]
pub mod contract;

pub use charges::RateBucket;
pub use concurrency::{Busy, ConcurrencyLimits, Permit};
pub use decision::{Decision, Policy, Standing};
pub use key::{BucketClass, LimitKey};
pub use limiter::{RateLimiter, RateLimiting, RateObserver, RateOutcome};
pub use limits::{RateLimits, RateLimitsFault, Window};
pub use long_windows::{LongWindow, LongWindowKeeper, LongWindows};
pub use memory::MemoryRateLimits;
pub use own::OwnLimits;
pub use rules::{RateClass, RateRules};
pub use shared::{OnStoreFailure, SharedCounters};
pub use stages::{
    AddressRateLimitFuture, AddressRateLimitLayer, AddressRateLimitService, AttemptRateLimitGate,
    PrincipalRateLimitGate, Tally,
};
pub use store::{Judged, RateLimitStore, Take};

#[cfg(test)]
mod tests;
