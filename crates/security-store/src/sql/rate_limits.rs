use crate::database::{Database, DatabaseError, Row, Transaction};
use crate::values;
use musicgen_security::rate_limiting::{LimitKey, LongWindow, LongWindows};
use musicgen_security::store::StoreError;
use time::OffsetDateTime;

/// Rows that are read at a time.
const PAGE: i64 = 1_000;
/// Rows that are deleted at a time: the write lock is held meanwhile.
const SWEPT_AT_ONCE: i64 = 5_000;

const READ: &str = "SELECT key, hour_at, day_at FROM rate_limits
    WHERE key > $1 AND full_at > $2 ORDER BY key LIMIT $3";
const UPDATE: &str =
    "UPDATE rate_limits SET hour_at = $2, day_at = $3, full_at = $4 WHERE key = $1";
const INSERT: &str = "INSERT INTO rate_limits (key, hour_at, day_at, full_at)
    VALUES ($1, $2, $3, $4)";
const SWEEP: &str = "DELETE FROM rate_limits WHERE key IN
    (SELECT key FROM rate_limits WHERE full_at <= $1 ORDER BY full_at LIMIT $2)";
const EVICT: &str = "DELETE FROM rate_limits WHERE key IN
    (SELECT key FROM rate_limits ORDER BY full_at LIMIT $1)";
const SIZE: &str = "SELECT keys FROM rate_limits_size WHERE id = 1";
const RESIZE: &str = "UPDATE rate_limits_size SET keys = keys + $1 WHERE id = 1";

/// Hours and days of rate limits in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlRateLimits {
    database: Database,
    most: i64,
}

impl SqlRateLimits {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS). Keeps a million keys at most.
    pub fn new(database: Database) -> Self {
        Self::with_capacity(database, 1_000_000)
    }

    /// Keeps so many keys at most; those that are full soonest go first.
    pub fn with_capacity(database: Database, keys: u32) -> Self {
        Self {
            database,
            most: keys.into(),
        }
    }

    /// How many keys are kept.
    pub async fn size(&self) -> Result<u64, StoreError> {
        let row = self.database.fetch_optional(SIZE, &[]).await?;
        Ok(row.map_or(Ok(0), |row| row.unsigned("keys"))?)
    }

    /// Deletes what is full, then what is too many; keeps count.
    async fn make_room(
        &self,
        transaction: &mut Transaction,
        new: i64,
        now: OffsetDateTime,
    ) -> Result<(), DatabaseError> {
        let row = transaction.fetch_optional(SIZE, &[]).await?;
        let keys = row.map_or(Ok(0), |row| row.integer("keys"))? + new;
        let swept = transaction
            .execute(SWEEP, &values![now, SWEPT_AT_ONCE])
            .await?;
        let mut gone = swept.cast_signed();
        let too_many = keys - gone - self.most;
        if too_many > 0 {
            gone += transaction
                .execute(EVICT, &values![too_many])
                .await?
                .cast_signed();
        }
        if new != gone {
            transaction.execute(RESIZE, &values![new - gone]).await?;
        }
        Ok(())
    }
}

impl LongWindows for SqlRateLimits {
    async fn load(
        &self,
        after: Option<LimitKey>,
        now: OffsetDateTime,
    ) -> Result<Vec<LongWindow>, StoreError> {
        let after = after.map_or_else(Vec::new, |key| key.to_bytes().to_vec());
        let rows = self
            .database
            .fetch_all(READ, &values![after, now, PAGE])
            .await?;
        let windows: Result<_, _> = rows.iter().map(read).collect();
        Ok(windows?)
    }

    async fn save(&self, changed: &[LongWindow], now: OffsetDateTime) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        let mut new = 0;
        for window in changed {
            let row = values![
                window.key.to_bytes().to_vec(),
                window.hour_full_at,
                window.day_full_at,
                window.full_at(),
            ];
            if transaction.execute(UPDATE, &row).await? == 0 {
                transaction.execute(INSERT, &row).await?;
                new += 1;
            }
        }
        self.make_room(&mut transaction, new, now).await?;
        Ok(transaction.commit().await?)
    }
}

fn read(row: &Row) -> Result<LongWindow, DatabaseError> {
    Ok(LongWindow {
        key: LimitKey::from_bytes(row.short_key("key")?),
        hour_full_at: row.time("hour_at")?,
        day_full_at: row.time("day_at")?,
    })
}
