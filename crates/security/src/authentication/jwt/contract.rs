//! What every [`SigningKeyStore`] must do; each implementation runs [`run`] on a fresh store.

use super::{KeyHistory, SigningKeyStore};
use std::collections::BTreeSet;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

fn at(minutes: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::minutes(minutes)
}

async fn rotate<S: SigningKeyStore>(
    store: &S,
    current: &str,
    previous: &[&str],
    now: OffsetDateTime,
) -> KeyHistory {
    let history = store.rotate(current, previous, now).await;
    let history = history.expect("answered");
    assert_eq!(history.current.id, current);
    assert_eq!(history.current.retired_at, None);
    let ids: Vec<&str> = history.previous.iter().map(|key| key.id.as_str()).collect();
    assert_eq!(ids, previous);
    assert!(history.previous.iter().all(|key| key.retired_at.is_some()));
    history
}

/// Runs every case; `fresh` makes an empty store.
pub async fn run<S, F, Fut>(fresh: F)
where
    S: SigningKeyStore + 'static,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    a_start_with_the_same_key_changes_nothing(&fresh().await).await;
    a_replaced_key_is_retired_once(&fresh().await).await;
    a_key_that_was_left_out_meanwhile_stays_retired(&fresh().await).await;
    a_key_that_comes_back_signs_again(&fresh().await).await;
    a_key_that_nobody_knows_is_retired_at_first_sight(&fresh().await).await;
    a_time_from_a_wrong_clock_becomes_now(&fresh().await).await;
    for _ in 0..20 {
        overlapping_starts_retire_once(Arc::new(fresh().await)).await;
    }
}

async fn a_start_with_the_same_key_changes_nothing<S: SigningKeyStore>(store: &S) {
    for minute in [0, 1, 500] {
        let history = rotate(store, "k1", &[], at(minute)).await;
        assert_eq!(history.current.first_used_at, Some(at(0)));
        assert!(history.newly_retired.is_empty() && history.previous.is_empty());
    }
}

/// B34.
async fn a_replaced_key_is_retired_once<S: SigningKeyStore>(store: &S) {
    rotate(store, "k1", &[], at(0)).await;
    for (minute, newly_retired) in [(10, vec!["k1".to_owned()]), (11, vec![]), (900, vec![])] {
        let history = rotate(store, "k2", &["k1"], at(minute)).await;
        assert_eq!(history.previous[0].retired_at, Some(at(10)));
        assert_eq!(history.previous[0].first_used_at, Some(at(0)));
        assert_eq!(history.current.first_used_at, Some(at(10)));
        assert_eq!(history.newly_retired, newly_retired);
    }
    let history = rotate(store, "k3", &["k2", "k1"], at(1_000)).await;
    assert_eq!(history.previous[0].retired_at, Some(at(1_000)));
    assert_eq!(history.previous[1].retired_at, Some(at(10)));
}

async fn a_key_that_was_left_out_meanwhile_stays_retired<S: SigningKeyStore>(store: &S) {
    rotate(store, "k1", &[], at(0)).await;
    let history = rotate(store, "k2", &[], at(5)).await;
    assert_eq!(history.newly_retired, ["k1"]);
    let history = rotate(store, "k2", &["k1"], at(60)).await;
    assert_eq!(history.previous[0].retired_at, Some(at(5)));
}

async fn a_key_that_comes_back_signs_again<S: SigningKeyStore>(store: &S) {
    rotate(store, "k1", &[], at(0)).await;
    rotate(store, "k2", &["k1"], at(5)).await;
    let history = rotate(store, "k1", &["k2"], at(9)).await;
    assert_eq!(history.current.first_used_at, Some(at(0)));
    assert_eq!(history.previous[0].retired_at, Some(at(9)));
    let history = rotate(store, "k2", &["k1"], at(20)).await;
    assert_eq!(history.current.first_used_at, Some(at(5)));
    assert_eq!(history.previous[0].retired_at, Some(at(20)));
}

async fn a_key_that_nobody_knows_is_retired_at_first_sight<S: SigningKeyStore>(store: &S) {
    for minute in [3, 4] {
        let history = rotate(store, "k1", &["k0"], at(minute)).await;
        assert_eq!(history.previous[0].retired_at, Some(at(3)));
        assert_eq!(history.previous[0].first_used_at, None);
        assert!(history.newly_retired.is_empty(), "it never signed here");
    }
    let history = rotate(store, "k0", &["k1"], at(6)).await;
    assert_eq!(history.current.first_used_at, Some(at(6)));
}

async fn a_time_from_a_wrong_clock_becomes_now<S: SigningKeyStore>(store: &S) {
    rotate(store, "k1", &[], at(1_000_000)).await;
    rotate(store, "k2", &["k1"], at(1_000_010)).await;
    let history = rotate(store, "k2", &["k1"], at(0)).await;
    assert_eq!(history.previous[0].retired_at, Some(at(0)));
    assert_eq!(history.previous[0].first_used_at, Some(at(0)));
    assert_eq!(history.current.first_used_at, Some(at(0)));
    // A clock that is a little behind changes nothing.
    let history = rotate(store, "k2", &["k1"], at(0) - Duration::seconds(30)).await;
    assert_eq!(history.previous[0].retired_at, Some(at(0)));
}

async fn overlapping_starts_retire_once<S: SigningKeyStore + 'static>(store: Arc<S>) {
    rotate(&*store, "k1", &[], at(0)).await;
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..24 {
        let store = Arc::clone(&store);
        let now = at(10) + Duration::milliseconds(n);
        calls.spawn(async move { rotate(&*store, "k2", &["k1"], now).await });
    }
    let histories = calls.join_all().await;
    let retired: BTreeSet<_> = histories.iter().map(|h| h.previous[0].retired_at).collect();
    assert_eq!(retired.len(), 1, "{retired:?}");
    let told = histories.iter().filter(|h| !h.newly_retired.is_empty());
    assert_eq!(told.count(), 1, "one start saw the change");
}
