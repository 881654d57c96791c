//! Counts and times each request by its route, and logs it.
//!
//! 1. [`ObserveLayer`] stands outside all stages, so that their refusals are in the figures too.
//! 2. A route marks its answers with its [`RouteFigures`]; what no route has answered (an unknown
//!    path, a wrong method, a refusal at the edge) counts as the route `unmatched`.
//! 3. Where requests are logged, at level debug, the line names the client by the rule of the
//!    [`client_ip`](musicgen_security::client_ip) stage, which stands further in.
//! 4. A figure is looked up in the recorder once and then kept with its route: a look-up makes and
//!    hashes a key of all its labels.

use axum::response::Response;
use http::{Method, Request, StatusCode};
use metrics::{Counter, Histogram};
use musicgen_security::client_ip::{ClientIpRules, Connection};
use musicgen_security::request_id;
use pin_project_lite::pin_project;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tower::{Layer, Service};

/// A caller can invent methods without end; labels can't follow.
const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
];

/// The statuses whose counters are kept. Any other one is looked up each time.
const STATUSES: [u16; 24] = [
    200, 201, 202, 204, 206, 301, 303, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 416,
    422, 429, 431, 500, 503,
];

/// The figures of a route.
pub(crate) struct RouteFigures {
    route: &'static str,
    by_method: [MethodFigures; METHODS.len()],
}

#[derive(Default)]
struct MethodFigures {
    seconds: OnceLock<Histogram>,
    requests: [OnceLock<Counter>; STATUSES.len()],
}

/// The mark of a route on its answers.
#[derive(Clone, Copy)]
struct Counted(&'static RouteFigures);

impl RouteFigures {
    /// Those of a route. There is one recorder a process and so one set of figures a route, however
    /// many apps are built of the one route table: what is leaked here is as bounded as the table.
    pub(crate) fn of(route: &'static str) -> &'static Self {
        static ALL: Mutex<BTreeMap<&str, &RouteFigures>> = Mutex::new(BTreeMap::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(route).or_insert_with(|| {
            Box::leak(Box::new(Self {
                route,
                by_method: Default::default(),
            }))
        })
    }

    /// Says on an answer that it is this route's.
    pub(crate) fn mark(&'static self, answer: &mut Response) {
        answer.extensions_mut().insert(Counted(self));
    }

    fn record(&self, method: usize, status: StatusCode, seconds: f64) {
        let (Some(label), Some(figures)) = (METHODS.get(method), self.by_method.get(method)) else {
            return;
        };
        let requests = || {
            metrics::counter!("musicgen_requests_total", "method" => *label, "route" => self.route,
                "status" => status.as_str().to_owned())
        };
        let kept = STATUSES.binary_search(&status.as_u16());
        match kept.ok().and_then(|place| figures.requests.get(place)) {
            Some(counter) => counter.get_or_init(requests).increment(1),
            None => requests().increment(1),
        }
        let histogram = figures.seconds.get_or_init(|| {
            metrics::histogram!("musicgen_request_seconds", "method" => *label,
                "route" => self.route)
        });
        histogram.record(seconds);
    }
}

fn place_of(method: &Method) -> usize {
    let known = METHODS.iter().position(|known| *known == method.as_str());
    known.unwrap_or(METHODS.len() - 1)
}

/// Observes requests; see the [module](self).
#[derive(Debug, Clone)]
pub(crate) struct ObserveLayer {
    unmatched: &'static RouteFigures,
    rules: Arc<ClientIpRules>,
}

impl std::fmt::Debug for RouteFigures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RouteFigures")
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}

impl ObserveLayer {
    /// Requests need a [`Connection`] for their client to be named.
    pub(crate) fn new(rules: ClientIpRules) -> Self {
        Self {
            unmatched: RouteFigures::of("unmatched"),
            rules: Arc::new(rules),
        }
    }
}

impl<S> Layer<S> for ObserveLayer {
    type Service = ObserveService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ObserveService {
            inner,
            unmatched: self.unmatched,
            rules: self.rules.clone(),
        }
    }
}

/// A service whose requests are counted, timed and logged.
#[derive(Debug, Clone)]
pub struct ObserveService<S> {
    inner: S,
    unmatched: &'static RouteFigures,
    rules: Arc<ClientIpRules>,
}

impl<S> ObserveService<S> {
    /// `None` where nothing is logged, or the listener doesn't say.
    fn client<B>(&self, request: &Request<B>) -> Option<IpAddr> {
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return None;
        }
        let connection: &Connection = request.extensions().get()?;
        Some(
            self.rules
                .judge(connection, request.headers())
                .client
                .address(),
        )
    }
}

impl<S, B> Service<Request<B>> for ObserveService<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ObserveFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "durations are measured, not decided upon"
    )]
    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (started, method) = (Instant::now(), place_of(request.method()));
        let client = self.client(&request);
        ObserveFuture {
            inner: self.inner.call(request),
            client,
            unmatched: self.unmatched,
            started,
            method,
        }
    }
}

pin_project! {
    /// The answer of an [`ObserveService`].
    #[derive(Debug)]
    pub struct ObserveFuture<F> {
        #[pin]
        inner: F,
        client: Option<IpAddr>,
        unmatched: &'static RouteFigures,
        started: Instant,
        method: usize,
    }
}

impl<F, E> Future for ObserveFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(cx))?;
        let marked = answer.extensions().get::<Counted>();
        let figures = marked.map_or(*this.unmatched, |Counted(figures)| figures);
        let (seconds, status) = (this.started.elapsed().as_secs_f64(), answer.status());
        tracing::debug!(
            request_id = answer
                .headers()
                .get(request_id::HEADER)
                .and_then(|id| id.to_str().ok()),
            client = this.client.map(tracing::field::display),
            method = METHODS.get(*this.method),
            route = figures.route,
            status = status.as_u16(),
            milliseconds = seconds * 1000.0,
            "request"
        );
        figures.record(*this.method, status, seconds);
        Poll::Ready(Ok(answer))
    }
}
