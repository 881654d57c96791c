use crate::store::StoreError;
use std::future::Future;
use time::{Duration, OffsetDateTime};

/// What is remembered of a signing key. Its id, never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The `kid`.
    pub id: String,
    /// Since when it signs, or when it first did; `None` for one that never did here.
    pub first_used_at: Option<OffsetDateTime>,
    /// Since when it doesn't sign any more; `None` for the one that does.
    pub retired_at: Option<OffsetDateTime>,
}

/// What a start of the service found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHistory {
    /// The key that signs.
    pub current: KeyRecord,
    /// Those asked about, in the order of the question. Each has a `retired_at`.
    pub previous: Vec<KeyRecord>,
    /// The ids of the keys that signed until now, whether they were asked about or not.
    pub newly_retired: Vec<String>,
}

/// Remembers since when which key signs.
///
/// A replaced key must not sign for ever: a token that says it was made after the retirement of its
/// key is forged, however right its signature (B34). When that was can't be read off the
/// configuration, so it is kept.
pub trait SigningKeyStore: Send + Sync {
    /// Told at start which key signs now and which of the earlier ones are still understood.
    ///
    /// In one step:
    ///
    /// 1. `current` is the one that signs. New to the store, or one that comes back, it is noted;
    ///    `first_used_at` stays what it was.
    /// 2. Every other key that was said to sign is retired now, in the list or not.
    /// 3. A key of the list that the store doesn't know is retired now too.
    /// 4. A key that was retired before keeps its time, also when it was left out meanwhile.
    /// 5. A time that lies further ahead than [`AHEAD`] is a wrong clock's and becomes now.
    fn rotate(
        &self,
        current: &str,
        previous: &[&str],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<KeyHistory, StoreError>> + Send;
}

/// How far ahead of the own clock another node's may be.
pub const AHEAD: Duration = Duration::seconds(30);
