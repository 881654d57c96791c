use super::changes;
use crate::database::{Database, DatabaseError, Row, Value};
use crate::values;
use musicgen_security::sessions::{
    Delivery, EndReason, Rotation, RotationLimits, Seen, Session, SessionStore,
};
use musicgen_security::store::StoreError;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, epoch, created_at, authenticated_at, expires_at, idle_ms,
                    idle_expires_at, delivery, remembered_at, seen_at, seen_address, seen_agent,
                    current_hash, previous_hash, rotated_at, ended_at, end_reason
               FROM sessions ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO sessions
    (id, account_id, epoch, created_at, authenticated_at, expires_at, idle_ms, idle_expires_at,
     delivery, remembered_at, seen_at, seen_address, seen_agent, current_hash, previous_hash,
     rotated_at, ended_at, end_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const BY_ID: &str = select_sessions!("WHERE id = $1");
const LIVE: &str = select_sessions!(
    "WHERE account_id = $1 AND ended_at IS NULL AND idle_expires_at > $2
     ORDER BY seen_at DESC, id DESC"
);
const ROTATE: &str = "UPDATE sessions
    SET current_hash = $2, previous_hash = $3, rotated_at = $4, seen_at = $4,
        expires_at = $5, idle_ms = $6, idle_expires_at = $7
    WHERE id = $1";
const SEEN: &str = "UPDATE sessions
    SET seen_at = $2, seen_address = $3, seen_agent = $4, idle_expires_at = $5
    WHERE id = $1";
const END: &str = "UPDATE sessions SET ended_at = $2, end_reason = $3
    WHERE id = $1 AND ended_at IS NULL AND ($4 IS NULL OR account_id = $4)";
const TELL_ALL: &str = "INSERT INTO changes (kind, subject, written_at)
    SELECT 'session', id, $2 FROM sessions
     WHERE account_id = $1 AND ended_at IS NULL AND idle_expires_at > $2
       AND ($3 IS NULL OR id <> $3)";
const END_ALL: &str = "UPDATE sessions SET ended_at = $2, end_reason = $4
    WHERE account_id = $1 AND ended_at IS NULL AND idle_expires_at > $2
      AND ($3 IS NULL OR id <> $3)";
// The idle end is never after the absolute one. Each condition has its index.
const SWEEP: &str = "DELETE FROM sessions WHERE ended_at < $1 OR idle_expires_at < $1";

const ANY: &str = "SELECT id FROM sessions WHERE account_id = $1 LIMIT 1";

/// Sessions in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlSessions {
    database: Database,
}

impl SqlSessions {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl SessionStore for SqlSessions {
    async fn start(&self, session: &Session, at_most: u32) -> Result<Vec<Uuid>, StoreError> {
        let mut transaction = self.database.begin().await?;
        let now = session.created_at;
        let others = values![session.account_id, now];
        let others = transaction.fetch_all(LIVE, &others).await?;
        transaction.execute(INSERT, &write(session)).await?;
        let mut ended = Vec::new();
        for row in others.iter().skip((at_most as usize).saturating_sub(1)) {
            let id = row.uuid("id")?;
            let end = values![id, now, EndReason::TooMany.id(), None::<Uuid>];
            transaction.execute(END, &end).await?;
            changes::tell_session(&mut transaction, id, now).await?;
            ended.push(id);
        }
        transaction.commit().await?;
        Ok(ended)
    }

    async fn rotate(
        &self,
        id: Uuid,
        presented: &[u8; 32],
        successors: &[[u8; 32]],
        limits: &RotationLimits,
        now: OffsetDateTime,
    ) -> Result<Rotation, StoreError> {
        let mut transaction = self.database.begin().await?;
        let Some(row) = transaction.fetch_optional(BY_ID, &values![id]).await? else {
            return Ok(Rotation::Unknown);
        };
        let rotation = read(&row)?.presented(presented, successors, limits, now);
        match &rotation {
            Rotation::Rotated(session) => {
                let change = values![
                    id,
                    &session.current,
                    session.previous.as_ref(),
                    now,
                    session.expires_at,
                    idle_ms(session),
                    session.idle_expires_at,
                ];
                transaction.execute(ROTATE, &change).await?;
                transaction.commit().await?;
            }
            Rotation::Reused(_) => {
                let end = values![id, now, EndReason::Reuse.id(), None::<Uuid>];
                transaction.execute(END, &end).await?;
                changes::tell_session(&mut transaction, id, now).await?;
                transaction.commit().await?;
            }
            Rotation::Repeated(..) | Rotation::Ended(_) | Rotation::Unknown => {}
        }
        Ok(rotation)
    }

    async fn find(&self, id: Uuid) -> Result<Option<Session>, StoreError> {
        let row = self.database.fetch_optional(BY_ID, &values![id]).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn list(
        &self,
        account_id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = self
            .database
            .fetch_all(LIVE, &values![account_id, now])
            .await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    async fn any(&self, account_id: Uuid) -> Result<bool, StoreError> {
        let row = self
            .database
            .fetch_optional(ANY, &values![account_id])
            .await?;
        Ok(row.is_some())
    }

    async fn seen(
        &self,
        id: Uuid,
        seen: &Seen,
        at_most_every: Duration,
    ) -> Result<Option<Session>, StoreError> {
        let mut transaction = self.database.begin().await?;
        let Some(row) = transaction.fetch_optional(BY_ID, &values![id]).await? else {
            return Ok(None);
        };
        let before = read(&row)?;
        if !before.is_live(seen.at) || seen.at - before.seen.at < at_most_every {
            return Ok(None);
        }
        let (address, agent) = (seen.address.as_deref(), seen.agent.as_deref());
        let change = values![id, seen.at, address, agent, before.idle_end(seen.at)];
        transaction.execute(SEEN, &change).await?;
        transaction.commit().await?;
        Ok(Some(before))
    }

    async fn end(
        &self,
        id: Uuid,
        owner: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin().await?;
        let end = values![id, now, reason.id(), owner];
        let ended = transaction.execute(END, &end).await? == 1;
        if ended {
            changes::tell_session(&mut transaction, id, now).await?;
            transaction.commit().await?;
        }
        Ok(ended)
    }

    async fn end_all(
        &self,
        account_id: Uuid,
        keep: Option<Uuid>,
        reason: EndReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin().await?;
        let tell = values![account_id, now, keep];
        transaction.execute(TELL_ALL, &tell).await?;
        let end = values![account_id, now, keep, reason.id()];
        let ended = transaction.execute(END_ALL, &end).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        Ok(self.database.execute(SWEEP, &values![before]).await?)
    }
}

fn idle_ms(session: &Session) -> Option<i64> {
    session.idle.map(|idle| idle.whole_milliseconds() as i64)
}

fn write(session: &Session) -> [Value; 18] {
    let (ended_at, reason) = session.ended.unzip();
    values![
        session.id,
        session.account_id,
        session.epoch,
        session.created_at,
        session.authenticated_at,
        session.expires_at,
        idle_ms(session),
        session.idle_expires_at,
        session.delivery.id(),
        session.remembered.then_some(session.created_at),
        session.seen.at,
        session.seen.address.as_deref(),
        session.seen.agent.as_deref(),
        &session.current,
        session.previous.as_ref(),
        session.rotated_at,
        ended_at,
        reason.map(EndReason::id),
    ]
}

fn read(row: &Row) -> Result<Session, DatabaseError> {
    let reason = row.text_or_null("end_reason")?.map(|word| {
        EndReason::from_id(&word)
            .ok_or_else(|| DatabaseError::Corrupt("column end_reason can't be read".to_owned()))
    });
    Ok(Session {
        id: row.uuid("id")?,
        account_id: row.uuid("account_id")?,
        epoch: row.unsigned("epoch")?,
        created_at: row.time("created_at")?,
        authenticated_at: row.time("authenticated_at")?,
        expires_at: row.time("expires_at")?,
        idle: row.integer_or_null("idle_ms")?.map(Duration::milliseconds),
        idle_expires_at: row.time("idle_expires_at")?,
        delivery: row.parse("delivery", Delivery::from_id)?,
        remembered: row.time_or_null("remembered_at")?.is_some(),
        seen: Seen {
            at: row.time("seen_at")?,
            address: row.text_or_null("seen_address")?,
            agent: row.text_or_null("seen_agent")?,
        },
        current: row.hash("current_hash")?,
        previous: row.hash_or_null("previous_hash")?,
        rotated_at: row.time_or_null("rotated_at")?,
        ended: row.time_or_null("ended_at")?.zip(reason.transpose()?),
    })
}
