use super::activity::Activity;
use super::answer::AnswerBody;
use super::body::TimedBody;
use super::connection::Shared;
use axum::body::Body;
use http::{Method, Request, Response};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::service::Service;
use musicgen_security::client_ip::Connection;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tower::ServiceExt;

/// The requests of one connection, on their way to the application.
#[derive(Clone)]
pub(super) struct Requests {
    pub(super) shared: Arc<Shared>,
    pub(super) connection: Connection,
    pub(super) activity: Arc<Activity>,
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (refusal, under_way) = self.activity.request();
        let is_http2 = self.activity.is_http2();
        let limits = &self.shared.limits;
        let mut request = request.map(|body| {
            if body.is_end_stream() {
                Body::empty()
            } else {
                Body::new(TimedBody::new(body, limits.clone()))
            }
        });
        request.extensions_mut().insert(self.connection);
        if let Some(refusal) = refusal {
            metrics::counter!("musicgen_framing_refused_total", "reason" => refusal.id())
                .increment(1);
            request.extensions_mut().insert(refusal);
            // Nobody has read by which method it asks; so it is logged as any other.
            *request.method_mut() = Method::from_bytes(b"UNREAD").unwrap_or_default();
            let refusals = self.shared.refusals.clone();
            return Box::pin(async move {
                let response = refusals.oneshot(request).await?;
                Ok(response.map(|body| AnswerBody::new(body, is_http2, under_way)))
            });
        }
        let service = self.shared.service.clone();
        Box::pin(async move {
            let response = service.oneshot(request).await?;
            Ok(response.map(|body| AnswerBody::new(body, is_http2, under_way)))
        })
    }
}
