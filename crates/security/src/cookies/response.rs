use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue, SET_COOKIE};

/// The header that tells a browser what to forget (W3C Clear Site Data, section 3.1).
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Cookies and storage: what a sign-out leaves nothing of.
pub const CLEAR_SITE_DATA_VALUE: HeaderValue = HeaderValue::from_static("\"cookies\", \"storage\"");

/// `Set-Cookie` headers of an answer, from [`CookiePolicy::set`](super::CookiePolicy::set) and
/// [`clear`](super::CookiePolicy::clear). As a part of an axum answer, or put on any by
/// [`apply`](Self::apply), they make it `no-store`.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct SetCookies(pub Vec<HeaderValue>);

impl SetCookies {
    /// Puts them on an answer, beside the cookies that it has.
    pub fn apply(self, headers: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for cookie in self.0 {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponseParts for SetCookies {
    type Error = std::convert::Infallible;

    fn into_response_parts(
        self,
        mut parts: axum_core::response::ResponseParts,
    ) -> Result<axum_core::response::ResponseParts, Self::Error> {
        self.apply(parts.headers_mut());
        Ok(parts)
    }
}
