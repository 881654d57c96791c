use super::MemoryStore;
use crate::authentication::throttle::{
    Admission, AttemptKeys, CounterKey, Limits, MemoryThrottle, ThrottleStore, Ticket,
};
use crate::store::StoreError;
use time::OffsetDateTime;

impl MemoryStore {
    fn throttle(&self) -> MemoryThrottle {
        self.lock().throttle.clone()
    }
}

impl ThrottleStore for MemoryStore {
    async fn begin(
        &self,
        keys: &AttemptKeys,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Admission, StoreError> {
        self.throttle().begin(keys, limits, now).await
    }

    async fn succeed(&self, ticket: &Ticket, limits: &Limits) -> Result<(), StoreError> {
        self.throttle().succeed(ticket, limits).await
    }

    async fn clear(&self, key: &CounterKey) -> Result<bool, StoreError> {
        self.throttle().clear(key).await
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        self.throttle().sweep(now).await
    }

    async fn size(&self) -> Result<u64, StoreError> {
        self.throttle().size().await
    }
}
