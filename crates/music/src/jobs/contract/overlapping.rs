//! Many callers at the same time.

use super::*;
use crate::tracks::TrackStore;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// Fifty overlapping claims for thirty jobs: thirty get one each, nobody the same.
pub async fn claims_never_give_a_job_twice<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for number in 0..30 {
        let owner = [ALICE, BOB, CAROL][number % 3];
        f.queue(owner, AMPLE, at(0)).await;
    }
    let mut calls = JoinSet::new();
    for worker in 0..50 {
        let jobs = Arc::clone(&f.jobs);
        calls.spawn(async move { jobs.claim(&format!("w{worker}"), LEASE, at(1)).await });
    }
    let claimed: Vec<_> = calls
        .join_all()
        .await
        .into_iter()
        .filter_map(Result::unwrap)
        .map(|job| job.id)
        .collect();
    let different: BTreeSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), different.len()), (30, 30));
    assert_eq!(f.jobs.counts().await.unwrap().processing, 30);
}

/// Twenty rounds of thirty overlapping orders with one key: one job a round.
pub async fn one_key_makes_one_job<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for round in 0..20_u64 {
        let mut calls = JoinSet::new();
        for _ in 0..30 {
            let order = Order::single(ALICE, f.new_job(30.0), AMPLE)
                .idempotent(key(&format!("round {round}"), 1));
            let jobs = Arc::clone(&f.jobs);
            calls.spawn(async move { jobs.enqueue(order, at(0)).await.unwrap() });
        }
        let (mut made, mut ids) = (0, BTreeSet::new());
        for answer in calls.join_all().await {
            match answer {
                Enqueued::Queued(jobs) => {
                    made += 1;
                    ids.extend(jobs.iter().map(|entry| entry.job.id));
                }
                Enqueued::Replayed(replay) => ids.extend(replay.ids),
                Enqueued::Refused(refusal) => panic!("{refusal:?}"),
            }
        }
        assert_eq!((made, ids.len()), (1, 1), "round {round}");
        assert_eq!(f.jobs.counts().await.unwrap().queued, round + 1);
    }
}

/// Forty overlapping orders against a limit of seven: exactly seven.
pub async fn no_quota_is_passed<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for (owner, limits) in [
        (
            ALICE,
            Limits {
                generations_per_hour: 7,
                ..AMPLE
            },
        ),
        (
            BOB,
            Limits {
                audio_seconds_per_day: 7 * 30 + 29,
                ..AMPLE
            },
        ),
        // Fourteen are queued by then.
        (
            CAROL,
            Limits {
                queue_capacity: 21,
                ..AMPLE
            },
        ),
    ] {
        let mut calls = JoinSet::new();
        for _ in 0..40 {
            let order = Order::single(owner, f.new_job(30.0), limits);
            let jobs = Arc::clone(&f.jobs);
            calls.spawn(async move { jobs.enqueue(order, at(0)).await.unwrap() });
        }
        let answers = calls.join_all().await;
        let accepted = answers
            .iter()
            .filter(|answer| matches!(answer, Enqueued::Queued(_)))
            .count();
        assert_eq!(accepted, 7, "{limits:?}");
        assert_eq!(f.jobs.usage(owner, at(0)).await.unwrap().generations, 7);
    }
}

/// When both overlap, either the track exists and the quota is spent, or neither.
pub async fn completing_and_cancelling_agree<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let mut spent = 0;
    for _ in 0..30 {
        let job = f.queue(ALICE, AMPLE, at(0)).await;
        let claimed = f.claim("w", at(1)).await.unwrap();
        let (track, jobs) = (track_of(&claimed), Arc::clone(&f.jobs));
        let complete = tokio::spawn(async move { jobs.complete("w", &track, at(2)).await });
        let jobs = Arc::clone(&f.jobs);
        let cancel = tokio::spawn(async move { jobs.cancel(ALICE, job.id, at(2)).await });
        let hold = complete.await.unwrap().unwrap();
        let told = cancel.await.unwrap().unwrap().unwrap().status;
        let exists = f.jobs.has_track(job.id).await.unwrap();
        spent += if exists { 30_000 } else { 0 };
        match hold {
            Hold::Held => assert_eq!((told, exists), (Status::Completed, true)),
            other => assert_eq!(
                (other, told, exists),
                (Hold::Cancelled, Status::Cancelled, false)
            ),
        }
        assert_eq!(f.jobs.usage(ALICE, at(2)).await.unwrap().audio_ms, spent);
    }
}
