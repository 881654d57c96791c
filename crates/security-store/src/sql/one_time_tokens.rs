use crate::database::{Database, DatabaseError, Row, Transaction};
use crate::values;
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::authentication::one_time::{Issue, OneTime, OneTimeStore, Purpose, Voids};
use musicgen_security::store::StoreError;
use time::OffsetDateTime;
use uuid::Uuid;

const INSERT: &str = "INSERT INTO one_time_tokens
    (hash, purpose, account_id, address, issued_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)";
const FIND: &str = "SELECT hash, purpose, account_id, address, issued_at, expires_at
    FROM one_time_tokens WHERE hash = $1 AND expires_at > $2";
const CONSUME: &str = "DELETE FROM one_time_tokens WHERE hash = $1 AND expires_at > $2
    RETURNING hash, purpose, account_id, address, issued_at, expires_at";
// `=` is never true of NULL: what belongs to nobody voids nothing by account.
const VOID_OF_ACCOUNT: &str = "DELETE FROM one_time_tokens WHERE purpose = $1 AND account_id = $2";
const VOID_OF_ADDRESS: &str = "DELETE FROM one_time_tokens WHERE purpose = $1 AND address = $2";
const LIVE_OF_ACCOUNT: &str = "SELECT COUNT(*) AS live FROM one_time_tokens
    WHERE account_id = $1 AND expires_at > $2";
const LIVE_OF_NOBODY: &str = "SELECT COUNT(*) AS live FROM one_time_tokens
    WHERE account_id IS NULL AND expires_at > $1";
const VOID_ALL: &str = "DELETE FROM one_time_tokens WHERE account_id = $1";
const SWEEP: &str = "DELETE FROM one_time_tokens WHERE expires_at <= $1";

/// One-time tokens in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqlOneTimeTokens {
    database: Database,
}

impl SqlOneTimeTokens {
    /// Needs the tables of [`MIGRATIONS`](crate::MIGRATIONS).
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

/// Uses a token up.
pub(super) async fn consume(
    transaction: &mut Transaction,
    hash: &[u8; 32],
    now: OffsetDateTime,
) -> Result<Option<OneTime>, DatabaseError> {
    let key = values![hash, now];
    let row = transaction.fetch_optional(CONSUME, &key).await?;
    row.as_ref().map(read).transpose()
}

/// Deletes all tokens of an account; says how many.
pub(super) async fn void_all(
    transaction: &mut Transaction,
    account_id: Uuid,
) -> Result<u64, DatabaseError> {
    transaction.execute(VOID_ALL, &values![account_id]).await
}

/// Deletes what a token voids, counts what is left of its account's, and adds it.
async fn add(transaction: &mut Transaction, token: &OneTime) -> Result<u32, DatabaseError> {
    let address = token.address.as_ref().map(EmailAddress::as_str);
    let purpose = token.purpose.id();
    match token.purpose.voids() {
        Voids::OfAccount => {
            let old = values![purpose, token.account_id];
            transaction.execute(VOID_OF_ACCOUNT, &old).await?;
        }
        Voids::OfAddress => {
            let old = values![purpose, address];
            transaction.execute(VOID_OF_ADDRESS, &old).await?;
        }
    }
    let live = if token.account_id.is_some() {
        let of = values![token.account_id, token.issued_at];
        transaction.fetch_optional(LIVE_OF_ACCOUNT, &of).await?
    } else {
        let of = values![token.issued_at];
        transaction.fetch_optional(LIVE_OF_NOBODY, &of).await?
    };
    let row = values![
        &token.hash,
        purpose,
        token.account_id,
        address,
        token.issued_at,
        token.expires_at,
    ];
    transaction.execute(INSERT, &row).await?;
    live.map_or(Ok(0), |row| row.small("live"))
}

impl OneTimeStore for SqlOneTimeTokens {
    async fn issue(&self, token: &OneTime, limit: u32) -> Result<Issue, StoreError> {
        let mut transaction = self.database.begin().await?;
        if add(&mut transaction, token).await? >= limit {
            // Not committed, and so undone.
            return Ok(Issue::TooMany);
        }
        transaction.commit().await?;
        Ok(Issue::Done)
    }

    async fn rehearse(&self, token: &OneTime) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        add(&mut transaction, token).await?;
        let key = values![&token.hash, token.issued_at];
        transaction.fetch_optional(CONSUME, &key).await?;
        // Written, as what is kept is written: most of the time goes into that.
        transaction.commit().await?;
        Ok(())
    }

    async fn find(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Option<OneTime>, StoreError> {
        let key = values![hash, now];
        let row = self.database.fetch_optional(FIND, &key).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn consume(
        &self,
        hash: &[u8; 32],
        now: OffsetDateTime,
    ) -> Result<Option<OneTime>, StoreError> {
        let mut transaction = self.database.begin().await?;
        let token = consume(&mut transaction, hash, now).await?;
        transaction.commit().await?;
        Ok(token)
    }

    async fn void_all(&self, account_id: Uuid) -> Result<u64, StoreError> {
        Ok(self
            .database
            .execute(VOID_ALL, &values![account_id])
            .await?)
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        Ok(self.database.execute(SWEEP, &values![now]).await?)
    }
}

fn read(row: &Row) -> Result<OneTime, DatabaseError> {
    let address = row.text_or_null("address")?.map(|text| {
        EmailAddress::parse(&text)
            .map_err(|_| DatabaseError::Corrupt("column address can't be read".to_owned()))
    });
    Ok(OneTime {
        hash: row.hash("hash")?,
        purpose: row.parse("purpose", Purpose::from_id)?,
        account_id: row.uuid_or_null("account_id")?,
        address: address.transpose()?,
        issued_at: row.time("issued_at")?,
        expires_at: row.time("expires_at")?,
    })
}
