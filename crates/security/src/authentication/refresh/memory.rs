use super::{EndReason, Family, RefreshStore, Rotation};
use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Families in memory, for tests and for trying things out; lost when the process ends.
#[derive(Debug, Clone, Default)]
pub struct MemoryRefreshTokens(Arc<Mutex<HashMap<Uuid, Family>>>);

impl MemoryRefreshTokens {
    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Family>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RefreshStore for MemoryRefreshTokens {
    async fn start(&self, family: &Family) -> Result<(), StoreError> {
        match self.lock().insert(family.id, family.clone()) {
            None => Ok(()),
            Some(_) => Err(StoreError::Conflict),
        }
    }

    async fn rotate(
        &self,
        id: Uuid,
        presented: &[u8; 32],
        successor: &[u8; 32],
        grace: Duration,
        now: OffsetDateTime,
    ) -> Result<Rotation, StoreError> {
        let mut families = self.lock();
        let Some(family) = families.get_mut(&id) else {
            return Ok(Rotation::Unknown);
        };
        if !family.is_live(now) {
            return Ok(Rotation::Ended(family.clone()));
        }
        if family.current == *presented {
            family.previous = Some(*presented);
            family.current = *successor;
            family.rotated_at = Some(now);
            family.idle_expires_at = (now + family.idle).min(family.expires_at);
            return Ok(Rotation::Rotated(family.clone()));
        }
        let within_grace = family.rotated_at.is_some_and(|at| now - at <= grace);
        let is_repeat = family.previous == Some(*presented) && family.current == *successor;
        if is_repeat && within_grace {
            return Ok(Rotation::Repeated(family.clone()));
        }
        family.ended = Some((now, EndReason::Reuse));
        Ok(Rotation::Reused(family.clone()))
    }

    async fn find(&self, id: Uuid) -> Result<Option<Family>, StoreError> {
        Ok(self.lock().get(&id).cloned())
    }

    async fn end(
        &self,
        id: Uuid,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut families = self.lock();
        let live = families
            .get_mut(&id)
            .filter(|family| family.ended.is_none());
        Ok(live
            .map(|family| family.ended = Some((now, reason)))
            .is_some())
    }

    async fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let mut ended = 0;
        for family in self.lock().values_mut() {
            let meant = family.account_id == account_id && Some(family.id) != keep;
            if meant && family.ended.is_none() {
                family.ended = Some((now, reason));
                ended += 1;
            }
        }
        Ok(ended)
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let mut families = self.lock();
        let count = families.len();
        families.retain(|_, family| {
            let end = family.ended.map_or(family.idle_expires_at, |(at, _)| at);
            end >= before
        });
        Ok((count - families.len()) as u64)
    }
}
