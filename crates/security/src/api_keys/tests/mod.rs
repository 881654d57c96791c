//! What the service promises, over a store that counts, fails and lies on request.

mod authenticating;
mod making;

use super::*;
use crate::authorization::{Grant, Grants, Policy, RoleName};
use crate::random::SharedRandom;
use crate::store::StoreError;
use crate::testing::{MemoryStore, TestRandom};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const OWNER: Uuid = Uuid::from_u128(1);

/// What the store does.
#[derive(Debug, Clone, Default)]
enum Mood {
    #[default]
    Right,
    /// It can't answer.
    Away,
    /// It can't write a last use.
    CannotTouch,
    /// Whatever is asked for, it gives this key.
    Gives(Box<ApiKey>),
}

#[derive(Debug, Clone, Default)]
struct Watched {
    inner: MemoryStore,
    asked: Arc<AtomicU32>,
    touched: Arc<AtomicU32>,
    mood: Arc<Mutex<Mood>>,
}

impl Watched {
    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn touched(&self) -> u32 {
        self.touched.load(Ordering::SeqCst)
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn ask(&self) -> Result<Mood, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.mood.lock().unwrap().clone() {
            Mood::Away => Err(StoreError::Unavailable("away".to_owned())),
            mood => Ok(mood),
        }
    }
}

impl ApiKeyStore for Watched {
    async fn create(&self, key: &ApiKey, cap: u32) -> Result<Creation, StoreError> {
        self.ask()?;
        self.inner.create(key, cap).await
    }

    async fn find_by_hash(&self, hash: &KeyHash) -> Result<Option<ApiKey>, StoreError> {
        match self.ask()? {
            Mood::Gives(key) => Ok(Some(*key)),
            _ => self.inner.find_by_hash(hash).await,
        }
    }

    async fn find(&self, account_id: Uuid, id: Uuid) -> Result<Option<ApiKey>, StoreError> {
        self.ask()?;
        self.inner.find(account_id, id).await
    }

    async fn list(&self, account_id: Uuid) -> Result<Vec<ApiKey>, StoreError> {
        self.ask()?;
        self.inner.list(account_id).await
    }

    async fn revoke(
        &self,
        account_id: Uuid,
        id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<Revocation, StoreError> {
        self.ask()?;
        self.inner.revoke(account_id, id, reason, now).await
    }

    async fn revoke_all(
        &self,
        account_id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        self.ask()?;
        self.inner.revoke_all(account_id, reason, now).await
    }

    async fn rotate(&self, wish: &RotateKey, now: OffsetDateTime) -> Result<Rotation, StoreError> {
        self.ask()?;
        self.inner.rotate(wish, now).await
    }

    async fn touch(&self, id: Uuid, last_use: &LastUse) -> Result<bool, StoreError> {
        self.touched.fetch_add(1, Ordering::SeqCst);
        match self.ask()? {
            Mood::CannotTouch => Err(StoreError::Unavailable("no space left".to_owned())),
            _ => self.inner.touch(id, last_use).await,
        }
    }

    async fn claim_reminders(
        &self,
        until: OffsetDateTime,
        limit: u32,
        now: OffsetDateTime,
    ) -> Result<Vec<ApiKey>, StoreError> {
        self.ask()?;
        self.inner.claim_reminders(until, limit, now).await
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        self.ask()?;
        self.inner.sweep(before).await
    }
}

fn service() -> (ApiKeys<Watched>, Watched) {
    let store = Watched::default();
    let random: SharedRandom = Arc::new(TestRandom::default());
    let service = ApiKeys::new(store.clone(), KeyRules::default(), random);
    (service, store)
}

fn rights(role: &str) -> Grants {
    Policy::built_in().grants(&[RoleName::parse(role).unwrap()])
}

fn scopes(texts: &[&str]) -> Vec<Grant> {
    texts
        .iter()
        .map(|text| Grant::parse(text).unwrap())
        .collect()
}

fn wish() -> NewApiKey {
    NewApiKey {
        account_id: OWNER,
        name: KeyName::parse("build server").unwrap(),
        mode: KeyMode::Live,
        scopes: scopes(&["music:generate"]),
        networks: Networks::ANYWHERE,
        limits: KeyLimits::default(),
        lifetime: None,
    }
}

async fn issue(service: &ApiKeys<Watched>, wish: NewApiKey) -> Issued {
    service.create(wish, &rights("admin"), NOW).await.unwrap()
}

/// Why a key is refused; `None` when it is accepted.
async fn refusal(
    service: &ApiKeys<Watched>,
    text: &str,
    client: Option<&str>,
    now: OffsetDateTime,
) -> Option<RefusedCause> {
    let client = client.map(|client| client.parse().unwrap());
    match service.authenticate(text, client, now).await {
        Ok(_) => None,
        Err(AuthenticateError::Refused(refused)) => Some(refused.cause()),
        Err(other) => panic!("{other}"),
    }
}
