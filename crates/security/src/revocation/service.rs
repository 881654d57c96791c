use super::index::{Index, Standing};
use super::{RevocationStore, token_hash};
use crate::authentication::jwt::{Claims, LEEWAY};
use crate::clock::SharedClock;
use crate::store::StoreError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

/// How old what a node knows may be before it asks the store again (rule 4 of the
/// [module](super)).
pub const MAX_LAG: Duration = Duration::seconds(5);

/// How often what ran out is dropped from memory.
const PRUNE_EVERY: Duration = Duration::minutes(1);

/// This node's knowledge of what is over.
pub struct Revocations<S> {
    store: S,
    issuer: Arc<str>,
    horizon: Duration,
    clock: SharedClock,
    index: RwLock<Index>,
    /// Calls so far that asked for a reading of the feed.
    calls: AtomicU64,
    /// One reader of the feed at a time.
    reading: Mutex<Reading>,
}

/// The last reading of the feed.
#[derive(Debug, Default)]
struct Reading {
    /// The calls that had been made when it began: it answers all of them.
    covers: u64,
    /// Why it failed.
    failure: Option<StoreError>,
    /// When what ran out is dropped next.
    next_pruning: Option<OffsetDateTime>,
}

impl<S> std::fmt::Debug for Revocations<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Revocations")
            .field("horizon", &self.horizon)
            .finish_non_exhaustive()
    }
}

impl<S: RevocationStore> Revocations<S> {
    /// Nothing is known yet: call [`sync`](Self::sync) before the first request, or the first
    /// request will. `lifetime` is that of access tokens, `issuer` their issuer.
    pub fn new(store: S, issuer: &str, lifetime: Duration, clock: SharedClock) -> Self {
        Self {
            store,
            issuer: issuer.into(),
            // A node that is ahead makes tokens that end later by the leeway, and the one that
            // judges them grants it once more.
            horizon: lifetime + LEEWAY + LEEWAY,
            clock,
            index: RwLock::default(),
            calls: AtomicU64::new(0),
            reading: Mutex::default(),
        }
    }

    /// Reads what is new in the feed. Call it after each write that this node makes, and every
    /// fraction of a second for those of others.
    ///
    /// What was written before the call is known after it. When it fails the node asks again
    /// before its next answer. Calls that wait for one another share a reading, and its failure:
    /// however many there are, none waits for more than two.
    pub async fn sync(&self) -> Result<(), StoreError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let mut reading = self.reading.lock().await;
        if call < reading.covers {
            return reading.failure.clone().map_or(Ok(()), Err);
        }
        // Before it begins: who calls from now on may have written what it doesn't see.
        reading.covers = self.calls.load(Ordering::SeqCst);
        let read = self.read().await;
        reading.failure = read.as_ref().err().cloned();
        let now = self.clock.now();
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.read_at = read.is_ok().then_some(now);
        if read.is_ok() && reading.next_pruning.is_none_or(|at| now >= at) {
            index.prune(now, self.horizon);
            reading.next_pruning = Some(now + PRUNE_EVERY);
        }
        read
    }

    async fn read(&self) -> Result<(), StoreError> {
        let since = self.clock.now() - self.horizon;
        let mut position = self.known(|index| index.position);
        loop {
            let changes = self.store.changes(position, since).await?;
            position = changes.position;
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            for change in changes.items {
                index.apply(change, self.horizon);
            }
            index.position = position;
            if !changes.more {
                return Ok(());
            }
        }
    }

    /// What is known of a token whose signature and claims hold.
    pub async fn standing(&self, claims: &Claims) -> Result<Standing, StoreError> {
        self.standing_at(claims, self.clock.now()).await
    }

    /// The same for a caller that has just read the clock.
    pub(crate) async fn standing_at(
        &self,
        claims: &Claims,
        now: OffsetDateTime,
    ) -> Result<Standing, StoreError> {
        if let Some(standing) = self.standing_if_fresh(claims, now) {
            return Ok(standing);
        }
        self.sync().await?;
        let now = self.clock.now();
        Ok(self.known(|index| self.look(index, claims, now)))
    }

    /// The same without waiting; `None` when the node has not heard for [`MAX_LAG`].
    fn standing_if_fresh(&self, claims: &Claims, now: OffsetDateTime) -> Option<Standing> {
        self.known(|index| {
            let age = now - index.read_at?;
            // A clock that was set back makes the age unknown.
            let fresh = age >= Duration::ZERO && age <= MAX_LAG;
            fresh.then(|| self.look(index, claims, now))
        })
    }

    fn look(&self, index: &Index, claims: &Claims, now: OffsetDateTime) -> Standing {
        index.standing(claims, now, || token_hash(&self.issuer, &claims.token_id))
    }

    fn known<T>(&self, read: impl FnOnce(&Index) -> T) -> T {
        read(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Revokes one verified token, here at once and elsewhere within a second.
    pub async fn revoke(&self, claims: &Claims) -> Result<(), StoreError> {
        let hash = token_hash(&self.issuer, &claims.token_id);
        let until = claims.expires_at + LEEWAY;
        self.store
            .revoke_token(&hash, until, self.clock.now())
            .await?;
        self.sync().await
    }

    /// Forgets in the store what speaks of nothing that could still be presented.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        self.store.sweep(now - self.horizon, now).await
    }

    /// How long ago the feed was last read to its end; `None` when that failed or never happened.
    pub fn lag(&self) -> Option<Duration> {
        let now = self.clock.now();
        self.known(|index| index.read_at.map(|at| now - at))
    }

    /// How many facts are held in memory.
    pub fn held(&self) -> usize {
        self.known(Index::len)
    }
}
