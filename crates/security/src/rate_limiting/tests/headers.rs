use super::*;
use http::HeaderMap;

fn told(decision: &Decision) -> HeaderMap {
    let mut headers = HeaderMap::new();
    decision.write_headers(&mut headers);
    headers
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// RL-1, RL-2, RL-3, RL-17, B56: on what is admitted and on what is refused.
#[test]
fn b56_every_number_agrees_and_who_waits_as_told_is_let_in() {
    let store = MemoryRateLimits::default();
    let key = LimitKey::of_text(b"somebody", BucketClass::General);
    let limits = limits(2, 40, Some(1_000), Some(10_000));
    let mut now = start();
    for (after_ms, limit, retry) in [
        (0, "\"burst\";r=1;t=2", ""),
        (0, "\"burst\";r=0;t=2", ""),
        (100, "\"burst\";r=0;t=2", "2"),
        (1_399, "\"burst\";r=0;t=1", "1"),
        (1_500, "\"burst\";r=0;t=2", ""),
        (1_501, "\"burst\";r=0;t=2", "2"),
    ] {
        now = start() + Duration::milliseconds(after_ms);
        let headers = told(&store.take_now(key, &limits, 1, now));
        assert_eq!(
            text(&headers, "ratelimit-policy"),
            "\"burst\";q=2;w=3, \"hour\";q=1000;w=3600, \"day\";q=10000;w=86400"
        );
        assert_eq!(text(&headers, "ratelimit"), limit, "{after_ms}");
        assert_eq!(text(&headers, "retry-after"), retry, "{after_ms}");
        let (r, t) = limit.rsplit_once(";t=").unwrap();
        assert_eq!(text(&headers, "x-ratelimit-limit"), "2");
        assert_eq!(
            Some(text(&headers, "x-ratelimit-remaining")),
            r.rsplit('=').next()
        );
        assert_eq!(text(&headers, "x-ratelimit-reset"), t);
        let none_says_who = headers
            .values()
            .all(|value| !value.to_str().unwrap().contains("somebody"));
        assert!(none_says_who);
    }
    let waited = now + Duration::seconds(2);
    assert!(store.take_now(key, &limits, 1, waited).is_admitted());
}

/// RL-3: with costs that wait for more than one unit too.
#[test]
fn nobody_is_told_to_come_back_before_there_is_more() {
    let store = MemoryRateLimits::default();
    for n in 0..50 {
        let limits = limits(7, 1 + n * 13, Some(20 + n), Some(40));
        let key = LimitKey::of_text(&n.to_be_bytes(), BucketClass::General);
        let mut now = start();
        for step in 0..200 {
            let cost = 1 + step % 7;
            let decision = store.take_now(key, &limits, cost, now);
            let headers = told(&decision);
            let retry: u64 = text(&headers, "retry-after").parse().unwrap_or(0);
            assert_eq!(retry == 0, decision.is_admitted());
            if retry > 0 {
                let reset: u64 = text(&headers, "x-ratelimit-reset").parse().unwrap();
                assert!(retry >= reset && reset >= 1);
                let then = now + Duration::seconds(retry as i64);
                let key = |decision: Decision| decision.is_admitted();
                let clone = store.clone();
                assert!(key(clone.take_now(
                    LimitKey::of_text(&n.to_be_bytes(), BucketClass::General),
                    &limits,
                    cost,
                    then
                )));
                now = then;
            }
            now += Duration::milliseconds(137);
        }
    }
}

#[test]
fn what_was_there_is_replaced() {
    let limits = limits(5, 60, None, None);
    let mut headers = HeaderMap::new();
    for _ in 0..2 {
        limits.untouched().write_headers(&mut headers);
    }
    assert_eq!(headers.len(), 5);
    assert_eq!(text(&headers, "ratelimit"), "\"burst\";r=5;t=0");
    assert_eq!(text(&headers, "ratelimit-policy"), "\"burst\";q=5;w=5");
}
