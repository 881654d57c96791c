use crate::secrets::Secret;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderMap;
use http::header::HeaderName;

/// The header of an API key.
pub const API_KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// Keys of the operator's own programs, from the configuration.
///
/// Kept as SHA-256 hashes, compared in constant time, every one of them each time: how long it
/// takes tells nothing about which key was nearly right.
#[derive(Debug, Clone, Default)]
pub struct InternalKeys(Vec<(String, [u8; 32])>);

/// A program of the operator's, proven by an internal key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalCaller {
    name: String,
}

impl InternalCaller {
    /// The name the configuration gives the key.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl InternalKeys {
    /// These keys; an empty list means that no key opens anything.
    pub fn new<'a>(keys: impl IntoIterator<Item = (&'a str, &'a Secret)>) -> Self {
        let hashed = keys
            .into_iter()
            .map(|(name, key)| (name.to_owned(), hash(key.expose())));
        Self(hashed.collect())
    }

    /// The caller with this key. An empty text is nobody's key (B89).
    pub fn identify(&self, presented: &[u8]) -> Option<InternalCaller> {
        let presented_hash = hash(presented);
        let mut found = None;
        for (name, known) in &self.0 {
            if verify_slices_are_equal(known, &presented_hash).is_ok() {
                found = Some(InternalCaller { name: name.clone() });
            }
        }
        found.filter(|_| !presented.is_empty())
    }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// The key in `X-API-Key`; `Err` when the header stands more than once.
pub(super) fn presented(headers: &HeaderMap) -> Result<Option<&[u8]>, ()> {
    let mut values = headers.get_all(&API_KEY_HEADER).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(http::HeaderValue::as_bytes)),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_key_counts() {
        let key = Secret::new("k".repeat(32));
        let keys = InternalKeys::new([("metrics", &key)]);
        assert_eq!(keys.identify(key.expose()).unwrap().name(), "metrics");
        for wrong in ["", "k", &"k".repeat(31), &"k".repeat(33), &"K".repeat(32)] {
            assert!(keys.identify(wrong.as_bytes()).is_none(), "{wrong}");
        }
        let empty = Secret::new("");
        assert!(
            InternalKeys::new([("unset", &empty)])
                .identify(b"")
                .is_none()
        );
        assert!(InternalKeys::default().identify(b"").is_none());
    }
}
