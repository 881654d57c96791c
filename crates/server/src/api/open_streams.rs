use musicgen_security::problem::Problem;
use musicgen_security::rate_limiting::{BucketClass, Busy, ConcurrencyLimits, LimitKey, Permit};
use uuid::Uuid;

/// Event streams of one account that may be open at the same time: a page for each of some pieces, in
/// some browsers. Each holds a connection and asks the store every few seconds.
const MOST: u32 = 20;
/// Event streams of all accounts together.
const MOST_OF_ALL: usize = 10_000;
/// A stream ends with its piece, at any moment.
const RETRY_AFTER: u64 = 5;

/// The event streams that are open, by account.
#[derive(Debug, Clone)]
pub(crate) struct OpenStreams(ConcurrencyLimits);

impl Default for OpenStreams {
    fn default() -> Self {
        Self(ConcurrencyLimits::new(MOST_OF_ALL))
    }
}

impl OpenStreams {
    /// A place for one more, until it is dropped; or 429, or 503 when there is none for anybody.
    pub(crate) fn open(&self, account: Uuid) -> Result<Permit, Problem> {
        let key = LimitKey::of_account(account, BucketClass::General);
        self.0.acquire(key, MOST).map_err(|busy| match busy {
            Busy::Key => too_many(),
            Busy::All => Problem::unavailable(RETRY_AFTER).with_cause(busy),
        })
    }
}

fn too_many() -> Problem {
    Problem::new(
        http::StatusCode::TOO_MANY_REQUESTS,
        "too_many_streams",
        "Too many event streams are open",
        format!(
            "An account may have {MOST} open at the same time. Close one, or wait for its end."
        ),
    )
    .with_retry_after(RETRY_AFTER)
}
