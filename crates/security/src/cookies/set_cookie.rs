use super::{CookieKind, CookiePolicy};
use crate::problem::Problem;
use http::HeaderValue;
use time::Duration;

/// The longest that a browser keeps a cookie (RFC 6265bis, section 5.5).
pub const MAX_AGE: Duration = Duration::days(400);

/// The most that a name and its value have together (RFC 6265bis, section 5.6).
pub const MAX_PAIR_BYTES: usize = 4096;

/// Why a value is no cookie's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CookieError {
    /// An empty value is what clearing leaves.
    #[error("the cookie's value is empty")]
    Empty,
    /// A byte that is no cookie octet (RFC 6265, section 4.1.1).
    #[error("the cookie's value has a byte that no cookie may have")]
    Octet,
    /// More than [`MAX_PAIR_BYTES`].
    #[error("the cookie's name and value are longer than {MAX_PAIR_BYTES} bytes")]
    TooLong,
}

/// Values are ours: one that no cookie can have is a fault of ours too.
impl From<CookieError> for Problem {
    fn from(error: CookieError) -> Self {
        Self::internal().with_cause(error)
    }
}

/// Checks a value of the cookie of this name.
pub(super) fn check_value(name: &str, value: &[u8]) -> Result<(), CookieError> {
    if value.is_empty() {
        return Err(CookieError::Empty);
    }
    if name.len() + value.len() > MAX_PAIR_BYTES {
        return Err(CookieError::TooLong);
    }
    let is_octet =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
    // Without a way out in the middle the compiler looks at many bytes at once.
    if value.iter().fold(true, |all, byte| all & is_octet(*byte)) {
        Ok(())
    } else {
        Err(CookieError::Octet)
    }
}

impl CookiePolicy {
    /// The `Set-Cookie` that gives this cookie a value for as long as the server will take it.
    pub fn set(
        &self,
        kind: CookieKind,
        value: &str,
        max_age: Duration,
    ) -> Result<HeaderValue, CookieError> {
        check_value(self.name(kind), value.as_bytes())?;
        self.render(kind, value, max_age.clamp(Duration::ZERO, MAX_AGE))
    }

    /// The `Set-Cookie` that takes this cookie away.
    pub fn clear(&self, kind: CookieKind) -> HeaderValue {
        // Nothing in it comes from outside, so it can always be written.
        self.render(kind, "", Duration::ZERO)
            .unwrap_or(HeaderValue::from_static(""))
    }

    /// Takes away what a session consists of; what is known of the device stays.
    pub fn clear_session(&self) -> Vec<HeaderValue> {
        CookieKind::SESSION.map(|kind| self.clear(kind)).into()
    }

    /// Takes away every cookie of ours.
    pub fn clear_all(&self) -> Vec<HeaderValue> {
        CookieKind::ALL.map(|kind| self.clear(kind)).into()
    }

    fn render(
        &self,
        kind: CookieKind,
        value: &str,
        max_age: Duration,
    ) -> Result<HeaderValue, CookieError> {
        let text = format!(
            "{}={value}; Max-Age={}{}{}",
            self.name(kind),
            max_age.whole_seconds(),
            self.attributes(),
            if kind.is_http_only() {
                "; HttpOnly"
            } else {
                ""
            },
        );
        let mut header = HeaderValue::from_str(&text).map_err(|_| CookieError::Octet)?;
        header.set_sensitive(true);
        Ok(header)
    }
}
