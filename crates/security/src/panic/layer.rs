use crate::problem::Problem;
use http::{Request, Response};
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Turns panics into answers; see the [module](super).
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct PanicLayer;

impl<S> Layer<S> for PanicLayer {
    type Service = PanicService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        PanicService { inner }
    }
}

/// A service whose panics are answers.
#[derive(Debug, Clone)]
pub struct PanicService<S> {
    inner: S,
}

impl<S, B, R> Service<Request<B>> for PanicService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = PanicFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // What a panic leaves half changed belongs to this request and is dropped with it.
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) {
            Ok(inner) => PanicFuture {
                inner: Some(inner),
                panic: None,
            },
            Err(panic) => PanicFuture {
                inner: None,
                panic: Some(text_of(&*panic)),
            },
        }
    }
}

pin_project_lite::pin_project! {
    /// The answer of a [`PanicService`].
    #[derive(Debug)]
    pub struct PanicFuture<F> {
        #[pin]
        inner: Option<F>,
        panic: Option<String>,
    }
}

impl<F, R, E> Future for PanicFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let text = match this.inner.as_pin_mut() {
            Some(inner) => match catch_unwind(AssertUnwindSafe(|| inner.poll(cx))) {
                Ok(poll) => return poll,
                Err(panic) => text_of(&*panic),
            },
            None => this.panic.take().unwrap_or_default(),
        };
        let problem = Problem::internal().with_cause(format!("panicked: {text}"));
        Poll::Ready(Ok(problem.into_response()))
    }
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower::{ServiceExt, service_fn};

    #[tokio::test]
    async fn a_panic_is_an_answer_of_500_and_the_next_request_is_served() {
        let service = PanicLayer.layer(service_fn(|request: Request<bool>| async move {
            assert!(!*request.body(), "told to");
            Ok::<_, std::convert::Infallible>(Response::new(String::from("fine")))
        }));
        let answer = service.clone().oneshot(Request::new(true)).await.unwrap();
        assert_eq!(answer.status(), 500);
        let problem = answer.extensions().get::<Problem>().unwrap();
        assert_eq!(problem.cause(), Some("panicked: told to"));
        let answer = service.oneshot(Request::new(false)).await.unwrap();
        assert_eq!(answer.into_body(), "fine");
    }
}
