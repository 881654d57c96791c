//! What every store of jobs must do.
//!
//! [`job_store_contract!`](crate::job_store_contract) makes one test of each case. It is given an
//! expression that makes a fresh, empty store:
//!
//! ```text
//! musicgen_music::job_store_contract!(Fixture::new(jobs, tracks));
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "these are tests, which other crates run too: panicking is how they fail"
)]

pub mod claiming;
pub mod lifecycle;
pub mod overlapping;
pub mod queueing;
pub mod reading;

use super::{
    Enqueued, Hold, Idempotency, Job, JobStore, Limits, NewJob, Order, QueuedJob, Refusal, Status,
};
use crate::request::{Draft, GenerationRequest};
use crate::tracks::{Track, contract::track};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A fresh store of jobs and the store of tracks that belongs to it.
#[derive(Debug)]
pub struct Fixture<J, T> {
    /// Under test.
    pub jobs: Arc<J>,
    /// Where its finished tracks appear.
    pub tracks: Arc<T>,
    next: AtomicU64,
}

/// Alice.
pub const ALICE: Uuid = Uuid::from_u128(0xa11ce);
/// Bob.
pub const BOB: Uuid = Uuid::from_u128(0xb0b);
/// Carol.
pub const CAROL: Uuid = Uuid::from_u128(0xca201);
/// How long the tests' leases last.
pub const LEASE: Duration = Duration::seconds(15);
/// Limits that nothing here reaches.
pub const AMPLE: Limits = Limits {
    queue_capacity: 1000,
    generations_per_hour: 1000,
    audio_seconds_per_day: 1_000_000,
    at_once: 100,
};

/// The time of the tests, `seconds` after their beginning.
pub fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::seconds(seconds)
}

impl<J: JobStore, T> Fixture<J, T> {
    /// Joins the two.
    pub fn new(jobs: J, tracks: T) -> Self {
        Self {
            jobs: Arc::new(jobs),
            tracks: Arc::new(tracks),
            next: AtomicU64::new(1),
        }
    }

    /// A job of this length with an id never used before.
    pub fn new_job(&self, seconds: f64) -> NewJob {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let request = GenerationRequest::new(Draft {
            prompt: "slow sad piano 🎹".to_owned(),
            duration: Some(seconds),
            instruments: Some(vec!["piano".to_owned()]),
            ..Draft::default()
        })
        .unwrap();
        NewJob::new(
            Uuid::from_u128(u128::from(number) << 64),
            &request,
            number,
            "builtin",
        )
    }

    /// Queues one job of 30 seconds.
    pub async fn queue(&self, owner: Uuid, limits: Limits, now: OffsetDateTime) -> Job {
        let order = Order::single(owner, self.new_job(30.0), limits);
        queued(self.jobs.enqueue(order, now).await.unwrap())
            .remove(0)
            .job
    }

    /// Tries to queue one job of this length.
    pub async fn try_queue(
        &self,
        owner: Uuid,
        seconds: f64,
        limits: Limits,
        now: OffsetDateTime,
    ) -> Enqueued {
        let order = Order::single(owner, self.new_job(seconds), limits);
        self.jobs.enqueue(order, now).await.unwrap()
    }

    /// Claims for a worker.
    pub async fn claim(&self, worker: &str, now: OffsetDateTime) -> Option<Job> {
        self.jobs.claim(worker, LEASE, now).await.unwrap()
    }

    /// The status of a job of `owner`.
    pub async fn status(&self, owner: Uuid, id: Uuid) -> Option<Status> {
        let task = self.jobs.get(owner, id).await.unwrap();
        task.map(|task| task.job.status)
    }

    /// Claims and completes whatever is due.
    pub async fn finish_one(&self, now: OffsetDateTime) -> Job {
        let job = self.claim("w", now).await.unwrap();
        let track = track_of(&job);
        assert_eq!(
            self.jobs.complete("w", &track, now).await.unwrap(),
            Hold::Held
        );
        job
    }
}

/// The track of a job, as long as was asked for.
pub fn track_of(job: &Job) -> Track {
    Track {
        id: job.id,
        owner: job.owner,
        audio_ms: job.audio_ms,
        seed: job.seed,
        ..track()
    }
}

/// The jobs of an accepted order.
pub fn queued(answer: Enqueued) -> Vec<QueuedJob> {
    match answer {
        Enqueued::Queued(jobs) => jobs,
        other => panic!("not queued: {other:?}"),
    }
}

/// Why an order was refused.
pub fn refused(answer: Enqueued) -> Refusal {
    match answer {
        Enqueued::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// A key for a request that this letter stands for.
pub fn key(text: &str, request: u8) -> Option<Idempotency> {
    Some(Idempotency {
        key: text.to_owned(),
        fingerprint: [request; 32],
    })
}

/// Makes a test of each case; `$fixture` makes a fresh [`Fixture`] and may await.
#[macro_export]
macro_rules! job_store_contract {
    ($fixture:expr) => {
        $crate::job_store_contract!(@cases $fixture;
            queueing: every_field_is_kept, positions_count_the_jobs_before, a_batch_is_queued_whole_or_not_at_all,
                the_queue_has_a_capacity, generations_per_hour_at_and_above, audio_seconds_per_day_at_and_above,
                a_refused_order_changes_nothing, limits_are_each_owners_own, a_repeated_key_replays,
                a_repeated_key_with_another_request_conflicts, a_key_lives_24_hours, keys_are_each_owners_own,
                a_refused_order_leaves_its_key_free, a_replay_names_deleted_jobs;
            claiming: oldest_first_within_an_owner, fewest_running_first, served_longest_ago_first,
                a_heavy_user_does_not_starve_others, at_once_is_kept, a_claimed_job_has_a_lease, nothing_is_due_in_an_empty_queue;
            lifecycle: completing_adds_the_track, completing_may_be_repeated, failing_gives_quota_back,
                cancelling_a_queued_job, cancelling_a_running_job_tells_its_worker, a_final_job_cannot_be_cancelled,
                heartbeats_record_progress_and_prolong, a_stranger_to_the_lease_is_refused, release_does_not_count_as_an_attempt,
                an_expired_lease_puts_the_job_back, the_third_crash_fails_the_job, deleting_a_finished_job_keeps_its_quota,
                deleting_an_unfinished_job_stops_it, settling_never_charges_more_than_reserved;
            reading: others_jobs_are_absent, a_list_pages_newest_first, a_batch_is_read_in_order, counts_by_status, usage_forgets_by_window,
                sweeping_forgets_only_what_is_old;
            overlapping: claims_never_give_a_job_twice, one_key_makes_one_job, no_quota_is_passed, completing_and_cancelling_agree;
        );
    };
    (@cases $fixture:expr; $($module:ident: $($case:ident),+;)+) => {
        $(mod $module {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    $crate::jobs::contract::$module::$case(&$fixture).await;
                }
            )+
        })+
    };
}
