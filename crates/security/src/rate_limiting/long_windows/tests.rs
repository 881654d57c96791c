use super::*;
use crate::rate_limiting::{
    BucketClass, Decision, LimitKey, MemoryRateLimits, RateLimitStore, RateLimits, Window,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn key(n: u32) -> LimitKey {
    LimitKey::of_account(Uuid::from_u128(n.into()), BucketClass::General)
}

fn limits() -> RateLimits {
    RateLimits::new(5, 60, Some(20), Some(100)).unwrap()
}

/// A process with its limits.
struct Process {
    limits: MemoryRateLimits,
    keeper: LongWindowKeeper<MemoryLongWindows>,
}

impl Process {
    async fn start(windows: &MemoryLongWindows, now: OffsetDateTime) -> Self {
        let limits = MemoryRateLimits::with_capacity(20_000);
        let keeper = LongWindowKeeper::new(limits.clone(), windows.clone());
        keeper.load(now).await.unwrap();
        Self { limits, keeper }
    }

    fn admitted(&self, n: u32, tries: u32, now: OffsetDateTime) -> u32 {
        let decide = |_| self.limits.take_now(key(n), &limits(), 1, now);
        (0..tries)
            .map(decide)
            .map(|decision| u32::from(decision.is_admitted()))
            .sum()
    }
}

#[tokio::test]
async fn memory() {
    contract::run(|| async { MemoryLongWindows::default() }).await;
}

#[tokio::test]
async fn hours_and_days_survive_a_restart() {
    let windows = MemoryLongWindows::default();
    let mut now = start();
    for round in 0..4 {
        let process = Process::start(&windows, now).await;
        assert_eq!(
            process.admitted(1, 10, now),
            5,
            "{round}: the burst starts anew"
        );
        now += Duration::seconds(1);
        process.keeper.save(now).await.unwrap();
    }
    let process = Process::start(&windows, now).await;
    let decision = process.limits.take_now(key(1), &limits(), 1, now);
    let Decision::Refused {
        window,
        retry_after,
        ..
    } = decision
    else {
        panic!("the hour is used up");
    };
    assert_eq!(window, Window::Hour);
    assert!(retry_after <= Duration::minutes(3), "{retry_after}");
    let rested = now + Duration::HOUR;
    let process = Process::start(&windows, rested).await;
    let decision = process.limits.take_now(key(1), &limits(), 20, rested);
    assert!(decision.is_admitted(), "the hour came back");
}

/// A kill loses what was used since the last save and nothing else.
#[tokio::test]
async fn a_kill_loses_what_came_after_the_last_save() {
    let windows = MemoryLongWindows::default();
    let process = Process::start(&windows, start()).await;
    assert_eq!(process.admitted(1, 5, start()), 5);
    assert_eq!(process.keeper.save(start()).await.unwrap(), 1);
    assert_eq!(
        process.keeper.save(start()).await.unwrap(),
        0,
        "nothing changed"
    );
    let later = start() + Duration::seconds(10);
    assert_eq!(process.admitted(1, 5, later), 5);
    drop(process);
    let process = Process::start(&windows, later).await;
    let decision = process.limits.take_now(key(1), &limits(), 15, later);
    assert!(decision.is_admitted(), "five of twenty are remembered");
    assert!(
        !process
            .limits
            .take_now(key(1), &limits(), 1, later)
            .is_admitted()
    );
}

#[tokio::test]
async fn what_could_not_be_saved_is_saved_later() {
    let windows = MemoryLongWindows::default();
    let process = Process::start(&windows, start()).await;
    assert_eq!(process.admitted(1, 5, start()), 5);
    windows.be_away(true);
    assert!(process.keeper.save(start()).await.is_err());
    assert_eq!(
        process.admitted(2, 5, start()),
        5,
        "no request waits for it"
    );
    windows.be_away(false);
    assert_eq!(process.keeper.save(start()).await.unwrap(), 2);
}

/// What is counted before it was loaded stays counted.
#[tokio::test]
async fn loading_forgets_nothing() {
    let windows = MemoryLongWindows::default();
    let process = Process::start(&windows, start()).await;
    assert_eq!(process.admitted(1, 5, start()), 5);
    process.keeper.save_all(start()).await.unwrap();
    let now = start() + Duration::SECOND;
    let other = MemoryRateLimits::default();
    let keeper = LongWindowKeeper::new(other.clone(), windows.clone());
    assert!(other.take_now(key(1), &limits(), 1, now).is_admitted());
    assert_eq!(keeper.load(now).await.unwrap(), 1);
    let seen = other.look(key(1), &limits(), 16, now).await.unwrap();
    assert!(!seen.is_admitted(), "five of twenty are used");
    assert!(
        other
            .look(key(1), &limits(), 15, now)
            .await
            .unwrap()
            .standing()
            .remaining()
            >= 4
    );
}

/// B08: no row locks anybody out for ever, whatever its times are.
#[tokio::test]
async fn b08_a_row_from_the_far_future_ends_with_its_window() {
    let windows = MemoryLongWindows::default();
    let never = time::macros::datetime!(9999-01-01 0:00 UTC);
    let row = LongWindow {
        key: key(1),
        hour_full_at: never,
        day_full_at: never,
    };
    windows.save(&[row], start()).await.unwrap();
    let process = Process::start(&windows, start()).await;
    assert_eq!(process.admitted(1, 1, start()), 0);
    assert_eq!(
        process.keeper.save(start()).await.unwrap(),
        1,
        "it is written anew"
    );
    let rows = windows.load(None, start()).await.unwrap();
    assert!(rows[0].full_at() < start() + Duration::days(2));
    let a_unit_of_the_day = start() + Duration::DAY / 100 + Duration::SECOND;
    assert_eq!(process.admitted(1, 1, a_unit_of_the_day), 1);
}

/// Nearest to their limits first, and the rest with the next.
#[tokio::test]
async fn a_flood_is_saved_bit_by_bit_and_the_nearest_to_their_limits_first() {
    const MOST: u64 = LongWindowKeeper::<MemoryLongWindows>::MOST as u64;
    let windows = MemoryLongWindows::default();
    let process = Process::start(&windows, start()).await;
    for n in 0..5_000 {
        assert_eq!(process.admitted(n, 1, start()), 1);
    }
    for n in 4_000..4_010 {
        assert_eq!(process.admitted(n, 4, start()), 4);
    }
    assert_eq!(process.keeper.save(start()).await.unwrap(), MOST);
    let restarted = Process::start(&windows, start()).await;
    for n in 4_000..4_010 {
        let decision = restarted.limits.take_now(key(n), &limits(), 16, start());
        assert!(!decision.is_admitted(), "{n}");
    }
    assert_eq!(
        process.keeper.save_all(start()).await.unwrap(),
        5_000 - MOST
    );
    assert_eq!(process.keeper.save_all(start()).await.unwrap(), 0);
}

/// What nobody limits by the hour or the day is never written.
#[tokio::test]
async fn short_windows_are_not_saved() {
    let windows = MemoryLongWindows::default();
    let process = Process::start(&windows, start()).await;
    let short = RateLimits::new(5, 60, None, None).unwrap();
    assert!(
        process
            .limits
            .take_now(key(1), &short, 5, start())
            .is_admitted()
    );
    assert_eq!(process.keeper.save_all(start()).await.unwrap(), 0);
}

/// Saves that overlap with requests lose nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn saving_while_requests_come() {
    let windows = MemoryLongWindows::default();
    let process = Process::start(&windows, start()).await;
    let wide = RateLimits::new(1_000_000, 1_000_000, Some(100_000), None).unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let limits = process.limits.clone();
            tokio::spawn(async move {
                for step in 0..2_000 {
                    assert!(
                        limits
                            .take_now(key((n + step) % 16), &wide, 1, start())
                            .is_admitted()
                    );
                    if step % 100 == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    for _ in 0..50 {
        process.keeper.save(start()).await.unwrap();
        tokio::task::yield_now().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    process.keeper.save_all(start()).await.unwrap();
    let restarted = Process::start(&windows, start()).await;
    for n in 0..16 {
        let now = process
            .limits
            .look(key(n), &wide, 0, start())
            .await
            .unwrap();
        let then = restarted
            .limits
            .look(key(n), &wide, 0, start())
            .await
            .unwrap();
        assert_eq!(
            (then.standing().window(), then.standing().remaining()),
            (Window::Hour, 99_000)
        );
        assert_eq!(now.standing().remaining(), 99_000);
    }
}
