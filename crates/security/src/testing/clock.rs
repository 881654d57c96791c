use crate::clock::Clock;
use std::sync::atomic::{AtomicI64, Ordering};
use time::{Duration, OffsetDateTime};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Shows this time, to the millisecond.
    pub fn at(time: OffsetDateTime) -> Self {
        Self(AtomicI64::new(
            (time.unix_timestamp_nanos() / 1_000_000) as i64,
        ))
    }

    /// Moves it, backwards too.
    pub fn advance(&self, by: Duration) {
        self.0
            .fetch_add(by.whole_milliseconds() as i64, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    /// A day in October 2024.
    fn default() -> Self {
        Self::at(OffsetDateTime::UNIX_EPOCH + Duration::days(20_000))
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(self.0.load(Ordering::SeqCst))
    }
}
