//! What the limiter in memory costs on this machine: 32 threads at one key by the system's clock, a
//! million keys, and a flood of more.
//!
//! ```text
//! cargo run --release --package musicgen-security --example limiter_load [SECONDS]
//! ```
//!
//! The first line compares what was admitted with what the limit allows; it ends with an error when
//! they differ. Memory is what the kernel says of this process (Linux).

use musicgen_security::client_ip::ClientIp;
use musicgen_security::clock::{Clock, SystemClock};
use musicgen_security::rate_limiting::{
    BucketClass, Decision, LimitKey, MemoryRateLimits, RateLimitStore, RateLimits,
};
use std::net::Ipv6Addr;
use std::sync::Barrier;
use std::task::{Context, Poll, Waker};
use time::{Duration, OffsetDateTime};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const THREADS: usize = 32;

fn main() -> Outcome {
    let seconds = std::env::args()
        .nth(1)
        .map_or(Ok(10), |text| text.parse())?;
    hammer(seconds)?;
    million()
}

fn key(n: u32) -> LimitKey {
    let bits = 0x2001_0db8_u128 << 96 | u128::from(n) << 64;
    let client = ClientIp::of_peer(Ipv6Addr::from_bits(bits).into());
    LimitKey::of_network(client, BucketClass::General)
}

/// 32 threads at one key: exactly the burst and what refilled.
fn hammer(seconds: i64) -> Outcome {
    let limits = RateLimits::new(500, 30_000, None, None)?;
    let store = MemoryRateLimits::default();
    let barrier = Barrier::new(THREADS);
    // Emptied first: a full bucket has nothing to refill.
    let start = SystemClock.now();
    while store.take_now(key(0), &limits, 1, start).is_admitted() {}
    let end = start + Duration::seconds(seconds);
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let (mut admitted, mut tries, mut now) = (0_u64, 0_u64, SystemClock.now());
                    while now < end {
                        let decision = store.take_now(key(0), &limits, 1, now);
                        admitted += u64::from(decision.is_admitted());
                        tries += 1;
                        now = SystemClock.now();
                    }
                    (admitted, tries)
                })
            })
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    });
    // Whoever comes at the very end gets what is left.
    let mut admitted: u64 = results.iter().map(|(admitted, _)| admitted).sum();
    while store.take_now(key(0), &limits, 1, end).is_admitted() {
        admitted += 1;
    }
    let tries: u64 = results.iter().map(|(_, tries)| tries).sum();
    let allowance = seconds.unsigned_abs() * 500;
    println!(
        "{THREADS} threads, {seconds} s: {tries} decisions, allowance {allowance}, admitted {admitted}"
    );
    if admitted != allowance {
        return Err("more or less was admitted than the limit says".into());
    }
    Ok(())
}

/// Time and memory, with one key and with a million.
fn million() -> Outcome {
    let limits = RateLimits::new(20, 60, Some(1_000), Some(10_000))?;
    let now = SystemClock.now();
    let before = resident()?;
    let store = MemoryRateLimits::default();
    println!(
        "one key: {:.0} ns a decision",
        timed(1_000_000, |_| store.take_now(key(0), &limits, 1, now))
    );
    let filling = timed(1_000_000, |n| store.take_now(key(n), &limits, 1, now));
    let keys = store.len();
    let after = resident()?;
    println!(
        "a million keys: {filling:.0} ns to add one; {keys} kept, {:.1} bytes each",
        per(after - before, keys)
    );
    let far = |n: u32| key(n.wrapping_mul(611_953) % 1_000_000);
    let found = timed(1_000_000, |n| store.take_now(far(n), &limits, 1, now));
    println!("a million keys: {found:.0} ns a decision");

    let (mut worst, later) = (0.0_f64, now + Duration::SECOND);
    for round in 0..200 {
        let first = 1_000_000 + round * 10_000;
        let took = timed(10_000, |n| {
            store.take_now(key(first + n), &limits, 1, later)
        });
        worst = worst.max(took);
    }
    let flooded = resident()?;
    println!(
        "two million more: at worst {worst:.0} ns each over ten thousand; {} of at most {} kept, {:.1} bytes each",
        store.len(),
        store.capacity(),
        per(flooded - before, store.len())
    );
    let clock = SystemClock.now();
    let swept = ready(store.sweep(now + Duration::DAY * 2))?;
    println!(
        "after the sweep of {swept} in {:.1} ms: {} kept, {:.1} MB more than at the start",
        (SystemClock.now() - clock).as_seconds_f64() * 1_000.0,
        store.len(),
        resident()?.saturating_sub(before) as f64 / 1e6
    );
    Ok(())
}

fn per(bytes: u64, keys: usize) -> f64 {
    bytes as f64 / keys as f64
}

fn timed(times: u32, mut decide: impl FnMut(u32) -> Decision) -> f64 {
    let start: OffsetDateTime = SystemClock.now();
    for n in 0..times {
        std::hint::black_box(decide(n));
    }
    (SystemClock.now() - start).as_seconds_f64() * 1e9 / f64::from(times)
}

/// Resident memory in bytes.
fn resident() -> Result<u64, Box<dyn std::error::Error>> {
    const PAGE: u64 = 4_096;
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split_whitespace().nth(1).ok_or("no resident size")?;
    Ok(pages.parse::<u64>()? * PAGE)
}

/// The output of a future that waits for nobody but the runtime's fairness.
fn ready<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
