//! What every [`ThrottleStore`] must do; each implementation runs [`run`] on fresh stores.

mod bounds;
mod delays;
mod devices;
mod networks;
mod overlapping;

use super::{Admission, AttemptKeys, CounterKey, Limits, RefusedBy, ThrottleStore, Ticket};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// Runs every case; `fresh` makes an empty store.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: ThrottleStore,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    delays::free_failures_then_doubling_delays_then_the_end(&fresh().await).await;
    delays::a_refused_attempt_counts_nothing(&fresh().await).await;
    delays::a_success_forgets_the_failures_before_it(&fresh().await).await;
    delays::failures_are_forgotten_after_a_long_rest(&fresh().await).await;
    delays::clearing_lifts_the_stop(&fresh().await).await;
    networks::a_network_has_an_allowance_over_all_accounts(&fresh().await).await;
    networks::blocks_double_and_are_forgotten(&fresh().await).await;
    networks::a_success_gives_back_only_itself(&fresh().await).await;
    devices::a_known_device_counts_apart(&fresh().await).await;
    devices::a_device_that_used_its_allowance_is_a_stranger(&fresh().await).await;
    bounds::the_furthest_from_their_limits_go_first(&fresh().await).await;
    bounds::sweeping_deletes_what_is_forgotten(&fresh().await).await;
    overlapping::no_more_are_admitted_at_once_than_in_a_row(Arc::new(fresh().await)).await;
    overlapping::a_network_admits_its_allowance(Arc::new(fresh().await)).await;
    overlapping::successes_and_failures_add_up(Arc::new(fresh().await)).await;
    overlapping::the_bound_holds_at_once(Arc::new(fresh().await)).await;
}

/// A whole second: stores keep milliseconds.
fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn key(kind: u8, n: u32) -> CounterKey {
    let mut key = [kind; 32];
    key[..4].copy_from_slice(&n.to_be_bytes());
    key
}

fn stranger(account: u32, network: u32) -> AttemptKeys {
    AttemptKeys {
        account: key(1, account),
        network: key(2, network),
        device: None,
    }
}

fn known(account: u32, network: u32, device: u32) -> AttemptKeys {
    AttemptKeys {
        device: Some(key(3, device)),
        ..stranger(account, network)
    }
}

async fn begin<S: ThrottleStore>(
    store: &S,
    keys: &AttemptKeys,
    now: OffsetDateTime,
) -> Result<Ticket, (RefusedBy, Duration)> {
    let admission = store.begin(keys, &Limits::default(), now).await;
    match admission.expect("answered") {
        Admission::Admitted(ticket) => Ok(ticket),
        Admission::Refused(refused) => Err((refused.by, refused.retry_after)),
    }
}

/// An attempt that is admitted and turns out badly.
async fn fail<S: ThrottleStore>(store: &S, keys: &AttemptKeys, now: OffsetDateTime) {
    let ticket = begin(store, keys, now).await;
    drop(ticket.expect("admitted"));
}

/// An attempt that is admitted and turns out well.
async fn succeed<S: ThrottleStore>(store: &S, keys: &AttemptKeys, now: OffsetDateTime) {
    let ticket = begin(store, keys, now).await.expect("admitted");
    let settled = store.succeed(&ticket, &Limits::default()).await;
    settled.expect("settled");
}

async fn refusal<S: ThrottleStore>(
    store: &S,
    keys: &AttemptKeys,
    now: OffsetDateTime,
) -> Option<(RefusedBy, Duration)> {
    begin(store, keys, now).await.err()
}
