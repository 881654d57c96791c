use metrics::Counter;
use musicgen_security::rate_limiting::{RateBucket, RateObserver, RateOutcome};
use std::sync::{Arc, OnceLock};

const OUTCOMES: [RateOutcome; 4] = [
    RateOutcome::Admitted,
    RateOutcome::Refused,
    RateOutcome::Bypassed,
    RateOutcome::Unavailable,
];

/// One counter for each bucket, and for none, with each outcome.
type Cells = [OnceLock<Counter>; (RateBucket::ALL.len() + 1) * OUTCOMES.len()];

/// Counts the decisions of rate limits. A counter is looked up once and then kept, because each request
/// has two of them, and a look-up makes and hashes a key of all labels.
pub(crate) fn decisions() -> RateObserver {
    let cells: Cells = std::array::from_fn(|_| OnceLock::new());
    Arc::new(move |bucket, outcome| {
        let counter = || {
            let bucket = bucket.map_or("none", RateBucket::id);
            let labels = [("bucket", bucket), ("outcome", outcome.id())];
            metrics::counter!("musicgen_rate_limit_decisions_total", &labels)
        };
        match place(bucket, outcome).and_then(|place| cells.get(place)) {
            Some(cell) => cell.get_or_init(counter).increment(1),
            None => counter().increment(1),
        }
    })
}

fn place(bucket: Option<RateBucket>, outcome: RateOutcome) -> Option<usize> {
    let all = RateBucket::ALL;
    let outcome = OUTCOMES.iter().position(|one| *one == outcome)?;
    let bucket = match bucket {
        Some(bucket) => all.iter().position(|one| *one == bucket)?,
        None => all.len(),
    };
    Some(bucket * OUTCOMES.len() + outcome)
}
