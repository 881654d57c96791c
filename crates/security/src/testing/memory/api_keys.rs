use super::{Fact, MemoryStore, Tables};
use crate::api_keys::{
    ApiKey, ApiKeyStore, Creation, KeyHash, LastUse, Revocation, RevokeReason, RotateKey, Rotation,
};
use crate::store::StoreError;
use std::cmp::Reverse;
use std::collections::HashSet;
use time::OffsetDateTime;
use uuid::Uuid;

fn is_free(keys: &[ApiKey], id: Uuid, hash: &KeyHash) -> Result<(), StoreError> {
    if keys.iter().any(|key| key.id == id || key.hash == *hash) {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

fn forget_ended(keys: &mut Vec<ApiKey>, account_id: Uuid, keep: u32, now: OffsetDateTime) {
    let has_ended = |key: &&ApiKey| key.account_id == account_id && key.ends_at() <= now;
    let mut ended: Vec<_> = keys
        .iter()
        .filter(has_ended)
        .map(|key| Reverse((key.ends_at(), key.id)))
        .collect();
    ended.sort();
    let gone = ended.into_iter().skip(keep as usize);
    let gone: HashSet<Uuid> = gone.map(|Reverse((_, id))| id).collect();
    keys.retain(|key| !gone.contains(&key.id));
}

impl Tables {
    pub(super) fn revoke_keys(
        &mut self,
        account_id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> u64 {
        let mut revoked = Vec::new();
        for key in &mut self.api_keys {
            if key.account_id == account_id && now < key.ends_at() {
                key.revoked = Some((now, reason));
                revoked.push(key.id);
            }
        }
        for id in &revoked {
            self.write(Fact::Session(*id), now);
        }
        revoked.len() as u64
    }
}

impl ApiKeyStore for MemoryStore {
    async fn create(&self, key: &ApiKey, cap: u32) -> Result<Creation, StoreError> {
        let now = key.created_at;
        let keys = &mut self.lock().api_keys;
        let working = |other: &&ApiKey| other.account_id == key.account_id && now < other.ends_at();
        let lines: HashSet<Uuid> = keys
            .iter()
            .filter(working)
            .map(|other| other.line)
            .collect();
        if lines.len() >= cap as usize {
            return Ok(Creation::CapReached);
        }
        is_free(keys, key.id, &key.hash)?;
        keys.push(key.clone());
        forget_ended(keys, key.account_id, cap, now);
        Ok(Creation::Created)
    }

    async fn find_by_hash(&self, hash: &KeyHash) -> Result<Option<ApiKey>, StoreError> {
        let tables = self.lock();
        let mut keys = tables.api_keys.iter();
        Ok(keys.find(|key| key.hash == *hash).cloned())
    }

    async fn find(&self, account_id: Uuid, id: Uuid) -> Result<Option<ApiKey>, StoreError> {
        let tables = self.lock();
        let mut keys = tables.api_keys.iter();
        Ok(keys
            .find(|key| key.account_id == account_id && key.id == id)
            .cloned())
    }

    async fn list(&self, account_id: Uuid) -> Result<Vec<ApiKey>, StoreError> {
        let tables = self.lock();
        let own = tables
            .api_keys
            .iter()
            .filter(|key| key.account_id == account_id);
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by_key(|key| Reverse((key.created_at, key.id)));
        Ok(own)
    }

    async fn revoke(
        &self,
        account_id: Uuid,
        id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<Revocation, StoreError> {
        let mut tables = self.lock();
        let mut keys = tables.api_keys.iter_mut();
        let Some(key) = keys.find(|key| key.account_id == account_id && key.id == id) else {
            return Ok(Revocation::Absent);
        };
        if key.revoked.is_some() {
            return Ok(Revocation::AlreadyRevoked);
        }
        key.revoked = Some((now, reason));
        tables.write(Fact::Session(id), now);
        Ok(Revocation::Revoked)
    }

    async fn revoke_all(
        &self,
        account_id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        Ok(self.lock().revoke_keys(account_id, reason, now))
    }

    async fn rotate(&self, wish: &RotateKey, now: OffsetDateTime) -> Result<Rotation, StoreError> {
        let mut tables = self.lock();
        let keys = &mut tables.api_keys;
        let is_meant = |key: &ApiKey| key.account_id == wish.account_id && key.id == wish.id;
        let Some(mut old) = keys.iter().find(|key| is_meant(key)).cloned() else {
            return Ok(Rotation::Absent);
        };
        if old.succeeded.is_some() {
            return Ok(Rotation::AlreadyRotated);
        }
        if old.ends_at() <= now {
            return Ok(Rotation::Ended);
        }
        is_free(keys, wish.successor.id, &wish.successor.hash)?;
        let new = old.succeed(&wish.successor, wish.overlap, now);
        let mut ends = vec![(old.id, old.ends_at())];
        for key in keys.iter_mut().filter(|key| key.line == old.line) {
            if key.id == old.id {
                *key = old.clone();
            } else if now < key.ends_at()
                && let Some(succession) = &mut key.succeeded
            {
                succession.works_until = now;
                ends.push((key.id, now));
            }
        }
        keys.push(new.clone());
        forget_ended(keys, wish.account_id, wish.keep_ended, now);
        for (id, at) in ends {
            tables.write(Fact::Session(id), at);
        }
        Ok(Rotation::Rotated {
            old: Box::new(old),
            new: Box::new(new),
        })
    }

    async fn touch(&self, id: Uuid, last_use: &LastUse) -> Result<bool, StoreError> {
        let mut tables = self.lock();
        let mut keys = tables.api_keys.iter_mut().filter(|key| key.id == id);
        let news = keys.find(|key| last_use.is_news(key.last_use.as_ref()));
        Ok(news.map(|key| key.last_use = Some(*last_use)).is_some())
    }

    async fn claim_reminders(
        &self,
        until: OffsetDateTime,
        limit: u32,
        now: OffsetDateTime,
    ) -> Result<Vec<ApiKey>, StoreError> {
        let keys = &mut self.lock().api_keys;
        let is_due = |key: &&mut ApiKey| {
            let speaks = key.reminded_at.is_none() && key.succeeded.is_none();
            speaks && now < key.ends_at() && key.expires_at <= until && key.is_ageing(now)
        };
        let mut due: Vec<_> = keys.iter_mut().filter(is_due).collect();
        due.sort_by_key(|key| (key.expires_at, key.id));
        due.truncate(limit as usize);
        let claimed = due.into_iter().map(|key| {
            key.reminded_at = Some(now);
            key.clone()
        });
        Ok(claimed.collect())
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let keys = &mut self.lock().api_keys;
        let kept = keys.len();
        keys.retain(|key| key.ends_at() >= before);
        Ok((kept - keys.len()) as u64)
    }
}
