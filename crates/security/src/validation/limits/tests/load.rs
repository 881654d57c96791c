use super::*;
use crate::panic::PanicLayer;
use crate::problem::ProblemLayer;
use http::Response;
use std::convert::Infallible;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::{Layer, Service, ServiceExt, service_fn};

/// RL-18: at, above and below the limit; what is kept stays for what it is kept for.
#[test]
fn load_is_bounded_and_has_a_reserve() {
    let load = Load::new(8);
    let mut tickets: Vec<_> = (0..8).map(|_| load.enter(false).unwrap()).collect();
    assert!(load.enter(false).is_none());
    tickets.extend((0..4).map(|_| load.enter(true).unwrap()));
    assert!(load.enter(true).is_none());
    assert_eq!((load.under_way(), load.refused()), (12, 2));
    tickets.truncate(8);
    assert!(load.enter(false).is_none());
    tickets.truncate(7);
    assert!(load.enter(false).is_some());
    drop(tickets);
    assert_eq!(load.under_way(), 0);
}

#[test]
fn refused_callers_come_back_at_different_times() {
    let load = Load::new(0);
    let mut waits = [0_usize; 9];
    for _ in 0..800 {
        assert!(load.enter(false).is_none());
        let answer = load.refusal().into_response::<()>();
        assert_eq!(answer.status(), 503);
        let wait: usize = answer.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        waits[wait] += 1;
    }
    assert_eq!(waits[0], 0);
    assert!(
        waits[1..].iter().all(|count| (50..150).contains(count)),
        "{waits:?}"
    );
}

#[test]
fn many_at_once_are_never_more_than_the_limit() {
    let load = Load::new(10);
    let most = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                for _ in 0..500 {
                    if let Some(ticket) = load.enter(false) {
                        let now = load.under_way();
                        most.fetch_max(now, Ordering::Relaxed);
                        std::thread::yield_now();
                        drop(ticket);
                    }
                }
            });
        }
    });
    assert!(most.into_inner() <= 10);
    assert_eq!(load.under_way(), 0);
}

/// A place is held until the answer begins, and given back when the caller goes away or the handler
/// panics.
#[tokio::test]
async fn places_come_back() {
    let limits = limits()
        .with_load(Load::new(1))
        .with_reserve_for(["/health"]);
    let load = limits.load().clone();
    let stuck = service_fn(|_: Request<()>| pending::<Result<Response<String>, Infallible>>());
    let mut stuck = LimitsLayer::new(limits.clone()).layer(stuck);
    let first = stuck.call(request(Version::HTTP_11, "/a", &[b"music.example.com"]));
    assert_eq!(load.under_way(), 1);

    let fine =
        service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(String::new())) });
    let fine = ProblemLayer.layer(LimitsLayer::new(limits.clone()).layer(fine));
    let ask = |target: &str| {
        let request = request(Version::HTTP_11, target, &[b"music.example.com"]);
        let fine = fine.clone();
        async move { fine.oneshot(request).await.unwrap() }
    };
    let refused = ask("/a").await;
    assert_eq!(refused.status(), 503);
    assert!(
        refused.body().contains("\"overloaded\""),
        "{}",
        refused.body()
    );
    assert_eq!(ask("/health").await.status(), 200);
    assert_eq!(ask("/health/").await.status(), 503);
    drop(first);
    let answer = ask("/a").await;
    // The answer is still there, and its place is free.
    assert_eq!((answer.status().as_u16(), load.under_way()), (200, 0));

    let broken = service_fn(|_: Request<()>| async {
        let told_to = true;
        assert!(!told_to, "as told");
        Ok::<Response<String>, Infallible>(Response::default())
    });
    let broken = PanicLayer.layer(LimitsLayer::new(limits).layer(broken));
    let request = request(Version::HTTP_11, "/a", &[b"music.example.com"]);
    assert_eq!(broken.oneshot(request).await.unwrap().status(), 500);
    assert_eq!(load.under_way(), 0);
}
