use super::{
    Admission, AttemptKeys, Counter, CounterKey, CounterKind, Found, Limits, ThrottleStore, Ticket,
    decide,
};
use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

#[derive(Debug, Clone, Copy)]
struct Kept {
    counter: Counter,
    weight: u32,
    forget_at: Option<OffsetDateTime>,
}

impl Kept {
    fn new(counter: Counter, kind: CounterKind, limits: &Limits) -> Self {
        let allowance = kind.allowance(limits);
        Self {
            counter,
            weight: counter.weight(allowance),
            forget_at: counter.forget_at(allowance),
        }
    }
}

/// Counters in memory, for tests and for trying things out; lost when the process ends.
#[derive(Debug, Clone, Default)]
pub struct MemoryThrottle(Arc<Mutex<HashMap<CounterKey, Kept>>>);

impl MemoryThrottle {
    fn lock(&self) -> MutexGuard<'_, HashMap<CounterKey, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ThrottleStore for MemoryThrottle {
    async fn begin(
        &self,
        keys: &AttemptKeys,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Admission, StoreError> {
        let mut counters = self.lock();
        let find = |key: &CounterKey| counters.get(key).map(|kept| kept.counter);
        let found = Found {
            account: find(&keys.account),
            network: find(&keys.network),
            device: keys.device.as_ref().and_then(find),
        };
        let granted = match decide(keys, &found, limits, now) {
            Ok(granted) => granted,
            Err(refused) => return Ok(Admission::Refused(refused)),
        };
        let is_own = |key: &CounterKey| granted.counters.iter().any(|own| own.key == *key);
        let new = granted.counters.iter();
        let new = new.filter(|own| !counters.contains_key(&own.key)).count();
        let too_many = (counters.len() + new).saturating_sub(limits.capacity as usize);
        for _ in 0..too_many {
            let others = counters.iter().filter(|(key, _)| !is_own(key));
            let weakest = others.min_by_key(|(_, kept)| (kept.weight, kept.counter.last_at));
            let Some(key) = weakest.map(|(key, _)| *key) else {
                break;
            };
            counters.remove(&key);
        }
        for counted in &granted.counters {
            let kept = Kept::new(counted.counter, counted.kind, limits);
            counters.insert(counted.key, kept);
        }
        Ok(Admission::Admitted(granted.ticket))
    }

    async fn succeed(&self, ticket: &Ticket, limits: &Limits) -> Result<(), StoreError> {
        let mut counters = self.lock();
        for (key, kind) in ticket.counters() {
            let Some(kept) = counters.get_mut(&key) else {
                continue;
            };
            let counter = ticket.settle(&key, kept.counter, limits);
            *kept = Kept::new(counter, kind, limits);
            if counter.is_clear() {
                counters.remove(&key);
            }
        }
        Ok(())
    }

    async fn clear(&self, key: &CounterKey) -> Result<bool, StoreError> {
        Ok(self.lock().remove(key).is_some())
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut counters = self.lock();
        let before = counters.len();
        counters.retain(|_, kept| kept.forget_at.is_none_or(|at| at > now));
        Ok((before - counters.len()) as u64)
    }

    async fn size(&self) -> Result<u64, StoreError> {
        Ok(self.lock().len() as u64)
    }
}
