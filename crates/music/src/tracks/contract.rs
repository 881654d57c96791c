//! What every store of tracks must do, and tracks to do it with.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "these are tests, which other crates run too: panicking is how they fail"
)]

use super::{Track, TrackStore};
use crate::engine::PlanSummary;
use crate::vocabulary::Format;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A track with something in every field.
pub fn track() -> Track {
    Track {
        id: Uuid::from_u128(0x71ac),
        owner: Uuid::from_u128(0xa11ce),
        format: Format::Flac,
        bytes: 1_234_567,
        sha256: [0xab; 32],
        audio_ms: 30_250,
        sample_rate: 44_100,
        lufs: -14.25,
        true_peak_db: -1.5,
        engine: "builtin".to_owned(),
        engine_version: "1".to_owned(),
        seed: (1 << 53) - 1,
        summary: PlanSummary {
            title: "Überraschung 🎷 \"quoted\"".to_owned(),
            genre: "jazz".to_owned(),
            mood: "happy".to_owned(),
            tempo: 120.5,
            key: "Eb dorian".to_owned(),
            metre: "4/4".to_owned(),
            instruments: vec!["piano".to_owned(), "upright_bass".to_owned()],
            form: vec!["intro".to_owned(), "a".to_owned()],
        },
        created_at: OffsetDateTime::UNIX_EPOCH + Duration::days(20_000),
    }
}

/// `track` is in the store, put there by completing its job: every field comes back, to its owner
/// only.
pub async fn is_found_by_its_owner_only<T: TrackStore>(tracks: &T, track: &Track) {
    assert_eq!(
        tracks.find(track.owner, track.id).await.unwrap().as_ref(),
        Some(track)
    );
    let stranger = Uuid::from_u128(0x0dd);
    assert_eq!(tracks.find(stranger, track.id).await.unwrap(), None);
    assert_eq!(tracks.find(track.owner, stranger).await.unwrap(), None);
}
