//! What is read, and what is forgotten.

use super::SqlJobs;
use super::rows::{self, select_tasks};
use musicgen_music::jobs::{Counts, Cursor, IDEMPOTENCY_LIFE, Page, Status, Task, day};
use musicgen_security_store::DatabaseError;
use musicgen_security_store::database::Value;
use time::OffsetDateTime;
use uuid::Uuid;

impl SqlJobs {
    pub(super) async fn read_one(
        &self,
        owner: Uuid,
        id: Uuid,
    ) -> Result<Option<Task>, DatabaseError> {
        let sql = select_tasks!("WHERE j.id = $1 AND j.owner_id = $2");
        let row = self
            .database
            .fetch_optional(sql, &[id.into(), owner.into()])
            .await?;
        row.as_ref().map(rows::task).transpose()
    }

    pub(super) async fn read_page(
        &self,
        owner: Uuid,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page, DatabaseError> {
        let limit = limit.max(1);
        let (created_ms, id) = after.map_or((i64::MAX, Uuid::max()), |after| {
            (after.created_ms(), after.id())
        });
        let sql = select_tasks!(
            "WHERE j.owner_id = $1 AND (j.created_at, j.id) < ($2, $3)
             ORDER BY j.created_at DESC, j.id DESC LIMIT $4"
        );
        // One more than asked shows whether there is another page.
        let values = [
            owner.into(),
            created_ms.into(),
            id.into(),
            Value::from(i64::from(limit) + 1),
        ];
        let found = self.database.fetch_all(sql, &values).await?;
        let mut items = found
            .iter()
            .map(rows::task)
            .collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| Cursor::after(last.job.created_at, last.job.id));
        Ok(Page { items, next })
    }

    pub(super) async fn read_batch(
        &self,
        owner: Uuid,
        batch: Uuid,
    ) -> Result<Vec<Task>, DatabaseError> {
        let sql = select_tasks!("WHERE j.batch_id = $1 AND j.owner_id = $2 ORDER BY j.ordinal");
        let found = self
            .database
            .fetch_all(sql, &[batch.into(), owner.into()])
            .await?;
        found.iter().map(rows::task).collect()
    }

    pub(super) async fn knows_track(&self, id: Uuid) -> Result<bool, DatabaseError> {
        let sql = "SELECT id FROM tracks WHERE id = $1";
        Ok(self
            .database
            .fetch_optional(sql, &[id.into()])
            .await?
            .is_some())
    }

    pub(super) async fn count_all(&self) -> Result<Counts, DatabaseError> {
        let sql = "SELECT status, COUNT(*) AS jobs FROM jobs GROUP BY status";
        let mut counts = Counts::default();
        for row in self.database.fetch_all(sql, &[]).await? {
            *counts.of_mut(row.parse("status", Status::from_id)?) = row.unsigned("jobs")?;
        }
        Ok(counts)
    }

    pub(super) async fn forget(&self, now: OffsetDateTime) -> Result<u64, DatabaseError> {
        let keys = "DELETE FROM idempotency_keys WHERE created_at <= $1";
        let entries = "DELETE FROM usage_ledger WHERE reserved_at <= $1";
        let forgotten = self
            .database
            .execute(keys, &[(now - IDEMPOTENCY_LIFE).into()])
            .await?;
        Ok(forgotten
            + self
                .database
                .execute(entries, &[(now - day()).into()])
                .await?)
    }
}
