use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is made when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Deadline(Option<Pin<Box<Sleep>>>);

impl Deadline {
    /// Ready at `when`; it may differ from call to call.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, when: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(when)));
        if sleep.deadline() != when {
            sleep.as_mut().reset(when);
        }
        sleep.as_mut().poll(cx)
    }

    /// Nothing is waited for: the timer wakes nobody.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}
