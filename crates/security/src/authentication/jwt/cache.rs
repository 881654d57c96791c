use super::verify::Verified;
use super::{Claims, TokenError, TokenVerifier};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Places of a set: a token can stand in any of them.
const WAYS: usize = 8;

/// Checks access tokens and remembers those that held.
///
/// 1. It remembers what a token says and that its signature holds; nothing else. Times and the
///    retirement of its key are judged at each call.
/// 2. Whether the session and the account still hold is asked after this, at each request: a token
///    in here is as revocable as any other.
/// 3. A token that was refused is never kept.
/// 4. At most `capacity` tokens are kept. The text of one that has ended is wiped when its set is
///    written to, and by [`sweep`](Self::sweep).
/// 5. A token's place is a keyed hash of its signature, the key random for each process; its text is
///    compared in constant time.
#[derive(Clone)]
pub struct CachedVerifier {
    verifier: TokenVerifier,
    sets: Arc<[Mutex<Set>]>,
    ways: usize,
    hasher: RandomState,
}

/// The last used first.
type Set = Vec<Place>;

struct Place {
    hash: u64,
    token: Zeroizing<Box<str>>,
    verified: Verified<Arc<Claims>>,
}

impl std::fmt::Debug for CachedVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CachedVerifier")
            .field("verifier", &self.verifier)
            .field("capacity", &(self.sets.len() * self.ways))
            .finish_non_exhaustive()
    }
}

impl CachedVerifier {
    /// Remembers at most `capacity` tokens of `verifier`; none when it is 0.
    pub fn new(verifier: TokenVerifier, capacity: usize) -> Self {
        let ways = capacity.min(WAYS);
        let sets = capacity.checked_div(ways).unwrap_or_default();
        Self {
            verifier,
            sets: (0..sets).map(|_| Mutex::default()).collect(),
            ways,
            hasher: RandomState::new(),
        }
    }

    /// Checks a token's text at `now`, as [`TokenVerifier::verify`] does.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Arc<Claims>, TokenError> {
        let hash = self.hash(token);
        if let Some(answer) = self.recall(hash, token, now) {
            return answer;
        }
        let Verified {
            claims,
            starts_at,
            ends_at,
            key,
        } = self.verifier.look_at(token, now)?;
        let claims = Arc::new(claims);
        let verified = Verified {
            claims: claims.clone(),
            starts_at,
            ends_at,
            key,
        };
        if let Some(mut set) = self.set(hash) {
            set.retain(|place| self.still_holds(place, now));
            // Two calls with the same new token come here both; one place is enough.
            set.retain(|place| place.hash != hash || !is(place, token));
            set.truncate(self.ways.saturating_sub(1));
            let token = Zeroizing::new(Box::from(token));
            let place = Place {
                hash,
                token,
                verified,
            };
            set.insert(0, place);
        }
        Ok(claims)
    }

    /// Wipes the tokens that have ended; to be called now and then.
    pub fn sweep(&self, now: OffsetDateTime) {
        for set in &*self.sets {
            lock(set).retain(|place| self.still_holds(place, now));
        }
    }

    /// How many tokens are kept.
    pub fn len(&self) -> usize {
        self.sets.iter().map(|set| lock(set).len()).sum()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn recall(
        &self,
        hash: u64,
        token: &str,
        now: OffsetDateTime,
    ) -> Option<Result<Arc<Claims>, TokenError>> {
        let mut set = self.set(hash)?;
        let at = set
            .iter()
            .position(|place| place.hash == hash && is(place, token))?;
        let verified = &set.get(at)?.verified;
        let answer = self.verifier.check_times(verified, &verified.claims, now);
        let claims = verified.claims.clone();
        if at > 0 {
            set.get_mut(..=at)?.rotate_right(1);
        }
        Some(answer.map(|()| claims))
    }

    /// A token that isn't valid yet may become so.
    fn still_holds(&self, place: &Place, now: OffsetDateTime) -> bool {
        let verified = &place.verified;
        let answer = self.verifier.check_times(verified, &verified.claims, now);
        matches!(answer, Ok(()) | Err(TokenError::NotYet))
    }

    /// The signature alone: nobody but the issuer chooses it, and it is short.
    fn hash(&self, token: &str) -> u64 {
        let signature = token.rsplit('.').next().unwrap_or_default();
        self.hasher.hash_one(signature)
    }

    fn set(&self, hash: u64) -> Option<MutexGuard<'_, Set>> {
        let sets = self.sets.len() as u64;
        let place = hash.checked_rem(sets)?;
        self.sets.get(place as usize).map(lock)
    }
}

fn lock(set: &Mutex<Set>) -> MutexGuard<'_, Set> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is(place: &Place, token: &str) -> bool {
    verify_slices_are_equal(place.token.as_bytes(), token.as_bytes()).is_ok()
}
