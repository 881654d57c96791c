use super::PagePolicy;
use crate::client_ip::Scheme;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
     encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), \
     usb=(), xr-spatial-tracking=()";

/// Always exactly these.
const FIXED: [(HeaderName, HeaderValue); 8] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(PERMISSIONS),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    ),
    (header::X_XSS_PROTECTION, HeaderValue::from_static("0")),
];

/// Two years, as the preload lists of browsers ask for.
const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// More than an answer has with all of these, so that its table grows once.
const USUAL_HEADERS: usize = 28;

/// Sets the security headers; see the [module](super).
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct HeadersLayer;

impl HeadersLayer {
    fn apply<R>(response: &mut Response<R>, is_https: bool) {
        let policy = response.extensions().get::<PagePolicy>();
        let policy = policy.unwrap_or(&PagePolicy::Api).value();
        let status = response.status();
        let is_error = status.is_client_error() || status.is_server_error();
        let headers = response.headers_mut();
        headers.reserve(USUAL_HEADERS.saturating_sub(headers.len()));
        for (name, value) in FIXED {
            headers.insert(name, value);
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        if is_error || !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, NO_STORE);
        }
        if is_https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT);
        } else {
            headers.remove(header::STRICT_TRANSPORT_SECURITY);
        }
        name_charset(headers);
        headers.remove(header::SERVER);
        headers.remove(HeaderName::from_static("x-powered-by"));
    }
}

/// Says of text that doesn't that it is UTF-8.
fn name_charset(headers: &mut HeaderMap) {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return;
    };
    let kind = kind.as_bytes();
    let is_text = kind
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"text/"));
    if !is_text
        || kind
            .windows(8)
            .any(|part| part.eq_ignore_ascii_case(b"charset="))
    {
        return;
    }
    let named = [kind, b"; charset=utf-8"].concat();
    if let Ok(named) = HeaderValue::from_bytes(&named) {
        headers.insert(header::CONTENT_TYPE, named);
    }
}

impl<S> Layer<S> for HeadersLayer {
    type Service = HeadersService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HeadersService { inner }
    }
}

/// A service whose answers carry the security headers.
#[derive(Debug, Clone)]
pub struct HeadersService<S> {
    inner: S,
}

impl<S, B, R> Service<Request<B>> for HeadersService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = HeadersFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let is_https = request.extensions().get() == Some(&Scheme::Https);
        HeadersFuture {
            inner: self.inner.call(request),
            is_https,
        }
    }
}

pin_project_lite::pin_project! {
    /// The answer of a [`HeadersService`].
    #[derive(Debug)]
    pub struct HeadersFuture<F> {
        #[pin]
        inner: F,
        is_https: bool,
    }
}

impl<F, R, E> Future for HeadersFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut answer = ready!(this.inner.poll(cx));
        if let Ok(response) = &mut answer {
            HeadersLayer::apply(response, *this.is_https);
        }
        Poll::Ready(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use http::StatusCode;

    fn answer(list: &[(&'static str, &'static str)]) -> Response<()> {
        let mut response = Response::new(());
        for (name, value) in list {
            let value = HeaderValue::from_static(value);
            response.headers_mut().append(*name, value);
        }
        response
    }

    /// HDR-12, HDR-13: whatever was set, each stands once and as decided.
    #[test]
    fn each_stands_once_and_the_page_chooses_its_policy() {
        let mut response = answer(&[
            ("x-frame-options", "SAMEORIGIN"),
            ("x-frame-options", "ALLOWALL"),
            ("content-security-policy", "default-src *"),
            ("content-security-policy", "script-src 'unsafe-inline'"),
            ("strict-transport-security", "max-age=0"),
            ("strict-transport-security", "max-age=1"),
            ("server", "x"),
            ("x-powered-by", "y"),
        ]);
        response.extensions_mut().insert(PagePolicy::Page);
        HeadersLayer::apply(&mut response, true);
        let headers = response.headers();
        for (name, value) in FIXED {
            let all: Vec<_> = headers.get_all(&name).iter().collect();
            assert_eq!(all, [&value], "{name}");
        }
        for (name, value) in [
            ("content-security-policy", PagePolicy::Page.value()),
            ("strict-transport-security", TRANSPORT),
            ("cache-control", NO_STORE),
        ] {
            let all: Vec<_> = headers.get_all(name).iter().collect();
            assert_eq!(all, [&value], "{name}");
        }
        for name in ["server", "x-powered-by", "expect-ct", "public-key-pins"] {
            assert!(!headers.contains_key(name), "{name}");
        }
    }

    /// HDR-1: never in the clear, whatever a handler says.
    #[test]
    fn transport_security_is_said_over_https_alone() {
        let mut response = answer(&[("strict-transport-security", "max-age=1")]);
        HeadersLayer::apply(&mut response, false);
        assert!(!response.headers().contains_key("strict-transport-security"));
    }

    /// HDR-10: what a handler chose counts unless it failed.
    #[test]
    fn an_error_is_not_kept() {
        for (status, kept) in [
            (200, "public"),
            (304, "public"),
            (404, "no-store"),
            (500, "no-store"),
        ] {
            let mut response = answer(&[("cache-control", "public")]);
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            HeadersLayer::apply(&mut response, false);
            assert_eq!(response.headers()["cache-control"], kept, "{status}");
        }
    }

    /// HDR-15.
    #[test]
    fn text_names_its_charset() {
        for (kind, named) in [
            ("text/html", "text/html; charset=utf-8"),
            (
                "TEXT/plain; version=1",
                "TEXT/plain; version=1; charset=utf-8",
            ),
            ("text/plain; Charset=UTF-8", "text/plain; Charset=UTF-8"),
            ("application/json", "application/json"),
            ("audio/wav", "audio/wav"),
            ("text", "text"),
        ] {
            let mut response = answer(&[("content-type", kind)]);
            HeadersLayer::apply(&mut response, false);
            assert_eq!(response.headers()["content-type"], named, "{kind}");
        }
    }
}
