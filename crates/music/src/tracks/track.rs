use crate::engine::PlanSummary;
use crate::vocabulary::Format;
use time::OffsetDateTime;
use uuid::Uuid;

/// What is known of a finished piece.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// The id of the job that made it.
    pub id: Uuid,
    /// Whose it is.
    pub owner: Uuid,
    /// How the file is encoded; also decides its name's ending.
    pub format: Format,
    /// Size of the file.
    pub bytes: u64,
    /// SHA-256 of the file, for the `ETag` and for checking a backup.
    pub sha256: [u8; 32],
    /// Length of the sound in milliseconds.
    pub audio_ms: u64,
    /// Samples a second.
    pub sample_rate: u32,
    /// Integrated loudness, EBU R 128, in LUFS.
    pub lufs: f64,
    /// True peak in dBTP.
    pub true_peak_db: f64,
    /// Id of the engine that made it.
    pub engine: String,
    /// That engine's version.
    pub engine_version: String,
    /// The seed: with the request and the version, it gives the same bytes again.
    pub seed: u64,
    /// The musical decisions.
    pub summary: PlanSummary,
    /// When it was finished.
    pub created_at: OffsetDateTime,
}

impl Track {
    /// Length of the sound in seconds.
    pub fn seconds(&self) -> f64 {
        self.audio_ms as f64 / 1000.0
    }
}
