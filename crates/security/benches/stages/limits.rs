use criterion::Criterion;
use http::HeaderMap;
use musicgen_security::client_ip::ClientIp;
use musicgen_security::clock::{Clock, SystemClock};
use musicgen_security::rate_limiting::{BucketClass, LimitKey, MemoryRateLimits, RateLimits, Take};
use std::hint::black_box;
use std::net::Ipv6Addr;
use time::Duration;

/// One decision, with the key made anew as each request makes it.
pub(super) fn limits(criterion: &mut Criterion) {
    let network = |n: u32| {
        let bits = 0x2001_0db8_u128 << 96 | u128::from(n) << 64;
        ClientIp::of_peer(Ipv6Addr::from_bits(bits).into())
    };
    let key = |n: u32| LimitKey::of_network(network(n), BucketClass::General);
    let wide = RateLimits::new(1_000_000, 10_000_000, Some(10_000_000), Some(10_000_000));
    let wide = wide.expect("limits");
    let tight = RateLimits::new(1, 1, Some(1), Some(1)).expect("limits");
    let now = SystemClock.now();
    let one = MemoryRateLimits::default();
    let million = MemoryRateLimits::default();
    for n in 0..1_000_000 {
        million.take_now(key(n), &wide, 1, now);
    }
    let mut group = criterion.benchmark_group("limits");
    let mut step = 0;
    group.bench_function("admitted, one key", |bencher| {
        bencher.iter(|| {
            step += 1;
            one.take_now(
                key(black_box(7)),
                &wide,
                1,
                now + Duration::microseconds(step),
            )
        });
    });
    one.take_now(key(8), &tight, 1, now);
    group.bench_function("refused, one key", |bencher| {
        bencher.iter(|| one.take_now(key(black_box(8)), &tight, 1, now));
    });
    let mut n = 0_u32;
    group.bench_function("admitted, one of a million keys", |bencher| {
        bencher.iter(|| {
            // Far apart in memory, as requests of strangers are.
            n = (n + 611_953) % 1_000_000;
            million.take_now(key(black_box(n)), &wide, 1, now)
        });
    });
    group.bench_function("two keys in one step", |bencher| {
        bencher.iter(|| {
            let takes = [5, 6].map(|n| Take {
                key: key(black_box(n)),
                limits: &wide,
                cost: 1,
            });
            one.take_all_now(&takes, now)
        });
    });
    let decision = one.take_now(key(8), &tight, 1, now);
    group.bench_function("headers", |bencher| {
        bencher.iter(|| {
            let mut headers = HeaderMap::with_capacity(16);
            black_box(&decision).write_headers(&mut headers);
            headers
        });
    });
    group.finish();
}
