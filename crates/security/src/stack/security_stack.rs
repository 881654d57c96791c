use super::{
    Demand, EdgeLayer, EdgeStages, RouteLayer, RouteStages, Site, StackBuilder, StackKeys, Stores,
};
use crate::authentication::accounts::AccountStore;
use crate::authentication::{
    AuthenticationGate, Registrar, SessionTokens, SignIn, TokenAuthenticator,
};
use crate::authorization::{Access, AuthorizationGate};
use crate::client_ip::ClientIpLayer;
use crate::clock::SharedClock;
use crate::cookies::CookieGate;
use crate::cors::CorsLayer;
use crate::csrf::{CsrfGate, CsrfStage};
use crate::random::SharedRandom;
use crate::rate_limiting::{
    AddressRateLimitLayer, AttemptRateLimitGate, PrincipalRateLimitGate, RateLimiter,
};
use crate::request_id::RequestIdLayer;
use crate::revocation::RevocationStore;
use crate::sessions::{ActivityRecorder, SessionCookies, SessionGate, SessionStore};
use crate::validation::{InputRule, LimitsLayer, RequestLimits};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The stages and the services behind them, put together so that they agree: one set of keys, one
/// issuer, one lifetime, one clock. Cheap to clone.
///
/// 1. What makes tokens and what checks them are made of the same parts; so are the cookies that are
///    set and the ones that are read.
/// 2. Nothing is judged before it is known what is over ([`StackBuilder::start`]).
/// 3. A route has an [`Access`]; on a public one visitors are held to the origin rule, so that no other
///    site signs a browser in.
///
/// Whoever needs another composition takes the [`stages`](Self::stages) and changes one: the order stays.
pub struct SecurityStack<A, S, R, T> {
    pub(super) registrar: Arc<Registrar<A>>,
    pub(super) sign_in: Arc<SignIn<A, T>>,
    pub(super) sessions: Arc<SessionTokens<A, S, R>>,
    pub(super) session_cookies: SessionCookies,
    pub(super) authenticator: Arc<TokenAuthenticator<R>>,
    pub(super) client_ip: ClientIpLayer,
    pub(super) gates: Gates<R>,
    pub(super) cors: CorsLayer,
    pub(super) request_limits: RequestLimits,
    pub(super) limiter: RateLimiter,
    pub(super) recorder: Arc<Mutex<ActivityRecorder>>,
    pub(super) clock: SharedClock,
    pub(super) random: SharedRandom,
}

/// The gates that are the same for all routes.
#[derive(Debug, Clone)]
pub(super) struct Gates<R> {
    pub(super) cookies: CookieGate,
    pub(super) sessions: SessionGate<R>,
    pub(super) csrf: CsrfGate,
    pub(super) authentication: AuthenticationGate<R>,
}

// By hand: derived, it would ask for stores that are `Clone`.
impl<A, S, R, T> Clone for SecurityStack<A, S, R, T> {
    fn clone(&self) -> Self {
        Self {
            registrar: self.registrar.clone(),
            sign_in: self.sign_in.clone(),
            sessions: self.sessions.clone(),
            session_cookies: self.session_cookies.clone(),
            authenticator: self.authenticator.clone(),
            client_ip: self.client_ip.clone(),
            gates: Gates {
                cookies: self.gates.cookies.clone(),
                sessions: self.gates.sessions.clone(),
                csrf: self.gates.csrf.clone(),
                authentication: self.gates.authentication.clone(),
            },
            cors: self.cors.clone(),
            request_limits: self.request_limits.clone(),
            limiter: self.limiter.clone(),
            recorder: self.recorder.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
        }
    }
}

impl<A, S, R, T> std::fmt::Debug for SecurityStack<A, S, R, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecurityStack").finish_non_exhaustive()
    }
}

impl<A, S, R, T> SecurityStack<A, S, R, T> {
    /// Begins with what has no safe default.
    pub fn builder(
        site: Site,
        keys: StackKeys,
        stores: Stores<A, S, R, T>,
    ) -> StackBuilder<A, S, R, T> {
        StackBuilder::new(site, keys, stores)
    }

    /// Makes accounts.
    pub fn registrar(&self) -> &Arc<Registrar<A>> {
        &self.registrar
    }

    /// Checks passwords.
    pub fn sign_in(&self) -> &Arc<SignIn<A, T>> {
        &self.sign_in
    }

    /// Opens, refreshes and ends sessions.
    pub fn sessions(&self) -> &Arc<SessionTokens<A, S, R>> {
        &self.sessions
    }

    /// Hands sessions to browsers.
    pub fn session_cookies(&self) -> &SessionCookies {
        &self.session_cookies
    }

    /// Says who an access token is, and whether one that was good a while ago still is.
    pub fn authenticator(&self) -> &Arc<TokenAuthenticator<R>> {
        &self.authenticator
    }

    /// Counts requests.
    pub fn limiter(&self) -> &RateLimiter {
        &self.limiter
    }

    /// Tells the time.
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Gives randomness.
    pub fn random(&self) -> &SharedRandom {
        &self.random
    }

    /// Answers preflights, and says which pages may read answers.
    pub fn cors(&self) -> &CorsLayer {
        &self.cors
    }

    /// The stages around the whole router.
    pub fn edge(&self) -> EdgeLayer {
        super::edge(EdgeStages {
            request_id: RequestIdLayer::new(self.random.clone()),
            client_ip: self.client_ip.clone(),
            cors: self.cors.clone(),
            limits: LimitsLayer::new(self.request_limits.clone()),
            flood: AddressRateLimitLayer::new(self.limiter.clone()),
        })
    }
}

impl<A: AccountStore, S: SessionStore, R: RevocationStore, T> SecurityStack<A, S, R, T> {
    /// The stages of a route with this access, and with this rate class where it isn't
    /// [`Read`](crate::rate_limiting::RateClass::Read). It reads no refresh cookie.
    pub fn route(&self, demand: impl Into<Demand>) -> RouteLayer<R> {
        super::route(self.stages(demand))
    }

    /// The stages of a route that takes the refresh cookie: refresh and sign-out, and no other.
    pub fn route_of_refresh_cookie(&self, demand: impl Into<Demand>) -> RouteLayer<R> {
        super::route(self.stages_of_refresh_cookie(demand))
    }

    /// The gates of [`route_of_refresh_cookie`](Self::route_of_refresh_cookie) one by one.
    pub fn stages_of_refresh_cookie(&self, demand: impl Into<Demand>) -> RouteStages<R> {
        let stages = self.stages(demand);
        RouteStages {
            sessions: stages.sessions.reading_refresh(),
            ..stages
        }
    }

    /// The stages of a route whose handler takes client credentials
    /// ([`oauth`](crate::authentication::oauth)): `Authorization: Basic` is left to it.
    pub fn route_of_clients(&self, demand: impl Into<Demand>) -> RouteLayer<R> {
        super::route(self.stages_of_clients(demand))
    }

    /// The gates of [`route_of_clients`](Self::route_of_clients) one by one.
    pub fn stages_of_clients(&self, demand: impl Into<Demand>) -> RouteStages<R> {
        let stages = self.stages(demand);
        RouteStages {
            authentication: stages.authentication.leaving_basic(),
            ..stages
        }
    }

    /// The gates of [`route`](Self::route) one by one, for a route that has to have another in the place
    /// of one; [`super::route`] puts them in order.
    pub fn stages(&self, demand: impl Into<Demand>) -> RouteStages<R> {
        let Demand { access, class } = demand.into();
        let csrf = self.gates.csrf.clone();
        RouteStages {
            attempts: AttemptRateLimitGate::new(self.limiter.clone(), class),
            cookies: self.gates.cookies.clone(),
            sessions: self.gates.sessions.clone(),
            csrf: CsrfStage::new(if access == Access::Public {
                csrf.for_anybody()
            } else {
                csrf
            }),
            authentication: self.gates.authentication.clone(),
            rates: PrincipalRateLimitGate::new(self.limiter.clone(), class),
            authorization: AuthorizationGate::new(access, self.clock.clone()),
            validation: InputRule::undeclared(),
        }
    }
}
