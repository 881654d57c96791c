use super::activity::Activity;
use super::deadline::Deadline;
use super::options::ServeLimits;
use bytes::{Buf, BytesMut};
use musicgen_security::framing::{Framing, Refusal};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

/// Stands for what was refused, so that its answer goes the way of all answers: after those before it,
/// and with our headers. No client can send it, as the service knows by its place in the connection.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\n\r\n";
/// Read at most after a last answer; somebody who sends more than this doesn't listen. A proxy listens only
/// when it has sent the whole body, and nginx takes 1 MiB where nobody says otherwise.
const MAX_LINGER: usize = 2 * 1024 * 1024;

/// A stream that is judged while it passes: only requests come in, whole heads at a time, and whoever
/// is slow on either way is found out.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    limits: Arc<ServeLimits>,
    activity: Arc<Activity>,
    framing: Framing,
    /// Came in and isn't passed on: a head that isn't whole.
    held: BytesMut,
    held_since: Option<Instant>,
    /// To be passed on.
    ready: BytesMut,
    head: Deadline,
    end: End,
    out: Outgoing,
}

/// Whether reading has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    /// Nothing more is passed on, and the last answer is awaited.
    Silent,
    /// Nothing more comes.
    Ended,
}

/// What waits to leave.
#[derive(Debug, Default)]
struct Outgoing {
    /// Since when, within this window; `None` when all has left.
    waits_since: Option<Instant>,
    /// What has left within it.
    bytes: u64,
    deadline: Deadline,
    is_shut: bool,
    drained: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Watched<S> {
    /// With what has been read of the stream already.
    pub(super) fn new(
        stream: S,
        read: BytesMut,
        limits: Arc<ServeLimits>,
        activity: Arc<Activity>,
    ) -> Self {
        let mut watched = Self {
            stream,
            limits,
            activity,
            framing: Framing::default(),
            held: read,
            held_since: None,
            ready: BytesMut::new(),
            head: Deadline::default(),
            end: End::Open,
            out: Outgoing::default(),
        };
        if !watched.held.is_empty() {
            watched.judge_held();
        }
        watched
    }

    /// Judges what was held back and came since.
    fn judge_held(&mut self) {
        let verdict = self.framing.advance(&self.held);
        self.ready = self.held.split_to(verdict.pass);
        self.judged(verdict.refusal);
    }

    /// Judges what lies in `buf` from `begin` on, and takes back what may not be passed on.
    fn judge_new(&mut self, buf: &mut ReadBuf<'_>, begin: usize) {
        let new = buf.filled().get(begin..).unwrap_or_default();
        let verdict = self.framing.advance(new);
        if let Some(back @ [_, ..]) = new.get(verdict.pass..) {
            self.held.extend_from_slice(back);
            buf.set_filled(begin + verdict.pass);
        }
        self.judged(verdict.refusal);
    }

    fn judged(&mut self, refusal: Option<Refusal>) {
        if self.framing.is_http2() {
            self.activity.speaks_http2();
        }
        if let Some(refusal) = refusal {
            self.refuse(refusal);
        }
        if self.held.is_empty() {
            if self.held_since.take().is_some() {
                self.held = BytesMut::new();
                self.head.clear();
                self.activity.reads_head(false);
            }
        } else if self.held_since.is_none() {
            self.held_since = Some(Instant::now());
            self.activity.reads_head(true);
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.held.clear();
        if let Refusal::Body(_) = refusal {
            // Whoever reads the body finds that it breaks off, and answers that.
            self.end = End::Ended;
            metrics::counter!("musicgen_framing_refused_total", "reason" => refusal.id())
                .increment(1);
            return;
        }
        self.activity.refuse(self.framing.heads(), refusal);
        self.ready.extend_from_slice(STAND_IN);
        self.end = End::Silent;
    }

    /// Nothing has come: whether a head takes too long.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(since) = self.held_since else {
            return Poll::Pending;
        };
        ready!(self.head.poll(cx, since + self.limits.head));
        self.refuse(Refusal::HeadTooSlow);
        self.judged(None);
        Poll::Ready(())
    }

    /// Whether something has been waiting to leave for too long, and too little of it has left.
    fn poll_stuck(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let window = self.limits.write_window;
        let least = u128::from(self.limits.write_rate) * window.as_millis() / 1000;
        let out = &mut self.out;
        loop {
            let since = *out.waits_since.get_or_insert_with(Instant::now);
            ready!(out.deadline.poll(cx, since + window));
            if u128::from(out.bytes) < least {
                metrics::counter!("musicgen_connections_refused_total", "reason" => "slow_reader")
                    .increment(1);
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            out.waits_since = None;
            out.bytes = 0;
        }
    }

    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.poll_stuck(cx).map(Err),
            Poll::Ready(Ok(bytes)) => {
                self.out.bytes += bytes as u64;
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(error) => Poll::Ready(error),
        }
    }

    /// Reads and forgets, so that a client which is still sending gets the last answer.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut nothing = [0; 4096];
        loop {
            let mut buf = ReadBuf::new(&mut nothing);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    self.out.drained += buf.filled().len();
                    if self.out.drained > MAX_LINGER {
                        return Poll::Ready(());
                    }
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    let since = *self.out.waits_since.get_or_insert_with(Instant::now);
                    return self.out.deadline.poll(cx, since + self.limits.linger);
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.ready.is_empty() {
                let bytes = this.ready.len().min(buf.remaining());
                buf.put_slice(this.ready.get(..bytes).unwrap_or_default());
                this.ready.advance(bytes);
                return Poll::Ready(Ok(()));
            }
            match this.end {
                End::Open => {}
                End::Silent => return Poll::Pending,
                End::Ended => return Poll::Ready(Ok(())),
            }
            let begin = buf.filled().len();
            let came = if this.held.is_empty() {
                let read = Pin::new(&mut this.stream).poll_read(cx, buf);
                read.map_ok(|()| buf.filled().len() - begin)
            } else {
                poll_read_buf(Pin::new(&mut this.stream), cx, &mut this.held)
            };
            match came {
                Poll::Pending => ready!(this.poll_head(cx)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(0)) => {
                    this.end = End::Ended;
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(Ok(_)) if buf.filled().len() > begin => {
                    this.judge_new(buf, begin);
                    if buf.filled().len() > begin {
                        return Poll::Ready(Ok(()));
                    }
                }
                Poll::Ready(Ok(_)) => this.judge_held(),
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, data);
        this.poll_written(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, data);
        this.poll_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called when all that was to be written has been.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.out.waits_since.take().is_some() {
            this.out.deadline.clear();
        }
        this.out.bytes = 0;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.out.is_shut {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            this.out.is_shut = true;
            this.out.waits_since = None;
        }
        // In the middle of a request, or after one that was refused, the client may be sending.
        if !this.framing.is_between() || this.end == End::Silent {
            ready!(this.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}
