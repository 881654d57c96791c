use super::{Seen, SessionStore};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use time::{Duration, OffsetDateTime};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use uuid::Uuid;

/// How often the use of a session is written down at most.
const AT_MOST_EVERY: Duration = Duration::minutes(1);
const SHARDS: usize = 16;
/// Sessions remembered per shard: with all of them some 200,000, a few megabytes.
const PER_SHARD: usize = 12_500;
/// Notes that may wait to be written. More are dropped: the next request of the session brings
/// another.
const WAITING: usize = 1_024;

/// Notes that sessions are used, without making the request wait.
///
/// Cheap on the hot path: a look into a small map, and once a minute a session a place in a bounded
/// queue. The [`ActivityRecorder`] on its other end writes.
#[derive(Debug, Clone)]
pub struct Activity {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
    notes: Sender<(Uuid, Seen)>,
}

#[derive(Debug, Default)]
struct Shard {
    seen: HashMap<Uuid, OffsetDateTime>,
    /// When room was last made: looking through a full shard at each request would cost more than
    /// the note is worth.
    cleared_at: Option<OffsetDateTime>,
}

impl Activity {
    /// A recorder and its front.
    pub fn new() -> (Self, ActivityRecorder) {
        let (notes, inbox) = channel(WAITING);
        let inner = Inner {
            hasher: RandomState::new(),
            shards: Default::default(),
            notes,
        };
        let activity = Self {
            inner: Arc::new(inner),
        };
        (activity, ActivityRecorder { inbox })
    }

    /// Whether a use at `now` is worth noting; if so it counts as noted.
    pub fn is_due(&self, session: Uuid, now: OffsetDateTime) -> bool {
        let shard = self.inner.hasher.hash_one(session) as usize % SHARDS;
        let mut shard = self.inner.shards[shard]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = shard.seen.get_mut(&session) {
            // A clock that was set back must not silence the session.
            let since = now - *last;
            if since >= Duration::ZERO && since < AT_MOST_EVERY {
                return false;
            }
            *last = now;
            return true;
        }
        if shard.seen.len() >= PER_SHARD {
            let long_ago = |at: OffsetDateTime| (now - at).abs() >= AT_MOST_EVERY;
            if shard.cleared_at.is_none_or(long_ago) {
                shard.seen.retain(|_, last| !long_ago(*last));
                shard.cleared_at = Some(now);
            }
        }
        if shard.seen.len() < PER_SHARD {
            shard.seen.insert(session, now);
        }
        true
    }

    /// Passes a note on; drops it when too many wait.
    pub fn note(&self, session: Uuid, seen: Seen) {
        if self.inner.notes.try_send((session, seen)).is_err() {
            tracing::debug!("a session's use was not noted: too many notes wait");
        }
    }
}

/// Writes down what [`Activity`] notes. One task owns it.
#[derive(Debug)]
pub struct ActivityRecorder {
    inbox: Receiver<(Uuid, Seen)>,
}

impl ActivityRecorder {
    /// Writes until every [`Activity`] is gone; what waits then is still written. Cancel-safe
    /// between notes.
    pub async fn run<S: SessionStore>(&mut self, sessions: &S) {
        while let Some((session, seen)) = self.inbox.recv().await {
            record(sessions, session, &seen).await;
        }
    }

    /// Writes what waits now.
    pub async fn flush<S: SessionStore>(&mut self, sessions: &S) {
        while let Ok((session, seen)) = self.inbox.try_recv() {
            record(sessions, session, &seen).await;
        }
    }
}

async fn record<S: SessionStore>(sessions: &S, id: Uuid, seen: &Seen) {
    match sessions.seen(id, seen, AT_MOST_EVERY).await {
        Ok(Some(before)) => {
            // Phones change networks all day: an event, never a sign-out (B77).
            let moved = before.seen.address != seen.address;
            let changed = before.seen.agent != seen.agent;
            if moved || changed {
                tracing::info!(session = %id, account = %before.account_id, moved, changed,
                    "a session is used from another network or device");
            }
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "a session's use could not be written down"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_minute_and_not_more() {
        let (activity, _recorder) = Activity::new();
        let (session, start) = (Uuid::from_u128(1), OffsetDateTime::UNIX_EPOCH);
        for (name, seconds, due) in [
            ("first", 0, true),
            ("again", 1, false),
            ("just before", 59, false),
            ("after a minute", 60, true),
            ("and again", 119, false),
            ("the clock was set back", 30, true),
        ] {
            let now = start + Duration::seconds(seconds);
            assert_eq!(activity.is_due(session, now), due, "{name}");
        }
    }

    #[test]
    fn the_map_is_bounded() {
        let (activity, _recorder) = Activity::new();
        let now = OffsetDateTime::UNIX_EPOCH;
        for n in 0..300_000 {
            assert!(activity.is_due(Uuid::from_u128(n), now));
        }
        let kept: usize = activity
            .inner
            .shards
            .iter()
            .map(|shard| shard.lock().unwrap().seen.len())
            .sum();
        assert_eq!(kept, SHARDS * PER_SHARD);
        let later = now + AT_MOST_EVERY;
        assert!(activity.is_due(Uuid::from_u128(300_001), later));
        assert!(
            !activity.is_due(Uuid::from_u128(300_001), later),
            "old ones made room"
        );
    }
}
