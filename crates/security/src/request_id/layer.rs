use super::{HEADER, RequestId};
use crate::random::{BufferedRandom, SharedRandom};
use http::{Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};

/// Gives each request its [`RequestId`] and each answer the header.
#[derive(Clone)]
#[must_use]
pub struct RequestIdLayer {
    random: Arc<BufferedRandom>,
}

impl std::fmt::Debug for RequestIdLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestIdLayer").finish_non_exhaustive()
    }
}

impl RequestIdLayer {
    /// New ids come from `random`, which is asked for many at once.
    pub fn new(random: SharedRandom) -> Self {
        Self {
            random: Arc::new(BufferedRandom::new(random)),
        }
    }
}

impl<S> Layer<S> for RequestIdLayer {
    type Service = RequestIdService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestIdService {
            inner,
            random: self.random.clone(),
        }
    }
}

/// A service whose requests have names.
#[derive(Clone)]
pub struct RequestIdService<S> {
    inner: S,
    random: Arc<BufferedRandom>,
}

impl<S> std::fmt::Debug for RequestIdService<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestIdService").finish_non_exhaustive()
    }
}

impl<S, B, R> Service<Request<B>> for RequestIdService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = RequestIdFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let id = RequestId::from_headers(request.headers())
            .unwrap_or_else(|| RequestId::generate(&*self.random));
        request.extensions_mut().insert(id);
        RequestIdFuture {
            inner: self.inner.call(request),
            id,
        }
    }
}

pin_project_lite::pin_project! {
    /// The answer of a [`RequestIdService`].
    #[derive(Debug)]
    pub struct RequestIdFuture<F> {
        #[pin]
        inner: F,
        id: RequestId,
    }
}

impl<F, R, E> Future for RequestIdFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut answer = ready!(this.inner.poll(cx));
        if let (Ok(response), Some(value)) = (&mut answer, this.id.to_header()) {
            response.headers_mut().insert(HEADER, value);
        }
        Poll::Ready(answer)
    }
}
