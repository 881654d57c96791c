use crate::database::{Database, DatabaseError, Row, Transaction};
use crate::values;
use musicgen_security::authentication::throttle::{
    Admission, AttemptKeys, Counter, CounterKey, CounterKind, Found, Limits, ThrottleStore, Ticket,
    decide,
};
use musicgen_security::store::StoreError;
use time::OffsetDateTime;

const BY_KEY: &str = "SELECT failures, strikes, since, last_at, blocked_until
    FROM throttle_counters WHERE key = $1";
const INSERT: &str = "INSERT INTO throttle_counters
    (key, failures, strikes, since, last_at, blocked_until, weight, forget_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const UPDATE: &str = "UPDATE throttle_counters
    SET failures = $2, strikes = $3, since = $4, last_at = $5, blocked_until = $6, weight = $7,
        forget_at = $8
    WHERE key = $1";
const DELETE: &str = "DELETE FROM throttle_counters WHERE key = $1";
// The attempt's own counters stay, whatever they weigh.
const EVICT: &str = "DELETE FROM throttle_counters WHERE key IN
    (SELECT key FROM throttle_counters WHERE key <> $2 AND key <> $3
     ORDER BY weight, last_at LIMIT $1)";
const SWEEP: &str = "DELETE FROM throttle_counters WHERE forget_at <= $1";
const SIZE: &str = "SELECT counters FROM throttle_size WHERE id = 1";
const RESIZE: &str = "UPDATE throttle_size SET counters = counters + $1 WHERE id = 1";

/// Counters of sign-in attempts in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlThrottle {
    database: Database,
}

impl SqlThrottle {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl ThrottleStore for SqlThrottle {
    async fn begin(
        &self,
        keys: &AttemptKeys,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Admission, StoreError> {
        let mut transaction = self.database.begin().await?;
        let mut found = Found {
            account: find(&mut transaction, &keys.account).await?,
            network: find(&mut transaction, &keys.network).await?,
            device: None,
        };
        if let Some(device) = &keys.device {
            found.device = find(&mut transaction, device).await?;
        }
        let granted = match decide(keys, &found, limits, now) {
            Ok(granted) => granted,
            Err(refused) => return Ok(Admission::Refused(refused)),
        };
        let mut new = 0;
        for counted in &granted.counters {
            let row = write(&counted.key, &counted.counter, counted.kind, limits);
            let is_kept = match counted.kind {
                CounterKind::Account => found.account.is_some(),
                CounterKind::Device => found.device.is_some(),
                CounterKind::Network => found.network.is_some(),
            };
            if is_kept {
                transaction.execute(UPDATE, &row).await?;
            } else {
                transaction.execute(INSERT, &row).await?;
                new += 1;
            }
        }
        if new > 0 {
            let keep = granted.counters.iter().map(|counted| counted.key);
            make_room(&mut transaction, new, keep.collect(), limits).await?;
        }
        transaction.commit().await?;
        Ok(Admission::Admitted(granted.ticket))
    }

    async fn succeed(&self, ticket: &Ticket, limits: &Limits) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        let mut gone = 0;
        for (key, kind) in ticket.counters() {
            let Some(counter) = find(&mut transaction, &key).await? else {
                continue;
            };
            let counter = ticket.settle(&key, counter, limits);
            if counter.is_clear() {
                let key = values![&key];
                gone += transaction.execute(DELETE, &key).await?.cast_signed();
            } else {
                let row = write(&key, &counter, kind, limits);
                transaction.execute(UPDATE, &row).await?;
            }
        }
        transaction.execute(RESIZE, &values![-gone]).await?;
        Ok(transaction.commit().await?)
    }

    async fn clear(&self, key: &CounterKey) -> Result<bool, StoreError> {
        Ok(self.delete(DELETE, &values![key]).await? == 1)
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        Ok(self.delete(SWEEP, &values![now]).await?)
    }

    async fn size(&self) -> Result<u64, StoreError> {
        let row = self.database.fetch_optional(SIZE, &[]).await?;
        Ok(row.map_or(Ok(0), |row| row.unsigned("counters"))?)
    }
}

impl SqlThrottle {
    async fn delete(
        &self,
        sql: &'static str,
        values: &[crate::database::Value],
    ) -> Result<u64, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let gone = transaction.execute(sql, values).await?;
        let change = values![-gone.cast_signed()];
        transaction.execute(RESIZE, &change).await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

async fn find(
    transaction: &mut Transaction,
    key: &CounterKey,
) -> Result<Option<Counter>, DatabaseError> {
    let row = transaction.fetch_optional(BY_KEY, &values![key]).await?;
    row.as_ref().map(read).transpose()
}

/// Deletes as many others as there are too many.
async fn make_room(
    transaction: &mut Transaction,
    new: i64,
    keep: Vec<CounterKey>,
    limits: &Limits,
) -> Result<(), DatabaseError> {
    let row = transaction.fetch_optional(SIZE, &[]).await?;
    let counters = row.map_or(Ok(0), |row| row.integer("counters"))? + new;
    let too_many = counters - i64::from(limits.capacity);
    let mut gone = 0;
    if let Some((first, last)) = keep.first().zip(keep.last())
        && too_many > 0
    {
        let evict = values![too_many, first, last];
        gone = transaction.execute(EVICT, &evict).await?.cast_signed();
    }
    transaction.execute(RESIZE, &values![new - gone]).await?;
    Ok(())
}

fn write(
    key: &CounterKey,
    counter: &Counter,
    kind: CounterKind,
    limits: &Limits,
) -> [crate::database::Value; 8] {
    let allowance = kind.allowance(limits);
    values![
        key,
        counter.failures,
        counter.strikes,
        counter.since,
        counter.last_at,
        counter.blocked_until,
        counter.weight(allowance),
        counter.forget_at(allowance),
    ]
}

fn read(row: &Row) -> Result<Counter, DatabaseError> {
    Ok(Counter {
        failures: row.small("failures")?,
        strikes: row.small("strikes")?,
        since: row.time("since")?,
        last_at: row.time("last_at")?,
        blocked_until: row.time_or_null("blocked_until")?,
    })
}
