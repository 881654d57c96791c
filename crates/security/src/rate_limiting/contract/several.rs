use super::*;
use crate::rate_limiting::{Judged, Take};

async fn take_all<S: RateLimitStore>(
    store: &S,
    takes: &[(u32, RateLimits, u32)],
    now: OffsetDateTime,
) -> Option<Judged> {
    let takes: Vec<_> = takes
        .iter()
        .map(|(n, limits, cost)| Take {
            key: key(*n),
            limits,
            cost: *cost,
        })
        .collect();
    store.take_all(&takes, now).await.expect("answered")
}

pub(super) async fn all_pay_or_none<S: RateLimitStore>(store: &S) {
    assert_eq!(take_all(store, &[], start()).await, None);
    let (small, large) = (limits(3, 60, None, None), limits(10, 60, Some(100), None));
    let both = [(1, small, 1), (2, large, 2)];
    for n in 0..5 {
        let judged = take_all(store, &both, start()).await.expect("judged");
        assert_eq!(judged.decision.is_admitted(), n < 3, "{n}");
    }
    // Three times two of ten are used, the refused ones not.
    assert_eq!(admitted(store, key(2), &large, 10, start()).await, 4);
    // Whichever of them refuses, and wherever it stands.
    let turned = [(2, large, 1), (1, small, 1)];
    let later = start() + Duration::seconds(3);
    assert_eq!(admitted(store, key(2), &large, 10, later).await, 3);
    assert!(
        !take_all(store, &turned, later)
            .await
            .expect("judged")
            .decision
            .is_admitted()
    );
    assert_eq!(admitted(store, key(1), &small, 10, later).await, 3);
}

pub(super) async fn the_longest_wait_and_the_tightest_are_told<S: RateLimitStore>(store: &S) {
    let minute = limits(2, 60, None, None);
    let hour = limits(3, 60, Some(3), None);
    let takes = [(1, minute, 1), (2, hour, 1)];
    for (after, by, window, remaining, wait) in [
        (0, 0, Window::Burst, 1, None),
        (0, 0, Window::Burst, 0, None),
        (0, 0, Window::Burst, 0, Some(Duration::SECOND)),
        (2, 1, Window::Hour, 0, None),
        (
            2,
            1,
            Window::Hour,
            0,
            Some(Duration::minutes(20) - Duration::seconds(2)),
        ),
    ] {
        let now = start() + Duration::seconds(after);
        let judged = take_all(store, &takes, now).await.expect("judged");
        let standing = *judged.decision.standing();
        assert_eq!(
            (judged.by, standing.window(), standing.remaining()),
            (by, window, remaining)
        );
        assert_eq!(refusal(&judged.decision).map(|(_, wait)| wait), wait);
    }
}

pub(super) async fn who_is_there_twice_pays_twice<S: RateLimitStore>(store: &S) {
    let limits = limits(5, 60, None, None);
    let twice = [(1, limits, 2), (1, limits, 1)];
    assert!(
        take_all(store, &twice, start())
            .await
            .expect("judged")
            .decision
            .is_admitted()
    );
    assert!(
        !take_all(store, &twice, start())
            .await
            .expect("judged")
            .decision
            .is_admitted()
    );
    assert_eq!(admitted(store, key(1), &limits, 5, start()).await, 2);
}
