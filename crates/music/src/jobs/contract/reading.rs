//! Looking up, listing, counting, forgetting.

use super::*;
use crate::jobs::{Counts, Cursor};
use crate::tracks::TrackStore;

/// No verb tells a stranger that a job exists.
pub async fn others_jobs_are_absent<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let batch = Uuid::from_u128(9);
    let jobs = vec![f.new_job(30.0), f.new_job(30.0)];
    let order = Order::batch(ALICE, batch, jobs, AMPLE).unwrap();
    let job = queued(f.jobs.enqueue(order, at(0)).await.unwrap())
        .remove(0)
        .job;
    assert_eq!(f.jobs.get(BOB, job.id).await.unwrap(), None);
    assert_eq!(f.jobs.cancel(BOB, job.id, at(1)).await.unwrap(), None);
    assert_eq!(f.jobs.delete(BOB, job.id).await.unwrap(), None);
    assert_eq!(f.jobs.batch(BOB, batch).await.unwrap(), []);
    assert_eq!(f.jobs.list(BOB, None, 10).await.unwrap().items, []);
    // A cursor made from somebody else's job opens nothing.
    let after = Cursor::after(at(5), job.id);
    assert_eq!(f.jobs.list(BOB, Some(after), 10).await.unwrap().items, []);
    assert_eq!(f.status(ALICE, job.id).await, Some(Status::Queued));
}

/// Each job once, newest first, also among jobs of one millisecond, and while the list grows.
pub async fn a_list_pages_newest_first<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let mut expected = Vec::new();
    for second in [0, 0, 0, 1, 2, 2, 3] {
        expected.push(f.queue(ALICE, AMPLE, at(second)).await);
    }
    expected.sort_by_key(|job| std::cmp::Reverse((job.created_at, job.id)));
    for limit in [1, 2, 3, 6, 7, 8, 100] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = f.jobs.list(ALICE, after, limit).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            seen.extend(page.items.into_iter().map(|task| task.job));
            let Some(next) = page.next else { break };
            after = Some(Cursor::parse(&next.to_string()).unwrap());
            assert!(seen.len() <= expected.len(), "limit {limit} never ends");
        }
        assert_eq!(seen, expected, "limit {limit}");
    }
    let first = f.jobs.list(ALICE, None, 3).await.unwrap();
    f.queue(ALICE, AMPLE, at(9)).await;
    let second = f.jobs.list(ALICE, first.next, 100).await.unwrap();
    let ids: Vec<_> = second.items.iter().map(|task| task.job.id).collect();
    let rest: Vec<_> = expected[3..].iter().map(|job| job.id).collect();
    assert_eq!(ids, rest);
}

/// Given order, with the tracks that are ready.
pub async fn a_batch_is_read_in_order<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let batch = Uuid::from_u128(9);
    let jobs: Vec<_> = (0..5).map(|_| f.new_job(30.0)).rev().collect();
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    let order = Order::batch(ALICE, batch, jobs, AMPLE).unwrap();
    queued(f.jobs.enqueue(order, at(0)).await.unwrap());
    let done = f.finish_one(at(1)).await;
    let tasks = f.jobs.batch(ALICE, batch).await.unwrap();
    let read: Vec<_> = tasks.iter().map(|task| task.job.id).collect();
    assert_eq!(read, ids);
    assert_eq!(done.id, ids[0]);
    let ready: Vec<_> = tasks.iter().map(|task| task.track.is_some()).collect();
    assert_eq!(ready, [true, false, false, false, false]);
    assert_eq!(f.jobs.batch(ALICE, Uuid::from_u128(404)).await.unwrap(), []);
}

/// All owners, each status.
pub async fn counts_by_status<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    assert_eq!(f.jobs.counts().await.unwrap(), Counts::default());
    for owner in [ALICE, BOB, ALICE, BOB] {
        f.queue(owner, AMPLE, at(0)).await;
    }
    f.finish_one(at(1)).await;
    f.claim("w", at(2)).await.unwrap();
    let last = f.queue(CAROL, AMPLE, at(3)).await;
    f.jobs.cancel(CAROL, last.id, at(4)).await.unwrap();
    let expected = Counts {
        queued: 2,
        processing: 1,
        completed: 1,
        failed: 0,
        cancelled: 1,
    };
    assert_eq!(f.jobs.counts().await.unwrap(), expected);
}

/// An hour for generations, a day for seconds, both rolling.
pub async fn usage_forgets_by_window<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    f.queue(ALICE, AMPLE, at(0)).await;
    f.queue(ALICE, AMPLE, at(100)).await;
    f.queue(BOB, AMPLE, at(100)).await;
    for (second, generations, audio_ms) in [
        (100, 2, 60_000),
        (3599, 2, 60_000),
        (3600, 1, 60_000),
        (3700, 0, 60_000),
        (86_399, 0, 60_000),
        (86_400, 0, 30_000),
        (86_500, 0, 0),
    ] {
        let usage = f.jobs.usage(ALICE, at(second)).await.unwrap();
        assert_eq!(
            (usage.generations, usage.audio_ms),
            (generations, audio_ms),
            "{second}"
        );
    }
}

/// What still counts stays.
pub async fn sweeping_forgets_only_what_is_old<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let order = |text| Order::single(ALICE, f.new_job(30.0), AMPLE).idempotent(key(text, 1));
    queued(f.jobs.enqueue(order("old"), at(0)).await.unwrap());
    queued(f.jobs.enqueue(order("young"), at(60)).await.unwrap());
    assert_eq!(f.jobs.sweep(at(86_399)).await.unwrap(), 0);
    assert_eq!(f.jobs.sweep(at(86_400)).await.unwrap(), 2);
    assert_eq!(f.jobs.sweep(at(86_400)).await.unwrap(), 0);
    assert_eq!(
        f.jobs.usage(ALICE, at(86_400)).await.unwrap().audio_ms,
        30_000
    );
    let again = f.jobs.enqueue(order("young"), at(86_401)).await.unwrap();
    assert!(matches!(again, Enqueued::Replayed(_)), "{again:?}");
    assert_eq!(f.jobs.counts().await.unwrap().queued, 2);
}
