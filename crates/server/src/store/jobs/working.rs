//! What workers and owners do to a job on its way.

use super::SqlJobs;
use super::rows::{self, select_tasks};
use crate::store::tracks;
use musicgen_music::jobs::{
    Failure, FailureCode, Hold, Job, MAX_ATTEMPTS, Recovered, Status, Task,
};
use musicgen_music::tracks::Track;
use musicgen_security_store::DatabaseError;
use musicgen_security_store::database::Transaction;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const BY_ID: &str = "SELECT * FROM jobs WHERE id = $1";

const WAITING: &str = "SELECT j.id FROM jobs j WHERE j.status = 'queued' AND NOT EXISTS (
        SELECT 1 FROM accounts a WHERE a.id = j.owner_id AND a.disabled_at IS NOT NULL) LIMIT 1";

/// Fewest running first, then served longest ago, then oldest; never above `at_once`. What a disabled
/// account has queued waits until it is enabled again.
const DUE: &str = "SELECT id FROM (
        SELECT j.id, j.created_at, j.ordinal, j.at_once, COALESCE(t.turn, 0) AS turn,
               (SELECT COUNT(*) FROM jobs r
                WHERE r.owner_id = j.owner_id AND r.status = 'processing') AS running
        FROM jobs j LEFT JOIN job_turns t ON t.owner_id = j.owner_id
        WHERE j.status = 'queued' AND NOT EXISTS (
            SELECT 1 FROM accounts a WHERE a.id = j.owner_id AND a.disabled_at IS NOT NULL)
    ) AS waiting
    WHERE running < at_once
    ORDER BY running, turn, created_at, ordinal, id LIMIT 1";

const BACK_TO_QUEUE: &str = "UPDATE jobs SET status = 'queued', permille = 0, stage = NULL,
        started_at = NULL, worker = NULL, lease_until = NULL, attempts = $2
    WHERE id = $1";

impl SqlJobs {
    pub(super) async fn claim_due(
        &self,
        worker: &str,
        lease: Duration,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, DatabaseError> {
        // Most of the time nothing waits: then nobody needs the write lock.
        if self.database.fetch_optional(WAITING, &[]).await?.is_none() {
            return Ok(None);
        }
        let mut transaction = self.database.begin().await?;
        let Some(due) = transaction.fetch_optional(DUE, &[]).await? else {
            return Ok(None);
        };
        let id = due.uuid("id")?;
        let values = [id.into(), worker.into(), (now + lease).into(), now.into()];
        let claimed = transaction
            .fetch_all(
                "UPDATE jobs SET status = 'processing', attempts = attempts + 1, run = run + 1,
                     started_at = $4, worker = $2, lease_until = $3
                 WHERE id = $1 RETURNING *",
                &values,
            )
            .await?;
        let Some(job) = claimed.first().map(rows::job).transpose()? else {
            return Ok(None);
        };
        transaction
            .execute(
                "INSERT INTO job_turns (owner_id, turn)
                 VALUES ($1, (SELECT COALESCE(MAX(turn), 0) + 1 FROM job_turns))
                 ON CONFLICT (owner_id) DO UPDATE SET turn = excluded.turn",
                &[job.owner.into()],
            )
            .await?;
        transaction.commit().await?;
        Ok(Some(job))
    }

    pub(super) async fn prolong(
        &self,
        id: Uuid,
        worker: &str,
        (progress, stage): (f32, &str),
        until: OffsetDateTime,
    ) -> Result<Hold, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let job = match held(&mut transaction, id, worker).await? {
            Ok(job) => job,
            Err(hold) => return Ok(hold),
        };
        let permille = Job::permille(progress).max(Job::permille(job.progress));
        let values = [
            id.into(),
            u32::from(permille).into(),
            stage.into(),
            until.into(),
        ];
        transaction
            .execute(
                "UPDATE jobs SET permille = $2, stage = $3, lease_until = $4 WHERE id = $1",
                &values,
            )
            .await?;
        transaction.commit().await?;
        Ok(Hold::Held)
    }

    pub(super) async fn finish(
        &self,
        worker: &str,
        track: &Track,
        now: OffsetDateTime,
    ) -> Result<Hold, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let before = transaction
            .fetch_optional(BY_ID, &[track.id.into()])
            .await?;
        let completed_by = before
            .map(|row| row.text_or_null("completed_by"))
            .transpose()?
            .flatten();
        if completed_by.as_deref() == Some(worker) {
            return Ok(Hold::Held);
        }
        if let Err(hold) = held(&mut transaction, track.id, worker).await? {
            return Ok(hold);
        }
        transaction
            .execute(
                "UPDATE jobs SET status = 'completed', permille = 1000, stage = NULL,
                     finished_at = $2, worker = NULL, lease_until = NULL, completed_by = $3
                 WHERE id = $1",
                &[track.id.into(), now.into(), worker.into()],
            )
            .await?;
        transaction
            .execute(
                "UPDATE usage_ledger SET audio_ms = $2 WHERE job_id = $1 AND audio_ms > $2",
                &[track.id.into(), track.audio_ms.into()],
            )
            .await?;
        tracks::insert(&mut transaction, track).await?;
        transaction.commit().await?;
        Ok(Hold::Held)
    }

    pub(super) async fn give_up(
        &self,
        id: Uuid,
        worker: &str,
        reason: &Failure,
        now: OffsetDateTime,
    ) -> Result<Hold, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        if let Err(hold) = held(&mut transaction, id, worker).await? {
            return Ok(hold);
        }
        fail(&mut transaction, id, reason, now).await?;
        transaction.commit().await?;
        Ok(Hold::Held)
    }

    pub(super) async fn put_back(&self, id: Uuid, worker: &str) -> Result<Hold, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let job = match held(&mut transaction, id, worker).await? {
            Ok(job) => job,
            Err(hold) => return Ok(hold),
        };
        let attempts = job.attempts.saturating_sub(1);
        transaction
            .execute(BACK_TO_QUEUE, &[id.into(), attempts.into()])
            .await?;
        transaction.commit().await?;
        Ok(Hold::Held)
    }

    pub(super) async fn recover(&self, now: OffsetDateTime) -> Result<Recovered, DatabaseError> {
        let sql = "SELECT * FROM jobs WHERE status = 'processing' AND lease_until <= $1";
        let mut recovered = Recovered::default();
        // Looked for without the write lock first: nearly always there is none.
        if self
            .database
            .fetch_optional(sql, &[now.into()])
            .await?
            .is_none()
        {
            return Ok(recovered);
        }
        let mut transaction = self.database.begin().await?;
        for row in transaction.fetch_all(sql, &[now.into()]).await? {
            let job = rows::job(&row)?;
            let id = job.id;
            if job.attempts < MAX_ATTEMPTS {
                let values = [id.into(), job.attempts.into()];
                transaction.execute(BACK_TO_QUEUE, &values).await?;
                recovered.requeued.extend(read(&mut transaction, id).await?);
            } else {
                let reason = FailureCode::EngineCrashed.into();
                fail(&mut transaction, id, &reason, now).await?;
                recovered.failed.extend(read(&mut transaction, id).await?);
            }
        }
        transaction.commit().await?;
        Ok(recovered)
    }

    pub(super) async fn stop(
        &self,
        owner: Uuid,
        id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Option<Job>, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let job = read(&mut transaction, id)
            .await?
            .filter(|job| job.owner == owner);
        let Some(job) = job.filter(|job| !job.status.is_final()) else {
            return read(&mut transaction, id)
                .await
                .map(|job| job.filter(|job| job.owner == owner));
        };
        transaction
            .execute(
                "UPDATE jobs SET status = 'cancelled', finished_at = $2, worker = NULL,
                     lease_until = NULL
                 WHERE id = $1",
                &[job.id.into(), now.into()],
            )
            .await?;
        give_back_seconds(&mut transaction, id).await?;
        let job = read(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(job)
    }

    pub(super) async fn remove(
        &self,
        owner: Uuid,
        id: Uuid,
    ) -> Result<Option<Task>, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let sql = select_tasks!("WHERE j.id = $1 AND j.owner_id = $2");
        let row = transaction
            .fetch_optional(sql, &[id.into(), owner.into()])
            .await?;
        let Some(task) = row.as_ref().map(rows::task).transpose()? else {
            return Ok(None);
        };
        if !task.job.status.is_final() {
            give_back_seconds(&mut transaction, id).await?;
        }
        transaction
            .execute("DELETE FROM tracks WHERE id = $1", &[id.into()])
            .await?;
        transaction
            .execute("DELETE FROM jobs WHERE id = $1", &[id.into()])
            .await?;
        transaction.commit().await?;
        Ok(Some(task))
    }
}

async fn read(transaction: &mut Transaction, id: Uuid) -> Result<Option<Job>, DatabaseError> {
    let row = transaction.fetch_optional(BY_ID, &[id.into()]).await?;
    row.as_ref().map(rows::job).transpose()
}

/// The job if `worker` holds it, or why it doesn't.
async fn held(
    transaction: &mut Transaction,
    id: Uuid,
    worker: &str,
) -> Result<Result<Job, Hold>, DatabaseError> {
    Ok(match read(transaction, id).await? {
        None => Err(Hold::Lost),
        Some(job) if job.status == Status::Cancelled => Err(Hold::Cancelled),
        Some(job)
            if job
                .lease
                .as_ref()
                .is_some_and(|lease| lease.worker == worker) =>
        {
            Ok(job)
        }
        Some(_) => Err(Hold::Lost),
    })
}

async fn fail(
    transaction: &mut Transaction,
    id: Uuid,
    reason: &Failure,
    now: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let values = [
        id.into(),
        now.into(),
        reason.code.id().into(),
        reason.detail.as_str().into(),
    ];
    transaction
        .execute(
            "UPDATE jobs SET status = 'failed', finished_at = $2, failure_code = $3,
                 failure_detail = $4, worker = NULL, lease_until = NULL
             WHERE id = $1",
            &values,
        )
        .await?;
    transaction
        .execute("DELETE FROM usage_ledger WHERE job_id = $1", &[id.into()])
        .await?;
    Ok(())
}

async fn give_back_seconds(transaction: &mut Transaction, id: Uuid) -> Result<(), DatabaseError> {
    let sql = "UPDATE usage_ledger SET audio_ms = 0 WHERE job_id = $1";
    transaction.execute(sql, &[id.into()]).await.map(drop)
}
