//! What HTTP may take of a connection.

use super::options::ServeLimits;
use super::stream_task::StreamTasks;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;
use musicgen_security::framing::{MAX_FIELD_BYTES, MAX_HELD};
use std::time::Duration;

/// For reading and for writing, of one HTTP/1 connection. A whole head fits.
const BUFFER: usize = 64 * 1024;
const _: () = assert!(BUFFER > MAX_HELD);
/// HTTP/2 streams of one connection at once.
const STREAMS: u32 = 100;
/// Streams that a client opened and reset before they were looked at (CVE-2023-44487). An honest one
/// resets now and then; beyond this the connection ends.
const RESETS_WAITING: usize = 20;
/// Streams that we reset because of the client's errors, over the life of a connection.
const RESETS_OF_OURS: usize = 100;
/// What a client may send ahead, for one stream and for all: what lies in our memory unread.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// The least that the protocol allows: an answer isn't held up by a larger one.
const FRAME: u32 = 16 * 1024;
/// What waits for a client's window, for each stream.
const SEND_BUFFER: usize = 64 * 1024;
/// Whether an HTTP/2 client is still there is asked so often, and it has so long to say so.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(10);

pub(super) fn builder(limits: &ServeLimits) -> Builder<StreamTasks> {
    let mut builder = Builder::new(StreamTasks::new(limits.write_window));
    builder
        .http1()
        // `Watched` passes whole heads on and times them.
        .header_read_timeout(None)
        .max_buf_size(BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_pending_accept_reset_streams(RESETS_WAITING)
        .max_local_error_reset_streams(RESETS_OF_OURS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(FRAME)
        .max_send_buf_size(SEND_BUFFER)
        .max_header_list_size(MAX_FIELD_BYTES as u32)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PONG);
    builder
}
