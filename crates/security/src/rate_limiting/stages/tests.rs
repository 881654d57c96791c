//! The stages in front of a service that answers as it is told, and counters that fail.

use super::super::{
    Decision, Judged, LimitKey, MemoryRateLimits, OnStoreFailure, RateBucket, RateClass,
    RateLimitStore, RateLimiter, RateLimiting, RateLimits, RateOutcome, RateRules, SharedCounters,
    Take,
};
use super::*;
use crate::authentication::InternalKeys;
use crate::client_ip::ClientIp;
use crate::clock::Clock;
use crate::gate::{BodyGate, Gate, GateLayer};
use crate::problem::Problem;
use crate::secrets::Secret;
use crate::store::StoreError;
use crate::testing::TestClock;
use http::request::Parts;
use http::{Request, Response};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};
use tower::{Layer, ServiceExt, service_fn};

/// Everything told to an observer.
type Told = Arc<Mutex<Vec<(Option<RateBucket>, RateOutcome)>>>;

fn rules(number: u32) -> RateRules {
    let limits = RateLimits::new(number, number, None, None).unwrap();
    RateRules {
        anonymous: limits,
        attempts: limits,
        flood: limits,
        probe: limits,
        ..RateRules::DEFAULT
    }
}

fn limiter(
    number: u32,
    shared: Option<SharedCounters>,
    clock: &Arc<TestClock>,
) -> (RateLimiter, Told) {
    let told = Told::default();
    let kept = told.clone();
    let parts = RateLimiting {
        rules: rules(number),
        shared,
        observer: Arc::new(move |bucket, outcome| kept.lock().unwrap().push((bucket, outcome))),
        ..RateLimiting::default()
    };
    (RateLimiter::new(parts, clock.clone()), told)
}

fn from(address: [u8; 4]) -> Request<()> {
    let mut request = Request::new(());
    let client = ClientIp::of_peer(address.into());
    request.extensions_mut().insert(client);
    request
}

/// Refuses, or says who it is.
#[derive(Clone)]
struct Stub(Option<Problem>);

impl Gate for Stub {
    async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
        if let Some(problem) = &self.0 {
            return Err(problem.clone());
        }
        if parts.headers.contains_key("internal") {
            let key = Secret::new([b'k'; 32]);
            let keys = InternalKeys::new([("reader", &key)]);
            parts.extensions.insert(keys.identify(&[b'k'; 32]).unwrap());
        }
        Ok(())
    }
}

/// The outer and the inner stage, and what refuses between them.
struct Route {
    attempts: AttemptRateLimitGate,
    between: Stub,
    rates: PrincipalRateLimitGate,
}

impl BodyGate<()> for Route {
    async fn admit(&self, parts: &mut Parts, (): &mut ()) -> Result<(), Problem> {
        self.attempts.check(parts).await?;
        self.between.check(parts).await?;
        self.rates.check(parts).await
    }

    async fn settle<A: Default + Send>(&self, tally: Tally, answer: Response<A>) -> Response<A> {
        self.attempts.settle(tally, answer).await
    }
}

/// Through them to a service that answers `status`.
async fn send(
    limiter: &RateLimiter,
    class: RateClass,
    refusal: Option<Problem>,
    status: u16,
    request: Request<()>,
) -> Response<String> {
    let handler = service_fn(move |request: Request<()>| async move {
        assert!(request.extensions().get::<Tally>().is_none());
        let answer = Response::builder().status(status).body(String::new());
        Ok::<_, Infallible>(answer.unwrap())
    });
    let route = Route {
        attempts: AttemptRateLimitGate::new(limiter.clone(), class),
        between: Stub(refusal),
        rates: PrincipalRateLimitGate::new(limiter.clone(), class),
    };
    let Ok(answer) = GateLayer::new(route).layer(handler).oneshot(request).await;
    answer
}

/// What an answer leaves of an attempt.
#[tokio::test]
async fn what_proves_something_is_given_back() {
    let clock = Arc::<TestClock>::default();
    for (status, left) in [
        (200, 5),
        (204, 5),
        (500, 5),
        (503, 5),
        (201, 4),
        (202, 4),
        (303, 4),
        (400, 4),
        (401, 4),
        (403, 4),
        (422, 4),
        (429, 4),
    ] {
        let (limiter, _) = limiter(5, None, &clock);
        let here = from([192, 0, 2, 1]);
        let answer = send(&limiter, RateClass::Auth, None, status, here).await;
        assert_eq!(answer.status(), status);
        assert_eq!(
            answer.headers()["x-ratelimit-remaining"],
            left.to_string(),
            "{status}"
        );
    }
}

/// A refusal is paid once, by whoever it is known to be, else by the network.
#[tokio::test]
async fn a_refusal_is_paid_once() {
    let clock = Arc::<TestClock>::default();
    for class in [RateClass::Read, RateClass::Write] {
        let (limiter, told) = limiter(3, None, &clock);
        let early = || Some(Problem::invalid_token());
        let here = || from([192, 0, 2, 1]);
        for (n, (refusal, status)) in [(early(), 401), (None, 404), (None, 200)]
            .into_iter()
            .enumerate()
        {
            let answer = send(&limiter, class, refusal, status, here()).await;
            assert_eq!(answer.status(), status);
            let left = 2 - n;
            assert_eq!(answer.headers()["x-ratelimit-remaining"], left.to_string());
        }
        for (refusal, status) in [(early(), 401), (None, 200)] {
            let answer = send(&limiter, class, refusal, status, here()).await;
            assert_eq!(answer.status(), 429);
            assert_eq!(answer.headers()["cache-control"], "no-store");
        }
        // What failed on our side takes nothing.
        let elsewhere = from([192, 0, 2, 2]);
        let failure = Some(Problem::unavailable(1));
        let answer = send(&limiter, class, failure, 200, elsewhere).await;
        assert_eq!(answer.status(), 503);
        assert_eq!(told.lock().unwrap().len(), 5);
    }
}

#[tokio::test]
async fn a_flood_stops_before_anything() {
    let clock = Arc::<TestClock>::default();
    let (limiter, told) = limiter(3, None, &clock);
    let handler =
        service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(String::new())) });
    let service = AddressRateLimitLayer::new(limiter).layer(handler);
    let mut statuses = Vec::new();
    for address in [1, 1, 1, 1, 2] {
        let Ok(answer) = service.clone().oneshot(from([192, 0, 2, address])).await;
        statuses.push(answer.status().as_u16());
        assert_eq!(
            answer.headers().contains_key("retry-after"),
            answer.status() == 429
        );
    }
    assert_eq!(statuses, [200, 200, 200, 429, 200]);
    let told = told.lock().unwrap();
    assert_eq!(
        told.last(),
        Some(&(Some(RateBucket::Flood), RateOutcome::Admitted))
    );
}

/// Counters that nodes share, until they are told to fail.
#[derive(Clone, Default)]
struct Shared {
    counters: MemoryRateLimits,
    fails: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
    asked: Arc<AtomicU32>,
}

impl Shared {
    async fn up(&self) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("it is away".to_owned()));
        }
        Ok(())
    }
}

impl RateLimitStore for Shared {
    async fn take(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Result<Decision, StoreError> {
        self.up().await?;
        self.counters.take(key, limits, cost, now).await
    }

    async fn take_all(
        &self,
        takes: &[Take<'_>],
        now: OffsetDateTime,
    ) -> Result<Option<Judged>, StoreError> {
        self.up().await?;
        self.counters.take_all(takes, now).await
    }

    async fn look(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Result<Decision, StoreError> {
        self.up().await?;
        self.counters.look(key, limits, cost, now).await
    }

    async fn give_back(
        &self,
        key: LimitKey,
        limits: &RateLimits,
        cost: u32,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.up().await?;
        self.counters.give_back(key, limits, cost, now).await
    }

    async fn sweep(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        self.counters.sweep(now).await
    }

    async fn size(&self) -> Result<u64, StoreError> {
        self.counters.size().await
    }
}

/// How many of `count` get through, and what the last one is told.
async fn crowd(limiter: &RateLimiter, count: u32) -> (u32, u16) {
    let (mut through, mut last) = (0, 0);
    for _ in 0..count {
        let answer = send(limiter, RateClass::Read, None, 200, from([192, 0, 2, 1])).await;
        last = answer.status().as_u16();
        through += u32::from(last == 200);
    }
    (through, last)
}

/// RL-12: while the shared counters are away each node counts at half the rates, or refuses; never
/// without a limit. They are asked again by themselves.
#[tokio::test]
async fn counters_that_are_away_never_mean_allowed() {
    let clock = Arc::<TestClock>::default();
    let shared = Shared::default();
    let both = [OnStoreFailure::Local, OnStoreFailure::Refuse];
    for (hangs, on_failure) in both.into_iter().flat_map(|one| [(false, one), (true, one)]) {
        let counters = SharedCounters::new(shared.clone(), on_failure);
        let (limiter, told) = limiter(10, Some(counters), &clock);
        clock.advance(Duration::minutes(5));
        let expected = match on_failure {
            OnStoreFailure::Local => (5, 429),
            OnStoreFailure::Refuse => (0, 503),
        };
        assert_eq!(crowd(&limiter, 4).await, (4, 200));
        shared.fails.store(!hangs, Ordering::SeqCst);
        shared.hangs.store(hangs, Ordering::SeqCst);
        let asked = shared.asked.load(Ordering::SeqCst);
        assert_eq!(crowd(&limiter, 20).await, expected);
        // One of them asked, and waited; the rest had been told.
        assert_eq!(shared.asked.load(Ordering::SeqCst), asked + 1);
        let is_away = |(_, outcome): &(_, RateOutcome)| *outcome == RateOutcome::Unavailable;
        let away = told
            .lock()
            .unwrap()
            .iter()
            .filter(|one| is_away(one))
            .count();
        assert_eq!(away > 0, on_failure == OnStoreFailure::Refuse);
        shared.fails.store(false, Ordering::SeqCst);
        shared.hangs.store(false, Ordering::SeqCst);
        // Within the second they are left alone, then they are asked again, and know what was used.
        assert_eq!(crowd(&limiter, 1).await.0, 0);
        clock.advance(Duration::seconds(1));
        assert_eq!(crowd(&limiter, 20).await, (6, 429));
    }
}

/// RL-12, and the shared counters are one: two nodes together let through what one would.
#[tokio::test]
async fn nodes_that_share_counters_share_limits() {
    let clock = Arc::<TestClock>::default();
    let shared = Shared::default();
    let node = || {
        let counters = SharedCounters::new(shared.clone(), OnStoreFailure::Local);
        limiter(10, Some(counters), &clock).0
    };
    let (one, other) = (node(), node());
    assert_eq!(crowd(&one, 7).await, (7, 200));
    assert_eq!(crowd(&other, 7).await, (3, 429));
    // An attempt that succeeds is given back to both.
    for _ in 0..25 {
        for node in [&one, &other] {
            let here = from([192, 0, 2, 9]);
            let answer = send(node, RateClass::Auth, None, 200, here).await;
            assert_eq!(answer.status(), 200);
        }
    }
}

/// An internal key passes and is told of, each time to figures and once a minute to the log.
#[tokio::test]
async fn an_internal_key_passes() {
    let clock = Arc::<TestClock>::default();
    let (limiter, told) = limiter(1, None, &clock);
    for n in 0..10 {
        let mut request = from([192, 0, 2, 1]);
        request
            .headers_mut()
            .insert("internal", http::HeaderValue::from_static("x"));
        let answer = send(&limiter, RateClass::Generate, None, 200, request).await;
        assert_eq!(answer.status(), 200, "{n}");
        assert!(!answer.headers().contains_key("ratelimit"));
    }
    let told = told.lock().unwrap();
    assert_eq!(*told, [(None, RateOutcome::Bypassed); 10]);
    let at = |seconds| clock.now() + Duration::seconds(seconds);
    for (name, moment, expected) in [
        ("reader", at(0), false),
        ("reader", at(59), false),
        ("other", at(59), true),
        ("reader", at(60), true),
        ("reader", at(61), false),
        ("reader", at(-100), true),
    ] {
        assert_eq!(limiter.is_worth_telling(name, moment), expected, "{moment}");
    }
}
