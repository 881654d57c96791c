//! The one place that knows which database engine there is.
//!
//! 1. SQL is written once: `$N` parameters, column types TEXT, BIGINT and BLOB, times as Unix
//!    milliseconds, no booleans. What an engine needs of its own stands in its file here.
//! 2. SQL is `&'static str`: no text of a request can become part of it.
//! 3. Every write is a transaction that takes the write lock at its beginning
//!    ([`Database::begin`]). A transaction that reads first and writes later can fail half way when
//!    another one wrote in between; one that holds the lock can't.
//! 4. A transaction that isn't committed leaves nothing, also when its future is dropped.
//! 5. Once a commit has answered, its data survives `kill -9` and a power cut.
//! 6. A database that can't answer says so within about a second; it is never taken for empty.

mod migrate;
mod sqlite;
mod transaction;
mod value;

pub use migrate::{MigrateError, Migration, MigrationSet, Pending};
pub use transaction::Transaction;
pub use value::{Row, Value};

use sqlite::Sqlite;
use std::path::Path;

/// A handle to the database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    engine: Engine,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite(Sqlite),
}

/// Why the database could not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// It can't be reached, is locked, or is out of space; trying again may help.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row with that key exists already.
    #[error("a record with that key exists already")]
    Conflict,
    /// What is stored isn't what it should be.
    #[error("the database holds a damaged record: {0}")]
    Corrupt(String),
}

impl Database {
    /// Opens a SQLite file, making it, readable by its owner only, if it isn't there.
    pub async fn open_sqlite(path: impl AsRef<Path>) -> Result<Self, DatabaseError> {
        let engine = Engine::Sqlite(Sqlite::open(path.as_ref()).await?);
        Ok(Self { engine })
    }

    /// An empty database in memory, gone with its last handle. It has a single connection: don't
    /// ask the handle while a transaction of the same task is open.
    pub async fn in_memory() -> Result<Self, DatabaseError> {
        let engine = Engine::Sqlite(Sqlite::in_memory().await?);
        Ok(Self { engine })
    }

    /// Reads all rows that answer.
    pub async fn fetch_all(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, DatabaseError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.fetch_all(sql, values).await,
        }
    }

    /// Reads the first row that answers.
    pub async fn fetch_optional(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, DatabaseError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.fetch_optional(sql, values).await,
        }
    }

    /// Runs one statement that writes; says how many rows it touched.
    pub async fn execute(&self, sql: &'static str, values: &[Value]) -> Result<u64, DatabaseError> {
        let mut transaction = self.begin().await?;
        let touched = transaction.execute(sql, values).await?;
        transaction.commit().await?;
        Ok(touched)
    }

    /// Begins a transaction that may write, holding the write lock.
    pub async fn begin(&self) -> Result<Transaction, DatabaseError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.begin().await,
        }
    }

    /// Whether the database answers, by reading from it.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        const PING: &str = "SELECT COUNT(*) AS steps FROM schema_migrations";
        self.fetch_optional(PING, &[]).await.map(drop)
    }

    /// Finishes running statements and closes all connections, of all clones.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
        }
    }
}

impl From<DatabaseError> for musicgen_security::store::StoreError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Unavailable(cause) => Self::Unavailable(cause),
            DatabaseError::Conflict => Self::Conflict,
            DatabaseError::Corrupt(what) => Self::Corrupt(what),
        }
    }
}

/// Parameters of a statement, in order: `values![id, now]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::database::Value::from($value)),*]
    };
}

#[cfg(test)]
mod tests;
