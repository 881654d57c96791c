//! Names each request, so that an answer, its log lines and its audit records can be joined.
//!
//! 1. A caller's `X-Request-Id` is kept when it is 1 to 64 characters of `A-Z a-z 0-9 - _ .`; it
//!    goes into logs, so nothing else may be in it.
//! 2. Anything else, and a repeated header, gets a new id: 128 random bits in hexadecimal.
//! 3. Every answer carries it.

mod layer;

pub use layer::{RequestIdLayer, RequestIdService};

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use std::sync::Arc;

/// The header's name.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a caller.
pub const MAX_LENGTH: usize = 64;

/// The name of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The caller's own id, if it sent exactly one that may be kept.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(&HEADER).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let bytes = value.as_bytes();
        let sane = (1..=MAX_LENGTH).contains(&bytes.len()) && bytes.iter().all(allowed);
        if !sane {
            return None;
        }
        value.to_str().ok().map(|text| Self(text.into()))
    }

    /// A new id.
    pub fn generate(random: &dyn crate::random::Random) -> Self {
        let mut bytes = [0_u8; 16];
        random.fill(&mut bytes);
        Self(format!("{:032x}", u128::from_be_bytes(bytes)).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
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
            assert_eq!(RequestId::from_headers(&headers).is_some(), kept, "{name}");
        }
    }
}
