//! Bringing the tables up to date.
//!
//! 1. Sets of steps belong to crates; each set counts its versions by itself, from 1 without gaps.
//! 2. A step and the note that it was taken are one transaction.
//! 3. An applied step must be the one in the program, by SHA-256: a changed step would leave
//!    databases that differ though their versions are equal. A step that the program doesn't know
//!    was made by a newer version, which this one must not work beside.
//! 4. Processes that start at the same time take each step once: whoever holds the write lock looks
//!    again before it acts.

use super::{Database, DatabaseError, Row, Transaction};
use crate::values;
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// The steps of one crate, in order.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet {
    /// Unique among all sets in one database.
    pub name: &'static str,
    /// Versions 1, 2, 3, …
    pub steps: &'static [Migration],
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its place.
    pub version: u32,
    /// What it is about; the name of its file.
    pub name: &'static str,
    /// One or more statements.
    pub sql: &'static str,
}

/// A step that hasn't been taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The set it belongs to.
    pub set: &'static str,
    /// Its place.
    pub version: u32,
    /// What it is about.
    pub name: &'static str,
}

/// Why the tables could not be brought up to date. Nothing of the failing step remains.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database itself.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A step was changed after it had been applied.
    #[error(
        "migration {set} {version} was changed after it had been applied; restore the program that \
         made this database, or a backup"
    )]
    Changed {
        /// The set.
        set: &'static str,
        /// The step.
        version: u32,
    },
    /// The database has a step that this program doesn't know.
    #[error(
        "this database was made by a newer version: it has migration {set} {version}, which this \
         program doesn't know"
    )]
    Newer {
        /// The set.
        set: &'static str,
        /// The step.
        version: u32,
    },
    /// A later step is applied, an earlier one isn't.
    #[error("migration {set} {version} is missing although a later one has been applied")]
    Gap {
        /// The set.
        set: &'static str,
        /// The step that is missing.
        version: u32,
    },
    /// The step doesn't run.
    #[error("migration {set} {version} failed: {cause}")]
    Failed {
        /// The set.
        set: &'static str,
        /// The step.
        version: u32,
        /// What the database said.
        cause: DatabaseError,
    },
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    set_name   TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    checksum   BLOB   NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (set_name, version)
)";
const APPLIED: &str = "SELECT version, checksum FROM schema_migrations WHERE set_name = $1";
const NOTE: &str = "INSERT INTO schema_migrations (set_name, version, name, checksum, applied_at)
    VALUES ($1, $2, $3, $4, $5)";

/// How often to ask for the lock that another process holds while it migrates; each try waits by
/// itself.
const LOCK_TRIES: u32 = 30;

impl Database {
    /// Takes the steps of a set that haven't been taken; says how many those were.
    pub async fn migrate(
        &self,
        set: &MigrationSet,
        now: OffsetDateTime,
    ) -> Result<usize, MigrateError> {
        self.make_table().await?;
        let mut taken = 0;
        for step in set.steps {
            taken += usize::from(self.take(set, step, now).await?);
        }
        if set.steps.is_empty() {
            self.pending(set).await?;
        }
        Ok(taken)
    }

    /// The steps of a set that haven't been taken, after checking those that have.
    pub async fn pending(&self, set: &MigrationSet) -> Result<Vec<Pending>, MigrateError> {
        self.make_table().await?;
        let rows = self.fetch_all(APPLIED, &values![set.name]).await?;
        let next = check(set, &rows)?;
        let pending = set.steps.iter().skip(next).map(|step| Pending {
            set: set.name,
            version: step.version,
            name: step.name,
        });
        Ok(pending.collect())
    }

    async fn make_table(&self) -> Result<(), MigrateError> {
        let mut transaction = self.lock().await?;
        transaction.execute(TABLE, &[]).await?;
        Ok(transaction.commit().await?)
    }

    async fn take(
        &self,
        set: &MigrationSet,
        step: &Migration,
        now: OffsetDateTime,
    ) -> Result<bool, MigrateError> {
        let mut transaction = self.lock().await?;
        let rows = transaction.fetch_all(APPLIED, &values![set.name]).await?;
        let next = check(set, &rows)?;
        if set.steps.get(next).map(|step| step.version) != Some(step.version) {
            return Ok(false);
        }
        let failed = |cause| MigrateError::Failed {
            set: set.name,
            version: step.version,
            cause,
        };
        transaction.script(step.sql).await.map_err(failed)?;
        let note = values![set.name, step.version, step.name, &checksum(step), now];
        transaction.execute(NOTE, &note).await?;
        transaction.commit().await?;
        tracing::info!(
            set = set.name,
            version = step.version,
            name = step.name,
            "migrated"
        );
        Ok(true)
    }

    async fn lock(&self) -> Result<Transaction, DatabaseError> {
        let mut tries = 0;
        loop {
            match self.begin().await {
                Err(DatabaseError::Unavailable(_)) if tries < LOCK_TRIES => tries += 1,
                answer => return answer,
            }
        }
    }
}

/// Compares what was applied with what the program has; says how many steps are applied.
fn check(set: &MigrationSet, rows: &[Row]) -> Result<usize, MigrateError> {
    let mut applied = BTreeMap::new();
    for row in rows {
        applied.insert(row.small("version")?, row.hash("checksum")?);
    }
    let set_name = set.name;
    let mut missing = None;
    let mut count = 0;
    for step in set.steps {
        match (applied.remove(&step.version), missing) {
            (Some(_), Some(version)) => {
                return Err(MigrateError::Gap {
                    set: set_name,
                    version,
                });
            }
            (Some(sum), None) if sum != checksum(step) => {
                return Err(MigrateError::Changed {
                    set: set_name,
                    version: step.version,
                });
            }
            (Some(_), None) => count += 1,
            (None, _) => missing = missing.or(Some(step.version)),
        }
    }
    match applied.into_keys().next_back() {
        Some(version) => Err(MigrateError::Newer {
            set: set_name,
            version,
        }),
        None => Ok(count),
    }
}

fn checksum(step: &Migration) -> [u8; 32] {
    let mut sum = [0; 32];
    sum.copy_from_slice(digest(&SHA256, step.sql.as_bytes()).as_ref());
    sum
}
