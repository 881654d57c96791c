//! Randomness as a parameter.
//!
//! 1. Everything unguessable comes from the operating system's generator.
//! 2. Secrets are 256 bits, identifiers 122 bits (UUID version 4, RFC 9562 section 5.4).
//! 3. A system without randomness is a system that must not mint tokens: [`SystemRandom`] panics,
//!    which the panic stage turns into a plain 500.
//! 4. A call of the system costs more than many a stage. What is needed for each request and is no
//!    secret takes it by the page, from a [`BufferedRandom`]; tokens, keys and nonces never do.

use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use uuid::Uuid;
use zeroize::Zeroize;

/// A source of bytes that nobody can predict.
pub trait Random: Send + Sync + 'static {
    /// Fills `out` completely.
    fn fill(&self, out: &mut [u8]);
}

/// A source shared by everything that needs one.
pub type SharedRandom = Arc<dyn Random>;

impl dyn Random {
    /// 256 random bits.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// A version 4 UUID: 122 random bits, no time and no order in it.
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one reader of the system's generator"
    )]
    #[expect(
        clippy::expect_used,
        reason = "going on without randomness would mint guessable tokens"
    )]
    fn fill(&self, out: &mut [u8]) {
        // panics: a token made without randomness would be worse than none.
        getrandom::fill(out).expect("the operating system gives no randomness");
    }
}

/// Bytes at a time.
const PAGE: usize = 4096;

/// The bytes of another source, fetched by the page: for names that must not repeat, not for secrets,
/// since what comes next lies in memory. No byte is given twice, and what was given is wiped.
pub struct BufferedRandom {
    source: SharedRandom,
    page: Mutex<Page>,
}

/// What is left of a page, at its end.
struct Page {
    bytes: [u8; PAGE],
    left: usize,
}

impl std::fmt::Debug for BufferedRandom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BufferedRandom").finish_non_exhaustive()
    }
}

impl BufferedRandom {
    /// The bytes of `source`.
    pub fn new(source: SharedRandom) -> Self {
        let bytes = [0; PAGE];
        Self {
            source,
            page: Mutex::new(Page { bytes, left: 0 }),
        }
    }
}

impl Random for BufferedRandom {
    fn fill(&self, out: &mut [u8]) {
        let mut page = match self.page.try_lock() {
            Ok(page) => page,
            // A page is whole whatever panicked beside it: what is left is said last.
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            // Another thread is at it: the system is faster than waiting.
            Err(TryLockError::WouldBlock) => return self.source.fill(out),
        };
        if out.len() > page.left {
            page.left = 0;
            self.source.fill(&mut page.bytes);
            page.left = PAGE;
        }
        let start = PAGE - page.left;
        match page.bytes.get_mut(start..start + out.len()) {
            Some(next) => {
                out.copy_from_slice(next);
                next.zeroize();
                page.left -= out.len();
            }
            // More than a page is no name.
            None => self.source.fill(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// 1, 2, 3, … in eight bytes each; counts its calls.
    #[derive(Default)]
    struct Counting(AtomicU64, AtomicU64);

    impl Random for Counting {
        fn fill(&self, out: &mut [u8]) {
            self.1.fetch_add(1, Ordering::SeqCst);
            for eight in out.chunks_mut(8) {
                let n = self.0.fetch_add(1, Ordering::SeqCst) + 1;
                eight.copy_from_slice(&n.to_be_bytes());
            }
        }
    }

    fn next(random: &dyn Random) -> u64 {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    #[test]
    fn a_page_is_given_once_and_wiped() {
        let source = Arc::new(Counting::default());
        let random = BufferedRandom::new(source.clone());
        for expected in 1..=1024 {
            assert_eq!(next(&random), expected);
        }
        assert_eq!(source.1.load(Ordering::SeqCst), 2, "two pages");
        let page = random.page.lock().unwrap();
        assert_eq!((page.left, page.bytes), (0, [0; PAGE]));
    }

    #[test]
    fn what_is_left_of_a_page_and_too_short_is_thrown_away() {
        let random = BufferedRandom::new(Arc::new(Counting::default()));
        let mut most = [0; PAGE - 8];
        random.fill(&mut most);
        let mut sixteen = [0; 16];
        random.fill(&mut sixteen);
        assert_eq!(sixteen[..8], 513_u64.to_be_bytes());
    }

    #[test]
    fn more_than_a_page_comes_from_the_source() {
        let source = Arc::new(Counting::default());
        let mut much = [0; 2 * PAGE];
        BufferedRandom::new(source).fill(&mut much);
        assert!(much.chunks(8).all(|eight| eight != [0; 8]));
    }

    #[test]
    fn threads_get_different_bytes() {
        let random = BufferedRandom::new(Arc::new(Counting::default()));
        let all = std::thread::scope(|scope| {
            let draw = || (0..2_000).map(|_| next(&random)).collect::<Vec<_>>();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(draw)).collect();
            let drawn = threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap());
            drawn.collect::<std::collections::HashSet<_>>()
        });
        assert_eq!(all.len(), 16_000);
    }
}
