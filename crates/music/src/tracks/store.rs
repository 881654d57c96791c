use super::Track;
use std::future::Future;
use uuid::Uuid;

/// Why a store of jobs or tracks could not answer.
///
/// "Unavailable" is never turned into "absent": a client that hears 404 forgets its track.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store can't be reached or can't do the work now; trying again may help.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// What is stored can't be read as what it should be; an operator has to look.
    #[error("a stored record is damaged: {0}")]
    Corrupt(String),
}

/// Reads tracks. They are written by [`JobStore::complete`](crate::jobs::JobStore::complete) and
/// removed by [`JobStore::delete`](crate::jobs::JobStore::delete), each in one step with the job.
pub trait TrackStore: Send + Sync + 'static {
    /// The track, if it is `owner`'s.
    fn find(
        &self,
        owner: Uuid,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<Track>, StoreError>> + Send;
}
