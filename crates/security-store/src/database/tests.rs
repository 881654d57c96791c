use super::*;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::task::JoinSet;
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const NUMBERS: Migration = Migration {
    version: 1,
    name: "numbers",
    sql: "CREATE TABLE numbers (id BIGINT NOT NULL PRIMARY KEY, text TEXT, bytes BLOB);
          INSERT INTO numbers (id) VALUES (0);",
};
const SET: MigrationSet = MigrationSet {
    name: "test",
    steps: &[NUMBERS],
};

async fn on_disk(folder: &tempfile::TempDir) -> Database {
    let database = Database::open_sqlite(folder.path().join("test.sqlite3"))
        .await
        .unwrap();
    database.migrate(&SET, NOW).await.unwrap();
    database
}

async fn count(database: &Database) -> i64 {
    let sql = "SELECT COUNT(*) AS n FROM numbers";
    let row = database.fetch_optional(sql, &[]).await.unwrap().unwrap();
    row.integer("n").unwrap()
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let database = Database::in_memory().await.unwrap();
    database.migrate(&SET, NOW).await.unwrap();
    let id = Uuid::from_u128(7);
    let time = NOW + time::Duration::milliseconds(-1_234_567_890_123);
    let insert = "INSERT INTO numbers (id, text, bytes) VALUES ($1, $2, $3)";
    let time_row = crate::values![time, id, &[9_u8; 32]];
    database.execute(insert, &time_row).await.unwrap();
    let nothing = crate::values![u64::MAX, None::<&str>, None::<&[u8; 32]>];
    database.execute(insert, &nothing).await.unwrap();

    let one = "SELECT id, text, bytes FROM numbers WHERE id = $1";
    let row = database.fetch_optional(one, &crate::values![time]).await;
    let row = row.unwrap().unwrap();
    assert_eq!(row.time("id").unwrap(), time);
    assert_eq!(row.uuid("text").unwrap(), id);
    assert_eq!(row.uuid_or_null("text").unwrap(), Some(id));
    assert_eq!(row.hash("bytes").unwrap(), [9; 32]);
    let row = database
        .fetch_optional(one, &crate::values![u64::MAX])
        .await;
    let row = row.unwrap().unwrap();
    assert_eq!(row.unsigned("id").unwrap(), u64::MAX);
    assert_eq!(row.text_or_null("text").unwrap(), None);
    assert_eq!(row.hash_or_null("bytes").unwrap(), None);
    for damaged in [
        row.text("text").unwrap_err(),
        row.integer("text").unwrap_err(),
        row.uuid("text").unwrap_err(),
        row.time("text").unwrap_err(),
        row.small("id").unwrap_err(),
        row.text("id").unwrap_err(),
        row.hash("bytes").unwrap_err(),
        row.integer("absent").unwrap_err(),
    ] {
        assert!(matches!(damaged, DatabaseError::Corrupt(_)), "{damaged}");
    }
    let twice = database.execute(insert, &nothing).await.unwrap_err();
    assert!(matches!(twice, DatabaseError::Conflict), "{twice}");
}

#[tokio::test]
async fn the_files_are_private_durable_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite3");
    std::fs::write(&path, b"").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let database = on_disk(&folder).await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
    }
    // 2 is FULL. https://sqlite.org/pragma.html#pragma_synchronous
    let mut transaction = database.begin().await.unwrap();
    for (pragma, column, expected) in [
        ("PRAGMA journal_mode", "journal_mode", "wal"),
        (
            "SELECT synchronous || '' AS value FROM pragma_synchronous",
            "value",
            "2",
        ),
        (
            "SELECT foreign_keys || '' AS value FROM pragma_foreign_keys",
            "value",
            "1",
        ),
    ] {
        let row = transaction
            .fetch_optional(pragma, &[])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.text(column).unwrap(), expected, "{pragma}");
    }
    drop(transaction);
    let write = database.fetch_all("DELETE FROM numbers", &[]).await;
    assert!(write.is_err(), "a reading connection wrote");
    database.ping().await.unwrap();
    database.close().await;
    assert!(database.ping().await.is_err());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "these are my notes ".repeat(500)).unwrap();
    let error = Database::open_sqlite(&path).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Corrupt(_)), "{error}");
    let nowhere = folder.path().join("no/such/folder/file");
    let error = Database::open_sqlite(nowhere).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overlapping_transactions_lose_no_update() {
    let folder = tempfile::tempdir().unwrap();
    let database = on_disk(&folder).await;
    let read = "SELECT COUNT(*) AS n FROM numbers";
    let write = "INSERT INTO numbers (id) VALUES ($1)";
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let database = database.clone();
        calls.spawn(async move {
            // Read, then write what was read: two at once would collide.
            let mut transaction = database.begin().await?;
            let row = transaction.fetch_optional(read, &[]).await?;
            let next = row.map_or(Ok(0), |row| row.integer("n"))?;
            transaction.execute(write, &crate::values![next]).await?;
            transaction.commit().await
        });
    }
    let answers: Result<Vec<()>, DatabaseError> = calls.join_all().await.into_iter().collect();
    answers.unwrap();
    assert_eq!(count(&database).await, 51);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_is_dropped_anywhere_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = on_disk(&folder).await;
    let write = "INSERT INTO numbers (id) VALUES ($1)";
    let mut committed = 0;
    for round in 1..200_i64 {
        let task = tokio::spawn({
            let database = database.clone();
            async move {
                let mut transaction = database.begin().await.unwrap();
                for half in [2 * round, 2 * round + 1] {
                    transaction
                        .execute(write, &crate::values![half])
                        .await
                        .unwrap();
                }
                transaction.commit().await.unwrap();
            }
        });
        // From "not begun" to "long done", so that every await is cut off at some time.
        tokio::time::sleep(Duration::from_micros(u64::try_from(round).unwrap() * 10)).await;
        task.abort();
        committed += i64::from(task.await.is_ok());
    }
    let all = count(&database).await - 1;
    assert_eq!(all % 2, 0, "half a transaction remained");
    assert!(all >= 2 * committed, "{all} rows of {committed} commits");
    // The connection is fit for use.
    database
        .execute(write, &crate::values![-1_i64])
        .await
        .unwrap();
    assert_eq!(count(&database).await, all + 2);
}

#[tokio::test]
async fn a_database_that_somebody_else_holds_says_so_soon() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (on_disk(&folder).await, on_disk(&folder).await);
    let held = theirs.begin().await.unwrap();
    let refused = tokio::time::timeout(Duration::from_millis(1900), ours.begin()).await;
    let refused = refused.unwrap().unwrap_err();
    assert!(
        matches!(refused, DatabaseError::Unavailable(_)),
        "{refused}"
    );
    assert_eq!(count(&ours).await, 1, "reading goes on");
    drop(held);
    ours.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_starts_at_once_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let path = folder.path().join("test.sqlite3");
        starts.spawn(async move {
            let database = Database::open_sqlite(path).await.unwrap();
            let own = database.migrate(&crate::MIGRATIONS, NOW).await.unwrap();
            own + database.migrate(&SET, NOW).await.unwrap()
        });
    }
    let taken: usize = starts.join_all().await.into_iter().sum();
    assert_eq!(taken, crate::MIGRATIONS.steps.len() + 1);
}

#[tokio::test]
async fn pending_steps_are_named_and_taken_once() {
    let database = Database::in_memory().await.unwrap();
    let pending = database.pending(&SET).await.unwrap();
    let expected = Pending {
        set: "test",
        version: 1,
        name: "numbers",
    };
    assert_eq!(pending, [expected]);
    assert_eq!(database.migrate(&SET, NOW).await.unwrap(), 1);
    assert_eq!(database.migrate(&SET, NOW).await.unwrap(), 0);
    assert_eq!(database.pending(&SET).await.unwrap(), []);
}

#[tokio::test]
async fn an_applied_step_must_be_the_one_in_the_program() {
    const CHANGED: Migration = Migration {
        sql: "CREATE TABLE numbers (id BIGINT)",
        ..NUMBERS
    };
    const SECOND: Migration = Migration {
        version: 2,
        name: "second",
        sql: "CREATE TABLE second (id BIGINT)",
    };
    let database = Database::in_memory().await.unwrap();
    let both = MigrationSet {
        name: "test",
        steps: &[NUMBERS, SECOND],
    };
    database.migrate(&both, NOW).await.unwrap();
    for (name, steps, expected) in [
        (
            "changed",
            &[CHANGED, SECOND][..],
            "migration test 1 was changed after it had been applied",
        ),
        (
            "newer",
            &[NUMBERS][..],
            "this database was made by a newer version: it has migration test 2",
        ),
        (
            "newer, all",
            &[][..],
            "this database was made by a newer version: it has migration test 2",
        ),
    ] {
        let set = MigrationSet {
            name: "test",
            steps,
        };
        for error in [
            database.migrate(&set, NOW).await.unwrap_err(),
            database.pending(&set).await.unwrap_err(),
        ] {
            assert!(error.to_string().starts_with(expected), "{name}: {error}");
        }
    }
    let delete = "DELETE FROM schema_migrations WHERE version = 1";
    database.execute(delete, &[]).await.unwrap();
    let gap = database.migrate(&both, NOW).await.unwrap_err();
    assert!(matches!(gap, MigrateError::Gap { version: 1, .. }), "{gap}");
}

#[tokio::test]
async fn a_failing_step_leaves_nothing() {
    const BROKEN: Migration = Migration {
        version: 2,
        name: "broken",
        sql: "CREATE TABLE half (id BIGINT); INSERT INTO nowhere VALUES (1);",
    };
    const REPAIRED: Migration = Migration {
        sql: "CREATE TABLE half (id BIGINT);",
        ..BROKEN
    };
    let database = Database::in_memory().await.unwrap();
    let set = |steps| MigrationSet {
        name: "test",
        steps,
    };
    let error = database.migrate(&set(&[NUMBERS, BROKEN]), NOW).await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, MigrateError::Failed { version: 2, .. }),
        "{error}"
    );
    let taken = database.migrate(&set(&[NUMBERS, REPAIRED]), NOW).await;
    assert_eq!(taken.unwrap(), 1);
}
