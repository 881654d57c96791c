use super::preflight::is_preflight;
use super::{CorsPolicy, Verdict};
use crate::problem::Problem;
use crate::request_id::RequestId;
use http::header::COOKIE;
use http::{Request, Response, StatusCode};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};

/// Answers preflights and marks every other answer; see the [module](super).
#[derive(Debug, Clone)]
#[must_use]
pub struct CorsLayer(Arc<CorsPolicy>);

impl CorsLayer {
    /// By this policy.
    pub fn new(policy: CorsPolicy) -> Self {
        Self(Arc::new(policy))
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = CorsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CorsService {
            inner,
            policy: self.0.clone(),
        }
    }
}

/// A service that pages of other origins may read as far as they are allowed to.
#[derive(Debug, Clone)]
pub struct CorsService<S> {
    inner: S,
    policy: Arc<CorsPolicy>,
}

impl<S, B, R> Service<Request<B>> for CorsService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: From<String> + Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = CorsFuture<S::Future, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let policy = &self.policy;
        let covered = policy.covers(request.uri().path());
        let verdict = match policy.judge(request.headers()) {
            Ok(Verdict::Allowed(_)) if !covered => Verdict::Refused,
            Ok(verdict) => verdict,
            Err(fault) => return self.refuse(&request, fault.into(), covered),
        };
        if is_preflight(request.method(), request.headers()) {
            return match policy.preflight(verdict, request.headers()) {
                Ok(headers) => {
                    let mut response = Response::new(R::default());
                    *response.status_mut() = StatusCode::NO_CONTENT;
                    *response.headers_mut() = headers;
                    CorsFuture::answered(response)
                }
                Err(problem) => self.refuse(&request, problem, covered),
            };
        }
        if matches!(verdict, Verdict::Allowed(_)) && !policy.has_credentials() {
            request.headers_mut().remove(COOKIE);
        }
        let mark = covered.then(|| (self.policy.clone(), verdict));
        CorsFuture::passed(self.inner.call(request), mark)
    }
}

impl<S> CorsService<S> {
    /// A refusal of this stage, which stands outside the one that renders them.
    fn refuse<F, B, R: From<String> + Default>(
        &self,
        request: &Request<B>,
        problem: Problem,
        covered: bool,
    ) -> CorsFuture<F, R> {
        let id = request.extensions().get::<RequestId>();
        let mut response = problem.rendered(id, request.uri().path());
        if covered {
            self.policy.vary_preflight(response.headers_mut());
        }
        CorsFuture::answered(response)
    }
}

pin_project_lite::pin_project! {
    /// The answer of a [`CorsService`].
    #[derive(Debug)]
    pub struct CorsFuture<F, R> {
        #[pin]
        inner: Option<F>,
        answer: Option<Response<R>>,
        mark: Option<(Arc<CorsPolicy>, Verdict)>,
    }
}

impl<F, R> CorsFuture<F, R> {
    fn answered(answer: Response<R>) -> Self {
        Self {
            inner: None,
            answer: Some(answer),
            mark: None,
        }
    }

    fn passed(inner: F, mark: Option<(Arc<CorsPolicy>, Verdict)>) -> Self {
        Self {
            inner: Some(inner),
            answer: None,
            mark,
        }
    }
}

impl<F, R, E> Future for CorsFuture<F, R>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            // Whoever polls once more than there is an answer gets an empty one.
            let answer = this.answer.take();
            return Poll::Ready(Ok(answer.unwrap_or_else(|| Response::new(R::default()))));
        };
        let mut answer = ready!(inner.poll(cx));
        if let (Ok(response), Some((policy, verdict))) = (&mut answer, this.mark.take()) {
            policy.mark(response.headers_mut(), verdict);
        }
        Poll::Ready(answer)
    }
}
