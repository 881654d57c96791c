use crate::rate_limiting::LimitKey;
use crate::store::StoreError;
use std::future::Future;
use time::OffsetDateTime;

/// What a key has used of its hour and its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongWindow {
    /// Whose.
    pub key: LimitKey,
    /// When its hour's bucket is full again, to the millisecond.
    pub hour_full_at: OffsetDateTime,
    /// When its day's bucket is, to the millisecond.
    pub day_full_at: OffsetDateTime,
}

impl LongWindow {
    /// When there is nothing left to remember.
    pub fn full_at(&self) -> OffsetDateTime {
        self.hour_full_at.max(self.day_full_at)
    }
}

/// Keeps hours and days where they outlive the process.
pub trait LongWindows: Send + Sync + 'static {
    /// The next of those that aren't full at `now`, in the order of their keys; none is the end.
    fn load(
        &self,
        after: Option<LimitKey>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<LongWindow>, StoreError>> + Send;

    /// Writes these in place of what was there, all or none, and deletes what is full at `now`.
    fn save(
        &self,
        changed: &[LongWindow],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
