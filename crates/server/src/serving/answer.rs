use super::activity::UnderWay;
use super::stream_task::Owed;
use axum::body::Body as AppBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Handed over at once on an HTTP/2 stream: what waits in our memory for each stream whose client
/// takes nothing.
const PART: usize = 16 * 1024;

/// The body of an answer: known as under way until it is out, and on HTTP/2 in parts, of which the next
/// is asked for when the client has taken the one before.
pub(super) struct AnswerBody {
    inner: AppBody,
    /// The rest of a part that was too large.
    rest: Bytes,
    is_http2: bool,
    owed: Option<Arc<Owed>>,
    _under_way: UnderWay,
}

impl AnswerBody {
    pub(super) fn new(inner: AppBody, is_http2: bool, under_way: UnderWay) -> Self {
        Self {
            inner,
            rest: Bytes::new(),
            is_http2,
            owed: None,
            _under_way: under_way,
        }
    }

    fn part(&mut self, mut data: Bytes) -> Frame<Bytes> {
        if data.len() > PART {
            self.rest = data.split_off(PART);
        }
        Frame::data(data)
    }

    fn poll_part(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            return Poll::Ready(Some(Ok(self.part(rest))));
        }
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        polled.map_ok(|frame| match frame.into_data() {
            Ok(data) => self.part(data),
            Err(trailers) => trailers,
        })
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if !this.is_http2 {
            return Pin::new(&mut this.inner).poll_frame(cx);
        }
        let polled = this.poll_part(cx);
        if this.owed.is_none() {
            this.owed = Owed::current();
        }
        if let Some(owed) = &this.owed {
            owed.set(matches!(polled, Poll::Ready(Some(Ok(_)))));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.inner.size_hint();
        let rest = self.rest.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}
