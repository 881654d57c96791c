use crate::database::{Database, DatabaseError, Row, Value};
use crate::values;
use musicgen_security::authentication::refresh::{EndReason, Family, RefreshStore, Rotation};
use musicgen_security::store::StoreError;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

macro_rules! returning {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " id, account_id, created_at, expires_at, idle_ms, idle_expires_at, current_hash,
              previous_hash, rotated_at, ended_at, end_reason ",
            $after
        )
    };
}

const INSERT: &str = "INSERT INTO refresh_families
    (id, account_id, created_at, expires_at, idle_ms, idle_expires_at, current_hash,
     previous_hash, rotated_at, ended_at, end_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const BY_ID: &str = returning!("SELECT", "FROM refresh_families WHERE id = $1");
const ROTATE: &str = "UPDATE refresh_families
    SET current_hash = $2, previous_hash = $3, rotated_at = $4, idle_expires_at = $5
    WHERE id = $1";
const END: &str = "UPDATE refresh_families SET ended_at = $2, end_reason = $3
    WHERE id = $1 AND ended_at IS NULL";
const END_ALL: &str = "UPDATE refresh_families SET ended_at = $2, end_reason = $3
    WHERE account_id = $1 AND ended_at IS NULL AND ($4 IS NULL OR id <> $4)";
// The idle end is never after the absolute one. Each condition has its index.
const SWEEP: &str = "DELETE FROM refresh_families WHERE ended_at < $1 OR idle_expires_at < $1";

/// Families of refresh tokens in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlRefreshTokens {
    database: Database,
}

impl SqlRefreshTokens {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl RefreshStore for SqlRefreshTokens {
    async fn start(&self, family: &Family) -> Result<(), StoreError> {
        self.database.execute(INSERT, &write(family)).await?;
        Ok(())
    }

    async fn rotate(
        &self,
        id: Uuid,
        presented: &[u8; 32],
        successor: &[u8; 32],
        grace: Duration,
        now: OffsetDateTime,
    ) -> Result<Rotation, StoreError> {
        let mut transaction = self.database.begin().await?;
        let Some(row) = transaction.fetch_optional(BY_ID, &values![id]).await? else {
            return Ok(Rotation::Unknown);
        };
        let mut family = read(&row)?;
        if !family.is_live(now) {
            return Ok(Rotation::Ended(family));
        }
        if family.current == *presented {
            family.previous = Some(*presented);
            family.current = *successor;
            family.rotated_at = Some(now);
            family.idle_expires_at = (now + family.idle).min(family.expires_at);
            let change = values![id, successor, presented, now, family.idle_expires_at];
            transaction.execute(ROTATE, &change).await?;
            transaction.commit().await?;
            return Ok(Rotation::Rotated(family));
        }
        let within_grace = family.rotated_at.is_some_and(|at| now - at <= grace);
        if family.previous == Some(*presented) && family.current == *successor && within_grace {
            return Ok(Rotation::Repeated(family));
        }
        family.ended = Some((now, EndReason::Reuse));
        let end = values![id, now, EndReason::Reuse.id()];
        transaction.execute(END, &end).await?;
        transaction.commit().await?;
        Ok(Rotation::Reused(family))
    }

    async fn find(&self, id: Uuid) -> Result<Option<Family>, StoreError> {
        let row = self.database.fetch_optional(BY_ID, &values![id]).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn end(
        &self,
        id: Uuid,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let end = values![id, now, reason.id()];
        Ok(self.database.execute(END, &end).await? == 1)
    }

    async fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let end = values![account_id, now, reason.id(), keep];
        Ok(self.database.execute(END_ALL, &end).await?)
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        Ok(self.database.execute(SWEEP, &values![before]).await?)
    }
}

fn write(family: &Family) -> [Value; 11] {
    let (ended_at, reason) = family.ended.unzip();
    values![
        family.id,
        family.account_id,
        family.created_at,
        family.expires_at,
        family.idle.whole_milliseconds() as i64,
        family.idle_expires_at,
        &family.current,
        family.previous.as_ref(),
        family.rotated_at,
        ended_at,
        reason.map(EndReason::id),
    ]
}

fn read(row: &Row) -> Result<Family, DatabaseError> {
    let reason = row.text_or_null("end_reason")?.map(|word| {
        EndReason::from_id(&word)
            .ok_or_else(|| DatabaseError::Corrupt("column end_reason can't be read".to_owned()))
    });
    Ok(Family {
        id: row.uuid("id")?,
        account_id: row.uuid("account_id")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        idle: Duration::milliseconds(row.integer("idle_ms")?),
        idle_expires_at: row.time("idle_expires_at")?,
        current: row.hash("current_hash")?,
        previous: row.hash_or_null("previous_hash")?,
        rotated_at: row.time_or_null("rotated_at")?,
        ended: row.time_or_null("ended_at")?.zip(reason.transpose()?),
    })
}
