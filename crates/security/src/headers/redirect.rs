use http::HeaderValue;
use http::header::LOCATION;
use http::{Response, StatusCode};

/// A place of this service to send a browser to. No text that a request brought can lead elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectTarget(HeaderValue);

/// Not a place of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a redirect leads to a path of this service: one slash in front, visible ASCII, no backslash"
)]
pub struct ForeignTarget;

impl RedirectTarget {
    /// A path, perhaps with a query. What a browser reads as another host (`//e`, `/\e`), repairs into one
    /// (tabs and line ends, which it removes) or takes for a scheme (`https:e`) is none.
    pub fn new(path: &str) -> Result<Self, ForeignTarget> {
        let visible = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let is_path = path.starts_with('/') && !path.starts_with("//");
        if !visible || !is_path {
            return Err(ForeignTarget);
        }
        let value = HeaderValue::from_str(path).map_err(|_| ForeignTarget)?;
        Ok(Self(value))
    }

    /// 303 (RFC 9110, section 15.4.4).
    pub fn see_other<R: Default>(self) -> Response<R> {
        let mut response = Response::new(R::default());
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, self.0);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HDR-17.
    #[test]
    fn a_redirect_stays_here() {
        for (path, good) in [
            ("/", true),
            ("/settings/password", true),
            ("/a?next=https://e.example", true),
            ("/a//b", true),
            ("/%09//e", true),
            ("", false),
            ("a", false),
            ("//e", false),
            ("///e", false),
            ("/\\e", false),
            ("\\\\e", false),
            ("/\t/e", false),
            ("\t//e", false),
            ("%09//e", false),
            (" /a", false),
            ("https:e", false),
            ("https://e", false),
            ("javascript:alert(1)", false),
            ("/a\r\nset-cookie: a=b", false),
            ("/\u{fc}", false),
        ] {
            assert_eq!(RedirectTarget::new(path).is_ok(), good, "{path:?}");
        }
        let answer: Response<String> = RedirectTarget::new("/a").unwrap().see_other();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &HeaderValue::from_static("/a"))
        );
    }
}
