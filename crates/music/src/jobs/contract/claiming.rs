//! Who is served next.

use super::*;
use crate::tracks::TrackStore;

/// Age, then the order within a batch.
pub async fn oldest_first_within_an_owner<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let late = f.queue(ALICE, AMPLE, at(10)).await;
    let jobs = vec![f.new_job(30.0), f.new_job(30.0)];
    let order = Order::batch(ALICE, Uuid::from_u128(1), jobs, AMPLE).unwrap();
    let early = queued(f.jobs.enqueue(order, at(5)).await.unwrap());
    let expected = [early[0].job.id, early[1].job.id, late.id];
    for id in expected {
        assert_eq!(f.claim("w", at(20)).await.unwrap().id, id);
    }
}

/// A newer job of an idle user goes before an older one of a busy user.
pub async fn fewest_running_first<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for second in 0..3 {
        f.queue(ALICE, AMPLE, at(second)).await;
    }
    assert_eq!(f.claim("w1", at(5)).await.unwrap().owner, ALICE);
    f.queue(BOB, AMPLE, at(6)).await;
    assert_eq!(f.claim("w2", at(7)).await.unwrap().owner, BOB);
}

/// Among users with equally many running, the one served longest ago; never served counts first.
pub async fn served_longest_ago_first<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for owner in [ALICE, ALICE, BOB, BOB, CAROL] {
        f.queue(owner, AMPLE, at(0)).await;
    }
    let mut served = Vec::new();
    for _ in 0..5 {
        served.push(f.finish_one(at(1)).await.owner);
    }
    let first: std::collections::BTreeSet<_> = served[..3].iter().collect();
    assert_eq!(first.len(), 3, "{served:?}");
    let twice: Vec<_> = served[..3]
        .iter()
        .copied()
        .filter(|owner| *owner != CAROL)
        .collect();
    assert_eq!(served[3..], twice);
}

/// Fifty waiting jobs of one user delay another user's single one by one job.
pub async fn a_heavy_user_does_not_starve_others<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for second in 0..50 {
        f.queue(ALICE, AMPLE, at(second)).await;
    }
    assert_eq!(f.finish_one(at(60)).await.owner, ALICE);
    f.queue(BOB, AMPLE, at(61)).await;
    assert_eq!(f.finish_one(at(62)).await.owner, BOB);
    assert_eq!(f.finish_one(at(63)).await.owner, ALICE);
}

/// At the limit nothing more of that user starts; others do. Zero counts as one.
pub async fn at_once_is_kept<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let two = Limits {
        at_once: 2,
        ..AMPLE
    };
    let zero = Limits {
        at_once: 0,
        ..AMPLE
    };
    for _ in 0..3 {
        f.queue(ALICE, two, at(0)).await;
        f.queue(BOB, zero, at(0)).await;
    }
    let mut owners = Vec::new();
    while let Some(job) = f.claim("w", at(1)).await {
        owners.push(job.owner);
    }
    owners.sort();
    assert_eq!(owners, [BOB, ALICE, ALICE]);
    let running = f.jobs.list(BOB, None, 10).await.unwrap().items;
    let running = running
        .into_iter()
        .find(|task| task.job.status == Status::Processing);
    f.jobs
        .cancel(BOB, running.unwrap().job.id, at(2))
        .await
        .unwrap();
    assert_eq!(f.claim("w", at(3)).await.unwrap().owner, BOB);
    assert_eq!(f.claim("w", at(3)).await, None);
}

/// What a claim writes down.
pub async fn a_claimed_job_has_a_lease<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let job = f.queue(ALICE, AMPLE, at(0)).await;
    let claimed = f.claim("node/0", at(7)).await.unwrap();
    let expected = Job {
        status: Status::Processing,
        attempts: 1,
        run: 1,
        started_at: Some(at(7)),
        lease: Some(super::super::Lease {
            worker: "node/0".to_owned(),
            until: at(7) + LEASE,
        }),
        ..job
    };
    assert_eq!(claimed, expected);
    let stored = f.jobs.get(ALICE, claimed.id).await.unwrap().unwrap();
    assert_eq!(stored.job, claimed);
}

/// No job, no claim; also when all are taken.
pub async fn nothing_is_due_in_an_empty_queue<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    assert_eq!(f.claim("w", at(0)).await, None);
    f.queue(ALICE, AMPLE, at(0)).await;
    f.finish_one(at(1)).await;
    assert_eq!(f.claim("w", at(2)).await, None);
}
