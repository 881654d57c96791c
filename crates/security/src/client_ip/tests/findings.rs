use super::finding::Findings;
use super::*;
use crate::testing::TestClock;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::Duration;

static TOLD: AtomicUsize = AtomicUsize::new(0);
static SAID: AtomicUsize = AtomicUsize::new(0);

fn count(_: &Finding, said: bool) {
    TOLD.fetch_add(1, Ordering::SeqCst);
    SAID.fetch_add(usize::from(said), Ordering::SeqCst);
}

/// Every finding is counted; of each kind one a minute is said, also where many come at once.
#[test]
fn one_a_minute_is_said() {
    let clock = Arc::new(TestClock::default());
    let findings = Arc::new(Findings::new(clock.clone(), count));
    let peer = ip("192.0.2.1");
    let untrusted = Finding::Untrusted {
        peer,
        header: "forwarded",
    };
    let storm = |finding: Finding| {
        std::thread::scope(|scope| {
            for _ in 0..30 {
                scope.spawn(|| findings.tell(&finding));
            }
        });
        (TOLD.load(Ordering::SeqCst), SAID.load(Ordering::SeqCst))
    };
    assert_eq!(storm(untrusted), (30, 1));
    assert_eq!(storm(Finding::TooLong { peer }), (60, 2), "another kind");
    assert_eq!(storm(Finding::Unreadable { peer }), (90, 3), "the third");
    clock.advance(Duration::seconds(59));
    assert_eq!(storm(untrusted), (120, 3));
    clock.advance(Duration::seconds(1));
    assert_eq!(storm(untrusted), (150, 4));
}

/// An untrusted peer's forwarding headers are a finding, whichever they are; others are none.
#[test]
fn forwarding_headers_of_strangers_are_found() {
    let rules = rules(ProxyHeader::XForwardedFor);
    let names = ProxyHeader::WORDS.iter().filter(|word| **word != "none");
    let names = names.chain(&["x-forwarded-proto", "x-forwarded-host", "x-forwarded-port"]);
    for name in names.copied() {
        let caller = seen(&rules, "192.0.2.1", &[("accept", "*/*"), (name, "x")]);
        let peer = ip("192.0.2.1");
        let expected = Finding::Untrusted { peer, header: name };
        assert_eq!(caller.finding, Some(expected), "{name}");
        let mark = lines(&[(name, "x")]);
        assert!(is_forwarded(&mark), "{name}");
        assert_eq!(
            seen(&rules, "10.0.0.1", &[(name, "192.0.2.1")]).finding,
            None,
            "{name}"
        );
    }
    for name in [
        "x-forwarded",
        "x_forwarded_for",
        "from",
        "cookie",
        "x-request-id",
        "via",
    ] {
        assert_eq!(
            seen(&rules, "192.0.2.1", &[(name, "x")]).finding,
            None,
            "{name}"
        );
    }
    assert!(is_forwarded(&lines(&[("via", "1.1 proxy")])));
    assert!(!is_forwarded(&lines(&[("host", "localhost")])));
}
