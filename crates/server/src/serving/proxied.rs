use bytes::BytesMut;
use musicgen_security::proxy_protocol::{Found, Header, MAX_HEADER, read as look};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Why a connection that should name its client is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotProxied {
    #[error("no header of the PROXY protocol")]
    Missing,
    #[error("a broken header of the PROXY protocol")]
    Broken,
    #[error("the header of the PROXY protocol did not come in time")]
    Late,
}

/// Reads the header with which a trusted peer begins, and the client's first bytes behind it.
pub(super) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    is_required: bool,
    within: Duration,
) -> Result<(Option<Header>, BytesMut), NotProxied> {
    let header = async {
        let mut bytes = BytesMut::with_capacity(256);
        loop {
            match look(&bytes) {
                Found::Header(header) => {
                    let rest = bytes.split_off(header.length);
                    return Ok((Some(header), rest));
                }
                Found::Other if is_required => return Err(NotProxied::Missing),
                Found::Other => return Ok((None, bytes)),
                Found::Incomplete if bytes.len() <= MAX_HEADER => {}
                Found::Incomplete | Found::Broken => return Err(NotProxied::Broken),
            }
            if matches!(stream.read_buf(&mut bytes).await, Ok(0) | Err(_)) {
                return Err(NotProxied::Missing);
            }
        }
    };
    let header = tokio::time::timeout(within, header).await;
    header.unwrap_or(Err(NotProxied::Late))
}
