use super::security_stack::{Gates, SecurityStack};
use super::{Site, StackKeys};
use crate::api_keys::ApiKeyStore;
use crate::authentication::accounts::AccountStore;
use crate::authentication::jwt::{TokenIssuer, TokenVerifier};
use crate::authentication::known_device::KnownDevices;
use crate::authentication::passwords::{HashingPool, PasswordHasher, PasswordPolicy};
use crate::authentication::refresh::RefreshTokens;
use crate::authentication::throttle::{SignInThrottle, ThrottleStore};
use crate::authentication::{
    AuthenticationGate, InternalKeys, KeyAuthenticator, Registrar, SessionParts, SessionTokens,
    SignIn, SignInParts, TokenAuthenticator,
};
use crate::authorization::{GrantsCache, Policy, PolicySource};
use crate::client_ip::{ClientIpLayer, ClientIpRules};
use crate::clock::{SharedClock, SystemClock};
use crate::cookies::CookieGate;
use crate::cors::{CorsLayer, CorsPolicy};
use crate::csrf::{CsrfGate, CsrfTokens, OriginRule};
use crate::random::{SharedRandom, SystemRandom};
use crate::rate_limiting::{RateLimiter, RateLimiting};
use crate::revocation::{RevocationStore, Revocations};
use crate::sessions::{Activity, SessionCookies, SessionGate, SessionLimits, SessionStore};
use crate::store::StoreError;
use crate::validation::RequestLimits;
use std::sync::Arc;
use time::Duration;

/// How long access tokens live.
const ACCESS_LIFETIME: Duration = Duration::minutes(15);
/// Calls that may wait for a hash: a place costs next to nothing, 512 are some ten seconds of work.
const WAITING_HASHES: usize = 512;

/// Where a stack keeps what it knows.
#[derive(Debug, Clone)]
pub struct Stores<A, S, R, T> {
    /// Who can sign in.
    pub accounts: A,
    /// Who did.
    pub sessions: S,
    /// What is over.
    pub revocations: R,
    /// Who tried to sign in, and how often.
    pub throttle: T,
}

impl<All: Clone> Stores<All, All, All, All> {
    /// All in one, as `testing::MemoryStore` is.
    pub fn all_in(store: All) -> Self {
        Self {
            accounts: store.clone(),
            sessions: store.clone(),
            revocations: store.clone(),
            throttle: store,
        }
    }
}

/// Tells a gate of keys, whose store needn't be named.
type AddKeys<R> = Box<dyn FnOnce(AuthenticationGate<R>) -> AuthenticationGate<R> + Send + Sync>;

/// What a [`SecurityStack`] will be. What has no safe default stands in
/// [`SecurityStack::builder`]; everything else has one, named at its method.
#[must_use]
pub struct StackBuilder<A, S, R, T> {
    site: Site,
    keys: StackKeys,
    stores: Stores<A, S, R, T>,
    access_lifetime: Duration,
    limits: SessionLimits,
    cors: CorsPolicy,
    policy: PolicySource,
    internal_keys: InternalKeys,
    api_keys: Option<AddKeys<R>>,
    hashing: Option<(PasswordHasher, HashingPool)>,
    verified_only: bool,
    client_ip: ClientIpRules,
    request_limits: RequestLimits,
    rates: RateLimiting,
    clock: SharedClock,
    random: SharedRandom,
}

impl<A, S, R, T> std::fmt::Debug for StackBuilder<A, S, R, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StackBuilder")
            .field("site", &self.site)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl<A, S, R, T> StackBuilder<A, S, R, T> {
    pub(super) fn new(site: Site, keys: StackKeys, stores: Stores<A, S, R, T>) -> Self {
        let request_limits = RequestLimits::new(site.hosts.clone());
        Self {
            site,
            keys,
            stores,
            access_lifetime: ACCESS_LIFETIME,
            limits: SessionLimits::default(),
            cors: CorsPolicy::closed(),
            policy: PolicySource::new(Policy::built_in()),
            internal_keys: InternalKeys::default(),
            api_keys: None,
            hashing: None,
            verified_only: false,
            client_ip: ClientIpRules::default(),
            request_limits,
            rates: RateLimiting::default(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        }
    }

    /// How long access tokens live: 15 minutes.
    pub fn access_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_lifetime = lifetime;
        self
    }

    /// How long sessions live and how many an account has: [`SessionLimits::default`].
    pub fn session_limits(mut self, limits: SessionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Which pages of other origins may read answers, and send what changes something: none.
    pub fn cors(mut self, policy: CorsPolicy) -> Self {
        self.cors = policy;
        self
    }

    /// Which role gives what: [`Policy::built_in`]. The source can be kept, to replace the policy while
    /// the service runs.
    pub fn policy(mut self, policy: impl Into<PolicySource>) -> Self {
        self.policy = policy.into();
        self
    }

    /// Keys of the operator's own programs: none.
    pub fn internal_keys(mut self, keys: InternalKeys) -> Self {
        self.internal_keys = keys;
        self
    }

    /// What hashes passwords: argon2id as decided ([`PasswordHasher::new`]), on half of the processors.
    pub fn hashing(mut self, hasher: PasswordHasher, pool: HashingPool) -> Self {
        self.hashing = Some((hasher, pool));
        self
    }

    /// Lets nobody sign in whose address wasn't shown to be theirs: anybody may. Whoever sets it sends
    /// the links ([`Credentials`](crate::authentication::credentials::Credentials)).
    pub fn verified_addresses_only(mut self, verified_only: bool) -> Self {
        self.verified_only = verified_only;
        self
    }

    /// Whose word counts on where a request comes from: nobody's, the client is the connection's peer.
    pub fn client_ip(mut self, rules: ClientIpRules) -> Self {
        self.client_ip = rules;
        self
    }

    /// What is asked of every request, and how many are served at once: the site's hosts, and the
    /// defaults of [`RequestLimits::new`].
    pub fn request_limits(mut self, limits: RequestLimits) -> Self {
        self.request_limits = limits;
        self
    }

    /// How often anybody may call, and where it is counted: [`RateRules::DEFAULT`] in this process.
    ///
    /// [`RateRules::DEFAULT`]: crate::rate_limiting::RateRules::DEFAULT
    pub fn rate_limiting(mut self, rates: RateLimiting) -> Self {
        self.rates = rates;
        self
    }

    /// What tells the time: the system.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// What gives randomness: the system.
    pub fn random(mut self, random: SharedRandom) -> Self {
        self.random = random;
        self
    }
}

impl<A, S, R, T> StackBuilder<A, S, R, T>
where
    A: AccountStore + Clone,
    S: SessionStore,
    R: RevocationStore,
    T: ThrottleStore,
{
    /// API keys as credentials: none. `keys` is made of the same accounts, policy and clock.
    pub fn api_keys<K: ApiKeyStore>(mut self, keys: KeyAuthenticator<K, A>) -> Self {
        self.api_keys = Some(Box::new(|gate| gate.with_api_keys(keys)));
        self
    }

    /// Puts it together and reads from the store what is over: no request is judged before that is
    /// known. Fails when the store can't say.
    pub async fn start(self) -> Result<SecurityStack<A, S, R, T>, StoreError> {
        let Self { stores, clock, .. } = self;
        let (site, random) = (self.site, self.random);
        let revocations = heard(stores.revocations, &site, self.access_lifetime, &clock).await?;
        let (issuer, verifier) = tokens(&site, &self.keys, self.access_lifetime, &random);
        let (activity, recorder) = Activity::new();
        let authenticator = Arc::new(TokenAuthenticator::new(
            verifier,
            revocations.clone(),
            GrantsCache::new(self.policy.clone(), stores.accounts.clone()),
            activity,
            clock.clone(),
        ));
        let (refresh, csrf) = opaque_tokens(&self.keys, &random);
        let (cookies, (origins, cors)) = (site.cookies, one_list(site.origins, self.cors));
        let by_header = AuthenticationGate::new(authenticator.clone(), self.internal_keys.into());
        let gates = Gates {
            cookies: CookieGate::new(cookies.clone()),
            sessions: SessionGate::new(authenticator.clone(), refresh.clone(), cookies.clone()),
            csrf: CsrfGate::new(csrf.clone(), origins, clock.clone()),
            authentication: with_keys(self.api_keys, by_header),
        };
        let hashing = self.hashing.unwrap_or_else(|| hashing(&random));
        let sign_in = SignIn::new(SignInParts {
            accounts: stores.accounts.clone(),
            hashing: hashing.clone(),
            throttle: SignInThrottle::new(stores.throttle, self.keys.refresh.current()),
            devices: KnownDevices::new(&self.keys.refresh, random.clone()),
            verified_only: self.verified_only,
            clock: clock.clone(),
        });
        let passwords = PasswordPolicy::new(&site.name);
        let (accounts, now) = (stores.accounts.clone(), clock.clone());
        let registrar = Registrar::new(accounts, passwords, hashing, random.clone(), now);
        let sessions = SessionTokens::new(SessionParts {
            accounts: stores.accounts,
            sessions: stores.sessions,
            revocations,
            refresh,
            issuer,
            limits: self.limits,
            policy: self.policy,
            clock: clock.clone(),
        });
        Ok(SecurityStack {
            registrar: Arc::new(registrar),
            sign_in: Arc::new(sign_in),
            sessions: Arc::new(sessions),
            session_cookies: SessionCookies::new(cookies, csrf, clock.clone()),
            authenticator,
            client_ip: ClientIpLayer::new(self.client_ip, clock.clone()),
            gates,
            cors: CorsLayer::new(cors),
            request_limits: self.request_limits,
            limiter: RateLimiter::new(self.rates, clock.clone()),
            recorder: Arc::new(recorder.into()),
            clock,
            random,
        })
    }
}

/// A gate that knows keys, where there are any.
fn with_keys<R>(keys: Option<AddKeys<R>>, gate: AuthenticationGate<R>) -> AuthenticationGate<R> {
    match keys {
        Some(add) => add(gate),
        None => gate,
    }
}

/// What a browser holds beside access tokens.
fn opaque_tokens(keys: &StackKeys, random: &SharedRandom) -> (RefreshTokens, CsrfTokens) {
    (
        RefreshTokens::new(&keys.refresh, random.clone()),
        CsrfTokens::new(&keys.csrf, random.clone()),
    )
}

/// Who may read answers is who may send what changes something, and our own pages are the same to both.
fn one_list(origins: OriginRule, cors: CorsPolicy) -> (OriginRule, CorsPolicy) {
    let origins = origins.allowing(&cors.origins());
    let cors = cors.of_service(origins.own());
    (origins, cors)
}

/// What is over, as the store knows it now.
async fn heard<R: RevocationStore>(
    store: R,
    site: &Site,
    lifetime: Duration,
    clock: &SharedClock,
) -> Result<Arc<Revocations<R>>, StoreError> {
    let revocations = Revocations::new(store, &site.issuer, lifetime, clock.clone());
    revocations.sync().await?;
    Ok(Arc::new(revocations))
}

/// What makes access tokens and what checks them, by the same keys, names and lifetime.
fn tokens(
    site: &Site,
    keys: &StackKeys,
    lifetime: Duration,
    random: &SharedRandom,
) -> (TokenIssuer, TokenVerifier) {
    let (keys, issuer, audience) = (&keys.access, &site.issuer, &site.audience);
    (
        TokenIssuer::new(keys.clone(), issuer, audience, lifetime, random.clone()),
        TokenVerifier::new(keys.clone(), issuer, audience, lifetime),
    )
}

fn hashing(random: &SharedRandom) -> (PasswordHasher, HashingPool) {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (
        PasswordHasher::new(random.clone()),
        HashingPool::new(processors / 2, WAITING_HASHES),
    )
}
