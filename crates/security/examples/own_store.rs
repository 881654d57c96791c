//! A store of one's own: which key signs access tokens since when, in a JSON file.
//!
//! ```text
//! cargo run -p musicgen-security --example own_store    # twice: the second retires the first's key
//! ```
//!
//! A storage trait says what each verb does in one step, and its contract suite tries that. In a test:
//!
//! ```ignore
//! #[tokio::test]
//! async fn a_file_keeps_the_contract() {
//!     jwt::contract::run(|| async { FileSigningKeys::new(a_new_folder().join("keys.json")) }).await;
//! }
//! ```
//!
//! What it says of this store without the lock, which reads, and then writes what others have changed
//! meanwhile (`tests/examples.rs` has that store too):
//!
//! ```text
//! assertion `left == right` failed: {2024-10-04 0:10:00.0 +00:00:00, 2024-10-04 0:10:00.001 …}
//!   left: 24
//!  right: 1
//! ```
//!
//! Of 24 overlapping starts each noted a time of its own for the retirement of one key, so nobody could
//! say any more until when that key may have signed.

use musicgen_security::authentication::jwt::{
    AHEAD, Algorithm, KeyHistory, KeyRecord, KeyRing, SigningKeyStore, SigningKeys,
};
use musicgen_security::clock::{Clock, SystemClock};
use musicgen_security::random::SystemRandom;
use musicgen_security::secrets::{Secret, SecretRing};
use musicgen_security::stack::StackKeys;
use musicgen_security::store::StoreError;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use time::{Duration, OffsetDateTime};

/// First use and retirement of each key, in Unix milliseconds.
pub type Records = BTreeMap<String, (Option<i64>, Option<i64>)>;

/// A JSON file, shared by the processes of one machine.
#[derive(Debug)]
pub struct FileSigningKeys {
    path: PathBuf,
}

impl FileSigningKeys {
    /// The file; it need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// A file that isn't there is empty; one that can't be read is not.
    pub fn read(&self) -> Result<Records, StoreError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|e| StoreError::Corrupt(e.to_string()))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Records::new()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// All or nothing, on the disk before it answers.
    pub fn write(&self, records: &Records) -> Result<(), StoreError> {
        let text = serde_json::to_vec(records).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let new = self.path.with_extension("new");
        let mut file = File::create(&new).map_err(|e| unavailable(&e))?;
        file.write_all(&text)
            .and_then(|()| file.sync_all())
            .map_err(|e| unavailable(&e))?;
        std::fs::rename(&new, &self.path).map_err(|e| unavailable(&e))
    }
}

/// "Can't say" is an error of its own: it is never taken for "there is nothing".
fn unavailable(error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

impl SigningKeyStore for FileSigningKeys {
    /// Asked once, at start, so it may block. A store that requests wait for uses `spawn_blocking`.
    async fn rotate(
        &self,
        current: &str,
        previous: &[&str],
        now: OffsetDateTime,
    ) -> Result<KeyHistory, StoreError> {
        // One step: the lock is held from before the reading until after the writing, and counts
        // between processes too. Dropping the file gives it back.
        let lock = File::create(self.path.with_extension("lock")).map_err(|e| unavailable(&e))?;
        lock.lock().map_err(|e| unavailable(&e))?;
        let mut records = self.read()?;
        let history = step(&mut records, current, previous, now);
        self.write(&records)?;
        Ok(history)
    }
}

/// The rules of [`SigningKeyStore::rotate`], by their numbers.
pub fn step(
    records: &mut Records,
    current: &str,
    previous: &[&str],
    now: OffsetDateTime,
) -> KeyHistory {
    let ms = |time: OffsetDateTime| (time.unix_timestamp_nanos() / 1_000_000) as i64;
    let mut newly_retired = Vec::new();
    for (id, (first_used, retired)) in records.iter_mut() {
        for time in [&mut *first_used, &mut *retired] {
            *time = time.map(|time| {
                if time > ms(now + AHEAD) {
                    ms(now)
                } else {
                    time
                }
            }); // 5
        }
        if retired.is_none() && id != current {
            *retired = Some(ms(now)); // 2, and 4: one that has a time keeps it
            newly_retired.push(id.clone());
        }
    }
    let signing = records.entry(current.to_owned()).or_default();
    *signing = (signing.0.or(Some(ms(now))), None); // 1
    for id in previous {
        records
            .entry((*id).to_owned())
            .or_insert((None, Some(ms(now)))); // 3
    }
    let time = |ms: i64| OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(ms);
    let record = |id: &str| {
        let (first_used, retired) = records.get(id).copied().unwrap_or_default();
        let (first_used_at, retired_at) = (first_used.map(time), retired.map(time));
        KeyRecord {
            id: id.to_owned(),
            first_used_at,
            retired_at,
        }
    };
    KeyHistory {
        current: record(current),
        previous: previous.iter().map(|id| record(id)).collect(),
        newly_retired,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::current_exe()?.with_extension("json");
    // A new secret at each run; a service reads it, and those that it replaced, from its configuration.
    let fresh = || SecretRing::new(Secret::generate(&SystemRandom));
    let keys = SigningKeys::new(Algorithm::EdDsa, &fresh(), None)?;
    let (store, lifetime) = (FileSigningKeys::new(&path), Duration::minutes(15));
    let ring = KeyRing::open(keys, &store, lifetime, SystemClock.now()).await?;
    println!("{}: {} signs now", path.display(), ring.signing_key_id());
    println!("retired by this start: {:?}", ring.newly_retired());
    // The other examples start from here: `SecurityStack::builder(site, keys, stores)`.
    println!("{:?}", StackKeys::new(ring, fresh(), fresh())?);
    Ok(())
}
