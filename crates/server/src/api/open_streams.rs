use musicgen_security::problem::Problem;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Event streams of one account that may be open at the same time: a page for each of some pieces, in
/// some browsers. Each holds a connection and asks the store every few seconds.
const MOST: u32 = 20;
/// A stream ends with its piece, at any moment.
const RETRY_AFTER: u64 = 5;

/// The event streams that are open, by account; no more accounts than there are streams.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenStreams(Arc<Mutex<HashMap<Uuid, u32>>>);

/// A stream's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenStream {
    streams: OpenStreams,
    account: Uuid,
}

impl OpenStreams {
    /// A place for one more, or 429.
    pub(crate) fn open(&self, account: Uuid) -> Result<OpenStream, Problem> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(account).or_default();
        if *count >= MOST {
            return Err(too_many());
        }
        *count += 1;
        drop(open);
        Ok(OpenStream {
            streams: self.clone(),
            account,
        })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let open = &self.streams.0;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = open.entry(self.account) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

fn too_many() -> Problem {
    Problem::new(
        http::StatusCode::TOO_MANY_REQUESTS,
        "too_many_streams",
        "Too many event streams are open",
        format!(
            "An account may have {MOST} open at the same time. Close one, or wait for its end."
        ),
    )
    .with_retry_after(RETRY_AFTER)
}
