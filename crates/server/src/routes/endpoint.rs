//! A handler without the types of its arguments.

use crate::state::AppState;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// What axum makes of a function.
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Waits for its state.
type Binds = Box<dyn FnOnce(AppState) -> Endpoint + Send + Sync>;

/// A handler that is not yet given its state.
pub(crate) struct Unbound(Binds);

impl Unbound {
    /// Any function that axum takes as a handler.
    pub(super) fn new<H, T>(handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answering>,
        T: 'static,
    {
        Self(Box::new(move |state| {
            Endpoint(Arc::new(Bound {
                handler,
                state,
                arguments: PhantomData::<fn() -> T>,
            }))
        }))
    }

    /// The handler with its state.
    pub(crate) fn with_state(self, state: AppState) -> Endpoint {
        self.0(state)
    }
}

trait Answers: Send + Sync {
    fn answer(&self, request: Request) -> Answering;
}

struct Bound<H, T> {
    handler: H,
    state: AppState,
    arguments: PhantomData<fn() -> T>,
}

impl<H, T> Answers for Bound<H, T>
where
    H: Handler<T, AppState, Future = Answering>,
    T: 'static,
{
    fn answer(&self, request: Request) -> Answering {
        self.handler.clone().call(request, self.state.clone())
    }
}

/// A handler as a service. All handlers are of this one type, so that the stages before them are
/// compiled once, and a clone is a count.
#[derive(Clone)]
pub(crate) struct Endpoint(Arc<dyn Answers>);

impl Service<Request> for Endpoint {
    type Response = Response;
    type Error = Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> EndpointFuture {
        EndpointFuture(self.0.answer(request))
    }
}

/// The answer of an [`Endpoint`].
pub(crate) struct EndpointFuture(Answering);

impl Future for EndpointFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}
