use super::latest::Latest;
use super::saving::Changed;
use super::state::State;
use crate::rate_limiting::gcra::{Levels, span};
use crate::rate_limiting::{Decision, LimitKey, RateLimits};
use std::collections::HashMap;

/// A part of the keys. What `most` says holds for it alone.
#[derive(Default)]
pub(super) struct Shard {
    keys: HashMap<LimitKey, State>,
    /// Whether one of them waits to be saved.
    is_changed: bool,
    latest: Latest,
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// See [`Latest::hear`].
    pub(super) fn hear(&mut self, now: u64) -> (u64, u64) {
        self.latest.hear(now)
    }

    pub(super) fn levels(&self, key: &LimitKey) -> Levels {
        self.keys.get(key).map_or(Levels::FULL, State::levels)
    }

    pub(super) fn take(
        &mut self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: u64,
        most: usize,
    ) -> Decision {
        let (now, behind) = self.latest.hear(now);
        // After a refusal too they are put: without what a clock that was set back left too empty.
        let decision = if let Some(state) = self.keys.get_mut(&key) {
            let (levels, decision) = state.levels().take(limits, cost, now);
            self.is_changed |= state.set(levels, limits);
            decision
        } else {
            let (levels, decision) = Levels::FULL.take(limits, cost, now);
            self.put(key, levels, limits, now, most);
            decision
        };
        if behind > 0 {
            return decision.later(span(behind));
        }
        decision
    }

    /// Keeps these buckets, unless they are full.
    pub(super) fn put(
        &mut self,
        key: LimitKey,
        levels: Levels,
        limits: &RateLimits,
        now: u64,
        most: usize,
    ) {
        if let Some(state) = self.keys.get_mut(&key) {
            self.is_changed |= state.set(levels, limits);
            return;
        }
        let mut state = State::default();
        self.is_changed |= state.set(levels, limits);
        if state.is_full(now) {
            return;
        }
        if self.keys.len() >= most {
            self.make_room(now, most);
        }
        self.keys.insert(key, state);
    }

    pub(super) fn give_back(&mut self, key: &LimitKey, limits: &RateLimits, cost: u32, now: u64) {
        let (now, _) = self.latest.hear(now);
        let Some(state) = self.keys.get_mut(key) else {
            return;
        };
        let levels = state.levels().give_back(limits, cost, now);
        self.is_changed |= state.set(levels, limits);
    }

    pub(super) fn each_changed(&mut self, mut each: impl FnMut(&LimitKey, &State)) {
        if !self.is_changed {
            return;
        }
        let mut changed = self
            .keys
            .iter()
            .filter(|(_, state)| state.is_changed())
            .peekable();
        self.is_changed = changed.peek().is_some();
        changed.for_each(|(key, state)| each(key, state));
    }

    /// See [`MemoryRateLimits::saved`](super::MemoryRateLimits).
    pub(super) fn saved(&mut self, saved: &Changed) {
        if let Some(state) = self.keys.get_mut(&saved.key) {
            let [_, hour, day] = state.levels().0;
            if [hour, day] == [saved.hour, saved.day] {
                state.set_saved();
            }
        }
    }

    pub(super) fn restore(&mut self, saved: &Changed, now: u64, most: usize) {
        let mut restored = State::restored(saved.hour, saved.day);
        // A row that no clock that is right could have written is written anew, or it would stay for ever.
        self.is_changed |= restored.settle(now);
        if let Some(state) = self.keys.get_mut(&saved.key) {
            state.merge(&restored);
        } else if !restored.is_full(now) {
            if self.keys.len() >= most {
                self.make_room(now, most);
            }
            self.keys.insert(saved.key, restored);
        }
    }

    /// Forgets full buckets; where that is not an eighth of the bound, those that are least used too.
    fn make_room(&mut self, now: u64, most: usize) {
        self.keys.retain(|_, state| !state.is_full(now));
        let target = most - most.div_ceil(8);
        let too_many = self.keys.len().saturating_sub(target);
        if too_many == 0 {
            return;
        }
        let mut used: Vec<u32> = self.keys.values().map(|state| state.used(now)).collect();
        let (less, bound, _) = used.select_nth_unstable(too_many - 1);
        let bound = *bound;
        // Several may be used as much: only so many of them go.
        let less = less.iter().filter(|used| **used < bound).count();
        let mut equal = too_many - less;
        self.keys.retain(|_, state| {
            let used = state.used(now);
            if used == bound && equal > 0 {
                equal -= 1;
                return false;
            }
            used >= bound
        });
    }

    /// Forgets full buckets and gives back the memory of a flood that is over; says how many went.
    pub(super) fn sweep(&mut self, now: u64) -> usize {
        let before = self.keys.len();
        self.keys.retain(|_, state| {
            self.is_changed |= state.settle(now);
            !state.is_full(now)
        });
        if self.keys.len() * 4 < self.keys.capacity() {
            self.keys.shrink_to(self.keys.len() * 2);
        }
        before - self.keys.len()
    }
}
