use super::deadline::Deadline;
use super::options::ServeLimits;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use musicgen_security::framing::BodyTooSlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Instant;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request, which ends with [`BodyTooSlow`] when whoever reads it waits too long.
#[derive(Debug)]
pub(super) struct TimedBody {
    inner: Incoming,
    limits: Arc<ServeLimits>,
    pace: Pace,
    deadline: Deadline,
}

/// How fast it has come.
#[derive(Debug, Default, Clone, Copy)]
struct Pace {
    began: Option<Instant>,
    waits_since: Option<Instant>,
    bytes: u64,
}

impl Pace {
    /// Until when the next bytes may take.
    fn end(&mut self, now: Instant, limits: &ServeLimits) -> Instant {
        let began = *self.began.get_or_insert(now);
        let since = *self.waits_since.get_or_insert(now);
        let earned =
            Duration::from_secs_f64(self.bytes as f64 / f64::from(limits.body_rate.max(1)));
        (since + limits.body_idle)
            .min(began + limits.body_total)
            .min(began + limits.body_grace + earned)
    }

    fn came(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.waits_since = None;
    }
}

impl TimedBody {
    pub(super) fn new(inner: Incoming, limits: Arc<ServeLimits>) -> Self {
        Self {
            inner,
            limits,
            pace: Pace::default(),
            deadline: Deadline::default(),
        }
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.pace.came(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let end = this.pace.end(Instant::now(), &this.limits);
                ready!(this.deadline.poll(cx, end));
                metrics::counter!("musicgen_slow_bodies_total").increment(1);
                Poll::Ready(Some(Err(BodyTooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HTTP-6: the earliest of three ends.
    #[test]
    fn ends() {
        let (limits, begin) = (ServeLimits::default(), Instant::now());
        let second = |number| begin + Duration::from_secs(number);
        let mut pace = Pace::default();
        assert_eq!(pace.end(begin, &limits), second(20), "nothing came");
        assert_eq!(pace.end(second(19), &limits), second(20), "still nothing");
        pace.came(500);
        assert_eq!(
            pace.end(second(19), &limits),
            second(21),
            "as much as a second is worth"
        );
        pace.came(30_000);
        assert_eq!(pace.end(second(30), &limits), second(50), "a pause");
        pace.came(1_000_000);
        assert_eq!(pace.end(second(119), &limits), second(120), "all of it");
    }
}
