//! From the route table to a router: each route behind its gates.

use super::Identity;
use crate::routes::Route;
use crate::state::AppState;
use crate::telemetry;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use musicgen_security::authorization::LocalOperator;
use musicgen_security::client_ip::{ClientIp, Connection, is_forwarded};
use musicgen_security::problem::Problem;
use musicgen_security::validation::BodyLimit;
use std::convert::Infallible;

pub(super) fn router(
    routes: Vec<Route>,
    identity: &Identity,
    state: AppState,
    trusts_loopback: bool,
) -> Router {
    let mut router = Router::new();
    for route in routes {
        let limit = Extension(BodyLimit(route.body_limit));
        let stages = identity.stages(&route);
        let handler: MethodRouter<AppState, Infallible> = route.handler.layer(limit);
        // For this method alone: another method of the path is 405 before anybody is asked who they
        // are.
        let handler = handler.route_layer(stages);
        router = router.route(route.path, handler);
    }
    let router = router
        .fallback(|| async { Problem::not_found() })
        .layer(from_fn(telemetry::observe))
        .with_state(state);
    if trusts_loopback {
        router.layer(from_fn(mark_local_operator))
    } else {
        router
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
