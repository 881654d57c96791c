use super::new_key::invalid;
use super::{
    ApiKey, ApiKeyStore, ApiKeyText, AuthenticateError, CreateError, Creation, KeyFault, KeyRules,
    LastUse, NewApiKey, Refused, RefusedCause, Revocation, RevokeReason, RotateKey, Rotation,
    Successor,
};
use crate::authorization::Grants;
use crate::problem::Problem;
use crate::random::SharedRandom;
use crate::store::StoreError;
use http::StatusCode;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Last uses that are being written at a time; what is beyond isn't written this time.
const MOST_WRITES: usize = 64;
/// Keys whose owners are told in one go.
const REMINDERS: u32 = 100;

/// Makes, checks, rotates and takes back keys.
pub struct ApiKeys<S> {
    store: Arc<S>,
    rules: KeyRules,
    random: SharedRandom,
    writing: Writing,
}

impl<S> Clone for ApiKeys<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            rules: self.rules,
            random: self.random.clone(),
            writing: self.writing.clone(),
        }
    }
}

impl<S> std::fmt::Debug for ApiKeys<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeys")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// A new key and its text, which is nowhere else.
#[derive(Debug)]
pub struct Issued {
    /// The record.
    pub key: ApiKey,
    /// To show once.
    pub text: ApiKeyText,
}

/// Why a key wasn't rotated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// The account has no such key.
    #[error("no such key")]
    Absent,
    /// It has a successor.
    #[error("the key was rotated already")]
    AlreadyRotated,
    /// It doesn't work any more.
    #[error("the key has ended")]
    Ended,
    /// The overlap or the lifetime may not be like this; everything that is wrong.
    #[error("the key may not be rotated like this")]
    Faults(Vec<KeyFault>),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RotateError {
    /// The answer; `pointer` says where in the caller's body a fault stands.
    pub fn into_problem(self, pointer: impl Fn(&KeyFault) -> String) -> Problem {
        match self {
            Self::Absent => Problem::not_found(),
            Self::AlreadyRotated => Problem::new(
                StatusCode::CONFLICT,
                "api_key_already_rotated",
                "The API key was rotated already",
                "It has a successor: rotate that one.",
            ),
            Self::Ended => Problem::new(
                StatusCode::CONFLICT,
                "api_key_ended",
                "The API key doesn't work any more",
                "It was revoked or has run out. Make a new one.",
            ),
            Self::Faults(faults) => invalid(&faults, pointer),
            Self::Store(store) => store.into(),
        }
    }
}

impl<S: ApiKeyStore> ApiKeys<S> {
    /// Keys in `store`.
    pub fn new(store: S, rules: KeyRules, random: SharedRandom) -> Self {
        Self {
            store: Arc::new(store),
            rules,
            random,
            writing: Writing::default(),
        }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The rules.
    pub fn rules(&self) -> &KeyRules {
        &self.rules
    }

    /// Makes a key for somebody whose rights now are `maker`.
    ///
    /// The caller has made sure that the maker signed in lately, and not by a key.
    pub async fn create(
        &self,
        wish: NewApiKey,
        maker: &Grants,
        now: OffsetDateTime,
    ) -> Result<Issued, CreateError> {
        let faults = wish.faults(&self.rules, maker);
        let lifetime = match self.rules.lifetime(wish.lifetime) {
            Ok(lifetime) if faults.is_empty() => lifetime,
            _ => return Err(CreateError::Faults(faults)),
        };
        let text = ApiKeyText::generate(wish.mode, &self.random);
        let id = self.random.uuid();
        let mut scopes = wish.scopes;
        scopes.sort();
        scopes.dedup();
        let key = ApiKey {
            id,
            account_id: wish.account_id,
            name: wish.name,
            mode: wish.mode,
            hash: text.hash(),
            tail: text.tail().to_owned(),
            scopes,
            networks: wish.networks,
            limits: wish.limits,
            created_at: now,
            expires_at: now + lifetime,
            last_use: None,
            revoked: None,
            line: id,
            rotated_from: None,
            succeeded: None,
            reminded_at: None,
        };
        let cap = self.rules.per_account;
        match self.store.create(&key, cap).await? {
            Creation::Created => Ok(Issued { key, text }),
            Creation::CapReached => Err(CreateError::CapReached { cap }),
        }
    }

    /// The key with this text, if it works now and from there. Whether its owner's account is
    /// enabled, and what [rights](ApiKey::rights) are left, is the caller's to find out.
    pub async fn authenticate(
        &self,
        text: &str,
        client: Option<IpAddr>,
        now: OffsetDateTime,
    ) -> Result<ApiKey, AuthenticateError> {
        let key = self.check(text, client, now).await?;
        drop(self.note_use(&key, client, now));
        Ok(key)
    }

    /// The same without noting the use.
    pub(crate) async fn check(
        &self,
        text: &str,
        client: Option<IpAddr>,
        now: OffsetDateTime,
    ) -> Result<ApiKey, AuthenticateError> {
        let key = self.find_working(text, now).await?;
        if key.networks.allow(client) {
            Ok(key)
        } else {
            Err(Refused::known(RefusedCause::Network, key.id, key.account_id).into())
        }
    }

    /// The key with this text, if it works now, wherever it comes from.
    pub(crate) async fn find_working(
        &self,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<ApiKey, AuthenticateError> {
        let presented = ApiKeyText::parse(text).ok_or(Refused::nobodys(RefusedCause::Malformed))?;
        let hash = presented.hash();
        // Compared again: a store that answers with another key must open nothing.
        let found = self.store.find_by_hash(&hash).await?;
        let key = found
            .filter(|key| key.hash == hash)
            .ok_or(Refused::nobodys(RefusedCause::Unknown))?;
        match RefusedCause::of(key.state(now)) {
            None => Ok(key),
            Some(cause) => Err(Refused::known(cause, key.id, key.account_id).into()),
        }
    }

    /// Writes the last use behind the answer, once a minute.
    pub(crate) fn note_use(
        &self,
        key: &ApiKey,
        client: Option<IpAddr>,
        now: OffsetDateTime,
    ) -> Option<JoinHandle<()>> {
        let last_use = LastUse::new(client, now);
        if !last_use.is_news(key.last_use.as_ref()) {
            return None;
        }
        let place = self.writing.begin(key.id)?;
        let store = self.store.clone();
        Some(tokio::spawn(async move {
            // The whole of it moves here: naming its id alone would copy that and free the place.
            let place = place;
            if let Err(error) = store.touch(place.id, &last_use).await {
                tracing::warn!(key = %place.id, %error, "an API key's last use was not written");
            }
        }))
    }

    /// Makes the successor of an account's key. The old one goes on working for `overlap`, or
    /// [`KeyRules::default_overlap`]; the new one lives `lifetime`, or as long as the old one was made
    /// for.
    ///
    /// The caller has made sure that whoever asks signed in lately, and not by a key. The scopes stay:
    /// what they give is looked up against the owner's rights at each use.
    pub async fn rotate(
        &self,
        account_id: Uuid,
        id: Uuid,
        overlap: Option<Duration>,
        lifetime: Option<Duration>,
        now: OffsetDateTime,
    ) -> Result<(ApiKey, Issued), RotateError> {
        // Neither the mode nor the lifetime of a key ever changes.
        let old = self.store.find(account_id, id).await?;
        let old = old.ok_or(RotateError::Absent)?;
        let same = (old.expires_at - old.created_at).min(self.rules.max_lifetime);
        let lifetime = self.rules.lifetime(lifetime.or(Some(same)));
        let (overlap, lifetime) = match (self.rules.overlap(overlap), lifetime) {
            (Ok(overlap), Ok(lifetime)) => (overlap, lifetime),
            (overlap, lifetime) => {
                let faults = overlap.err().into_iter().chain(lifetime.err());
                return Err(RotateError::Faults(faults.collect()));
            }
        };
        let text = ApiKeyText::generate(old.mode, &self.random);
        let wish = RotateKey {
            account_id,
            id,
            successor: Successor {
                id: self.random.uuid(),
                hash: text.hash(),
                tail: text.tail().to_owned(),
                expires_at: now + lifetime,
            },
            overlap,
            keep_ended: self.rules.per_account,
        };
        match self.store.rotate(&wish, now).await? {
            Rotation::Rotated { old, new } => Ok((*old, Issued { key: *new, text })),
            Rotation::AlreadyRotated => Err(RotateError::AlreadyRotated),
            Rotation::Ended => Err(RotateError::Ended),
            Rotation::Absent => Err(RotateError::Absent),
        }
    }

    /// Takes a key back. It is refused at the next request.
    pub async fn revoke(
        &self,
        account_id: Uuid,
        id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<Revocation, StoreError> {
        self.store.revoke(account_id, id, reason, now).await
    }

    /// Takes back the key that somebody found in the open, by its text; the key, if it was one.
    pub async fn revoke_leaked(
        &self,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<Option<ApiKey>, StoreError> {
        let Some(text) = ApiKeyText::parse(text) else {
            return Ok(None);
        };
        let hash = text.hash();
        let found = self.store.find_by_hash(&hash).await?;
        let Some(key) = found.filter(|key| key.hash == hash) else {
            return Ok(None);
        };
        let (account_id, id) = (key.account_id, key.id);
        self.store
            .revoke(account_id, id, RevokeReason::Leaked, now)
            .await?;
        self.store.find(account_id, id).await
    }

    /// The account's keys, the newest first.
    pub async fn list(&self, account_id: Uuid) -> Result<Vec<ApiKey>, StoreError> {
        self.store.list(account_id).await
    }

    /// Keys that end within `ahead`, whose owners are to be told now; each once.
    pub async fn due_reminders(
        &self,
        ahead: Duration,
        now: OffsetDateTime,
    ) -> Result<Vec<ApiKey>, StoreError> {
        self.store
            .claim_reminders(now + ahead, REMINDERS, now)
            .await
    }
}

/// The keys whose last use is being written: one write a key at a time, and not too many.
#[derive(Debug, Clone, Default)]
struct Writing(Arc<Mutex<HashSet<Uuid>>>);

struct Place {
    id: Uuid,
    of: Writing,
}

impl Writing {
    fn begin(&self, id: Uuid) -> Option<Place> {
        let mut ids = self.lock();
        let free = ids.len() < MOST_WRITES && ids.insert(id);
        free.then(|| Place {
            id,
            of: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.of.lock().remove(&self.id);
    }
}
