//! Stages that say yes or no.
//!
//! 1. A decision is [`Gate::check`]: it sees the request's head, may add to its extensions, and
//!    answers with nothing or with a [`Problem`]. The few that may have to read the body as well are
//!    [`BodyGate`]s.
//! 2. Several gates of a route are one [`BodyGate`] that asks them in turn, as
//!    [`RouteStages`](crate::stack::RouteStages) does: a request then costs one boxed future and one
//!    clone of the handler, however many stages there are. A gate is not put in front of another as a
//!    layer of its own.
//! 3. What a gate wants said on the answer, whoever gives it (the handler, or a later gate that
//!    refuses), it leaves in the request's extensions as [`AnswerHeaders`].
//! 4. Whoever counts sees the answer too ([`BodyGate::settle`]).
//! 5. [`GateLayer`] is the one place that turns a decision into a tower service, so that a reviewer
//!    reads decisions and not plumbing.

use crate::problem::Problem;
use crate::rate_limiting::Tally;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{Extensions, Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Decides about a request by its head.
pub trait Gate: Send + Sync + 'static {
    /// Lets the request pass, perhaps with something added to its extensions, or refuses it.
    fn check(&self, parts: &mut Parts) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// Decides about a request by its head and, where that says too little, by its body.
pub trait BodyGate<B>: Send + Sync + 'static {
    /// Lets the request pass or refuses it. Whoever reads the body puts another in its place, which
    /// holds the same.
    fn admit(
        &self,
        parts: &mut Parts,
        body: &mut B,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Looks at the answer to a request that it let pass or refused; `tally` is what was counted of the
    /// request on the way. As it is, where nothing was.
    fn settle<A: Default + Send>(
        &self,
        tally: Tally,
        answer: Response<A>,
    ) -> impl Future<Output = Response<A>> + Send {
        let _ = tally;
        std::future::ready(answer)
    }
}

impl<G: Gate, B: Send> BodyGate<B> for G {
    async fn admit(&self, parts: &mut Parts, _: &mut B) -> Result<(), Problem> {
        self.check(parts).await
    }
}

/// Headers for the answer of a request, left in the request's extensions by a gate.
#[derive(Debug, Clone, Default)]
pub struct AnswerHeaders(Vec<(HeaderName, HeaderValue)>);

impl AnswerHeaders {
    /// Adds a header to the answer of the request that has these extensions.
    pub fn add(extensions: &mut Extensions, name: HeaderName, value: HeaderValue) {
        let headers = extensions.get_or_insert_default::<Self>();
        headers.0.push((name, value));
    }
}

/// Puts a [`Gate`] or a [`BodyGate`] in front of a service.
#[derive(Debug)]
#[must_use]
pub struct GateLayer<G>(Arc<G>);

// By hand: derived, it would ask for gates that are `Clone`.
impl<G> Clone for GateLayer<G> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<G> GateLayer<G> {
    /// The layer of this gate.
    pub fn new(gate: G) -> Self {
        Self(Arc::new(gate))
    }
}

impl<G, S> Layer<S> for GateLayer<G> {
    type Service = GateService<G, S>;

    fn layer(&self, inner: S) -> Self::Service {
        GateService {
            gate: self.0.clone(),
            inner,
        }
    }
}

/// A service behind a gate.
#[derive(Debug)]
pub struct GateService<G, S> {
    gate: Arc<G>,
    inner: S,
}

impl<G, S: Clone> Clone for GateService<G, S> {
    fn clone(&self) -> Self {
        Self {
            gate: self.gate.clone(),
            inner: self.inner.clone(),
        }
    }
}

impl<G, S, B, R> Service<Request<B>> for GateService<G, S>
where
    G: BodyGate<B>,
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default + Send,
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
            let (mut parts, mut body) = request.into_parts();
            let admitted = gate.admit(&mut parts, &mut body).await;
            let headers = parts.extensions.remove::<AnswerHeaders>();
            let tally = Tally::take(&mut parts.extensions);
            let mut response = match admitted {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await?,
                Err(problem) => problem.into_response(),
            };
            for (name, value) in headers.into_iter().flat_map(|headers| headers.0) {
                response.headers_mut().append(name, value);
            }
            Ok(gate.settle(tally, response).await)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tower::{ServiceExt, service_fn};

    /// Says its name on the answer, and refuses what isn't there.
    struct Names(&'static str, bool);

    impl Gate for Names {
        async fn check(&self, parts: &mut Parts) -> Result<(), Problem> {
            let name = HeaderName::from_static("x-gate");
            let value = HeaderValue::from_static(self.0);
            AnswerHeaders::add(&mut parts.extensions, name, value);
            if self.1 {
                Ok(())
            } else {
                Err(Problem::not_found())
            }
        }
    }

    struct Both(Names, Names);

    impl<B: Send> BodyGate<B> for Both {
        async fn admit(&self, parts: &mut Parts, body: &mut B) -> Result<(), Problem> {
            self.0.admit(parts, body).await?;
            self.1.admit(parts, body).await
        }
    }

    #[tokio::test]
    async fn headers_of_gates_are_on_every_answer() {
        for (name, first, second, status, said) in [
            ("both pass", true, true, 200, &["a", "b"][..]),
            ("the later refuses", true, false, 404, &["a", "b"]),
            ("the earlier refuses", false, true, 404, &["a"]),
        ] {
            let gate = Both(Names("a", first), Names("b", second));
            let handler = service_fn(|_: Request<()>| async {
                Ok::<_, Infallible>(Response::new(String::new()))
            });
            let service = GateLayer::new(gate).layer(handler);
            let Ok(answer) = service.oneshot(Request::new(())).await;
            assert_eq!(answer.status(), status, "{name}");
            let all: Vec<_> = answer.headers().get_all("x-gate").iter().collect();
            assert_eq!(all, said, "{name}");
        }
    }
}
