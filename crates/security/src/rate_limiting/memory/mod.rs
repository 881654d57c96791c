//! Buckets in this process.
//!
//! 1. Keys are spread over shards by a keyed hash that nobody outside can foresee; a shard is a mutex
//!    around a map of at most [`SHARD`] keys. What a decision holds up is the decisions of its shard, for
//!    tens of nanoseconds.
//! 2. A key with its buckets is 40 bytes, 59 with its place in a map of a million (measured; 109 at worst).
//! 3. A shard that is full makes room for an eighth of its keys at once, in microseconds, so that a flood of
//!    fresh keys costs each of them the same small share.

mod latest;
mod saving;
mod several;
mod shard;
mod state;

use super::gcra::{Levels, span, ticks};
use super::{Decision, Judged, LimitKey, RateLimitStore, RateLimits, Take};
use crate::store::StoreError;
pub(super) use saving::Changed;
use shard::Shard;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

/// What a map of 1,024 places takes before it doubles.
const SHARD: usize = 896;

/// How many shards are swept before others may run: less than a millisecond.
const SHARDS_AT_ONCE: usize = 64;

/// Limits in memory: exact in one process, bounded, gone with it. Clones share their buckets.
#[derive(Clone)]
pub struct MemoryRateLimits {
    shared: Arc<Shared>,
}

struct Shared {
    shards: Vec<Mutex<Shard>>,
    per_shard: usize,
    hasher: RandomState,
}

impl Default for MemoryRateLimits {
    /// Room for a million keys, which are 59 MB then; an empty one takes next to nothing.
    fn default() -> Self {
        // A seventh more: the hash spreads evenly, not exactly.
        Self::with_capacity(1_146_880)
    }
}

impl MemoryRateLimits {
    /// Keeps at most so many keys, and at least one. A part of the keys is refused room a little before: each
    /// shard has its part of the bound.
    pub fn with_capacity(keys: usize) -> Self {
        let keys = keys.max(1);
        let shards = keys.div_ceil(SHARD);
        Self {
            shared: Arc::new(Shared {
                shards: (0..shards).map(|_| Mutex::default()).collect(),
                per_shard: (keys / shards).max(1),
                hasher: RandomState::new(),
            }),
        }
    }

    /// How many keys are kept now.
    pub fn len(&self) -> usize {
        let shards = self.shared.shards.iter();
        shards.map(|shard| lock(shard).len()).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many keys are kept at most.
    pub fn capacity(&self) -> usize {
        self.shared.shards.len() * self.shared.per_shard
    }

    /// The shard of a key, by the high bits of a product: an even share of the hashes for each.
    fn place(&self, key: &LimitKey) -> usize {
        let hash = u128::from(self.shared.hasher.hash_one(key));
        ((hash * self.shared.shards.len() as u128) >> 64) as usize
    }

    /// The place is below the number of shards, so there is always one.
    fn shard(&self, place: usize) -> Option<MutexGuard<'_, Shard>> {
        self.shared.shards.get(place).map(lock)
    }

    fn shard_of(&self, key: &LimitKey) -> Option<MutexGuard<'_, Shard>> {
        self.shard(self.place(key))
    }

    /// Decides now. What [`RateLimitStore::take`] does, without a future.
    pub fn take_now(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Decision {
        let now = ticks(now);
        let shard = self.shard_of(&key);
        let taken =
            shard.map(|mut shard| shard.take(key, limits, cost, now, self.shared.per_shard));
        taken.unwrap_or_else(|| Decision::Admitted(limits.untouched()))
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    // A shard is whole between any two steps, so one that a panic left is as good as before.
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RateLimitStore for MemoryRateLimits {
    async fn take(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Result<Decision, StoreError> {
        Ok(self.take_now(key, limits, cost, now))
    }

    async fn take_all(
        &self,
        takes: &[Take<'_>],
        now: OffsetDateTime,
    ) -> Result<Option<Judged>, StoreError> {
        Ok(self.take_all_now(takes, now))
    }

    async fn look(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Result<Decision, StoreError> {
        let now = ticks(now);
        let heard = self.shard_of(&key).map(|mut shard| {
            let (now, behind) = shard.hear(now);
            (shard.levels(&key), now, behind)
        });
        let (levels, now, behind) = heard.unwrap_or((Levels::FULL, now, 0));
        Ok(levels.look(limits, cost, now).later(span(behind)))
    }

    async fn give_back(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        if let Some(mut shard) = self.shard_of(&key) {
            shard.give_back(&key, limits, cost, ticks(now));
        }
        Ok(())
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let now = ticks(now);
        let mut gone = 0;
        for (number, shard) in self.shared.shards.iter().enumerate() {
            gone += lock(shard).sweep(now);
            if number % SHARDS_AT_ONCE == SHARDS_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
        }
        Ok(gone as u64)
    }

    async fn size(&self) -> Result<u64, StoreError> {
        Ok(self.len() as u64)
    }
}

impl fmt::Debug for MemoryRateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRateLimits")
            .field("keys", &self.len())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}
