//! SQLite: one writing connection beside a few reading ones.

use super::value::sqlite_query;
use super::{DatabaseError, Row, Transaction, Value};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

const FILE_MODE: u32 = 0o600;
const READERS: u32 = 4;
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_millis(800);
/// How long to wait for a connection: an overloaded database refuses rather than queues.
const ACQUIRE: Duration = Duration::from_secs(1);
/// Turning on WAL takes a lock that ignores the busy timeout.
const OPENING_TRIES: u32 = 50;
const OPENING_WAIT: Duration = Duration::from_millis(50);

#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    /// SQLite has one writer at a time; queueing for it here is fair, its own lock isn't.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, DatabaseError> {
        make_private(path).map_err(|error| {
            DatabaseError::Unavailable(format!("{} can't be opened: {error}", path.display()))
        })?;
        let options = options()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL may lose the last commits in a power cut; accepted work must not be lost.
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", "67108864");
        let mut tries = 0;
        let writer = loop {
            match writer_pool().connect_with(options.clone()).await {
                Ok(pool) => break pool,
                Err(error) if tries < OPENING_TRIES && is_busy(&error) => {
                    tries += 1;
                    tokio::time::sleep(OPENING_WAIT).await;
                }
                Err(error) => return Err(error.into()),
            }
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self { writer, readers })
    }

    pub(super) async fn in_memory() -> Result<Self, DatabaseError> {
        let only = writer_pool()
            .connect_with(options().in_memory(true))
            .await?;
        Ok(Self {
            writer: only.clone(),
            readers: only,
        })
    }

    pub(super) async fn fetch_all(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, DatabaseError> {
        let rows = sqlite_query(sql, values).fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    pub(super) async fn fetch_optional(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, DatabaseError> {
        let row = sqlite_query(sql, values)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(Row))
    }

    pub(super) async fn begin(&self) -> Result<Transaction, DatabaseError> {
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Transaction::sqlite(transaction))
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(BUSY)
        .foreign_keys(true)
        // A file that somebody tampered with must not run functions of ours.
        .pragma("trusted_schema", "OFF")
}

fn writer_pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE)
}

/// SQLite gives its side files the mode of the main one.
fn make_private(path: &Path) -> std::io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(path)?;
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(FILE_MODE))?;
    }
    Ok(())
}

fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    // The low byte is the primary result code, https://sqlite.org/rescode.html.
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

fn is_busy(error: &sqlx::Error) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    matches!(code(error), Some(BUSY | LOCKED))
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        const CONSTRAINT: u32 = 19;
        const CORRUPT: u32 = 11;
        const NOT_A_DATABASE: u32 = 26;
        if error
            .as_database_error()
            .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
        {
            return Self::Conflict;
        }
        match (code(&error), &error) {
            (Some(CONSTRAINT | CORRUPT | NOT_A_DATABASE), _)
            | (_, sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
