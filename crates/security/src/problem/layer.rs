use super::Problem;
use crate::request_id::RequestId;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::uri::PathAndQuery;
use http::{Request, Response};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower::{Layer, Service};

/// Renders every [`Problem`] that leaves; see the [module](super).
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct ProblemLayer;

impl<S> Layer<S> for ProblemLayer {
    type Service = ProblemService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ProblemService { inner }
    }
}

/// A service whose errors leave as problems.
#[derive(Debug, Clone)]
pub struct ProblemService<S> {
    inner: S,
}

impl<S, B, R> Service<Request<B>> for ProblemService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: From<String>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ProblemFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // Both are cheap: a short copy and, for the path, a reference count.
        let request_id = request.extensions().get::<RequestId>().copied();
        let target = request.uri().path_and_query().cloned();
        ProblemFuture {
            inner: self.inner.call(request),
            request_id,
            target,
        }
    }
}

pin_project_lite::pin_project! {
    /// The answer of a [`ProblemService`].
    #[derive(Debug)]
    pub struct ProblemFuture<F> {
        #[pin]
        inner: F,
        request_id: Option<RequestId>,
        target: Option<PathAndQuery>,
    }
}

impl<F, R, E> Future for ProblemFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: From<String>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = match ready!(this.inner.poll(cx)) {
            Ok(response) => response,
            Err(error) => return Poll::Ready(Err(error)),
        };
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            let path = this.target.as_ref().map_or("", PathAndQuery::path);
            let known = response.extensions_mut().remove::<Problem>();
            let problem = known.unwrap_or_else(|| Problem::of_status(status));
            if status.is_server_error() && !problem.is_expected() {
                tracing::error!(
                    request_id = this.request_id.as_ref().map(RequestId::as_str),
                    path,
                    status = status.as_u16(),
                    code = problem.code(),
                    cause = problem.cause(),
                    "the request failed on our side"
                );
            }
            problem.render(&mut response, this.request_id.as_ref(), path);
        }
        Poll::Ready(Ok(response))
    }
}

impl Problem {
    /// The answer of a stage that stands outside [`ProblemLayer`].
    pub(crate) fn rendered<R>(self, request_id: Option<&RequestId>, path: &str) -> Response<R>
    where
        R: From<String> + Default,
    {
        let mut response = self.clone().into_response();
        self.render(&mut response, request_id, path);
        response
    }

    fn render<R: From<String>>(
        &self,
        response: &mut Response<R>,
        request_id: Option<&RequestId>,
        path: &str,
    ) {
        let json = self.to_json(request_id.map(RequestId::as_str), path);
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, self.media_type());
        for (name, value) in self.headers() {
            if !headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        *response.body_mut() = R::from(json);
    }
}
