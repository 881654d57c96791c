//! Accepting and refusing.

use super::*;
use crate::tracks::TrackStore;

/// What was ordered is what is stored.
pub async fn every_field_is_kept<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let new = f.new_job(12.5);
    let order = Order::single(ALICE, new.clone(), AMPLE);
    let entry = queued(f.jobs.enqueue(order, at(0)).await.unwrap()).remove(0);
    assert_eq!(entry.position, Some(1));
    let task = f.jobs.get(ALICE, new.id).await.unwrap().unwrap();
    assert_eq!(task.job, entry.job);
    assert_eq!(task.track, None);
    let expected = new.into_job(ALICE, None, 0, at(0));
    assert_eq!(entry.job, expected);
    assert_eq!(entry.job.audio_ms, 12_500);
    assert_eq!(entry.job.status, Status::Queued);
}

/// Positions are places by age, and move up.
pub async fn positions_count_the_jobs_before<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let first = f.queue(ALICE, AMPLE, at(0)).await;
    let second = f.queue(BOB, AMPLE, at(1)).await;
    let third = f.queue(ALICE, AMPLE, at(2)).await;
    for (job, position) in [(&first, 1), (&second, 2), (&third, 3)] {
        assert_eq!(f.jobs.position(job.id).await.unwrap(), Some(position));
    }
    f.jobs.cancel(BOB, second.id, at(3)).await.unwrap();
    assert_eq!(f.jobs.position(second.id).await.unwrap(), None);
    assert_eq!(f.jobs.position(third.id).await.unwrap(), Some(2));
    assert_eq!(f.claim("w", at(4)).await.unwrap().id, first.id);
    assert_eq!(f.jobs.position(first.id).await.unwrap(), None);
    assert_eq!(f.jobs.position(third.id).await.unwrap(), Some(1));
    assert_eq!(f.jobs.position(Uuid::from_u128(404)).await.unwrap(), None);
}

/// All or none, by each limit.
pub async fn a_batch_is_queued_whole_or_not_at_all<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let batch = |id: u128, count: usize, limits| {
        let jobs = (0..count).map(|_| f.new_job(30.0)).collect();
        Order::batch(ALICE, Uuid::from_u128(id), jobs, limits).unwrap()
    };
    let roomy = queued(f.jobs.enqueue(batch(1, 5, AMPLE), at(0)).await.unwrap());
    let places: Vec<_> = roomy
        .iter()
        .map(|entry| (entry.job.ordinal, entry.position))
        .collect();
    assert_eq!(places, [0, 1, 2, 3, 4].map(|n| (n, Some(u64::from(n) + 1))));
    for (name, limits) in [
        (
            "queue",
            Limits {
                queue_capacity: 7,
                ..AMPLE
            },
        ),
        (
            "hour",
            Limits {
                generations_per_hour: 7,
                ..AMPLE
            },
        ),
        (
            "day",
            Limits {
                audio_seconds_per_day: 239,
                ..AMPLE
            },
        ),
    ] {
        refused(f.jobs.enqueue(batch(2, 3, limits), at(1)).await.unwrap());
        assert_eq!(f.jobs.counts().await.unwrap().queued, 5, "{name}");
        assert_eq!(
            f.jobs.usage(ALICE, at(1)).await.unwrap().generations,
            5,
            "{name}"
        );
    }
    let fits = Limits {
        queue_capacity: 8,
        generations_per_hour: 8,
        audio_seconds_per_day: 240,
        ..AMPLE
    };
    queued(f.jobs.enqueue(batch(3, 3, fits), at(1)).await.unwrap());
}

/// Below, at and above; running jobs don't wait.
pub async fn the_queue_has_a_capacity<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let limits = Limits {
        queue_capacity: 2,
        ..AMPLE
    };
    f.queue(ALICE, limits, at(0)).await;
    f.queue(BOB, limits, at(0)).await;
    let full = f.try_queue(CAROL, 30.0, limits, at(0)).await;
    assert_eq!(refused(full), Refusal::QueueFull);
    f.claim("w", at(1)).await.unwrap();
    queued(f.try_queue(CAROL, 30.0, limits, at(1)).await);
}

/// Below, at, above, and again when the oldest has left the hour.
pub async fn generations_per_hour_at_and_above<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let limits = Limits {
        generations_per_hour: 3,
        ..AMPLE
    };
    for second in [0, 60, 120] {
        f.queue(ALICE, limits, at(second)).await;
    }
    let expected = |retry_after| Refusal::HourlyLimit {
        limit: 3,
        retry_after,
    };
    let over = f.try_queue(ALICE, 30.0, limits, at(600)).await;
    assert_eq!(refused(over), expected(Duration::seconds(3000)));
    let pair = vec![f.new_job(30.0), f.new_job(30.0)];
    let pair = Order::batch(ALICE, Uuid::from_u128(1), pair, limits).unwrap();
    let over = f.jobs.enqueue(pair, at(600)).await.unwrap();
    assert_eq!(refused(over), expected(Duration::seconds(3060)));
    let over = f.try_queue(ALICE, 30.0, limits, at(3599)).await;
    assert_eq!(refused(over), expected(Duration::seconds(1)));
    queued(f.try_queue(ALICE, 30.0, limits, at(3600)).await);
    let never = Limits {
        generations_per_hour: 0,
        ..AMPLE
    };
    let over = f.try_queue(BOB, 30.0, never, at(0)).await;
    assert_eq!(
        refused(over),
        Refusal::HourlyLimit {
            limit: 0,
            retry_after: Duration::HOUR
        }
    );
}

/// Below, at, above to the millisecond, and again when enough has left the day.
pub async fn audio_seconds_per_day_at_and_above<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let limits = Limits {
        audio_seconds_per_day: 100,
        ..AMPLE
    };
    queued(f.try_queue(ALICE, 40.0, limits, at(0)).await);
    queued(f.try_queue(ALICE, 20.0, limits, at(60)).await);
    let expected = |used_ms, seconds| Refusal::DailySeconds {
        limit: 100,
        used_ms,
        retry_after: Duration::seconds(seconds),
    };
    let day = 24 * 3600;
    let over = f.try_queue(ALICE, 40.001, limits, at(100)).await;
    assert_eq!(refused(over), expected(60_000, day - 100));
    queued(f.try_queue(ALICE, 40.0, limits, at(100)).await);
    let over = f.try_queue(ALICE, 1.0, limits, at(200)).await;
    assert_eq!(refused(over), expected(100_000, day - 200));
    // 41 seconds need the first two entries to leave.
    let over = f.try_queue(ALICE, 41.0, limits, at(200)).await;
    assert_eq!(refused(over), expected(100_000, day + 60 - 200));
    let over = f.try_queue(ALICE, 101.0, limits, at(200)).await;
    assert_eq!(refused(over), expected(100_000, day));
    queued(f.try_queue(ALICE, 40.0, limits, at(day)).await);
}

/// No job, no usage, no turn lost.
pub async fn a_refused_order_changes_nothing<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let none = Limits {
        audio_seconds_per_day: 10,
        ..AMPLE
    };
    let job = f.new_job(30.0);
    let order = Order::single(ALICE, job.clone(), none);
    refused(f.jobs.enqueue(order, at(0)).await.unwrap());
    assert_eq!(f.jobs.get(ALICE, job.id).await.unwrap(), None);
    assert_eq!(
        f.jobs.usage(ALICE, at(0)).await.unwrap(),
        super::super::Usage::default()
    );
    assert_eq!(
        f.jobs.counts().await.unwrap(),
        super::super::Counts::default()
    );
}

/// One user at a limit doesn't hinder another.
pub async fn limits_are_each_owners_own<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let limits = Limits {
        generations_per_hour: 1,
        audio_seconds_per_day: 30,
        ..AMPLE
    };
    f.queue(ALICE, limits, at(0)).await;
    refused(f.try_queue(ALICE, 30.0, limits, at(0)).await);
    f.queue(BOB, limits, at(0)).await;
}

/// The same jobs, as they are by then; nothing new.
pub async fn a_repeated_key_replays<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let batch = Uuid::from_u128(77);
    let order = |f: &Fixture<J, T>, batch| {
        let jobs = vec![f.new_job(30.0), f.new_job(20.0)];
        Order::batch(ALICE, batch, jobs, AMPLE)
            .unwrap()
            .idempotent(key("k", 1))
    };
    let first = queued(f.jobs.enqueue(order(f, batch), at(0)).await.unwrap());
    let claimed = f.claim("w", at(1)).await.unwrap();
    let again = f
        .jobs
        .enqueue(order(f, Uuid::from_u128(78)), at(2))
        .await
        .unwrap();
    let Enqueued::Replayed(replay) = again else {
        panic!("not replayed: {again:?}");
    };
    assert_eq!(replay.batch, Some(batch));
    let ids: Vec<_> = first.iter().map(|entry| entry.job.id).collect();
    assert_eq!(replay.ids, ids);
    assert_eq!(replay.jobs[0].job, claimed);
    assert_eq!(replay.jobs[0].position, None);
    assert_eq!(replay.jobs[1].job, first[1].job);
    assert_eq!(replay.jobs[1].position, Some(1));
    assert_eq!(f.jobs.usage(ALICE, at(2)).await.unwrap().generations, 2);
}

/// A key is a promise about one request.
pub async fn a_repeated_key_with_another_request_conflicts<J: JobStore, T: TrackStore>(
    f: &Fixture<J, T>,
) {
    let order =
        |request| Order::single(ALICE, f.new_job(30.0), AMPLE).idempotent(key("k", request));
    queued(f.jobs.enqueue(order(1), at(0)).await.unwrap());
    let other = f.jobs.enqueue(order(2), at(1)).await.unwrap();
    assert_eq!(refused(other), Refusal::IdempotencyConflict);
    assert_eq!(f.jobs.counts().await.unwrap().queued, 1);
}

/// A second before 24 hours it replays, at 24 hours it is new, swept or not.
pub async fn a_key_lives_24_hours<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let order =
        |request| Order::single(ALICE, f.new_job(30.0), AMPLE).idempotent(key("k", request));
    let day = 24 * 3600;
    queued(f.jobs.enqueue(order(1), at(0)).await.unwrap());
    let last = f.jobs.enqueue(order(1), at(day - 1)).await.unwrap();
    assert!(matches!(last, Enqueued::Replayed(_)), "{last:?}");
    queued(f.jobs.enqueue(order(2), at(day)).await.unwrap());
    let renewed = f.jobs.enqueue(order(2), at(day + 1)).await.unwrap();
    assert!(matches!(renewed, Enqueued::Replayed(_)), "{renewed:?}");
}

/// Two clients may choose the same text.
pub async fn keys_are_each_owners_own<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    for owner in [ALICE, BOB] {
        let order = Order::single(owner, f.new_job(30.0), AMPLE).idempotent(key("k", 1));
        queued(f.jobs.enqueue(order, at(0)).await.unwrap());
    }
}

/// Whoever was told to come back later can come back with the same key.
pub async fn a_refused_order_leaves_its_key_free<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let full = Limits {
        queue_capacity: 0,
        ..AMPLE
    };
    let order = |limits| Order::single(ALICE, f.new_job(30.0), limits).idempotent(key("k", 1));
    refused(f.jobs.enqueue(order(full), at(0)).await.unwrap());
    queued(f.jobs.enqueue(order(AMPLE), at(1)).await.unwrap());
}

/// A deleted job isn't made a second time by a late repetition.
pub async fn a_replay_names_deleted_jobs<J: JobStore, T: TrackStore>(f: &Fixture<J, T>) {
    let order = || Order::single(ALICE, f.new_job(30.0), AMPLE).idempotent(key("k", 1));
    let first = queued(f.jobs.enqueue(order(), at(0)).await.unwrap()).remove(0);
    f.jobs.delete(ALICE, first.job.id).await.unwrap().unwrap();
    let again = f.jobs.enqueue(order(), at(1)).await.unwrap();
    let expected = super::super::Replay {
        batch: None,
        ids: vec![first.job.id],
        jobs: vec![],
    };
    assert_eq!(again, Enqueued::Replayed(expected));
}
