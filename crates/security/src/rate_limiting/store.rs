use super::{Decision, LimitKey, RateLimits};
use crate::store::StoreError;
use std::future::Future;
use time::OffsetDateTime;

/// One of several keys that a request counts against.
#[derive(Debug, Clone, Copy)]
pub struct Take<'a> {
    /// Who.
    pub key: LimitKey,
    /// How much it may use.
    pub limits: &'a RateLimits,
    /// How much the request takes.
    pub cost: u32,
}

/// The answer to several takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The refusal with the longest wait; where all admit, the tightest standing.
    pub decision: Decision,
    /// Which of the takes that is about, from 0.
    pub by: usize,
}

impl Judged {
    /// Of two, the one to tell ([`Decision::tighter`]).
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        if self.decision.tighter(other.decision) == self.decision {
            self
        } else {
            other
        }
    }
}

/// Keeps buckets. Each verb is one atomic step, and one round trip where the store is elsewhere; what
/// they decide stands in the rules of the [module](super).
///
/// A store that has a clock of its own, which all nodes share, goes by that instead of `now`.
pub trait RateLimitStore: Clone + Send + Sync + 'static {
    /// Takes `cost` from all buckets of a key, or from none. A cost of 0 takes nothing and is admitted.
    fn take(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Decision, StoreError>> + Send;

    /// Takes from all of several keys, or from none. Who is there twice pays twice. `None` where there
    /// is nothing to take.
    fn take_all(
        &self,
        takes: &[Take<'_>],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<Judged>, StoreError>> + Send;

    /// What [`take`](Self::take) would say; takes nothing. The standing of an admission is the one
    /// before taking.
    fn look(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Decision, StoreError>> + Send;

    /// Puts back what was taken; a bucket never holds more than its size.
    fn give_back(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Forgets buckets that are full again; says how many keys those were.
    fn sweep(&self, now: OffsetDateTime) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many keys are kept.
    fn size(&self) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
