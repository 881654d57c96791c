use super::*;
use crate::rate_limiting::Take;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

/// Runs `work` in so many tasks that start together, and waits for all.
async fn together<F, Fut>(tasks: u32, work: F)
where
    F: Fn(u32) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let barrier = Arc::new(tokio::sync::Barrier::new(tasks as usize));
    let tasks: Vec<_> = (0..tasks)
        .map(|n| {
            let (barrier, work) = (barrier.clone(), work(n));
            tokio::spawn(async move {
                barrier.wait().await;
                work.await;
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// RL-4, with barrier start: 50 rounds.
pub(super) async fn of_a_hundred_at_once_the_limit_is_let_through<S: RateLimitStore>(store: &S) {
    let limits = limits(20, 60, Some(1_000), Some(10_000));
    for round in 0..50 {
        let admitted = Arc::new(AtomicU32::new(0));
        together(100, |_| {
            let (store, admitted) = (store.clone(), admitted.clone());
            async move {
                let decision = take(&store, key(round), &limits, start()).await;
                admitted.fetch_add(decision.is_admitted().into(), Ordering::Relaxed);
            }
        })
        .await;
        assert_eq!(admitted.load(Ordering::Relaxed), 20, "round {round}");
    }
}

/// 32 tasks at one key while the clock moves on under them, each with its own idea of the time: what
/// refilled, exactly, 20 rounds.
pub(super) async fn a_moving_clock_gives_exactly_the_allowance<S: RateLimitStore>(store: &S) {
    let limits = limits(50, 600_000, None, None);
    for round in 0..20 {
        let start = start() + Duration::MINUTE * round;
        // From an empty bucket: a full one has nothing to refill until the first has come.
        let burst = admitted(store, key(round), &limits, 51, start).await;
        assert_eq!(burst, 50, "round {round}");
        let clock = Arc::new(AtomicI32::new(0));
        let admitted = Arc::new(AtomicU32::new(0));
        together(32, |_| {
            let (store, clock, admitted) = (store.clone(), clock.clone(), admitted.clone());
            async move {
                for _ in 0..100 {
                    let now = clock.fetch_add(1, Ordering::Relaxed);
                    let now = start + Duration::microseconds(10) * now;
                    let decision = take(&store, key(round), &limits, now).await;
                    admitted.fetch_add(decision.is_admitted().into(), Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
            }
        })
        .await;
        // 32 ms went by, one unit each 100 µs; whoever comes at the end gets what is left.
        let end = start + Duration::milliseconds(32);
        let rest = super::admitted(store, key(round), &limits, 100, end).await;
        let all = admitted.load(Ordering::Relaxed) + rest;
        assert_eq!(all, 320, "round {round}");
    }
}

/// Two keys taken in both orders at once: no deadlock, and no unit of one without one of the other.
pub(super) async fn several_keys_at_once_never_disagree<S: RateLimitStore>(store: &S) {
    let (tight, wide) = (limits(25, 60, None, None), limits(1_000, 60, None, None));
    for round in 0..20 {
        let (one, other) = (key(round), key(1_000 + round));
        together(64, |n| {
            let store = store.clone();
            async move {
                let mut takes = [(one, &tight), (other, &wide)].map(|(key, limits)| Take {
                    key,
                    limits,
                    cost: 1,
                });
                if n % 2 == 0 {
                    takes.reverse();
                }
                store.take_all(&takes, start()).await.expect("answered");
            }
        })
        .await;
        let left = take(store, other, &wide, start()).await;
        assert_eq!(left.standing().remaining(), 1_000 - 25 - 1, "round {round}");
    }
}

pub(super) async fn giving_back_at_once_adds_up<S: RateLimitStore>(store: &S) {
    let limits = limits(40, 60, Some(400), None);
    for round in 0..20 {
        together(64, |_| {
            let store = store.clone();
            async move {
                if take(&store, key(round), &limits, start())
                    .await
                    .is_admitted()
                {
                    let given = store.give_back(key(round), &limits, 1, start()).await;
                    given.expect("answered");
                }
            }
        })
        .await;
        assert_eq!(
            admitted(store, key(round), &limits, 100, start()).await,
            40,
            "round {round}"
        );
    }
}
