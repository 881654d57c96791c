use crate::problem::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The largest body of a route, and what it is held within; put into the request's extensions by the
/// route table. Where there is none it is 64 KiB.
#[derive(Debug, Clone)]
pub struct BodyLimit {
    bytes: usize,
    memory: Option<BodyMemory>,
}

impl Default for BodyLimit {
    fn default() -> Self {
        Self::new(64 * 1024)
    }
}

impl BodyLimit {
    /// So many bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            bytes,
            memory: None,
        }
    }

    /// The same, held within what all bodies together may take.
    #[must_use]
    pub fn within(self, memory: BodyMemory) -> Self {
        Self {
            memory: Some(memory),
            ..self
        }
    }

    /// The largest body, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// A share of nothing yet, for the body of one request.
    pub(crate) fn share(&self) -> BodyShare {
        BodyShare {
            memory: self.memory.clone(),
            bytes: 0,
        }
    }
}

/// How many bytes of bodies a process holds at once, whoever sends them.
///
/// Each route has a limit of its own; this one is for all of them together, so that many callers who
/// each keep to theirs can't fill the memory. Whoever reads a body reserves what has come, not what is
/// announced: a caller who announces much and sends nothing takes nothing from the others.
#[derive(Debug, Clone)]
pub struct BodyMemory(Arc<Bytes>);

#[derive(Debug)]
struct Bytes {
    limit: usize,
    held: AtomicUsize,
}

impl Default for BodyMemory {
    /// 64 MiB: a thousand of the largest bodies that are taken without saying otherwise.
    fn default() -> Self {
        Self::new(64 * 1024 * 1024)
    }
}

impl BodyMemory {
    /// At most so many bytes.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Bytes {
            limit,
            held: AtomicUsize::new(0),
        }))
    }

    /// Bytes that are held now.
    pub fn held(&self) -> usize {
        self.0.held.load(Ordering::Relaxed)
    }
}

/// The part that one body has; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct BodyShare {
    memory: Option<BodyMemory>,
    bytes: usize,
}

impl BodyShare {
    /// Takes so many more, or says that there is no room at the moment.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        let Some(memory) = &self.memory else {
            return Ok(());
        };
        let Bytes { limit, held } = &*memory.0;
        let more = |now: usize| now.checked_add(bytes).filter(|sum| sum <= limit);
        held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .map_err(|_| Problem::overloaded(1))?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for BodyShare {
    fn drop(&mut self) {
        if let Some(memory) = &self.memory {
            memory.0.held.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_below_and_above_the_limit() {
        let memory = BodyMemory::new(100);
        let share = || BodyLimit::default().within(memory.clone()).share();
        let (mut one, mut other) = (share(), share());
        one.grow(60).unwrap();
        assert_eq!(other.grow(41).unwrap_err().status(), 503);
        other.grow(40).unwrap();
        assert_eq!(other.grow(1).unwrap_err().code(), "overloaded");
        assert_eq!(one.grow(usize::MAX).unwrap_err().status(), 503);
        assert_eq!(memory.held(), 100);
        drop(one);
        other.grow(60).unwrap();
        drop(other);
        assert_eq!(memory.held(), 0);
    }

    #[test]
    fn many_at_once_never_hold_more_than_the_limit() {
        let memory = BodyMemory::new(1000);
        std::thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    for n in 0..500 {
                        let mut share = BodyLimit::default().within(memory.clone()).share();
                        let _ = share.grow(n % 300);
                        let _ = share.grow(n % 7);
                        assert!(memory.held() <= 1000);
                    }
                });
            }
        });
        assert_eq!(memory.held(), 0);
    }
}
