use super::{MemoryRateLimits, Shard};
use crate::rate_limiting::gcra::{Levels, span, ticks};
use crate::rate_limiting::{Judged, LimitKey, Take};
use std::sync::MutexGuard;
use time::OffsetDateTime;

/// The shards of several keys, all locked.
struct Locked<'a> {
    limits: &'a MemoryRateLimits,
    shards: Vec<(usize, MutexGuard<'a, Shard>)>,
}

impl<'a> Locked<'a> {
    fn of(limits: &'a MemoryRateLimits, takes: &[Take<'_>]) -> Self {
        let mut places: Vec<_> = takes.iter().map(|take| limits.place(&take.key)).collect();
        // Always in the same order: two requests with the same two keys must not wait for each other.
        places.sort_unstable();
        places.dedup();
        let shards = places
            .into_iter()
            .filter_map(|place| Some((place, limits.shard(place)?)));
        Self {
            limits,
            shards: shards.collect(),
        }
    }

    /// The latest moment that one of them has heard of, and how far behind it this one is.
    fn hear(&mut self, now: u64) -> (u64, u64) {
        let heard = self.shards.iter_mut().map(|(_, shard)| shard.hear(now));
        heard.max().unwrap_or((now, 0))
    }

    fn of_key(&mut self, key: &LimitKey) -> Option<&mut Shard> {
        let place = self.limits.place(key);
        let mut shards = self.shards.iter_mut();
        let own = shards.find(|(locked, _)| *locked == place);
        own.map(|(_, shard)| &mut **shard)
    }

    fn levels(&mut self, key: &LimitKey) -> Levels {
        self.of_key(key)
            .map_or(Levels::FULL, |shard| shard.levels(key))
    }

    fn put(&mut self, take: &Take<'_>, levels: Levels, now: u64) {
        let most = self.limits.shared.per_shard;
        if let Some(shard) = self.of_key(&take.key) {
            shard.put(take.key, levels, take.limits, now, most);
        }
    }
}

impl MemoryRateLimits {
    /// Decides now on several keys. What [`take_all`](crate::rate_limiting::RateLimitStore::take_all) does,
    /// without a future.
    pub fn take_all_now(&self, takes: &[Take<'_>], now: OffsetDateTime) -> Option<Judged> {
        let mut locked = Locked::of(self, takes);
        let (now, behind) = locked.hear(ticks(now));
        let mut after: Vec<(&Take<'_>, Levels)> = Vec::with_capacity(takes.len());
        let mut judged: Option<Judged> = None;
        for (by, take) in takes.iter().enumerate() {
            let earlier = after.iter().rev().find(|(other, _)| other.key == take.key);
            let before = earlier.map(|(_, levels)| *levels);
            let before = before.unwrap_or_else(|| locked.levels(&take.key));
            let (levels, decision) = before.take(take.limits, take.cost, now);
            after.push((take, levels));
            let decision = decision.later(span(behind));
            let other = Judged { decision, by };
            judged = Some(judged.map_or(other, |judged| judged.tighter(other)));
        }
        let is_admitted = judged?.decision.is_admitted();
        for (take, spent) in after {
            if is_admitted {
                locked.put(take, spent, now);
            } else {
                // What a clock that was set back left too empty is set right by a refusal too.
                let (settled, _) = locked.levels(&take.key).take(take.limits, 0, now);
                locked.put(take, settled, now);
            }
        }
        judged
    }
}
