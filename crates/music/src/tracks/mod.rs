//! Finished pieces: what is known of them, and where their files are.
//!
//! 1. A track has the id of the job that made it. Its row appears in the same step that completes
//!    the job ([`JobStore::complete`](crate::jobs::JobStore::complete)), never before its file is
//!    safely on disk.
//! 2. A file's path is made from the id and the format alone ([`Files`]): no text that a stranger
//!    wrote reaches a path.
//! 3. Somebody else's track is absent: every look-up names the owner.
//! 4. The row goes first and the file after it, so a row never points at nothing; a file that a
//!    crash left without a row is swept ([`Queue::sweep_files`](crate::jobs::Queue::sweep_files)).

mod files;
mod store;
mod track;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use files::{FILE_MODE, Files, Part};
#[cfg(feature = "testing")]
pub use memory::MemoryTracks;
pub use store::{StoreError, TrackStore};
pub use track::Track;
