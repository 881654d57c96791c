//! From the route table to a router: each route behind its gates.

use super::Identity;
use crate::routes::Route;
use crate::state::AppState;
use crate::telemetry;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use http::HeaderMap;
use musicgen_security::authorization::LocalOperator;
use musicgen_security::client_ip::ClientIp;
use musicgen_security::problem::Problem;
use musicgen_security::validation::BodyLimit;
use std::convert::Infallible;
use std::net::SocketAddr;

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
        router
            .layer(from_fn(mark_local_operator))
            .layer(from_fn(mark_client))
    } else {
        router.layer(from_fn(mark_client))
    }
}

async fn mark_client(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(client) = peer.map(|ConnectInfo(peer)| ClientIp::of_peer(peer.ip())) {
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

/// In development whoever is on this machine operates it. A request that a proxy passed on comes
/// from this machine too, but carries the proxy's marks.
async fn mark_local_operator(mut request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientIp>();
    let is_local = client.is_some_and(|client| client.address().is_loopback());
    if is_local && !was_forwarded(request.headers()) {
        request.extensions_mut().insert(LocalOperator);
    }
    next.run(request).await
}

fn was_forwarded(headers: &HeaderMap) -> bool {
    [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    ]
    .iter()
    .any(|name| headers.contains_key(*name))
}
