use crate::client_ip::ClientIp;
use crate::rate_limiting::RateLimiter;
use http::{Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// The guard against floods: counts every request of a network, whatever it asks for, before anything
/// of it is looked at. Generous: it protects the machine, not a fair share.
#[derive(Debug, Clone)]
#[must_use]
pub struct AddressRateLimitLayer(RateLimiter);

impl AddressRateLimitLayer {
    /// The stage of this limiter.
    pub fn new(limiter: RateLimiter) -> Self {
        Self(limiter)
    }
}

impl<S> Layer<S> for AddressRateLimitLayer {
    type Service = AddressRateLimitService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AddressRateLimitService {
            limiter: self.0.clone(),
            inner,
        }
    }
}

/// A service behind an [`AddressRateLimitLayer`].
#[derive(Debug, Clone)]
pub struct AddressRateLimitService<S> {
    limiter: RateLimiter,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for AddressRateLimitService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = AddressRateLimitFuture<S::Future, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let client = request.extensions().get::<ClientIp>().copied();
        let (inner, refused) = match self.limiter.guard(client) {
            Ok(()) => (Some(self.inner.call(request)), None),
            Err(problem) => (None, Some(problem.into_response())),
        };
        AddressRateLimitFuture { inner, refused }
    }
}

pin_project_lite::pin_project! {
    /// The answer of an [`AddressRateLimitService`]: the inner service's, or ours.
    #[derive(Debug)]
    pub struct AddressRateLimitFuture<F, R> {
        #[pin]
        inner: Option<F>,
        refused: Option<Response<R>>,
    }
}

impl<F, R, E> Future for AddressRateLimitFuture<F, R>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(inner) = this.inner.as_pin_mut() {
            return inner.poll(cx);
        }
        match this.refused.take() {
            Some(refused) => Poll::Ready(Ok(refused)),
            // Polled after its end, which no caller may do.
            None => Poll::Pending,
        }
    }
}
