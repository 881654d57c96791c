use super::failure;
use musicgen_music::tracks::{StoreError, Track, TrackStore};
use musicgen_music::vocabulary::Format;
use musicgen_security_store::database::{Row, Transaction};
use musicgen_security_store::{Database, DatabaseError};
use uuid::Uuid;

/// Finished tracks in SQL; written and removed together with their jobs.
#[derive(Debug, Clone)]
pub struct SqlTracks {
    database: Database,
}

impl SqlTracks {
    /// Tracks in this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    async fn read_one(&self, owner: Uuid, id: Uuid) -> Result<Option<Track>, DatabaseError> {
        let row = self
            .database
            .fetch_optional(BY_OWNER, &[id.into(), owner.into()])
            .await?;
        match row {
            Some(row) => read(&row),
            None => Ok(None),
        }
    }
}

impl TrackStore for SqlTracks {
    async fn find(&self, owner: Uuid, id: Uuid) -> Result<Option<Track>, StoreError> {
        self.read_one(owner, id).await.map_err(failure)
    }
}

/// The columns of a track beside those of its job, which have some of the same names.
macro_rules! track_columns {
    () => {
        "t.id AS track_id, t.owner_id AS track_owner_id, t.format, t.bytes, t.sha256,
         t.audio_ms AS track_audio_ms, t.sample_rate, t.lufs, t.true_peak_db, t.engine,
         t.engine_version, t.seed AS track_seed, t.summary, t.created_at AS track_created_at"
    };
}
pub(super) use track_columns;

const BY_OWNER: &str = concat!(
    "SELECT ",
    track_columns!(),
    " FROM tracks t WHERE t.id = $1 AND t.owner_id = $2"
);

/// The track of a row with the columns of `track_columns`; `None` when a join found none.
pub(super) fn read(row: &Row) -> Result<Option<Track>, DatabaseError> {
    let Some(id) = row.uuid_or_null("track_id")? else {
        return Ok(None);
    };
    Ok(Some(Track {
        id,
        owner: row.uuid("track_owner_id")?,
        format: row.parse("format", Format::from_id)?,
        bytes: row.unsigned("bytes")?,
        sha256: row.hash("sha256")?,
        audio_ms: row.unsigned("track_audio_ms")?,
        sample_rate: row.small("sample_rate")?,
        lufs: row.parse("lufs", |text| text.parse().ok())?,
        true_peak_db: row.parse("true_peak_db", |text| text.parse().ok())?,
        engine: row.text("engine")?,
        engine_version: row.text("engine_version")?,
        seed: row.unsigned("track_seed")?,
        summary: row.parse("summary", |text| serde_json::from_str(text).ok())?,
        created_at: row.time("track_created_at")?,
    }))
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    track: &Track,
) -> Result<(), DatabaseError> {
    let summary = serde_json::to_string(&track.summary)
        .map_err(|error| DatabaseError::Corrupt(error.to_string()))?;
    let values = [
        track.id.into(),
        track.owner.into(),
        track.format.id().into(),
        track.bytes.into(),
        (&track.sha256).into(),
        track.audio_ms.into(),
        track.sample_rate.into(),
        track.lufs.to_string().into(),
        track.true_peak_db.to_string().into(),
        track.engine.as_str().into(),
        track.engine_version.as_str().into(),
        track.seed.into(),
        summary.into(),
        track.created_at.into(),
    ];
    transaction
        .execute(
            "INSERT INTO tracks (id, owner_id, format, bytes, sha256, audio_ms, sample_rate, lufs,
                 true_peak_db, engine, engine_version, seed, summary, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &values,
        )
        .await
        .map(drop)
}
