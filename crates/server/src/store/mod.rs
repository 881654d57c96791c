//! The storage traits of `musicgen-music` over the [`Database`](musicgen_security_store::Database),
//! one SQL text for every engine, and the order in which all tables are made.

mod jobs;
mod tracks;

#[cfg(test)]
mod tests;

pub use jobs::SqlJobs;
pub use tracks::SqlTracks;

use musicgen_music::tracks::StoreError;
use musicgen_security_store::{DatabaseError, Migration, MigrationSet};

/// All tables of the program, in the order in which they are made.
pub const MIGRATIONS: [&MigrationSet; 2] = [&musicgen_security_store::MIGRATIONS, &MUSIC];

const MUSIC: MigrationSet = MigrationSet {
    name: "music",
    steps: &[
        Migration {
            version: 1,
            name: "jobs",
            sql: include_str!("../../migrations/sqlite/0001_jobs.sql"),
        },
        Migration {
            version: 2,
            name: "tracks",
            sql: include_str!("../../migrations/sqlite/0002_tracks.sql"),
        },
        Migration {
            version: 3,
            name: "quota",
            sql: include_str!("../../migrations/sqlite/0003_quota.sql"),
        },
    ],
};

/// What a failing database means to the music crate, which knows no database.
fn failure(error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::Corrupt(what) => StoreError::Corrupt(what),
        other => StoreError::Unavailable(other.to_string()),
    }
}
