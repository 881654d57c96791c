use super::{RequestLimits, Ticket};
use crate::problem::Problem;
use http::{Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};

/// The stage `limits`: refuses what [`RequestLimits`] doesn't let pass.
#[derive(Debug, Clone)]
#[must_use]
pub struct LimitsLayer(Arc<RequestLimits>);

impl LimitsLayer {
    /// The stage of these limits.
    pub fn new(limits: RequestLimits) -> Self {
        Self(Arc::new(limits))
    }
}

impl<S> Layer<S> for LimitsLayer {
    type Service = LimitsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        LimitsService {
            limits: self.0.clone(),
            inner,
        }
    }
}

/// A service behind a [`LimitsLayer`].
#[derive(Debug, Clone)]
pub struct LimitsService<S> {
    limits: Arc<RequestLimits>,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for LimitsService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = LimitsFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let ticket = match self.limits.enter(request.uri().path()) {
            Ok(ticket) => ticket,
            Err(problem) => return LimitsFuture::refused(problem),
        };
        match self.limits.check(&request) {
            Ok(()) => LimitsFuture {
                inner: Some(self.inner.call(request)),
                refusal: None,
                ticket: Some(ticket),
            },
            Err(problem) => LimitsFuture::refused(problem),
        }
    }
}

pin_project_lite::pin_project! {
    /// The answer of a [`LimitsService`].
    #[derive(Debug)]
    pub struct LimitsFuture<F> {
        #[pin]
        inner: Option<F>,
        refusal: Option<Problem>,
        // Held until the answer begins.
        ticket: Option<Ticket>,
    }
}

impl<F> LimitsFuture<F> {
    fn refused(problem: Problem) -> Self {
        Self {
            inner: None,
            refusal: Some(problem),
            ticket: None,
        }
    }
}

impl<F, R, E> Future for LimitsFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            // Polled once: a future that is done isn't asked again.
            let problem = this.refusal.take().unwrap_or_else(Problem::internal);
            return Poll::Ready(Ok(problem.into_response()));
        };
        let answer = ready!(inner.poll(cx));
        this.ticket.take();
        Poll::Ready(answer)
    }
}
