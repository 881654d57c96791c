use super::charges::Charge;
use super::{Judged, RateLimitStore, RateLimits, Take};
use crate::store::StoreError;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// How long the shared counters may take before a node goes on without them (RL-12).
const PATIENCE: Duration = Duration::from_millis(100);
/// How long they aren't asked again after that: a request in a while pays the wait, not each.
const LEFT_ALONE: time::Duration = time::Duration::SECOND;

/// What happens while the shared counters don't answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnStoreFailure {
    /// Each node counts by itself, at half the rates.
    #[default]
    Local,
    /// 503.
    Refuse,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A [`RateLimitStore`] that needn't be named.
trait AnyStore: Send + Sync {
    fn take<'a>(&'a self, takes: &'a [Take<'a>], now: OffsetDateTime)
    -> Answer<'a, Option<Judged>>;
    fn give_back<'a>(&'a self, charge: &'a Charge, now: OffsetDateTime) -> Answer<'a, ()>;
}

impl<S: RateLimitStore> AnyStore for S {
    fn take<'a>(
        &'a self,
        takes: &'a [Take<'a>],
        now: OffsetDateTime,
    ) -> Answer<'a, Option<Judged>> {
        Box::pin(self.take_all(takes, now))
    }

    fn give_back<'a>(&'a self, charge: &'a Charge, now: OffsetDateTime) -> Answer<'a, ()> {
        let Charge {
            key, limits, cost, ..
        } = charge;
        Box::pin(RateLimitStore::give_back(self, *key, limits, *cost, now))
    }
}

/// Counters that nodes share, and what happens while they are away.
#[derive(Clone)]
pub struct SharedCounters {
    store: Arc<dyn AnyStore>,
    on_failure: OnStoreFailure,
    /// Until when they aren't asked.
    alone_until: Arc<Mutex<Option<OffsetDateTime>>>,
}

impl std::fmt::Debug for SharedCounters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedCounters")
            .field("on_failure", &self.on_failure)
            .finish_non_exhaustive()
    }
}

impl SharedCounters {
    /// Those in `store`.
    pub fn new(store: impl RateLimitStore, on_failure: OnStoreFailure) -> Self {
        Self {
            store: Arc::new(store),
            on_failure,
            alone_until: Arc::default(),
        }
    }

    pub(super) fn on_failure(&self) -> OnStoreFailure {
        self.on_failure
    }

    /// The decision; `None` while they are away.
    pub(super) async fn take(&self, charges: &[Charge], now: OffsetDateTime) -> Option<Judged> {
        if self.is_left_alone(now) {
            return None;
        }
        let takes: Vec<_> = charges.iter().map(Charge::take).collect();
        let asked = tokio::time::timeout(PATIENCE, self.store.take(&takes, now)).await;
        let failure = match asked {
            Ok(Ok(judged)) => {
                self.heard();
                return judged;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        self.leave_alone(now, &failure);
        None
    }

    pub(super) async fn give_back(&self, charge: &Charge, now: OffsetDateTime) {
        if !self.is_left_alone(now) {
            // What can't be given back comes back by itself with time.
            drop(tokio::time::timeout(PATIENCE, self.store.give_back(charge, now)).await);
        }
    }

    fn is_left_alone(&self, now: OffsetDateTime) -> bool {
        let until = self.alone_until.lock();
        let until = *until.unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not keep them away for long.
        until.is_some_and(|until| (until - LEFT_ALONE..until).contains(&now))
    }

    fn heard(&self) {
        let mut until = self
            .alone_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if until.take().is_some() {
            tracing::warn!("the shared counters of requests answer again");
        }
    }

    fn leave_alone(&self, now: OffsetDateTime, failure: &str) {
        let mut until = self
            .alone_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if until.replace(now + LEFT_ALONE).is_none() {
            let on_failure = self.on_failure;
            tracing::error!(
                failure,
                ?on_failure,
                "the shared counters of requests are away"
            );
        }
    }
}

/// The share of one node while it counts by itself: half of what all may have together, so that two
/// nodes don't allow twice as much; never nothing.
pub(super) fn stricter(limits: RateLimits) -> RateLimits {
    let half = |number: u32| number.div_ceil(2);
    let halves = RateLimits::new(
        half(limits.burst()),
        half(limits.per_minute()),
        limits.per_hour().map(half),
        limits.per_day().map(half),
    );
    // Halves of good numbers are good.
    halves.unwrap_or(limits)
}
