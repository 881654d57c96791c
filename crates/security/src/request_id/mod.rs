//! Names each request, so that an answer, its log lines and its audit records can be joined.
//!
//! 1. A caller's `X-Request-Id` is kept when it is 1 to 64 characters of `A-Z a-z 0-9 - _ .`; it
//!    goes into logs, so nothing else may be in it.
//! 2. Anything else, and a repeated header, gets a new id: 128 random bits in hexadecimal.
//! 3. Every answer carries it.
//! 4. It is no secret: it has to be another one each time, not hard to guess, and so its randomness is
//!    fetched by the page ([`BufferedRandom`](crate::random::BufferedRandom)).

mod layer;

pub use layer::{RequestIdLayer, RequestIdService};

use crate::random::Random;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// The header's name.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a caller.
pub const MAX_LENGTH: usize = 64;

/// The name of a request. It stands in itself: a copy allocates nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId {
    text: [u8; MAX_LENGTH],
    length: usize,
}

impl std::fmt::Debug for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RequestId").field(&self.as_str()).finish()
    }
}

impl RequestId {
    /// The caller's own id, if it sent exactly one that may be kept.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(&HEADER).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let bytes = value.as_bytes();
        if bytes.is_empty() || !bytes.iter().all(allowed) {
            return None;
        }
        let mut text = [0; MAX_LENGTH];
        text.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let length = bytes.len();
        Some(Self { text, length })
    }

    /// A new id.
    pub fn generate(random: &dyn Random) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut bytes = [0_u8; 16];
        random.fill(&mut bytes);
        let mut text = [0; MAX_LENGTH];
        for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
            let digits = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
            pair.copy_from_slice(&digits);
        }
        let length = 2 * bytes.len();
        Self { text, length }
    }

    fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or_default()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // ASCII alone gets in.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn to_header(self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(self.as_bytes()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept() {
        let long = "a".repeat(64);
        let longer = "a".repeat(65);
        let rows = [
            ("plain", vec!["abc-DEF_1.2"], true),
            ("longest", vec![long.as_str()], true),
            ("too long", vec![longer.as_str()], false),
            ("empty", vec![""], false),
            ("blank inside", vec!["a b"], false),
            ("quote", vec!["a\"b"], false),
            ("repeated", vec!["a", "a"], false),
            ("absent", vec![], false),
        ];
        for (name, values, kept) in rows {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(&HEADER, HeaderValue::from_str(value).unwrap());
            }
            let read = RequestId::from_headers(&headers);
            assert_eq!(read.is_some(), kept, "{name}");
            let text = headers.get(&HEADER).map(|value| value.to_str().unwrap());
            let read = read.as_ref().map(RequestId::as_str);
            assert_eq!(read, text.filter(|_| kept), "{name}");
        }
    }

    #[test]
    fn a_new_one_is_128_bits_in_hexadecimal() {
        struct Fixed;
        impl Random for Fixed {
            fn fill(&self, out: &mut [u8]) {
                let bytes = (0_u8..).map(|n| n.wrapping_mul(0x11));
                out.iter_mut()
                    .zip(bytes)
                    .for_each(|(out, byte)| *out = byte);
            }
        }
        let id = RequestId::generate(&Fixed);
        assert_eq!(id.as_str(), "00112233445566778899aabbccddeeff");
        assert_eq!(id.to_header().unwrap(), id.as_str());
    }
}
