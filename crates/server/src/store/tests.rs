use super::*;
use musicgen_music::jobs::contract::{Fixture, track_of};
use musicgen_music::tracks::contract::is_found_by_its_owner_only;
use musicgen_music::tracks::{Track, TrackStore};
use musicgen_security_store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

/// The tracks and the folder that must live as long as they do.
struct Kept {
    tracks: SqlTracks,
    _folder: tempfile::TempDir,
}

impl TrackStore for Kept {
    async fn find(&self, owner: Uuid, id: Uuid) -> Result<Option<Track>, StoreError> {
        self.tracks.find(owner, id).await
    }
}

/// In a file: readers and the writer are apart there, as in the running service.
async fn fixture() -> Fixture<SqlJobs, Kept> {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open_sqlite(folder.path().join("a.db"))
        .await
        .unwrap();
    for set in MIGRATIONS {
        database
            .migrate(set, OffsetDateTime::UNIX_EPOCH)
            .await
            .unwrap();
    }
    let tracks = SqlTracks::new(database.clone());
    Fixture::new(
        SqlJobs::new(database),
        Kept {
            tracks,
            _folder: folder,
        },
    )
}

musicgen_music::job_store_contract!(fixture().await);

#[tokio::test]
async fn a_finished_track_is_its_owners() {
    use musicgen_music::jobs::contract::{ALICE, AMPLE, at};
    let fixture = fixture().await;
    fixture.queue(ALICE, AMPLE, at(0)).await;
    let job = fixture.finish_one(at(1)).await;
    is_found_by_its_owner_only(&*fixture.tracks, &track_of(&job)).await;
}

/// Claiming must not get slower with every piece that was ever made.
#[tokio::test]
async fn frequent_queries_use_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open_sqlite(folder.path().join("a.db"))
        .await
        .unwrap();
    for set in MIGRATIONS {
        database
            .migrate(set, OffsetDateTime::UNIX_EPOCH)
            .await
            .unwrap();
    }
    for (name, sql) in [
        (
            "waiting",
            "EXPLAIN QUERY PLAN SELECT id FROM jobs WHERE status = 'queued' LIMIT 1",
        ),
        (
            "running",
            "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM jobs r
             WHERE r.owner_id = 'x' AND r.status = 'processing'",
        ),
        (
            "expired",
            "EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE status = 'processing' AND lease_until <= 1",
        ),
        (
            "a page",
            "EXPLAIN QUERY PLAN SELECT * FROM jobs j WHERE j.owner_id = 'x'
             AND (j.created_at, j.id) < (1, 'x') ORDER BY j.created_at DESC, j.id DESC LIMIT 9",
        ),
        (
            "usage",
            "EXPLAIN QUERY PLAN SELECT SUM(audio_ms) FROM usage_ledger
             WHERE owner_id = 'x' AND reserved_at > 1",
        ),
        (
            "last turn",
            "EXPLAIN QUERY PLAN SELECT MAX(turn) FROM job_turns",
        ),
    ] {
        for row in database.fetch_all(sql, &[]).await.unwrap() {
            let step = row.text("detail").unwrap();
            assert!(
                step.starts_with("SEARCH") && !step.contains("TEMP B-TREE"),
                "{name}: {step}"
            );
        }
    }
}
