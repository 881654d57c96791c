//! What every [`LongWindows`] must do; each implementation runs [`run`] on fresh stores.

use super::{LongWindow, LongWindows};
use crate::rate_limiting::{BucketClass, LimitKey};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Runs every case; `fresh` makes an empty store.
pub async fn run<W, F, Fut>(fresh: F)
where
    W: LongWindows,
    F: Fn() -> Fut,
    Fut: Future<Output = W>,
{
    what_is_saved_is_loaded(&fresh().await).await;
    what_is_full_is_gone(&fresh().await).await;
    thousands_come_in_pages(&fresh().await).await;
}

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn window(n: u32, hour: Duration, day: Duration) -> LongWindow {
    LongWindow {
        key: LimitKey::of_account(Uuid::from_u128(n.into()), BucketClass::General),
        hour_full_at: start() + hour,
        day_full_at: start() + day,
    }
}

async fn all<W: LongWindows>(store: &W, now: OffsetDateTime) -> Vec<LongWindow> {
    let mut all: Vec<LongWindow> = Vec::new();
    loop {
        let after = all.last().map(|window| window.key);
        let page = store.load(after, now).await.expect("answered");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

async fn save<W: LongWindows>(store: &W, windows: &[LongWindow], now: OffsetDateTime) {
    store.save(windows, now).await.expect("saved");
}

async fn what_is_saved_is_loaded<W: LongWindows>(store: &W) {
    assert!(all(store, start()).await.is_empty());
    let first = [
        window(1, Duration::MILLISECOND, Duration::ZERO),
        window(2, Duration::ZERO, Duration::DAY - Duration::MILLISECOND),
        window(3, Duration::HOUR, Duration::hours(3)),
    ];
    save(store, &first, start()).await;
    assert_eq!(all(store, start()).await, first);
    let second = [
        window(2, Duration::MINUTE, Duration::MINUTE),
        window(4, Duration::HOUR, Duration::HOUR),
    ];
    save(store, &second, start()).await;
    let [first, _, third] = first;
    let [other, fourth] = second;
    assert_eq!(all(store, start()).await, [first, other, third, fourth]);
}

async fn what_is_full_is_gone<W: LongWindows>(store: &W) {
    let windows = [
        window(1, Duration::seconds(10), Duration::ZERO),
        window(2, Duration::ZERO, Duration::seconds(20)),
        window(3, Duration::ZERO, Duration::ZERO),
    ];
    save(store, &windows, start()).await;
    let keys = async |after: Duration| all(store, start() + after).await.len();
    assert_eq!(
        keys(Duration::ZERO).await,
        2,
        "one was full when it was saved"
    );
    assert_eq!(keys(Duration::seconds(10) - Duration::MILLISECOND).await, 2);
    assert_eq!(keys(Duration::seconds(10)).await, 1, "not loaded");
    assert_eq!(keys(Duration::ZERO).await, 2, "but not deleted by loading");
    save(store, &[], start() + Duration::seconds(10)).await;
    assert_eq!(keys(Duration::ZERO).await, 1, "deleted");
}

async fn thousands_come_in_pages<W: LongWindows>(store: &W) {
    let windows: Vec<_> = (0..2_500)
        .map(|n| window(n, Duration::HOUR, Duration::hours(2)))
        .collect();
    for piece in windows.chunks(500) {
        save(store, piece, start()).await;
    }
    assert!(store.load(None, start()).await.expect("answered").len() <= 1_000);
    assert_eq!(all(store, start()).await, windows);
}
