use super::{LongWindow, LongWindows};
use crate::rate_limiting::LimitKey;
use crate::store::StoreError;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;

/// Hours and days in memory, for tests: what outlives a [`MemoryRateLimits`](crate::rate_limiting::MemoryRateLimits)
/// in the same process. Clones share what they hold.
#[derive(Debug, Clone, Default)]
pub struct MemoryLongWindows {
    rows: Arc<Mutex<BTreeMap<LimitKey, LongWindow>>>,
    is_away: Arc<AtomicBool>,
}

impl MemoryLongWindows {
    /// From now on it can't be reached, or can again.
    pub fn be_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }

    fn answer(&self) -> Result<(), StoreError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("it is away".to_owned()));
        }
        Ok(())
    }
}

impl LongWindows for MemoryLongWindows {
    async fn load(
        &self,
        after: Option<LimitKey>,
        now: OffsetDateTime,
    ) -> Result<Vec<LongWindow>, StoreError> {
        self.answer()?;
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = rows
            .values()
            .filter(|row| Some(row.key) > after && row.full_at() > now);
        Ok(rest.take(1_000).copied().collect())
    }

    async fn save(&self, changed: &[LongWindow], now: OffsetDateTime) -> Result<(), StoreError> {
        self.answer()?;
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.extend(changed.iter().map(|row| (row.key, *row)));
        rows.retain(|_, row| row.full_at() > now);
        Ok(())
    }
}
