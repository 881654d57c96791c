use super::changes::tell_session;
use crate::database::{Database, DatabaseError, Row, Transaction, Value};
use crate::values;
use musicgen_security::api_keys::{
    ApiKey, ApiKeyStore, Creation, KeyHash, KeyLimits, KeyMode, KeyName, LastUse, Networks,
    Revocation, RevokeReason, RotateKey, Rotation, Succession,
};
use musicgen_security::authorization::Grant;
use musicgen_security::store::StoreError;
use std::num::NonZeroU32;
use time::OffsetDateTime;
use uuid::Uuid;

macro_rules! returning {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " id, account_id, name, mode, hash, tail, scopes, networks, per_minute, per_hour,
              created_at, expires_at, last_used_at, last_used_network, revoked_at, revoke_reason,
              line, rotated_from, succeeded_by, succeeded_at, overlap_ends_at, reminded_at ",
            $after
        )
    };
}

const INSERT: &str = "INSERT INTO api_keys
    (id, account_id, name, mode, hash, tail, scopes, networks, per_minute, per_hour, created_at,
     expires_at, ends_at, last_used_at, last_used_network, revoked_at, revoke_reason, line,
     rotated_from, succeeded_by, succeeded_at, overlap_ends_at, reminded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22, $23)";
const BY_HASH: &str = returning!("SELECT", "FROM api_keys WHERE hash = $1");
const BY_ID: &str = returning!("SELECT", "FROM api_keys WHERE id = $1 AND account_id = $2");
const OF_ACCOUNT: &str = returning!(
    "SELECT",
    "FROM api_keys WHERE account_id = $1 ORDER BY created_at DESC, id DESC"
);
const WORKING_LINES: &str = "SELECT COUNT(DISTINCT line) AS working FROM api_keys
    WHERE account_id = $1 AND ends_at > $2";
const FORGET_ENDED: &str = "DELETE FROM api_keys
    WHERE account_id = $1 AND ends_at <= $2 AND id NOT IN (
        SELECT id FROM api_keys WHERE account_id = $1 AND ends_at <= $2
        ORDER BY ends_at DESC, id DESC LIMIT $3)";
const REVOKE: &str = "UPDATE api_keys
    SET revoked_at = $3, revoke_reason = $4,
        ends_at = CASE WHEN ends_at < $3 THEN ends_at ELSE $3 END
    WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL";
// What still works wasn't revoked.
const REVOKE_ALL: &str = "UPDATE api_keys SET revoked_at = $2, revoke_reason = $3, ends_at = $2
    WHERE account_id = $1 AND ends_at > $2 RETURNING id";
// Every key of a line but the one that is rotated has a successor.
const END_OVERLAPS: &str = "UPDATE api_keys SET overlap_ends_at = $3, ends_at = $3
    WHERE line = $1 AND id <> $2 AND ends_at > $3 RETURNING id";
const SUCCEED: &str = "UPDATE api_keys
    SET succeeded_by = $2, succeeded_at = $3, overlap_ends_at = $4, ends_at = $5 WHERE id = $1";
const TOUCH: &str = "UPDATE api_keys SET last_used_at = $2, last_used_network = $3
    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
const CLAIM_REMINDERS: &str = returning!(
    "UPDATE api_keys SET reminded_at = $1 WHERE id IN (
        SELECT id FROM api_keys
        WHERE expires_at > $1 AND expires_at <= $2 AND ends_at > $1 AND succeeded_by IS NULL
          AND reminded_at IS NULL AND (expires_at - $1) * 4 <= expires_at - created_at
        ORDER BY expires_at, id LIMIT $3)
     RETURNING",
    ""
);
const SWEEP: &str = "DELETE FROM api_keys WHERE ends_at < $1";

/// API keys in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlApiKeys {
    database: Database,
}

impl SqlApiKeys {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

/// Takes back every working key of an account; says how many.
pub(super) async fn revoke_all(
    transaction: &mut Transaction,
    account_id: Uuid,
    reason: RevokeReason,
    now: OffsetDateTime,
) -> Result<u64, DatabaseError> {
    let revoke = values![account_id, now, reason.id()];
    let revoked = transaction.fetch_all(REVOKE_ALL, &revoke).await?;
    for row in &revoked {
        tell_session(transaction, row.uuid("id")?, now).await?;
    }
    Ok(revoked.len() as u64)
}

impl ApiKeyStore for SqlApiKeys {
    async fn create(&self, key: &ApiKey, cap: u32) -> Result<Creation, StoreError> {
        let (account_id, now) = (key.account_id, key.created_at);
        let mut transaction = self.database.begin().await?;
        let count = values![account_id, now];
        let row = transaction.fetch_optional(WORKING_LINES, &count).await?;
        let working = row.map_or(Ok(0), |row| row.integer("working"))?;
        if working >= i64::from(cap) {
            return Ok(Creation::CapReached);
        }
        transaction.execute(INSERT, &write(key)).await?;
        forget_ended(&mut transaction, account_id, cap, now).await?;
        transaction.commit().await?;
        Ok(Creation::Created)
    }

    async fn find_by_hash(&self, hash: &KeyHash) -> Result<Option<ApiKey>, StoreError> {
        let hash = values![hash.as_bytes()];
        let row = self.database.fetch_optional(BY_HASH, &hash).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn find(&self, account_id: Uuid, id: Uuid) -> Result<Option<ApiKey>, StoreError> {
        let one = values![id, account_id];
        let row = self.database.fetch_optional(BY_ID, &one).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn list(&self, account_id: Uuid) -> Result<Vec<ApiKey>, StoreError> {
        let account = values![account_id];
        let rows = self.database.fetch_all(OF_ACCOUNT, &account).await?;
        let keys: Result<Vec<_>, _> = rows.iter().map(read).collect();
        Ok(keys?)
    }

    async fn revoke(
        &self,
        account_id: Uuid,
        id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<Revocation, StoreError> {
        let mut transaction = self.database.begin().await?;
        let revoke = values![id, account_id, now, reason.id()];
        if transaction.execute(REVOKE, &revoke).await? == 1 {
            tell_session(&mut transaction, id, now).await?;
            transaction.commit().await?;
            return Ok(Revocation::Revoked);
        }
        let one = values![id, account_id];
        match transaction.fetch_optional(BY_ID, &one).await? {
            Some(_) => Ok(Revocation::AlreadyRevoked),
            None => Ok(Revocation::Absent),
        }
    }

    async fn revoke_all(
        &self,
        account_id: Uuid,
        reason: RevokeReason,
        now: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin().await?;
        let revoked = revoke_all(&mut transaction, account_id, reason, now).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    async fn rotate(&self, wish: &RotateKey, now: OffsetDateTime) -> Result<Rotation, StoreError> {
        let mut transaction = self.database.begin().await?;
        let one = values![wish.id, wish.account_id];
        let Some(row) = transaction.fetch_optional(BY_ID, &one).await? else {
            return Ok(Rotation::Absent);
        };
        let mut old = read(&row)?;
        if old.succeeded.is_some() {
            return Ok(Rotation::AlreadyRotated);
        }
        if old.ends_at() <= now {
            return Ok(Rotation::Ended);
        }
        let new = old.succeed(&wish.successor, wish.overlap, now);
        let others = values![old.line, old.id, now];
        for row in &transaction.fetch_all(END_OVERLAPS, &others).await? {
            tell_session(&mut transaction, row.uuid("id")?, now).await?;
        }
        tell_session(&mut transaction, old.id, old.ends_at()).await?;
        let overlap_ends_at = old.succeeded.map(|succession| succession.works_until);
        let succeed = values![old.id, new.id, now, overlap_ends_at, old.ends_at()];
        transaction.execute(SUCCEED, &succeed).await?;
        transaction.execute(INSERT, &write(&new)).await?;
        forget_ended(&mut transaction, wish.account_id, wish.keep_ended, now).await?;
        transaction.commit().await?;
        Ok(Rotation::Rotated {
            old: Box::new(old),
            new: Box::new(new),
        })
    }

    async fn touch(&self, id: Uuid, last_use: &LastUse) -> Result<bool, StoreError> {
        let network = last_use.network.map(|network| network.to_string());
        let touch = values![id, last_use.at, network];
        Ok(self.database.execute(TOUCH, &touch).await? == 1)
    }

    async fn claim_reminders(
        &self,
        until: OffsetDateTime,
        limit: u32,
        now: OffsetDateTime,
    ) -> Result<Vec<ApiKey>, StoreError> {
        let mut transaction = self.database.begin().await?;
        let claim = values![now, until, limit];
        let rows = transaction.fetch_all(CLAIM_REMINDERS, &claim).await?;
        let keys: Result<Vec<_>, _> = rows.iter().map(read).collect();
        let mut keys = keys?;
        transaction.commit().await?;
        // RETURNING has no order of its own.
        keys.sort_by_key(|key| (key.expires_at, key.id));
        Ok(keys)
    }

    async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        Ok(self.database.execute(SWEEP, &values![before]).await?)
    }
}

async fn forget_ended(
    transaction: &mut Transaction,
    account_id: Uuid,
    keep: u32,
    now: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let forget = values![account_id, now, keep];
    transaction.execute(FORGET_ENDED, &forget).await?;
    Ok(())
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn write(key: &ApiKey) -> [Value; 23] {
    let (revoked_at, reason) = key.revoked.unzip();
    let last_use = key.last_use.as_ref();
    let succeeded = key.succeeded.as_ref();
    values![
        key.id,
        key.account_id,
        key.name.as_str(),
        key.mode.id(),
        key.hash.as_bytes(),
        key.tail.as_str(),
        joined(key.scopes.iter().map(Grant::to_string)),
        joined(key.networks.as_slice().iter().map(ToString::to_string)),
        key.limits.per_minute.map(NonZeroU32::get),
        key.limits.per_hour.map(NonZeroU32::get),
        key.created_at,
        key.expires_at,
        key.ends_at(),
        last_use.map(|last_use| last_use.at),
        last_use.and_then(|last_use| last_use.network.map(|network| network.to_string())),
        revoked_at,
        reason.map(RevokeReason::id),
        key.line,
        key.rotated_from,
        succeeded.map(|succession| succession.by),
        succeeded.map(|succession| succession.at),
        succeeded.map(|succession| succession.works_until),
        key.reminded_at,
    ]
}

fn read(row: &Row) -> Result<ApiKey, DatabaseError> {
    let scopes = |text: &str| {
        let grants = text.split_whitespace().map(Grant::parse);
        grants.collect::<Result<Vec<_>, _>>().ok()
    };
    let networks = |text: &str| Networks::parse(text.split_whitespace()).ok();
    Ok(ApiKey {
        id: row.uuid("id")?,
        account_id: row.uuid("account_id")?,
        name: row.parse("name", |text| KeyName::parse(text).ok())?,
        mode: row.parse("mode", KeyMode::from_id)?,
        hash: KeyHash::new(row.hash("hash")?),
        tail: row.text("tail")?,
        scopes: row.parse("scopes", scopes)?,
        networks: row.parse("networks", networks)?,
        limits: KeyLimits {
            per_minute: limit(row, "per_minute")?,
            per_hour: limit(row, "per_hour")?,
        },
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        last_use: last_use(row)?,
        revoked: revoked(row)?,
        line: row.uuid("line")?,
        rotated_from: row.uuid_or_null("rotated_from")?,
        succeeded: succession(row)?,
        reminded_at: row.time_or_null("reminded_at")?,
    })
}

fn limit(row: &Row, column: &str) -> Result<Option<NonZeroU32>, DatabaseError> {
    // A limit that can't be read must not become none.
    let damaged = || DatabaseError::Corrupt(format!("column {column} can't be read"));
    row.integer_or_null(column)?
        .map(|limit| {
            let limit = u32::try_from(limit).ok().and_then(NonZeroU32::new);
            limit.ok_or_else(damaged)
        })
        .transpose()
}

fn last_use(row: &Row) -> Result<Option<LastUse>, DatabaseError> {
    let Some(at) = row.time_or_null("last_used_at")? else {
        return Ok(None);
    };
    let network = match row.text_or_null("last_used_network")? {
        None => None,
        Some(_) => Some(row.parse("last_used_network", |text| text.parse().ok())?),
    };
    Ok(Some(LastUse { at, network }))
}

fn revoked(row: &Row) -> Result<Option<(OffsetDateTime, RevokeReason)>, DatabaseError> {
    match row.time_or_null("revoked_at")? {
        None => Ok(None),
        Some(at) => Ok(Some((
            at,
            row.parse("revoke_reason", RevokeReason::from_id)?,
        ))),
    }
}

fn succession(row: &Row) -> Result<Option<Succession>, DatabaseError> {
    match row.uuid_or_null("succeeded_by")? {
        None => Ok(None),
        Some(by) => Ok(Some(Succession {
            by,
            at: row.time("succeeded_at")?,
            works_until: row.time("overlap_ends_at")?,
        })),
    }
}
