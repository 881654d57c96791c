use crate::telemetry::{ObserveLayer, ObserveService};
use axum::Router;
use axum::extract::Request;
use musicgen_security::framing::Refusal;
use musicgen_security::problem::Problem;
use musicgen_security::random::SharedRandom;
use musicgen_security::request_id::RequestIdLayer;
use musicgen_security::stack::{self, RefusalLayer};
use tower::Layer;

/// Answers the [`Refusal`] in a request's extensions, which the listener put there in place of a request;
/// counted and logged as requests are.
pub type Refusals = ObserveService<<RefusalLayer as Layer<Router>>::Service>;

pub(super) fn service(random: SharedRandom, observed: &ObserveLayer) -> Refusals {
    let answers = Router::new().fallback(async |request: Request| {
        let refusal = request.extensions().get::<Refusal>().copied();
        refusal.map_or_else(Problem::internal, Refusal::problem)
    });
    observed.layer(stack::refusal_edge(RequestIdLayer::new(random)).layer(answers))
}
