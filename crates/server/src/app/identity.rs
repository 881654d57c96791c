//! Who is calling: accounts, sessions, tokens, cookies, put together once.

use super::accounts::{Shared, account_service};
use super::programs::{api_keys, key_authenticator};
use super::{StartError, Surroundings};
use crate::config::{Config, Environment};
use crate::errands::Errands;
use crate::mail::Mailer;
use crate::policy::{PolicyFile, PolicyWatch};
use crate::routes::{RateClass, Route, table};
use crate::state::{AccountService, KeyService, ProgramService, Vigil};
use crate::telemetry;
use musicgen_security::authentication::InternalKeys;
use musicgen_security::authentication::jwt::{KeyRing, SigningKeys};
use musicgen_security::authentication::oauth::OAuth;
use musicgen_security::authentication::passwords::{HashingPool, PasswordHasher};
use musicgen_security::authorization::PolicySource;
use musicgen_security::cors::CorsPolicy;
use musicgen_security::csrf::{Origin, OriginRule};
use musicgen_security::rate_limiting::RateLimiting;
use musicgen_security::stack::{
    self, RouteLayer, RouteStages, SecurityStack, Site, StackKeys, Stores,
};
use musicgen_security::validation::InputRule;
use musicgen_security_store::Database;
use musicgen_security_store::sql::{
    SqlAccounts, SqlRevocations, SqlSessions, SqlSigningKeys, SqlThrottle,
};
use std::sync::Arc;

/// What this service is called.
pub(super) const NAME: &str = "Music Gen AI";

/// The stages, and what stands behind them.
pub(crate) type Stack = SecurityStack<SqlAccounts, SqlSessions, SqlRevocations, SqlThrottle>;

/// The parts that know who is calling.
pub(crate) struct Identity {
    pub(crate) accounts: Arc<AccountService>,
    pub(crate) keys: Arc<KeyService>,
    pub(crate) programs: Arc<ProgramService>,
    pub(crate) vigil: Vigil,
    pub(crate) stack: Stack,
    policy: PolicySource,
    policy_file: Option<PolicyFile>,
}

impl Identity {
    pub(super) async fn build(
        config: &Config,
        database: &Database,
        surroundings: &Surroundings,
        (mailer, errands): (&Mailer, &Errands),
    ) -> Result<Self, StartError> {
        let clock = surroundings.clock.clone();
        let policy = PolicySource::new(config.authorization.policy.clone());
        let ring = key_ring(config, database, surroundings).await?;
        let api_keys = api_keys(database, surroundings);
        let key_authenticator =
            key_authenticator(&api_keys, database, policy.clone(), surroundings);
        let (hasher, pool) = hashing(config, surroundings);
        let keys = stack_keys(config, ring.clone())?;
        let stack = SecurityStack::builder(site(config)?, keys, stores(database))
            .access_lifetime(config.tokens.access_lifetime)
            .session_limits(config.sessions)
            .cors(cors(config))
            .policy(policy.clone())
            .internal_keys(internal_keys(config))
            .api_keys(key_authenticator.clone())
            .hashing(hasher, pool)
            .rate_limiting(rate_limiting(config))
            .verified_addresses_only(config.mail.verification_required)
            .clock(clock.clone())
            .random(surroundings.random.clone())
            .start()
            .await
            .map_err(|error| StartError::Database(error.to_string()))?;
        let shared = Shared {
            stack: &stack,
            policy: &policy,
            mailer,
            errands,
        };
        Ok(Self {
            accounts: Arc::new(account_service(config, database, &shared)),
            keys: Arc::new(KeyService {
                ring,
                clock: clock.clone(),
            }),
            programs: Arc::new(ProgramService {
                api_keys,
                oauth: OAuth::new(
                    stack.sessions().clone(),
                    key_authenticator,
                    stack.authenticator().clone(),
                ),
                revocations: stack.sessions().revocations().clone(),
                clock,
            }),
            vigil: Vigil(stack.authenticator().clone()),
            stack,
            policy,
            policy_file: config.authorization.policy_file.clone(),
        })
    }

    /// The stages of a route.
    pub(super) fn stages(&self, route: &Route) -> RouteLayer<SqlRevocations> {
        let demand = route.demand();
        let stages = if route.reads_refresh_cookie {
            self.stack.stages_of_refresh_cookie(demand)
        } else if route.takes_client_credentials {
            self.stack.stages_of_clients(demand)
        } else {
            self.stack.stages(demand)
        };
        stack::route(RouteStages {
            validation: input_rule(route),
            ..stages
        })
    }

    /// Starts watching the policy file, if there is one.
    pub(crate) fn watch_policy(&self) -> Option<PolicyWatch> {
        let file = self.policy_file.clone()?;
        Some(PolicyWatch::start(file, self.policy.clone()))
    }
}

/// What the table says that a route takes. Probes are never refused for what they would like to be
/// told.
fn input_rule(route: &Route) -> InputRule {
    let rule = InputRule::new(route.query(), route.body_limit);
    if route.class == RateClass::None {
        rule
    } else {
        rule.giving(route.gives())
    }
}

fn site(config: &Config) -> Result<Site, StartError> {
    Ok(Site {
        name: NAME.to_owned(),
        issuer: config.tokens.issuer.clone(),
        audience: config.tokens.audience.clone(),
        cookies: config.cookies.clone(),
        hosts: config.site.hosts.clone(),
        origins: OriginRule::new(own_origins(config)?, []),
    })
}

fn stack_keys(config: &Config, ring: Arc<KeyRing>) -> Result<StackKeys, StartError> {
    let secrets = &config.secrets;
    let keys = StackKeys::new(ring, secrets.session.clone(), secrets.csrf.clone());
    keys.map_err(|error| StartError::Other(error.to_string()))
}

fn stores(database: &Database) -> Stores<SqlAccounts, SqlSessions, SqlRevocations, SqlThrottle> {
    Stores {
        accounts: SqlAccounts::new(database.clone()),
        sessions: SqlSessions::new(database.clone()),
        revocations: SqlRevocations::new(database.clone()),
        throttle: SqlThrottle::new(database.clone()),
    }
}

/// Our own pages and, in development, the same machine under its other names.
pub(crate) fn own_origins(config: &Config) -> Result<Vec<Origin>, StartError> {
    let url = &config.site.public_url;
    let mut own = vec![url.clone()];
    if config.site.environment == Environment::Development {
        let port = config.site.bind.port();
        own.extend(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:{port}")));
    }
    // A port that the system chooses is no origin that a page could have.
    own.retain(|origin| !origin.ends_with(":0"));
    let own = own.iter().map(|origin| origin.parse::<Origin>());
    let own = own.collect::<Result<Vec<_>, _>>();
    own.map_err(|error| StartError::Other(format!("PUBLIC_URL: {error}")))
}

/// What is configured, but for the routes that nobody reads from another origin.
fn cors(config: &Config) -> CorsPolicy {
    let routes = table();
    let without = routes.iter().filter(|route| !route.has_cors);
    config
        .cors
        .clone()
        .without_paths(without.map(|route| route.path))
}

/// Counted in this process: there is one.
fn rate_limiting(config: &Config) -> RateLimiting {
    RateLimiting {
        rules: config.rates.rules,
        observer: telemetry::decisions(),
        ..RateLimiting::default()
    }
}

fn hashing(config: &Config, surroundings: &Surroundings) -> (PasswordHasher, HashingPool) {
    // A waiting place costs next to nothing; 512 of them are some ten seconds of hashing.
    (
        surroundings.hasher.clone(),
        HashingPool::new(config.accounts.hash_workers, 512),
    )
}

/// Tells the database which key signs from now on, and learns when the earlier ones stopped (B34).
async fn key_ring(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
) -> Result<Arc<KeyRing>, StartError> {
    let (secrets, tokens) = (&config.secrets, &config.tokens);
    let keys = SigningKeys::new(tokens.algorithm, &secrets.jwt, secrets.jwt_next.as_ref());
    let keys = keys.map_err(|error| StartError::Other(format!("JWT_SECRET_KEY: {error}")))?;
    let store = SqlSigningKeys::new(database.clone());
    let now = surroundings.clock.now();
    let ring = KeyRing::open(keys, &store, tokens.access_lifetime, now).await;
    ring.map(Arc::new)
        .map_err(|error| StartError::Database(error.to_string()))
}

fn internal_keys(config: &Config) -> InternalKeys {
    let keys = config.secrets.internal_keys.iter();
    let named = keys.map(|key| (key.name.as_str(), &key.secret));
    InternalKeys::new(named)
}
