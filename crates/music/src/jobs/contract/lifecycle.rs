//! From the claim to the end.

use super::*;
use crate::jobs::{Failure, FailureCode, MAX_ATTEMPTS, Usage};
use crate::tracks::{TrackStore, contract};

async fn used<J: JobStore, T>(f: &Fixture<J, T>) -> Usage {
    f.jobs.usage(ALICE, at(0)).await.unwrap()
}

fn usage(generations: u64, audio_ms: u64) -> Usage {
    Usage {
        generations,
        audio_ms,
    }
}

/// Job and track together; the ledger settles at what was made.
pub async fn completing_adds_the_track<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    f.queue(ALICE, AMPLE, at(0)).await;
    let job = f.claim("w", at(1)).await.unwrap();
    let track = Track {
        audio_ms: 29_950,
        created_at: at(9),
        ..track_of(&job)
    };
    assert_eq!(f.tracks.find(ALICE, job.id).await.unwrap(), None);
    assert_eq!(
        f.jobs.complete("w", &track, at(9)).await.unwrap(),
        Hold::Held
    );
    contract::is_found_by_its_owner_only(&*f.tracks, &track).await;
    let task = f.jobs.get(ALICE, job.id).await.unwrap().unwrap();
    assert_eq!(task.track, Some(track));
    let expected = Job {
        status: Status::Completed,
        progress: 1.0,
        finished_at: Some(at(9)),
        lease: None,
        ..job
    };
    assert_eq!(task.job, expected);
    assert_eq!(used(f).await, usage(1, 29_950));
}

/// A worker whose answer got lost asks again, and keeps its file.
pub async fn completing_may_be_repeated<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    f.queue(ALICE, AMPLE, at(0)).await;
    let job = f.claim("w", at(1)).await.unwrap();
    let track = track_of(&job);
    for _ in 0..2 {
        assert_eq!(
            f.jobs.complete("w", &track, at(9)).await.unwrap(),
            Hold::Held
        );
    }
    let other = f.jobs.complete("other", &track, at(9)).await.unwrap();
    assert_eq!(other, Hold::Lost);
    assert_eq!(used(f).await, usage(1, 30_000));
}

/// A failure of ours costs the user nothing.
pub async fn failing_gives_quota_back<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    f.claim("w", at(1)).await.unwrap();
    let failure = Failure::from(FailureCode::EngineFailed);
    assert_eq!(used(f).await, usage(1, 30_000));
    let hold = f.jobs.fail(job.id, "w", &failure, at(2)).await.unwrap();
    assert_eq!(hold, Hold::Held);
    assert_eq!(used(f).await, usage(0, 0));
    let job = f.jobs.get(ALICE, job.id).await.unwrap().unwrap().job;
    assert_eq!((job.status, job.finished_at), (Status::Failed, Some(at(2))));
    assert_eq!((job.failure, job.lease), (Some(failure), None));
}

/// It never starts, its seconds come back, and saying it twice changes nothing.
pub async fn cancelling_a_queued_job<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    let cancelled = f.jobs.cancel(ALICE, job.id, at(1)).await.unwrap().unwrap();
    assert_eq!(cancelled.status, Status::Cancelled);
    assert_eq!(cancelled.finished_at, Some(at(1)));
    let again = f.jobs.cancel(ALICE, job.id, at(2)).await.unwrap();
    assert_eq!(again, Some(cancelled));
    assert_eq!(f.claim("w", at(3)).await, None);
    assert_eq!(used(f).await, usage(1, 0));
}

/// The job is cancelled at once; whatever its worker says next is answered with that.
pub async fn cancelling_a_running_job_tells_its_worker<J: JobStore, T: TrackStore>(
    f: &Fixture<J, T>,
) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    let claimed = f.claim("w", at(1)).await.unwrap();
    let cancelled = f.jobs.cancel(ALICE, job.id, at(2)).await.unwrap().unwrap();
    assert_eq!(
        (cancelled.status, &cancelled.lease),
        (Status::Cancelled, &None)
    );
    let failure = Failure::from(FailureCode::EngineFailed);
    let beat = f
        .jobs
        .heartbeat(job.id, "w", 0.5, "mixing", LEASE, at(3))
        .await;
    assert_eq!(beat.unwrap(), Hold::Cancelled);
    let complete = f.jobs.complete("w", &track_of(&claimed), at(3)).await;
    assert_eq!(complete.unwrap(), Hold::Cancelled);
    let fail = f.jobs.fail(job.id, "w", &failure, at(3)).await;
    assert_eq!(fail.unwrap(), Hold::Cancelled);
    assert_eq!(f.jobs.release(job.id, "w").await.unwrap(), Hold::Cancelled);
    let stored = f.jobs.get(ALICE, job.id).await.unwrap().unwrap();
    assert_eq!((stored.job, stored.track), (cancelled, None));
    assert_eq!(used(f).await, usage(1, 0));
}

/// What is over stays as it ended.
pub async fn a_final_job_cannot_be_cancelled<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    f.queue(ALICE, AMPLE, at(0)).await;
    let job = f.finish_one(at(1)).await;
    let answer = f.jobs.cancel(ALICE, job.id, at(2)).await.unwrap().unwrap();
    assert_eq!(answer.status, Status::Completed);
    assert_eq!(used(f).await, usage(1, 30_000));
    assert_eq!(
        f.jobs
            .cancel(ALICE, Uuid::from_u128(404), at(2))
            .await
            .unwrap(),
        None
    );
}

/// Progress is seen by readers, rounded to thousandths, and never falls.
pub async fn heartbeats_record_progress_and_prolong<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let id = f.queue(ALICE, AMPLE, at(0)).await.id;
    f.claim("w", at(0)).await.unwrap();
    for (progress, stage, second, expected) in [
        (0.25, "composing", 5, 0.25),
        (0.5004, "rendering", 6, 0.5),
        (0.3, "rendering", 7, 0.5),
        (f32::NAN, "mixing", 8, 0.5),
        (7.0, "encoding", 9, 1.0),
    ] {
        let beat = f
            .jobs
            .heartbeat(id, "w", progress, stage, LEASE, at(second))
            .await;
        assert_eq!(beat.unwrap(), Hold::Held);
        let job = f.jobs.get(ALICE, id).await.unwrap().unwrap().job;
        assert_eq!(
            (job.progress, job.stage.as_deref()),
            (expected, Some(stage))
        );
        assert_eq!(job.lease.unwrap().until, at(second) + LEASE);
    }
    let early = f
        .jobs
        .requeue_expired(at(9) + LEASE - Duration::SECOND)
        .await;
    assert!(early.unwrap().requeued.is_empty());
}

/// Another worker, a queued job, a job that isn't there.
pub async fn a_stranger_to_the_lease_is_refused<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let failure = Failure::from(FailureCode::EngineFailed);
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    let beat = f
        .jobs
        .heartbeat(job.id, "w", 0.5, "mixing", LEASE, at(1))
        .await;
    assert_eq!(beat.unwrap(), Hold::Lost, "queued");
    let claimed = f.claim("w", at(1)).await.unwrap();
    let beat = f
        .jobs
        .heartbeat(job.id, "v", 0.5, "mixing", LEASE, at(1))
        .await;
    assert_eq!(beat.unwrap(), Hold::Lost, "another's");
    let complete = f.jobs.complete("v", &track_of(&claimed), at(1)).await;
    assert_eq!(complete.unwrap(), Hold::Lost);
    let fail = f.jobs.fail(job.id, "v", &failure, at(1)).await;
    assert_eq!(fail.unwrap(), Hold::Lost);
    assert_eq!(f.jobs.release(job.id, "v").await.unwrap(), Hold::Lost);
    let nowhere = Uuid::from_u128(404);
    let beat = f
        .jobs
        .heartbeat(nowhere, "w", 0.5, "mixing", LEASE, at(1))
        .await;
    assert_eq!(beat.unwrap(), Hold::Lost, "absent");
    let stored = f.jobs.get(ALICE, job.id).await.unwrap().unwrap();
    assert_eq!((stored.job, stored.track), (claimed, None));
}

/// As often as a server is restarted, the job keeps its three attempts and its place.
pub async fn release_does_not_count_as_an_attempt<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    f.queue(ALICE, AMPLE, at(1)).await;
    for run in 1..=MAX_ATTEMPTS + 2 {
        let claimed = f.claim("w", at(2)).await.unwrap();
        assert_eq!(
            (claimed.id, claimed.attempts, claimed.run),
            (job.id, 1, run)
        );
        f.jobs
            .heartbeat(job.id, "w", 0.5, "mixing", LEASE, at(2))
            .await
            .unwrap();
        assert_eq!(f.jobs.release(job.id, "w").await.unwrap(), Hold::Held);
        let released = f.jobs.get(ALICE, job.id).await.unwrap().unwrap().job;
        assert_eq!(released, Job { run, ..job.clone() });
    }
    assert_eq!(used(f).await, usage(2, 60_000));
}

/// A dead worker's job goes to another, and the dead one, waking up, is told.
pub async fn an_expired_lease_puts_the_job_back<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    let held = f.claim("dead", at(0)).await.unwrap();
    let early = f.jobs.requeue_expired(at(14)).await.unwrap();
    assert!(early.requeued.is_empty() && early.failed.is_empty());
    let recovered = f.jobs.requeue_expired(at(15)).await.unwrap();
    let ids: Vec<_> = recovered
        .requeued
        .iter()
        .map(|job| (job.id, job.status))
        .collect();
    assert_eq!(ids, [(job.id, Status::Queued)]);
    assert_eq!(used(f).await, usage(1, 30_000));
    let again = f.claim("alive", at(16)).await.unwrap();
    assert_eq!((again.id, again.attempts, again.run), (job.id, 2, 2));
    assert_eq!(again.seed, held.seed);
    let late = f
        .jobs
        .complete("dead", &track_of(&held), at(17))
        .await
        .unwrap();
    assert_eq!(late, Hold::Lost);
    let done = f
        .jobs
        .complete("alive", &track_of(&again), at(17))
        .await
        .unwrap();
    assert_eq!(done, Hold::Held);
}

/// A request that kills its worker each time is given up, and costs nothing.
pub async fn the_third_crash_fails_the_job<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    for attempt in 1..=MAX_ATTEMPTS {
        let start = at(i64::from(attempt) * 100);
        f.claim("w", start).await.unwrap();
        let recovered = f.jobs.requeue_expired(start + LEASE).await.unwrap();
        let last = attempt == MAX_ATTEMPTS;
        assert_eq!(recovered.requeued.len(), usize::from(!last), "{attempt}");
        assert_eq!(recovered.failed.len(), usize::from(last), "{attempt}");
    }
    let job = f.jobs.get(ALICE, job.id).await.unwrap().unwrap().job;
    assert_eq!(job.status, Status::Failed);
    assert_eq!(job.failure, Some(FailureCode::EngineCrashed.into()));
    assert_eq!(used(f).await, usage(0, 0));
    assert_eq!(f.claim("w", at(1000)).await, None);
}

/// Deleting isn't a way to more music.
pub async fn deleting_a_finished_job_keeps_its_quota<J: JobStore, T: TrackStore>(
    f: &Fixture<J, T>,
) {
    f.queue(ALICE, AMPLE, at(0)).await;
    let job = f.finish_one(at(1)).await;
    let deleted = f.jobs.delete(ALICE, job.id).await.unwrap().unwrap();
    assert_eq!(deleted.track, Some(track_of(&job)));
    assert_eq!(f.jobs.get(ALICE, job.id).await.unwrap(), None);
    assert_eq!(f.tracks.find(ALICE, job.id).await.unwrap(), None);
    assert!(!f.jobs.has_track(job.id).await.unwrap());
    assert_eq!(f.jobs.delete(ALICE, job.id).await.unwrap(), None);
    assert_eq!(used(f).await, usage(1, 30_000));
}

/// Queued: it never starts. Running: its worker is told. Either way the seconds come back.
pub async fn deleting_an_unfinished_job_stops_it<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let running = f.queue(ALICE, AMPLE, at(0)).await;
    let claimed = f.claim("w", at(1)).await.unwrap();
    let waiting = f.queue(ALICE, AMPLE, at(2)).await;
    for id in [running.id, waiting.id] {
        let task = f.jobs.delete(ALICE, id).await.unwrap().unwrap();
        assert_eq!((task.job.id, task.track), (id, None));
    }
    let beat = f
        .jobs
        .heartbeat(running.id, "w", 0.5, "mixing", LEASE, at(3))
        .await;
    assert_eq!(beat.unwrap(), Hold::Lost);
    let complete = f.jobs.complete("w", &track_of(&claimed), at(3)).await;
    assert_eq!(complete.unwrap(), Hold::Lost);
    assert!(!f.jobs.has_track(running.id).await.unwrap());
    assert_eq!(f.claim("w", at(4)).await, None);
    assert_eq!(used(f).await, usage(2, 0));
}

/// A piece a few samples too long must not push its owner over a limit.
pub async fn settling_never_charges_more_than_reserved<J: JobStore, T: TrackStore>(
    f: &Fixture<J, T>,
) {
    f.queue(ALICE, AMPLE, at(0)).await;
    let job = f.claim("w", at(1)).await.unwrap();
    let long = Track {
        audio_ms: 30_090,
        ..track_of(&job)
    };
    assert_eq!(
        f.jobs.complete("w", &long, at(2)).await.unwrap(),
        Hold::Held
    );
    assert_eq!(used(f).await, usage(1, 30_000));
}
