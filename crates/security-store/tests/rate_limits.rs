//! Hours and days of rate limits, over a restart with the database's file.

use musicgen_security::rate_limiting::{
    BucketClass, LimitKey, LongWindow, LongWindowKeeper, LongWindows, MemoryRateLimits, RateLimits,
};
use musicgen_security_store::sql::SqlRateLimits;
use musicgen_security_store::{Database, MIGRATIONS};
use std::path::Path;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn key(n: u32) -> LimitKey {
    LimitKey::of_account(Uuid::from_u128(n.into()), BucketClass::General)
}

async fn open(path: &Path) -> Database {
    let database = Database::open_sqlite(path).await.expect("a database");
    database
        .migrate(&MIGRATIONS, start())
        .await
        .expect("tables");
    database
}

#[tokio::test]
async fn hours_and_days_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sqlite3");
    let limits = RateLimits::new(10, 60, Some(10), Some(40)).expect("limits");
    for admitted in [7, 3, 0, 0] {
        let counted = MemoryRateLimits::default();
        let keeper = LongWindowKeeper::new(counted.clone(), SqlRateLimits::new(open(&path).await));
        keeper.load(start()).await.expect("loaded");
        let decide = |_: &u32| counted.take_now(key(1), &limits, 1, start()).is_admitted();
        let tries = if admitted == 7 { 7 } else { 20 };
        assert_eq!((0..tries).filter(decide).count(), admitted);
        keeper.save(start()).await.expect("saved");
    }
    let rested = start() + Duration::DAY;
    let store = SqlRateLimits::new(open(&path).await);
    let keeper = LongWindowKeeper::new(MemoryRateLimits::default(), store.clone());
    assert_eq!(keeper.load(rested).await.expect("loaded"), 0);
    assert_eq!(store.size().await.expect("answered"), 1);
    keeper.save(rested).await.expect("saved");
    assert_eq!(
        store.size().await.expect("answered"),
        0,
        "what is full is deleted"
    );
}

#[tokio::test]
async fn the_number_of_rows_is_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&folder.path().join("a.sqlite3")).await;
    let store = SqlRateLimits::with_capacity(database, 100);
    let window = |n: u32| LongWindow {
        key: key(n),
        hour_full_at: start(),
        // Those with the lower numbers are the nearest to their limits.
        day_full_at: start() + Duration::hours(20) - Duration::seconds(n.into()),
    };
    for first in (0..1_000).step_by(50) {
        let windows: Vec<_> = (first..first + 50).map(window).collect();
        store.save(&windows, start()).await.expect("saved");
        store.save(&windows, start()).await.expect("saved again");
        let size = store.size().await.expect("answered");
        assert!(size <= 100, "{size}");
    }
    let mut left = store.load(None, start()).await.expect("answered");
    left.sort_by_key(LongWindow::full_at);
    let expected: Vec<_> = (0..100).rev().map(window).collect();
    assert_eq!(left, expected);
}

#[tokio::test]
async fn a_damaged_row_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&folder.path().join("a.sqlite3")).await;
    const SHORT: &str = "INSERT INTO rate_limits (key, hour_at, day_at, full_at)
        VALUES (x'0102', 1, 1, 9000000000000)";
    database.execute(SHORT, &[]).await.expect("written");
    let store = SqlRateLimits::new(database);
    let error = store.load(None, start()).await.expect_err("damaged");
    assert!(error.to_string().contains("column key"), "{error}");
}
