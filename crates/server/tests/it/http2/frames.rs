//! A client that sends whatever frames it is told to, also wrong ones (RFC 9113 section 4).

use musicgen_testkit::Served;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

pub(super) type Field<'a> = (&'a [u8], &'a [u8]);

/// GET, to be followed by a path and an authority.
pub(super) const GET: &[Field<'_>] = &[
    (b":method", b"GET"),
    (b":scheme", b"http"),
    (b":authority", b"localhost"),
];

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// The status of an answer's headers; 0 for another frame. The server writes `:status` first.
    pub(super) fn status(&self) -> u16 {
        match (
            self.kind,
            self.payload.first().copied(),
            self.payload.get(2..5),
        ) {
            (HEADERS, Some(0x88), _) => 200,
            (HEADERS, Some(0x8c), _) => 400,
            (HEADERS, Some(0x8d), _) => 404,
            (HEADERS, Some(0x48), Some(digits)) => std::str::from_utf8(digits)
                .ok()
                .and_then(|digits| digits.parse().ok())
                .unwrap_or_else(|| huffman(&self.payload[2..])),
            (HEADERS, ..) => 999,
            _ => 0,
        }
    }
}

/// Three digits in the code of RFC 7541, appendix B: 0, 1 and 2 have five bits, the others six.
fn huffman(bytes: &[u8]) -> u16 {
    let mut bits = bytes
        .iter()
        .take(3)
        .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
        << 8;
    let mut number = 0;
    for _ in 0..3 {
        let (digit, length) = match bits >> 27 {
            short @ 0..=2 => (short, 5),
            _ => ((bits >> 26) - 0x19 + 3, 6),
        };
        number = number * 10 + digit;
        bits <<= length;
    }
    number as u16
}

/// One frame.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Fields as literals without indexing and without compression (RFC 7541 section 6.2.2).
pub(super) fn block(fields: &[Field<'_>]) -> Vec<u8> {
    let text = |text: &[u8]| {
        assert!(text.len() < 127);
        [&[text.len() as u8], text].concat()
    };
    let fields = fields
        .iter()
        .map(|(name, value)| [&[0][..], &text(name), &text(value)].concat());
    fields.collect::<Vec<_>>().concat()
}

/// A whole request without a body.
pub(super) fn get(stream: u32, path: &[u8]) -> Vec<u8> {
    let fields = [GET, &[(b":path", path)]].concat();
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &block(&fields))
}

pub(super) struct Client(pub(super) TcpStream);

impl Client {
    /// Sends the preface and these settings.
    pub(super) async fn open(served: &Served, settings: &[(u16, u32)]) -> Self {
        let mut client = Self(served.connect().await);
        client.0.set_nodelay(true).unwrap();
        let settings = settings
            .iter()
            .flat_map(|(name, value)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat());
        let settings: Vec<u8> = settings.collect();
        let begin = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            &frame(SETTINGS, 0, 0, &settings)[..],
        ]
        .concat();
        client.send(&begin).await;
        client
    }

    /// Whether the server still takes bytes.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> bool {
        let sent = tokio::time::timeout(Duration::from_secs(2), self.0.write_all(bytes)).await;
        matches!(sent, Ok(Ok(())))
    }

    /// The next frame; `None` at the end of the connection.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        let read = async {
            let mut head = [0; 9];
            self.0.read_exact(&mut head).await.ok()?;
            let [a, b, c, kind, _flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.0.read_exact(&mut payload).await.ok()?;
            Some(Frame {
                kind,
                stream: u32::from_be_bytes(stream),
                payload,
            })
        };
        let read = tokio::time::timeout(Duration::from_secs(20), read).await;
        read.expect("the server answers or ends")
    }

    /// The first frame of these kinds; `None` at the end.
    pub(super) async fn first(&mut self, kinds: &[u8]) -> Option<Frame> {
        loop {
            let frame = self.next().await?;
            if kinds.contains(&frame.kind) {
                return Some(frame);
            }
        }
    }
}
