//! A stage that says yes or no.
//!
//! The decision is [`Gate::check`]: it sees the request's head, may add to its extensions, and
//! answers with nothing or with a [`Problem`]. [`GateLayer`] is the one place that turns such a
//! decision into a tower service, so that a reviewer reads decisions and not plumbing.

use crate::problem::Problem;
use http::request::Parts;
use http::{Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Decides about a request by its head.
pub trait Gate: Clone + Send + Sync + 'static {
    /// Lets the request pass, perhaps with something added to its extensions, or refuses it.
    fn check(&self, parts: &mut Parts) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// Puts a [`Gate`] in front of a service.
#[derive(Debug, Clone)]
#[must_use]
pub struct GateLayer<G>(G);

impl<G: Gate> GateLayer<G> {
    /// The layer of this gate.
    pub fn new(gate: G) -> Self {
        Self(gate)
    }
}

impl<G: Gate, S> Layer<S> for GateLayer<G> {
    type Service = GateService<G, S>;

    fn layer(&self, inner: S) -> Self::Service {
        GateService {
            gate: self.0.clone(),
            inner,
        }
    }
}

/// A service behind a [`Gate`].
#[derive(Debug, Clone)]
pub struct GateService<G, S> {
    gate: G,
    inner: S,
}

impl<G, S, B, R> Service<Request<B>> for GateService<G, S>
where
    G: Gate,
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let gate = self.gate.clone();
        // The service that was polled ready must be the one that is called.
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match gate.check(&mut parts).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await,
                Err(problem) => Ok(problem.into_response()),
            }
        })
    }
}
