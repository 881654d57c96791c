//! Queueing: idempotency, quota, capacity, and then all jobs of an order or none.

use super::SqlJobs;
use super::rows;
use musicgen_music::jobs::{
    Enqueued, Excess, IDEMPOTENCY_LIFE, Idempotency, Job, Order, QueuedJob, Refusal, Replay, Usage,
    day, hour,
};
use musicgen_security_store::DatabaseError;
use musicgen_security_store::database::{Transaction, Value};
use time::OffsetDateTime;
use uuid::Uuid;

impl SqlJobs {
    pub(super) async fn order(
        &self,
        order: Order,
        now: OffsetDateTime,
    ) -> Result<Enqueued, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        if let Some(answer) = replay(&mut transaction, &order, now).await? {
            return Ok(answer);
        }
        let (owner, limits) = (order.owner(), *order.limits());
        let used = usage(&mut transaction, owner, now).await?;
        let queued = queued(&mut transaction).await?;
        if let Err(excess) = limits.check(used, queued, order.wanted()) {
            let leaves = leaves(&mut transaction, owner, excess, now).await?;
            return Ok(Enqueued::Refused(limits.refusal(excess, used, leaves, now)));
        }
        let idempotency = order.idempotency().cloned();
        let batch = order.batch_id();
        let jobs = order.into_jobs(now);
        if let Some(idempotency) = idempotency {
            remember(&mut transaction, owner, &idempotency, batch, &jobs, now).await?;
        }
        for job in &jobs {
            reserve(&mut transaction, job, now).await?;
            insert(&mut transaction, job, limits.at_once.max(1)).await?;
        }
        let mut answer = Vec::with_capacity(jobs.len());
        for job in jobs {
            let position = position(&mut transaction, job.id).await?;
            answer.push(QueuedJob { job, position });
        }
        transaction.commit().await?;
        Ok(Enqueued::Queued(answer))
    }

    pub(super) async fn read_usage(
        &self,
        owner: Uuid,
        now: OffsetDateTime,
    ) -> Result<Usage, DatabaseError> {
        let row = self
            .database
            .fetch_optional(USAGE, &usage_values(owner, now))
            .await?;
        row.map_or(Ok(Usage::default()), |row| {
            Ok(Usage {
                generations: row.unsigned("generations")?,
                audio_ms: row.unsigned("audio_ms")?,
            })
        })
    }

    pub(super) async fn read_position(&self, id: Uuid) -> Result<Option<u64>, DatabaseError> {
        let row = self.database.fetch_optional(POSITION, &[id.into()]).await?;
        row.map(|row| row.unsigned("position")).transpose()
    }
}

const USAGE: &str = "SELECT
    (SELECT COUNT(*) FROM usage_ledger WHERE owner_id = $1 AND reserved_at > $2) AS generations,
    (SELECT CAST(COALESCE(SUM(audio_ms), 0) AS BIGINT) FROM usage_ledger
     WHERE owner_id = $1 AND reserved_at > $3) AS audio_ms";

fn usage_values(owner: Uuid, now: OffsetDateTime) -> [Value; 3] {
    [owner.into(), (now - hour()).into(), (now - day()).into()]
}

async fn usage(
    transaction: &mut Transaction,
    owner: Uuid,
    now: OffsetDateTime,
) -> Result<Usage, DatabaseError> {
    let row = transaction
        .fetch_optional(USAGE, &usage_values(owner, now))
        .await?;
    row.map_or(Ok(Usage::default()), |row| {
        Ok(Usage {
            generations: row.unsigned("generations")?,
            audio_ms: row.unsigned("audio_ms")?,
        })
    })
}

async fn queued(transaction: &mut Transaction) -> Result<u64, DatabaseError> {
    let sql = "SELECT COUNT(*) AS waiting FROM jobs WHERE status = 'queued'";
    let row = transaction.fetch_optional(sql, &[]).await?;
    row.map_or(Ok(0), |row| row.unsigned("waiting"))
}

/// When the entry was reserved whose leaving makes room.
async fn leaves(
    transaction: &mut Transaction,
    owner: Uuid,
    excess: Excess,
    now: OffsetDateTime,
) -> Result<Option<OffsetDateTime>, DatabaseError> {
    let row = match excess {
        Excess::Hour(Some(count)) if count > 0 => {
            let values = [owner.into(), (now - hour()).into(), (count - 1).into()];
            transaction
                .fetch_optional(
                    "SELECT reserved_at FROM usage_ledger
                     WHERE owner_id = $1 AND reserved_at > $2
                     ORDER BY reserved_at, audio_ms LIMIT 1 OFFSET $3",
                    &values,
                )
                .await?
        }
        Excess::Day(Some(ms)) => {
            let values = [owner.into(), (now - day()).into(), ms.into()];
            transaction
                .fetch_optional(
                    "SELECT reserved_at FROM (
                         SELECT reserved_at, SUM(audio_ms) OVER (
                             ORDER BY reserved_at, audio_ms, job_id
                         ) AS freed
                         FROM usage_ledger WHERE owner_id = $1 AND reserved_at > $2
                     ) AS sums
                     WHERE freed >= $3 ORDER BY freed, reserved_at LIMIT 1",
                    &values,
                )
                .await?
        }
        _ => None,
    };
    row.map(|row| row.time("reserved_at")).transpose()
}

const POSITION: &str = "SELECT (
        SELECT COUNT(*) FROM jobs o
        WHERE o.status = 'queued'
          AND (o.created_at, o.ordinal, o.id) <= (j.created_at, j.ordinal, j.id)
    ) AS position
    FROM jobs j WHERE j.id = $1 AND j.status = 'queued'";

async fn position(transaction: &mut Transaction, id: Uuid) -> Result<Option<u64>, DatabaseError> {
    let row = transaction.fetch_optional(POSITION, &[id.into()]).await?;
    row.map(|row| row.unsigned("position")).transpose()
}

async fn replay(
    transaction: &mut Transaction,
    order: &Order,
    now: OffsetDateTime,
) -> Result<Option<Enqueued>, DatabaseError> {
    let Some(idempotency) = order.idempotency() else {
        return Ok(None);
    };
    let values = [
        order.owner().into(),
        idempotency.key.as_str().into(),
        (now - IDEMPOTENCY_LIFE).into(),
    ];
    let row = transaction
        .fetch_optional(
            "SELECT fingerprint, batch_id, job_ids FROM idempotency_keys
             WHERE owner_id = $1 AND key = $2 AND created_at > $3",
            &values,
        )
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    if row.hash("fingerprint")? != idempotency.fingerprint {
        return Ok(Some(Enqueued::Refused(Refusal::IdempotencyConflict)));
    }
    let ids: Vec<Uuid> = row.parse("job_ids", |text| {
        text.split_ascii_whitespace()
            .map(|id| Uuid::try_parse(id).ok())
            .collect()
    })?;
    let mut jobs = Vec::new();
    for id in &ids {
        let found = transaction
            .fetch_optional("SELECT * FROM jobs WHERE id = $1", &[(*id).into()])
            .await?;
        if let Some(found) = found {
            let job = rows::job(&found)?;
            jobs.push(QueuedJob {
                position: position(transaction, job.id).await?,
                job,
            });
        }
    }
    Ok(Some(Enqueued::Replayed(Replay {
        batch: row.uuid_or_null("batch_id")?,
        ids,
        jobs,
    })))
}

async fn remember(
    transaction: &mut Transaction,
    owner: Uuid,
    idempotency: &Idempotency,
    batch: Option<Uuid>,
    jobs: &[Job],
    now: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let ids: Vec<String> = jobs
        .iter()
        .map(|job| job.id.hyphenated().to_string())
        .collect();
    let values = [
        owner.into(),
        idempotency.key.as_str().into(),
        (&idempotency.fingerprint).into(),
        now.into(),
        batch.into(),
        ids.join(" ").into(),
    ];
    // One that has outlived its day may still be there.
    transaction
        .execute(
            "INSERT INTO idempotency_keys (owner_id, key, fingerprint, created_at, batch_id, job_ids)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (owner_id, key) DO UPDATE SET
                 fingerprint = $3, created_at = $4, batch_id = $5, job_ids = $6",
            &values,
        )
        .await
        .map(drop)
}

async fn reserve(
    transaction: &mut Transaction,
    job: &Job,
    now: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let values = [
        job.id.into(),
        job.owner.into(),
        now.into(),
        job.audio_ms.into(),
    ];
    transaction
        .execute(
            "INSERT INTO usage_ledger (job_id, owner_id, reserved_at, audio_ms)
             VALUES ($1, $2, $3, $4)",
            &values,
        )
        .await
        .map(drop)
}

async fn insert(
    transaction: &mut Transaction,
    job: &Job,
    at_once: u32,
) -> Result<(), DatabaseError> {
    let request = serde_json::to_string(&job.request)
        .map_err(|error| DatabaseError::Corrupt(error.to_string()))?;
    let values = [
        job.id.into(),
        job.owner.into(),
        job.batch.into(),
        job.ordinal.into(),
        request.into(),
        job.seed.into(),
        job.model.as_str().into(),
        job.audio_ms.into(),
        at_once.into(),
        job.status.id().into(),
        job.created_at.into(),
    ];
    transaction
        .execute(
            "INSERT INTO jobs (id, owner_id, batch_id, ordinal, request, seed, model, audio_ms,
                 at_once, status, permille, attempts, run, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, $11)",
            &values,
        )
        .await
        .map(drop)
}
