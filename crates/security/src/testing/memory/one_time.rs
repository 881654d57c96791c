use super::MemoryStore;
use crate::authentication::one_time::{Issue, OneTime, OneTimeStore, Voids};
use crate::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

/// Whether `new` takes the place of `old`.
fn is_voided(old: &OneTime, new: &OneTime) -> bool {
    let same = match new.purpose.voids() {
        Voids::OfAccount => new.account_id.is_some() && old.account_id == new.account_id,
        Voids::OfAddress => new.address.is_some() && old.address == new.address,
    };
    old.purpose == new.purpose && same
}

impl OneTimeStore for MemoryStore {
    async fn issue(&self, token: &OneTime, limit: u32) -> Result<Issue, StoreError> {
        let tokens = &mut self.lock().one_time;
        let same = tokens.get(&token.hash);
        if same.is_some_and(|old| !is_voided(old, token)) {
            return Err(StoreError::Conflict);
        }
        let others = tokens.values().filter(|old| {
            let counts = old.account_id == token.account_id && old.is_live(token.issued_at);
            counts && !is_voided(old, token)
        });
        if others.count() >= limit as usize {
            return Ok(Issue::TooMany);
        }
        tokens.retain(|_, old| !is_voided(old, token));
        tokens.insert(token.hash, token.clone());
        Ok(Issue::Done)
    }

    async fn rehearse(&self, _token: &OneTime) -> Result<(), StoreError> {
        Ok(())
    }

    async fn find(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Option<OneTime>, StoreError> {
        let tables = self.lock();
        let token = tables.one_time.get(hash);
        Ok(token.filter(|token| token.is_live(now)).cloned())
    }

    async fn consume(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Option<OneTime>, StoreError> {
        let tokens = &mut self.lock().one_time;
        let lives = tokens.get(hash).is_some_and(|token| token.is_live(now));
        Ok(lives.then(|| tokens.remove(hash)).flatten())
    }

    async fn void_all(&self, account_id: Uuid) -> Result<u64, StoreError> {
        let tokens = &mut self.lock().one_time;
        let before = tokens.len();
        tokens.retain(|_, token| token.account_id != Some(account_id));
        Ok((before - tokens.len()) as u64)
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let tokens = &mut self.lock().one_time;
        let before = tokens.len();
        tokens.retain(|_, token| token.is_live(now));
        Ok((before - tokens.len()) as u64)
    }
}
