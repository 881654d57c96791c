//! What is counted, and what is said of it: once a minute for each reason, however many there are.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const EACH: Duration = Duration::from_mins(1);

pub(super) fn accepted() {
    metrics::counter!("musicgen_connections_accepted_total").increment(1);
}

/// An open connection in the figures, until dropped.
pub(super) struct Open;

impl Open {
    pub(super) fn count() -> Self {
        metrics::gauge!("musicgen_connections").increment(1);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("musicgen_connections").decrement(1);
    }
}

/// When each reason was last logged, and how often it has come since.
#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<HashMap<&'static str, (Instant, u64)>>);

impl Notes {
    /// A connection was not let in, or was ended, for a reason of a fixed set.
    pub(super) fn refused(&self, reason: &'static str, detail: impl FnOnce() -> String) {
        metrics::counter!("musicgen_connections_refused_total", "reason" => reason).increment(1);
        if let Some(times) = self.due(reason, Instant::now()) {
            tracing::warn!(reason, times, detail = detail(), "connections refused");
        }
    }

    /// How often since the last line, where a line is due.
    fn due(&self, reason: &'static str, now: Instant) -> Option<u64> {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((said, times)) = notes.get_mut(reason) else {
            notes.insert(reason, (now, 0));
            return Some(1);
        };
        *times += 1;
        if now - *said < EACH {
            return None;
        }
        *said = now;
        Some(std::mem::take(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_minute() {
        let (notes, now) = (Notes::default(), Instant::now());
        assert_eq!(notes.due("total", now), Some(1));
        for _ in 0..1000 {
            assert_eq!(notes.due("total", now), None);
        }
        assert_eq!(notes.due("address", now), Some(1));
        assert_eq!(notes.due("total", now + EACH), Some(1001));
        assert_eq!(notes.due("total", now + EACH), None);
    }
}
