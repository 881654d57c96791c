//! What every [`RateLimitStore`] must do; each implementation runs [`run`] on fresh stores.

mod buckets;
mod clocks;
mod overlapping;
mod several;

use super::{BucketClass, Decision, LimitKey, RateLimitStore, RateLimits, Window};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Runs every case; `fresh` makes an empty store with room for a thousand keys.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: RateLimitStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    buckets::a_limit_of_n_lets_n_through(&fresh().await).await;
    buckets::what_was_used_comes_back_evenly(&fresh().await).await;
    buckets::an_edge_lets_nothing_more_through(&fresh().await).await;
    buckets::a_refused_request_spends_nothing(&fresh().await).await;
    buckets::the_window_that_refuses_is_named(&fresh().await).await;
    buckets::the_tightest_window_is_reported(&fresh().await).await;
    buckets::costs_count_as_units(&fresh().await).await;
    buckets::a_cost_above_a_bucket_takes_all_of_it(&fresh().await).await;
    buckets::who_waits_as_told_is_let_in(&fresh().await).await;
    buckets::looking_takes_nothing(&fresh().await).await;
    buckets::what_is_given_back_never_exceeds_the_bucket(&fresh().await).await;
    buckets::keys_and_classes_count_apart(&fresh().await).await;
    buckets::a_change_of_limits_counts_at_once(&fresh().await).await;
    buckets::sweeping_forgets_what_is_full(&fresh().await).await;
    clocks::a_clock_set_back_frees_nothing_and_locks_nobody_out(&fresh().await).await;
    clocks::a_clock_set_forward_fills_buckets_and_no_more(&fresh().await).await;
    clocks::the_ends_of_time_are_times(&fresh().await).await;
    several::all_pay_or_none(&fresh().await).await;
    several::the_longest_wait_and_the_tightest_are_told(&fresh().await).await;
    several::who_is_there_twice_pays_twice(&fresh().await).await;
    overlapping::of_a_hundred_at_once_the_limit_is_let_through(&fresh().await).await;
    overlapping::a_moving_clock_gives_exactly_the_allowance(&fresh().await).await;
    overlapping::several_keys_at_once_never_disagree(&fresh().await).await;
    overlapping::giving_back_at_once_adds_up(&fresh().await).await;
}

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn key(n: u32) -> LimitKey {
    LimitKey::of_account(Uuid::from_u128(n.into()), BucketClass::General)
}

/// Limits that are good ones.
fn limits(burst: u32, minute: u32, hour: Option<u32>, day: Option<u32>) -> RateLimits {
    RateLimits::new(burst, minute, hour, day).expect("limits")
}

async fn take<S: RateLimitStore>(
    store: &S,
    key: LimitKey,
    limits: &RateLimits,
    now: OffsetDateTime,
) -> Decision {
    store.take(key, limits, 1, now).await.expect("answered")
}

/// How many of `tries` are let through.
async fn admitted<S: RateLimitStore>(
    store: &S,
    key: LimitKey,
    limits: &RateLimits,
    tries: u32,
    now: OffsetDateTime,
) -> u32 {
    let mut admitted = 0;
    for _ in 0..tries {
        admitted += u32::from(take(store, key, limits, now).await.is_admitted());
    }
    admitted
}

/// Who refuses and for how long.
fn refusal(decision: &Decision) -> Option<(Window, Duration)> {
    match decision {
        Decision::Admitted(_) => None,
        Decision::Refused {
            window,
            retry_after,
            ..
        } => Some((*window, *retry_after)),
    }
}
