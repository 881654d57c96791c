use crate::database::{Database, DatabaseError, Row, Transaction};
use crate::values;
use musicgen_security::authentication::jwt::{AHEAD, KeyHistory, KeyRecord, SigningKeyStore};
use musicgen_security::store::StoreError;
use time::OffsetDateTime;

const CLAMP: &str = "UPDATE signing_keys
    SET first_used_at = CASE WHEN first_used_at > $1 THEN $2 ELSE first_used_at END,
        retired_at = CASE WHEN retired_at > $1 THEN $2 ELSE retired_at END
    WHERE first_used_at > $1 OR retired_at > $1";
const SIGNING: &str = "SELECT id, first_used_at, retired_at FROM signing_keys
    WHERE retired_at IS NULL AND id <> $1 ORDER BY id";
const RETIRE: &str = "UPDATE signing_keys SET retired_at = $2
    WHERE retired_at IS NULL AND id <> $1";
const NOTE_CURRENT: &str = "INSERT INTO signing_keys (id, first_used_at, retired_at)
    VALUES ($1, $2, NULL)
    ON CONFLICT (id) DO UPDATE SET retired_at = NULL,
        first_used_at = COALESCE(signing_keys.first_used_at, excluded.first_used_at)";
const NOTE_PREVIOUS: &str = "INSERT INTO signing_keys (id, first_used_at, retired_at)
    VALUES ($1, NULL, $2) ON CONFLICT (id) DO NOTHING";
const BY_ID: &str = "SELECT id, first_used_at, retired_at FROM signing_keys WHERE id = $1";

/// What is remembered of signing keys, in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlSigningKeys {
    database: Database,
}

impl SqlSigningKeys {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl SigningKeyStore for SqlSigningKeys {
    async fn rotate(
        &self,
        current: &str,
        previous: &[&str],
        now: OffsetDateTime,
    ) -> Result<KeyHistory, StoreError> {
        let mut transaction = self.database.begin().await?;
        transaction
            .execute(CLAMP, &values![now + AHEAD, now])
            .await?;
        let signing = transaction.fetch_all(SIGNING, &values![current]).await?;
        let newly_retired: Result<_, _> = signing.iter().map(|row| row.text("id")).collect();
        transaction.execute(RETIRE, &values![current, now]).await?;
        transaction
            .execute(NOTE_CURRENT, &values![current, now])
            .await?;
        let mut records = Vec::with_capacity(previous.len());
        for id in previous {
            transaction
                .execute(NOTE_PREVIOUS, &values![*id, now])
                .await?;
            records.push(find(&mut transaction, id).await?);
        }
        let history = KeyHistory {
            current: find(&mut transaction, current).await?,
            previous: records,
            newly_retired: newly_retired?,
        };
        transaction.commit().await?;
        Ok(history)
    }
}

async fn find(transaction: &mut Transaction, id: &str) -> Result<KeyRecord, DatabaseError> {
    match transaction.fetch_optional(BY_ID, &values![id]).await? {
        Some(row) => read(&row),
        None => Err(DatabaseError::Corrupt("a signing key is lost".to_owned())),
    }
}

fn read(row: &Row) -> Result<KeyRecord, DatabaseError> {
    Ok(KeyRecord {
        id: row.text("id")?,
        first_used_at: row.time_or_null("first_used_at")?,
        retired_at: row.time_or_null("retired_at")?,
    })
}
