use super::{StoreError, Track, TrackStore};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Tracks in memory, for tests. Clones share what they hold.
#[derive(Debug, Clone, Default)]
pub struct MemoryTracks {
    tracks: Arc<Mutex<HashMap<Uuid, Track>>>,
}

impl MemoryTracks {
    pub(crate) fn insert(&self, track: Track) {
        self.lock().insert(track.id, track);
    }

    pub(crate) fn remove(&self, id: Uuid) -> Option<Track> {
        self.lock().remove(&id)
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<Track> {
        self.lock().get(&id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Track>> {
        self.tracks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TrackStore for MemoryTracks {
    async fn find(&self, owner: Uuid, id: Uuid) -> Result<Option<Track>, StoreError> {
        Ok(self.get(id).filter(|track| track.owner == owner))
    }
}
