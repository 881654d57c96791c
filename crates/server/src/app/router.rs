//! From the route table to a router: each route behind its gates.

use super::Identity;
use crate::routes::{Endpoint, Route};
use crate::state::AppState;
use crate::telemetry::RouteFigures;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::on_service;
use musicgen_security::authorization::LocalOperator;
use musicgen_security::client_ip::{ClientIp, Connection, is_forwarded};
use musicgen_security::gate::GateService;
use musicgen_security::problem::Problem;
use musicgen_security::stack::RouteStages;
use musicgen_security::validation::{BodyLimit, BodyMemory};
use musicgen_security_store::sql::SqlRevocations;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};

pub(super) fn router(
    routes: Vec<Route>,
    identity: &Identity,
    state: &AppState,
    (trusts_loopback, memory): (bool, &BodyMemory),
) -> Router {
    let mut router = Router::new();
    for route in routes {
        let stages = identity.stages(&route);
        let (filter, path) = (route.method.filter(), route.path);
        let service = RouteService {
            inner: stages.layer(route.handler.with_state(state.clone())),
            body_limit: BodyLimit::new(route.body_limit).within(memory.clone()),
            figures: RouteFigures::of(path),
        };
        // For this method alone: another method of the path is 405 before anybody is asked who they
        // are.
        router = router.route(path, on_service(filter, service));
    }
    let router = router.fallback(|| async { Problem::not_found() });
    if trusts_loopback {
        router.layer(from_fn(mark_local_operator))
    } else {
        router
    }
}

/// A handler behind its stages: one service of ours in one of the router's, because each layer that
/// the router knows of costs an allocation for its clone and one for its future.
#[derive(Clone)]
struct RouteService {
    inner: GateService<RouteStages<SqlRevocations>, Endpoint>,
    body_limit: BodyLimit,
    figures: &'static RouteFigures,
}

impl Service<Request> for RouteService {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> RouteFuture {
        request.extensions_mut().insert(self.body_limit.clone());
        RouteFuture {
            answering: self.inner.call(request),
            figures: self.figures,
        }
    }
}

struct RouteFuture {
    answering: Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>,
    figures: &'static RouteFigures,
}

impl Future for RouteFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(mut answer) = ready!(self.answering.as_mut().poll(cx));
        self.figures.mark(&mut answer);
        Poll::Ready(Ok(answer))
    }
}

/// In development whoever is on this machine operates it: the other end of the socket is here, what
/// counts as the client is too, and no proxy has left a mark. A request that a proxy passed on comes from
/// this machine as well, and the client may be anybody.
async fn mark_local_operator(mut request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let (connection, client) = (extensions.get::<Connection>(), extensions.get::<ClientIp>());
    let is_local = connection.is_some_and(|connection| {
        connection.peer.to_canonical().is_loopback() && connection.source.is_none()
    });
    let is_local = is_local && client.is_some_and(|client| client.address().is_loopback());
    if is_local && !is_forwarded(request.headers()) {
        request.extensions_mut().insert(LocalOperator);
    }
    next.run(request).await
}
