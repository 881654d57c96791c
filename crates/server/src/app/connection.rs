//! What the listener knows of a connection, where it says so in axum's way.

use axum::extract::ConnectInfo;
use http::Request;
use musicgen_security::client_ip::Connection;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use tower::Service;

/// A service whose requests have a [`Connection`]. A listener that knows more than the peer has put it
/// there already.
#[derive(Debug, Clone)]
pub struct Connected<S>(pub(super) S);

impl<S, B> Service<Request<B>> for Connected<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let extensions = request.extensions_mut();
        if extensions.get::<Connection>().is_none()
            && let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>()
        {
            let connection = Connection::of_peer(peer.ip());
            extensions.insert(connection);
        }
        self.0.call(request)
    }
}
