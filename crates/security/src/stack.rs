//! The order of the stages: the one place where it stands.
//!
//! Order is the security property. A stage that stands one place too far in leaves something
//! uncovered; so nobody nests layers by hand, and a test holds this order
//! (`crates/server/tests/it/stack.rs` sends a request that each stage marks).
//!
//! [`edge`] wraps the whole router, so that it also covers unknown paths and wrong methods.
//! [`route`] runs after routing and knows what the route demands; its stages are one gate, whose
//! `admit` asks them in turn. [`SecurityStack`] makes both, with
//! all that stands behind them, from keys, stores and the site's address.

mod builder;
mod demand;
mod keys;
mod security_stack;
mod site;
mod upkeep;

#[cfg(test)]
mod tests;

pub use builder::{StackBuilder, Stores};
pub use demand::Demand;
pub use keys::StackKeys;
pub use security_stack::SecurityStack;
pub use site::{Site, SiteFault};

use crate::authentication::AuthenticationGate;
use crate::authorization::AuthorizationGate;
use crate::client_ip::ClientIpLayer;
use crate::cookies::CookieGate;
use crate::cors::CorsLayer;
use crate::csrf::CsrfStage;
use crate::gate::{BodyGate, Gate, GateLayer};
use crate::headers::HeadersLayer;
use crate::panic::PanicLayer;
use crate::problem::{Problem, ProblemLayer};
use crate::rate_limiting::{
    AddressRateLimitLayer, AttemptRateLimitGate, PrincipalRateLimitGate, Tally,
};
use crate::request_id::RequestIdLayer;
use crate::revocation::RevocationStore;
use crate::sessions::SessionGate;
use crate::validation::{InputRule, LimitsLayer};
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use http_body::Body;
use std::fmt::Display;
use tower::layer::util::{Identity, Stack};

/// A stage and the reason for its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// The module's name.
    pub name: &'static str,
    /// Why it stands there.
    pub because: &'static str,
}

const fn stage(name: &'static str, because: &'static str) -> Stage {
    Stage { name, because }
}

/// The stages around the router, outermost first.
pub const EDGE: &[Stage] = &[
    stage("request_id", "everything after it can say which request"),
    stage(
        "client_ip",
        "everything after it can say who calls, and counts by one address",
    ),
    stage(
        "headers",
        "refusals, unknown paths and failures must have them too",
    ),
    stage(
        "cors",
        "an allowed origin must be able to read a refusal and a failure; a preflight meets nothing below",
    ),
    stage(
        "problem",
        "renders what any stage below refused, within the headers",
    ),
    stage(
        "panic",
        "a panic becomes an answer that the stages above can complete",
    ),
    stage(
        "limits",
        "what is too much, for another host or spelt in two ways goes no further; costs next to nothing",
    ),
    stage(
        "address_rate_limit",
        "a flood is stopped before anything is looked at; its refusals must have all of the above",
    ),
];

/// The stages of a route, outermost first.
pub const ROUTE: &[Stage] = &[
    stage(
        "attempt_rate_limit",
        "an attempt is counted before anything of it is looked at, and whatever the others refuse",
    ),
    stage(
        "cookies",
        "reads what a browser sent, once, for the stages that use it",
    ),
    stage(
        "sessions",
        "identifies a browser, unless a header has a credential; csrf must know its session",
    ),
    stage(
        "csrf",
        "before that identity is used for anything; header credentials are not its concern",
    ),
    stage(
        "authentication",
        "identifies by header, and refuses a wrong credential; doesn't yet require one",
    ),
    stage(
        "principal_rate_limit",
        "only now it is known who is to be charged; what authorization refuses counts too",
    ),
    stage(
        "authorization",
        "compares who it is with what the route demands; the last gate",
    ),
    stage(
        "validation",
        "what the route doesn't declare is refused; only now is the body read, by the handler's arguments",
    ),
];

type Stages<Outer, Inner> = Stack<Inner, Outer>;

/// The stages of [`EDGE`] as one layer.
pub type EdgeLayer = Stages<
    Stages<
        Stages<
            Stages<
                Stages<
                    Stages<Stages<Stages<Identity, RequestIdLayer>, ClientIpLayer>, HeadersLayer>,
                    CorsLayer,
                >,
                ProblemLayer,
            >,
            PanicLayer,
        >,
        LimitsLayer,
    >,
    AddressRateLimitLayer,
>;

/// What the stages of [`EDGE`] are made of.
#[derive(Debug, Clone)]
pub struct EdgeStages {
    /// Names requests.
    pub request_id: RequestIdLayer,
    /// Says who calls.
    pub client_ip: ClientIpLayer,
    /// Says which pages may read answers.
    pub cors: CorsLayer,
    /// Judges heads, and how many requests are under way.
    pub limits: LimitsLayer,
    /// Stops floods.
    pub flood: AddressRateLimitLayer,
}

/// The gates of [`ROUTE`]. A gate that is added stands here, in [`ROUTE`] and in `admit`.
#[derive(Debug, Clone)]
pub struct RouteStages<R> {
    /// Counts attempts and refusals by network.
    pub attempts: AttemptRateLimitGate,
    /// Reads cookies.
    pub cookies: CookieGate,
    /// Identifies browsers.
    pub sessions: SessionGate<R>,
    /// Refuses what another site sends.
    pub csrf: CsrfStage,
    /// Identifies by header.
    pub authentication: AuthenticationGate<R>,
    /// Charges whoever it is.
    pub rates: PrincipalRateLimitGate,
    /// Compares with the route's demand.
    pub authorization: AuthorizationGate,
    /// Refuses what the route doesn't declare; the rest is the handler's arguments' to read.
    pub validation: InputRule,
}

/// The gates of [`ROUTE`] as one layer.
pub type RouteLayer<R> = GateLayer<RouteStages<R>>;

/// Each stage in the order of [`ROUTE`]; the first that refuses ends it.
impl<R, B> BodyGate<B> for RouteStages<R>
where
    R: RevocationStore,
    B: Body + From<Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: Display,
{
    async fn admit(&self, parts: &mut Parts, body: &mut B) -> Result<(), Problem> {
        self.attempts.check(parts).await?;
        self.cookies.check(parts).await?;
        self.sessions.check(parts).await?;
        self.csrf.admit(parts, body).await?;
        self.authentication.check(parts).await?;
        self.rates.check(parts).await?;
        self.authorization.check(parts).await?;
        self.validation.check(parts, body)
    }

    async fn settle<A: Default + Send>(&self, tally: Tally, answer: Response<A>) -> Response<A> {
        self.attempts.settle(tally, answer).await
    }
}

/// The layers of [`EDGE`].
pub fn edge(stages: EdgeStages) -> EdgeLayer {
    tower::ServiceBuilder::new()
        .layer(stages.request_id)
        .layer(stages.client_ip)
        .layer(HeadersLayer)
        .layer(stages.cors)
        .layer(ProblemLayer)
        .layer(PanicLayer)
        .layer(stages.limits)
        .layer(stages.flood)
        .into_inner()
}

/// The layers of [`refusal_edge`].
pub type RefusalLayer = Stack<ProblemLayer, Stack<HeadersLayer, Stack<RequestIdLayer, Identity>>>;

/// The layers around an answer to what is no request (see [`framing`](crate::framing)): it has a name,
/// the headers and the form of every other. No stage that reads a request stands there.
pub fn refusal_edge(request_id: RequestIdLayer) -> RefusalLayer {
    tower::ServiceBuilder::new()
        .layer(request_id)
        .layer(HeadersLayer)
        .layer(ProblemLayer)
        .into_inner()
}

/// The layer of [`ROUTE`] for a route with these gates.
pub fn route<R: RevocationStore>(stages: RouteStages<R>) -> RouteLayer<R> {
    GateLayer::new(stages)
}
