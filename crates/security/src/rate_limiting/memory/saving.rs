use super::{MemoryRateLimits, SHARDS_AT_ONCE, lock};
use crate::rate_limiting::gcra::{later_millisecond, ticks};
use crate::rate_limiting::{LimitKey, LongWindow};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use time::OffsetDateTime;

/// The hour and the day of a key, as they were when they were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rate_limiting) struct Changed {
    pub(super) key: LimitKey,
    pub(super) hour: u64,
    pub(super) day: u64,
}

impl Changed {
    pub(in crate::rate_limiting) fn window(&self) -> LongWindow {
        LongWindow {
            key: self.key,
            hour_full_at: later_millisecond(self.hour),
            day_full_at: later_millisecond(self.day),
        }
    }
}

impl MemoryRateLimits {
    /// At most so many keys whose hour or day isn't saved: those that used the most of their buckets,
    /// and of those the one that used the most first.
    pub(in crate::rate_limiting) async fn changed(
        &self,
        most: usize,
        now: OffsetDateTime,
    ) -> Vec<Changed> {
        let now = ticks(now);
        // The least used on top, to be driven out.
        let mut kept = BinaryHeap::new();
        for (number, shard) in self.shared.shards.iter().enumerate() {
            lock(shard).each_changed(|key, state| {
                let [_, hour, day] = state.levels().0;
                let changed = Changed {
                    key: *key,
                    hour,
                    day,
                };
                kept.push(Reverse((state.used(now), changed)));
                if kept.len() > most {
                    kept.pop();
                }
            });
            if number % SHARDS_AT_ONCE == SHARDS_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
        }
        let sorted = kept.into_sorted_vec().into_iter();
        sorted.map(|Reverse((_, changed))| changed).collect()
    }

    /// These are saved. A key that changed in between isn't.
    pub(in crate::rate_limiting) fn saved(&self, saved: &[Changed]) {
        for changed in saved {
            if let Some(mut shard) = self.shard_of(&changed.key) {
                shard.saved(changed);
            }
        }
    }

    /// Takes over what was saved. Where something was counted already, the emptier bucket holds.
    pub(in crate::rate_limiting) fn restore(&self, window: &LongWindow, now: OffsetDateTime) {
        let changed = Changed {
            key: window.key,
            hour: ticks(window.hour_full_at),
            day: ticks(window.day_full_at),
        };
        if let Some(mut shard) = self.shard_of(&window.key) {
            shard.restore(&changed, ticks(now), self.shared.per_shard);
        }
    }
}
