//! The storage traits of `musicgen-security` over SQL.
//!
//! ```text
//! trait of musicgen-security ──► sql/<topic>.rs ──► database/ ──► SQLite
//! ```
//!
//! SQLite is one file and needs no server: right for one node, and durable before it answers. The
//! SQL itself is written once, for any engine that [`Database`] will speak to ([`sql`]).
//!
//! ```
//! # use musicgen_security_store::{Database, MIGRATIONS, sql::SqlAccounts};
//! # use time::OffsetDateTime;
//! # async fn example(now: OffsetDateTime) -> Result<(), Box<dyn std::error::Error>> {
//! let database = Database::open_sqlite("data/musicgen.sqlite3").await?;
//! database.migrate(&MIGRATIONS, now).await?;
//! let accounts = SqlAccounts::new(database.clone());
//! # drop(accounts);
//! # Ok(())
//! # }
//! ```

pub mod database;
pub mod sql;

pub use database::{Database, DatabaseError, Migration, MigrationSet};

/// The tables of this crate.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    name: "security",
    steps: &[
        Migration {
            version: 1,
            name: "accounts",
            sql: include_str!("../migrations/sqlite/0001_accounts.sql"),
        },
        Migration {
            version: 2,
            name: "refresh_tokens",
            sql: include_str!("../migrations/sqlite/0002_refresh_tokens.sql"),
        },
        Migration {
            version: 3,
            name: "throttle",
            sql: include_str!("../migrations/sqlite/0003_throttle.sql"),
        },
        Migration {
            version: 4,
            name: "api_keys",
            sql: include_str!("../migrations/sqlite/0004_api_keys.sql"),
        },
        Migration {
            version: 5,
            name: "signing_keys",
            sql: include_str!("../migrations/sqlite/0005_signing_keys.sql"),
        },
        Migration {
            version: 6,
            name: "one_time_tokens",
            sql: include_str!("../migrations/sqlite/0006_one_time_tokens.sql"),
        },
        Migration {
            version: 7,
            name: "sessions",
            sql: include_str!("../migrations/sqlite/0007_sessions.sql"),
        },
        Migration {
            version: 8,
            name: "rate_limits",
            sql: include_str!("../migrations/sqlite/0008_rate_limits.sql"),
        },
        Migration {
            version: 9,
            name: "account_limits",
            sql: include_str!("../migrations/sqlite/0009_account_limits.sql"),
        },
    ],
};
