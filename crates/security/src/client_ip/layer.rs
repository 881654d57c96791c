use super::finding::Findings;
use super::{ClientIpRules, Connection, Finding, Tell};
use crate::clock::SharedClock;
use http::Request;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Gives each request its [`ClientIp`](super::ClientIp) and its [`Scheme`](super::Scheme); see the
/// [module](super).
#[derive(Clone)]
#[must_use]
pub struct ClientIpLayer {
    shared: Arc<Shared>,
}

struct Shared {
    rules: ClientIpRules,
    findings: Findings,
}

impl std::fmt::Debug for ClientIpLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientIpLayer")
            .field("rules", &self.shared.rules)
            .finish_non_exhaustive()
    }
}

impl ClientIpLayer {
    /// By these rules; findings go to the log, each kind at most once a minute.
    pub fn new(rules: ClientIpRules, clock: SharedClock) -> Self {
        Self::telling(rules, clock, Finding::log)
    }

    /// By these rules; findings go to `tell`.
    pub fn telling(rules: ClientIpRules, clock: SharedClock, tell: Tell) -> Self {
        let findings = Findings::new(clock, tell);
        Self {
            shared: Arc::new(Shared { rules, findings }),
        }
    }
}

impl<S> Layer<S> for ClientIpLayer {
    type Service = ClientIpService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientIpService {
            inner,
            shared: self.shared.clone(),
        }
    }
}

/// A service that knows who calls.
#[derive(Clone)]
pub struct ClientIpService<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> std::fmt::Debug for ClientIpService<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientIpService").finish_non_exhaustive()
    }
}

impl<S, B> Service<Request<B>> for ClientIpService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Some(connection) = request.extensions().get::<Connection>() {
            let caller = self.shared.rules.judge(connection, request.headers());
            let extensions = request.extensions_mut();
            extensions.insert(caller.client);
            extensions.insert(caller.scheme);
            if let Some(host) = caller.host {
                extensions.insert(host);
            }
            if let Some(finding) = caller.finding {
                self.shared.findings.tell(&finding);
            }
        }
        self.inner.call(request)
    }
}
