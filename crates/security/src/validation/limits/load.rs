use crate::problem::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The longest wait that a refused caller is told, in seconds.
const LONGEST_WAIT: u64 = 8;

/// How many requests are under way, and how many may be.
///
/// A request is under way until its answer begins: a file or a stream of events that is being sent
/// holds no place, because what bounds those is the number of connections. A refusal costs a
/// comparison, so refusing is not what makes a busy service busier.
#[derive(Debug, Clone)]
pub struct Load(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    limit: usize,
    reserve: usize,
    under_way: AtomicUsize,
    refused: AtomicU64,
}

impl Default for Load {
    /// 1,024 requests.
    fn default() -> Self {
        Self::new(1024)
    }
}

impl Load {
    /// At most `limit` requests, and for what must always answer a sixteenth more, 4 to 64.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Counts {
            limit,
            reserve: (limit / 16).clamp(4, 64),
            under_way: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
        }))
    }

    /// A place for a request, where there is one; with `reserved`, in the slice that is kept too.
    pub fn enter(&self, reserved: bool) -> Option<Ticket> {
        let counts = &self.0;
        let limit = if reserved {
            counts.limit.saturating_add(counts.reserve)
        } else {
            counts.limit
        };
        let one_more = |now: usize| (now < limit).then_some(now + 1);
        let entered = counts
            .under_way
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        if entered.is_ok() {
            return Some(Ticket(self.clone()));
        }
        counts.refused.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// Requests that are under way now.
    pub fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::Relaxed)
    }

    /// Requests that were refused since the start.
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }

    /// What is refused together must not come back together, so each answer names another wait, of 1
    /// to 8 seconds.
    pub(super) fn refusal(&self) -> Problem {
        Problem::overloaded(1 + scattered(self.refused()) % LONGEST_WAIT)
    }
}

/// The mixing step of splitmix64: neighbours become far apart. It need not be unforeseeable.
fn scattered(n: u64) -> u64 {
    let n = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ n >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ n >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ n >> 31
}

/// A place among the requests that are under way; given back when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Ticket(Load);

impl Drop for Ticket {
    fn drop(&mut self) {
        let counts = &self.0.0;
        counts.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
