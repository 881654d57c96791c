use super::store::AHEAD;
use super::{KeyHistory, KeyRecord, SigningKeyStore};
use crate::store::StoreError;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;

/// Signing keys in memory, for tests and for trying things out; lost when the process ends.
#[derive(Debug, Clone, Default)]
pub struct MemorySigningKeys(Arc<Mutex<BTreeMap<String, KeyRecord>>>);

impl SigningKeyStore for MemorySigningKeys {
    async fn rotate(
        &self,
        current: &str,
        previous: &[&str],
        now: OffsetDateTime,
    ) -> Result<KeyHistory, StoreError> {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newly_retired = Vec::new();
        for record in records.values_mut() {
            for time in [&mut record.first_used_at, &mut record.retired_at] {
                *time = time.map(|time| if time > now + AHEAD { now } else { time });
            }
            if record.retired_at.is_none() && record.id != current {
                record.retired_at = Some(now);
                newly_retired.push(record.id.clone());
            }
        }
        let mut note = |id: &str, first_used_at, retired_at| {
            let record = records.entry(id.to_owned()).or_insert_with(|| KeyRecord {
                id: id.to_owned(),
                first_used_at,
                retired_at,
            });
            if retired_at.is_none() {
                record.retired_at = None;
                record.first_used_at = record.first_used_at.or(first_used_at);
            }
            record.clone()
        };
        Ok(KeyHistory {
            current: note(current, Some(now), None),
            previous: previous
                .iter()
                .map(|id| note(id, None, Some(now)))
                .collect(),
            newly_retired,
        })
    }
}
