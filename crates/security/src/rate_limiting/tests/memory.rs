use super::*;
use crate::client_ip::ClientIp;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory() {
    contract::run(|| async { MemoryRateLimits::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_with_one_shard() {
    contract::run(|| async { MemoryRateLimits::with_capacity(896) }).await;
}

fn of_network(n: u32) -> LimitKey {
    let network = 0x2001_0db8_u128 << 96 | u128::from(n) << 64;
    let client = ClientIp::of_peer(std::net::Ipv6Addr::from_bits(network | 1).into());
    LimitKey::of_network(client, BucketClass::General)
}

/// RL-13, B58: half a million networks, and then as many again.
#[test]
fn b58_a_flood_of_networks_is_bounded_and_drives_out_nobody_near_a_limit() {
    let store = MemoryRateLimits::with_capacity(10_000);
    let limits = limits(20, 60, Some(1_000), Some(10_000));
    let victims = 1_000_000..1_000_100;
    for n in victims.clone() {
        for _ in 0..20 {
            assert!(
                store
                    .take_now(of_network(n), &limits, 1, start())
                    .is_admitted()
            );
        }
    }
    let mut now = start();
    for n in 0..500_000 {
        now += Duration::microseconds(10);
        assert!(store.take_now(of_network(n), &limits, 1, now).is_admitted());
        if n % 1_000 == 0 {
            assert!(store.len() <= store.capacity());
        }
    }
    assert!(
        store.capacity() <= 10_000 && store.len() > 8_000,
        "{store:?}"
    );
    // Five seconds went by: each of them has five units, and is refused the sixth.
    for n in victims {
        let admitted =
            (0..10).filter(|_| store.take_now(of_network(n), &limits, 1, now).is_admitted());
        assert_eq!(admitted.count(), 5, "{n}");
    }
}

/// Of those that are used as much, the longest unused go first.
#[test]
fn the_oldest_of_a_flood_go_first() {
    let store = MemoryRateLimits::with_capacity(100);
    let limits = limits(20, 60, None, None);
    for n in 0..110 {
        let now = start() + Duration::milliseconds(n.into());
        store.take_now(of_network(n), &limits, 1, now);
    }
    let now = start() + Duration::milliseconds(110);
    let left = |n| {
        store
            .take_now(of_network(n), &limits, 0, now)
            .standing()
            .remaining()
    };
    assert!((0..13).all(|n| left(n) == 20), "forgotten");
    assert!((13..110).all(|n| left(n) == 19), "kept");
}

#[test]
fn bounds_are_kept_whatever_they_are() {
    let limits = limits(20, 60, None, None);
    for bound in [0, 1, 2, 7, 895, 896, 897, 1_793] {
        let store = MemoryRateLimits::with_capacity(bound);
        assert!(store.capacity() <= bound.max(1), "{bound}");
        for n in 0..3_000 {
            store.take_now(of_network(n), &limits, 1, start());
            assert!(store.len() <= store.capacity());
        }
        assert!(!store.is_empty());
    }
}

/// What a clock that ran years ahead left behind doesn't stay for years.
#[tokio::test]
async fn what_is_from_the_future_is_forgotten_in_a_day() {
    let store = MemoryRateLimits::default();
    let limits = limits(20, 60, Some(100), Some(100));
    let future = start() + Duration::days(3_650);
    for n in 0..100 {
        store.take_now(of_network(n), &limits, 5, future);
    }
    assert_eq!(store.sweep(start()).await.unwrap(), 0);
    assert_eq!(
        store.sweep(start() + Duration::hours(25)).await.unwrap(),
        100
    );
}
