use super::{Issue, OneTime, OneTimeStore, Voids};
use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use uuid::Uuid;

type Tokens = HashMap<[u8; 32], OneTime>;

/// Tokens in memory, for tests and for trying things out; lost when the process ends.
#[derive(Debug, Clone, Default)]
pub struct MemoryOneTimeTokens(Arc<Mutex<Tokens>>);

impl MemoryOneTimeTokens {
    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `new` takes the place of `old`.
fn is_voided(old: &OneTime, new: &OneTime) -> bool {
    let same = match new.purpose.voids() {
        Voids::OfAccount => new.account_id.is_some() && old.account_id == new.account_id,
        Voids::OfAddress => new.address.is_some() && old.address == new.address,
    };
    old.purpose == new.purpose && same
}

impl OneTimeStore for MemoryOneTimeTokens {
    async fn issue(&self, token: &OneTime, limit: u32) -> Result<Issue, StoreError> {
        let mut tokens = self.lock();
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

    async fn find(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Option<OneTime>, StoreError> {
        let tokens = self.lock();
        Ok(tokens.get(hash).filter(|token| token.is_live(now)).cloned())
    }

    async fn consume(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Option<OneTime>, StoreError> {
        let mut tokens = self.lock();
        let lives = tokens.get(hash).is_some_and(|token| token.is_live(now));
        Ok(lives.then(|| tokens.remove(hash)).flatten())
    }

    async fn void_all(&self, account_id: Uuid) -> Result<u64, StoreError> {
        let mut tokens = self.lock();
        let before = tokens.len();
        tokens.retain(|_, token| token.account_id != Some(account_id));
        Ok((before - tokens.len()) as u64)
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut tokens = self.lock();
        let before = tokens.len();
        tokens.retain(|_, token| token.is_live(now));
        Ok((before - tokens.len()) as u64)
    }
}
