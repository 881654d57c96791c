use super::form::{MAX_FORM_BYTES, collect, field_token, is_form};
use super::gate::Verdict;
use super::{CsrfFault, CsrfGate};
use crate::problem::Problem;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// The stage: all that [`CsrfGate`] decides, and the token of a form, whose body is read for that
/// and handed on as it came.
#[derive(Debug, Clone)]
#[must_use]
pub struct CsrfLayer(CsrfGate);

impl CsrfLayer {
    /// The stage of this gate.
    pub fn new(gate: CsrfGate) -> Self {
        Self(gate)
    }
}

impl<S> Layer<S> for CsrfLayer {
    type Service = CsrfService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CsrfService {
            gate: self.0.clone(),
            inner,
        }
    }
}

/// A service behind a [`CsrfLayer`].
#[derive(Debug, Clone)]
pub struct CsrfService<S> {
    gate: CsrfGate,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for CsrfService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + From<Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: std::fmt::Display,
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
            match checked(&gate, request).await {
                Ok(request) => inner.call(request).await,
                Err(problem) => Ok(problem.into_response()),
            }
        })
    }
}

/// The request, if it may go on.
async fn checked<B>(gate: &CsrfGate, request: Request<B>) -> Result<Request<B>, Problem>
where
    B: Body + From<Bytes>,
    B::Error: std::fmt::Display,
{
    let (parts, body) = request.into_parts();
    let holder = match gate.judge(&parts)? {
        Verdict::Passed => return Ok(Request::from_parts(parts, body)),
        Verdict::FieldNeeded(holder) => holder,
    };
    if !is_form(&parts.headers) {
        return Err(CsrfFault::TokenMissing.into());
    }
    let form = collect(Box::pin(body), MAX_FORM_BYTES).await?;
    gate.verify(&parts, holder, field_token(&form)?.as_bytes())?;
    Ok(Request::from_parts(parts, B::from(form)))
}
