use super::LimitKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much may be under way at the same time: streams that stay open, calls that are costly.
///
/// 1. A [`Permit`] is held as long as the thing goes on and gives itself back when it is dropped, however
///    that comes about.
/// 2. There is a limit for each key and one for all keys together; both hold exactly.
/// 3. A key is remembered while it holds a permit and no longer, so the memory is bounded by the limit of
///    all.
///
/// Clones share their permits.
#[derive(Debug, Clone)]
pub struct ConcurrencyLimits {
    held: Arc<Mutex<Held>>,
    most: usize,
}

#[derive(Debug, Default)]
struct Held {
    by_key: HashMap<LimitKey, u32>,
    all: usize,
}

/// Something may go on.
#[derive(Debug)]
#[must_use = "it counts as long as it is held"]
pub struct Permit {
    held: Arc<Mutex<Held>>,
    key: LimitKey,
}

/// Too much is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// By this key: a matter between the caller and its limit (429).
    #[error("this caller has as many under way as it may")]
    Key,
    /// By all together: the service is full (503).
    #[error("as many are under way as there may be")]
    All,
}

impl ConcurrencyLimits {
    /// At most so many altogether.
    pub fn new(most: usize) -> Self {
        Self {
            held: Arc::default(),
            most,
        }
    }

    /// A permit, if the key holds fewer than `at_most` and there are any left. Where both refuse, the key
    /// does: a caller learns of its own limit before it learns of others.
    pub fn acquire(&self, key: LimitKey, at_most: u32) -> Result<Permit, Busy> {
        let mut held = lock(&self.held);
        let own = held.by_key.get(&key).copied().unwrap_or(0);
        if own >= at_most {
            return Err(Busy::Key);
        }
        if held.all >= self.most {
            return Err(Busy::All);
        }
        held.by_key.insert(key, own + 1);
        held.all += 1;
        Ok(Permit {
            held: self.held.clone(),
            key,
        })
    }

    /// How many permits are held.
    pub fn held(&self) -> usize {
        lock(&self.held).all
    }

    /// How many of them by a key.
    pub fn held_by(&self, key: &LimitKey) -> u32 {
        lock(&self.held).by_key.get(key).copied().unwrap_or(0)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut held = lock(&self.held);
        held.all = held.all.saturating_sub(1);
        if let Some(own) = held.by_key.get_mut(&self.key) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                held.by_key.remove(&self.key);
            }
        }
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    // Nothing between two steps of these can panic.
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limiting::BucketClass;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn key(n: usize) -> LimitKey {
        LimitKey::of_text(&n.to_be_bytes(), BucketClass::Costly)
    }

    #[test]
    fn permits_are_counted_by_key_and_altogether() {
        let limits = ConcurrencyLimits::new(5);
        let mut held: Vec<_> = (0..2).map(|_| limits.acquire(key(1), 2).unwrap()).collect();
        assert_eq!(limits.acquire(key(1), 2).err(), Some(Busy::Key));
        held.extend((0..3).map(|_| limits.acquire(key(2), 10).unwrap()));
        assert_eq!(limits.acquire(key(2), 10).err(), Some(Busy::All));
        assert_eq!(
            limits.acquire(key(1), 2).err(),
            Some(Busy::Key),
            "its own first"
        );
        assert_eq!(
            limits.acquire(key(3), 0).err(),
            Some(Busy::Key),
            "none is allowed"
        );
        assert_eq!(
            (
                limits.held(),
                limits.held_by(&key(1)),
                limits.held_by(&key(3))
            ),
            (5, 2, 0)
        );
        drop(held.swap_remove(0));
        let again = limits.acquire(key(1), 2).unwrap();
        assert_eq!(limits.held(), 5);
        drop((held, again));
        assert_eq!(limits.held(), 0);
        assert!(lock(&limits.held).by_key.is_empty(), "nothing stays behind");
    }

    /// A limit that was lowered lets those in work finish, and no new one in.
    #[test]
    fn a_lowered_limit_ends_nothing() {
        let limits = ConcurrencyLimits::new(100);
        let held: Vec<_> = (0..3).map(|_| limits.acquire(key(1), 3).unwrap()).collect();
        assert_eq!(limits.acquire(key(1), 1).err(), Some(Busy::Key));
        drop(held);
        assert!(limits.acquire(key(1), 1).is_ok());
    }

    #[test]
    fn a_panic_gives_its_permit_back() {
        let limits = ConcurrencyLimits::new(1);
        let held = limits.acquire(key(1), 1).unwrap();
        let panicked = std::thread::spawn(move || {
            let _held = held;
            panic!("on purpose");
        });
        assert!(panicked.join().is_err());
        assert!(limits.acquire(key(1), 1).is_ok());
    }

    /// RL-8: 32 threads that come and go, and never more at once than may be.
    #[test]
    fn never_more_at_once_than_allowed() {
        let limits = ConcurrencyLimits::new(20);
        let (all, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let own: Vec<_> = (0..8).map(|_| AtomicUsize::new(0)).collect();
        let barrier = Barrier::new(32);
        std::thread::scope(|scope| {
            for thread in 0..32 {
                let (limits, all, most, own, barrier) =
                    (&limits, &all, &most, &own[thread % 8], &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    for _ in 0..2_000 {
                        let Ok(_permit) = limits.acquire(key(thread % 8), 3) else {
                            continue;
                        };
                        let at_once = all.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(at_once, Ordering::SeqCst);
                        assert!(at_once <= 20);
                        assert!(own.fetch_add(1, Ordering::SeqCst) < 3);
                        std::thread::yield_now();
                        own.fetch_sub(1, Ordering::SeqCst);
                        all.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(limits.held(), 0);
        assert!(most.into_inner() > 1);
    }
}
