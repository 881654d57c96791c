use super::key::Key;
use super::{Algorithm, JwkSet, KeyError, KeyHistory, LEEWAY, SigningKeyStore};
use crate::secrets::{Secret, SecretRing};
use crate::store::StoreError;
use time::{Duration, OffsetDateTime};

/// The signing keys of a configuration: what it says, before it is known since when.
pub struct SigningKeys {
    current: Key,
    previous: Vec<Key>,
    next: Option<Key>,
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeys")
            .field("current", &self.current.id)
            .finish_non_exhaustive()
    }
}

impl SigningKeys {
    /// Signs with `secrets.current()` by `algorithm`; understands the earlier secrets, each with the
    /// algorithm that it was used with; announces `next`.
    pub fn new(
        algorithm: Algorithm,
        secrets: &SecretRing,
        next: Option<&Secret>,
    ) -> Result<Self, KeyError> {
        let current = Key::new(algorithm, secrets.current())?;
        let mut previous = Vec::new();
        for secret in secrets.previous() {
            previous.extend(Key::candidates(secret)?);
        }
        let next = next.map(|next| Key::new(algorithm, next)).transpose()?;
        let mut ids: Vec<&str> = std::iter::once(&current)
            .chain(&previous)
            .chain(&next)
            .map(|key| key.id.as_str())
            .collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(KeyError::Repeated);
        }
        Ok(Self {
            current,
            previous,
            next,
        })
    }

    /// Whether a secret can sign by `algorithm`.
    pub fn judge(algorithm: Algorithm, secret: &Secret) -> Result<(), KeyError> {
        Key::new(algorithm, secret).map(drop)
    }

    /// Whether a secret can have signed before.
    pub fn judge_previous(secret: &Secret) -> Result<(), KeyError> {
        Key::candidates(secret).map(drop)
    }
}

/// The keys that sign and verify access tokens.
///
/// 1. One key signs. It is the first.
/// 2. A key verifies what was made while it signed: a token of an earlier time, and one of a later
///    time than its retirement, is refused, within the leeway (B34).
/// 3. A retired key is dead when the last token it can have signed has ended.
/// 4. A key to come is published and does nothing else.
pub struct KeyRing {
    keys: Vec<Ringed>,
    next: Option<Key>,
    newly_retired: Vec<String>,
}

/// A key and when it signed.
pub(super) struct Ringed {
    pub(super) key: Key,
    /// Since when; `None` when nobody keeps it.
    since: Option<OffsetDateTime>,
    /// Until when, and when the last of its tokens has ended.
    until: Option<(OffsetDateTime, OffsetDateTime)>,
    /// Whether others may have to verify its tokens.
    signed_here: bool,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|ringed| &ringed.key.id))
            .finish()
    }
}

impl KeyRing {
    /// A ring of one HS256 key that was never replaced.
    pub fn hs256(secret: &Secret) -> Result<Self, KeyError> {
        Self::single(Algorithm::Hs256, secret)
    }

    /// A ring of one key that was never replaced.
    pub fn single(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        Ok(Self {
            keys: vec![Ringed {
                key: Key::new(algorithm, secret)?,
                since: None,
                until: None,
                signed_here: true,
            }],
            next: None,
            newly_retired: Vec::new(),
        })
    }

    /// Learns from `store` since when each key signs, and tells it which one does now. `lifetime` is
    /// the longest of an access token.
    pub async fn open<S: SigningKeyStore>(
        keys: SigningKeys,
        store: &S,
        lifetime: Duration,
        now: OffsetDateTime,
    ) -> Result<Self, StoreError> {
        let previous: Vec<&str> = keys.previous.iter().map(|key| key.id.as_str()).collect();
        let history = store.rotate(&keys.current.id, &previous, now).await?;
        let ring = Self::with_history(keys, history, lifetime)?;
        for id in &ring.newly_retired {
            tracing::info!(kid = id.as_str(), "an access token key no longer signs");
        }
        Ok(ring)
    }

    fn with_history(
        keys: SigningKeys,
        history: KeyHistory,
        lifetime: Duration,
    ) -> Result<Self, StoreError> {
        let mut ringed = vec![Ringed {
            key: keys.current,
            since: history.current.first_used_at,
            until: None,
            signed_here: true,
        }];
        let mut records = history.previous.into_iter();
        for key in keys.previous {
            // A key whose end nobody knows would verify for ever.
            let retired_at = records
                .next()
                .filter(|record| record.id == key.id)
                .and_then(|record| Some((record.first_used_at, record.retired_at?)));
            let Some((since, retired_at)) = retired_at else {
                let what = format!("no retirement is kept of the signing key {}", key.id);
                return Err(StoreError::Corrupt(what));
            };
            ringed.push(Ringed {
                key,
                since,
                until: Some((retired_at, retired_at + lifetime + LEEWAY)),
                signed_here: since.is_some(),
            });
        }
        Ok(Self {
            keys: ringed,
            next: keys.next,
            newly_retired: history.newly_retired,
        })
    }

    /// The id of the key that signs.
    pub fn signing_key_id(&self) -> &str {
        self.signing().map_or("", |key| key.id.as_str())
    }

    /// Ids of keys that signed until this start.
    pub fn newly_retired(&self) -> &[String] {
        &self.newly_retired
    }

    /// The public keys that others verify with at `now`: the one that signs, the one to come, those
    /// whose tokens may still live. `None` when the key that signs has no public half.
    pub fn published(&self, now: OffsetDateTime) -> Option<JwkSet> {
        let current = self.signing()?.public.clone()?;
        let next = self.next.iter();
        let retired = self.keys.iter().skip(1);
        let keys = std::iter::once(current)
            .chain(next.filter_map(|next| next.public.clone()))
            .chain(
                retired
                    .filter(|ringed| ringed.signed_here && !ringed.is_dead(now))
                    .filter_map(|ringed| ringed.key.public.clone()),
            );
        Some(JwkSet {
            keys: keys.collect(),
        })
    }

    pub(super) fn signing(&self) -> Option<&Key> {
        self.keys.first().map(|ringed| &ringed.key)
    }

    /// A look-up in memory and nothing else (TOK-2).
    pub(super) fn find(&self, id: &str) -> Option<(usize, &Ringed)> {
        self.place(|key| key.id == id)
    }

    /// The key whose tokens all begin with this header.
    pub(super) fn find_by_header(&self, header: &str) -> Option<(usize, &Ringed)> {
        self.place(|key| key.header == header)
    }

    pub(super) fn at(&self, place: usize) -> Option<&Ringed> {
        self.keys.get(place)
    }

    fn place(&self, is_it: impl Fn(&Key) -> bool) -> Option<(usize, &Ringed)> {
        let mut keys = self.keys.iter().enumerate();
        keys.find(|(_, ringed)| is_it(&ringed.key))
    }
}

impl Ringed {
    /// Whether the last token that it can have signed has ended.
    pub(super) fn is_dead(&self, now: OffsetDateTime) -> bool {
        self.until.is_some_and(|(_, dead_at)| now >= dead_at)
    }

    /// Whether it signed at that time.
    pub(super) fn signed_at(&self, issued_at: OffsetDateTime, now: OffsetDateTime) -> bool {
        // A beginning that lies ahead is a wrong clock's, and says nothing.
        let begun = self
            .since
            .is_none_or(|since| issued_at + LEEWAY >= since || since > now + LEEWAY);
        let over = self
            .until
            .is_some_and(|(retired_at, _)| issued_at > retired_at + LEEWAY);
        begun && !over
    }
}
