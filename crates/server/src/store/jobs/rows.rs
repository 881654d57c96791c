use crate::store::tracks;
use musicgen_music::jobs::{Failure, FailureCode, Job, Lease, Status, Task};
use musicgen_security_store::DatabaseError;
use musicgen_security_store::database::Row;

/// `SELECT` of jobs `j` with their tracks `t`, and whatever follows.
macro_rules! select_tasks {
    ($rest:literal) => {
        concat!(
            "SELECT j.*, ",
            $crate::store::tracks::track_columns!(),
            " FROM jobs j LEFT JOIN tracks t ON t.id = j.id ",
            $rest
        )
    };
}
pub(super) use select_tasks;

pub(super) fn task(row: &Row) -> Result<Task, DatabaseError> {
    Ok(Task {
        job: job(row)?,
        track: tracks::read(row)?,
    })
}

pub(super) fn job(row: &Row) -> Result<Job, DatabaseError> {
    let worker = row.text_or_null("worker")?;
    let lease = worker.zip(row.time_or_null("lease_until")?);
    let code = row.text_or_null("failure_code")?;
    let failure = match code {
        None => None,
        Some(_) => Some(Failure {
            code: row.parse("failure_code", FailureCode::from_id)?,
            detail: row.text("failure_detail")?,
        }),
    };
    Ok(Job {
        id: row.uuid("id")?,
        owner: row.uuid("owner_id")?,
        batch: row.uuid_or_null("batch_id")?,
        ordinal: row.small("ordinal")?,
        request: row.parse("request", |text| serde_json::from_str(text).ok())?,
        seed: row.unsigned("seed")?,
        model: row.text("model")?,
        audio_ms: row.unsigned("audio_ms")?,
        status: row.parse("status", Status::from_id)?,
        progress: row.small("permille")? as f32 / 1000.0,
        stage: row.text_or_null("stage")?,
        attempts: row.small("attempts")?,
        run: row.small("run")?,
        created_at: row.time("created_at")?,
        started_at: row.time_or_null("started_at")?,
        finished_at: row.time_or_null("finished_at")?,
        failure,
        lease: lease.map(|(worker, until)| Lease { worker, until }),
    })
}
