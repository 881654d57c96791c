use super::accounts;
use crate::database::{Database, DatabaseError, Row, Transaction};
use crate::values;
use musicgen_security::revocation::{AccountState, Change, Changes, RevocationStore};
use musicgen_security::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

/// Lines that are read at a time.
const PIECE: usize = 1_000;

const TELL: &str = "INSERT INTO changes (kind, subject, written_at) VALUES ($1, $2, $3)";
const REVOKE: &str = "INSERT INTO changes (kind, token_hash, written_at, until_at)
    VALUES ('token', $1, $2, $3) ON CONFLICT DO NOTHING";
// One look at the line and at the account as it is: an account that is gone has no id here.
const READ: &str = "SELECT c.position, c.kind, c.subject, c.token_hash, c.written_at, c.until_at,
           a.id AS account_id, a.epoch, a.min_epoch, a.kept_session, a.tier, a.disabled_at,
           a.limit_burst, a.limit_minute, a.limit_hour, a.limit_day,
           (SELECT string_agg(r.role, ' ' ORDER BY r.role)
              FROM account_roles r WHERE r.account_id = a.id) AS roles
      FROM changes c LEFT JOIN accounts a ON c.kind = 'account' AND a.id = c.subject
     WHERE c.position > $1 AND c.written_at >= $2
     ORDER BY c.position LIMIT $3";
const SWEEP: &str = "DELETE FROM changes
    WHERE written_at < $1 AND (until_at IS NULL OR until_at <= $2)";
const SWEEP_TOKENS: &str = "DELETE FROM changes WHERE until_at <= $1";

/// Writes the end of a session, or of a key that access tokens were made from, into the feed. The
/// end of a key may be to come.
pub(super) async fn tell_session(
    transaction: &mut Transaction,
    id: Uuid,
    at: OffsetDateTime,
) -> Result<(), DatabaseError> {
    transaction
        .execute(TELL, &values!["session", id, at])
        .await?;
    Ok(())
}

/// Writes the change of an account into the feed.
pub(super) async fn tell_account(
    transaction: &mut Transaction,
    id: Uuid,
    now: OffsetDateTime,
) -> Result<(), DatabaseError> {
    transaction
        .execute(TELL, &values!["account", id, now])
        .await?;
    Ok(())
}

/// The feed of changes in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlRevocations {
    database: Database,
}

impl SqlRevocations {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl RevocationStore for SqlRevocations {
    async fn revoke_token(
        &self,
        hash: &[u8; 32],
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let line = values![hash, now, until];
        self.database.execute(REVOKE, &line).await?;
        Ok(())
    }

    async fn changes(&self, position: u64, since: OffsetDateTime) -> Result<Changes, StoreError> {
        // One more than is taken tells whether there is more.
        let which = values![position, since, PIECE as i64 + 1];
        let mut rows = self.database.fetch_all(READ, &which).await?;
        let more = rows.len() > PIECE;
        rows.truncate(PIECE);
        let position = rows
            .last()
            .map_or(Ok(position), |row| row.unsigned("position"))?;
        let items = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Changes {
            items,
            position,
            more,
        })
    }

    async fn sweep(&self, before: OffsetDateTime, now: OffsetDateTime) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin().await?;
        let old = transaction.execute(SWEEP, &values![before, now]).await?;
        let over = transaction.execute(SWEEP_TOKENS, &values![now]).await?;
        transaction.commit().await?;
        Ok(old + over)
    }
}

fn read(row: &Row) -> Result<Change, DatabaseError> {
    let at = row.time("written_at")?;
    match row.text("kind")?.as_str() {
        "token" => Ok(Change::Token {
            hash: row.hash("token_hash")?,
            until: row.time("until_at")?,
        }),
        "session" => Ok(Change::Session {
            id: row.uuid("subject")?,
            at,
        }),
        "account" => Ok(Change::Account {
            id: row.uuid("subject")?,
            at,
            state: state(row)?,
        }),
        _ => Err(DatabaseError::Corrupt(
            "column kind can't be read".to_owned(),
        )),
    }
}

fn state(row: &Row) -> Result<AccountState, DatabaseError> {
    if row.text_or_null("account_id")?.is_none() {
        return Ok(AccountState::gone());
    }
    Ok(AccountState {
        epoch: row.unsigned("epoch")?,
        min_epoch: row.unsigned("min_epoch")?,
        kept_session: row.uuid_or_null("kept_session")?,
        roles: accounts::roles(row)?,
        tier: accounts::tier(row)?,
        limits: accounts::limits(row)?,
        enabled: row.time_or_null("disabled_at")?.is_none(),
    })
}
