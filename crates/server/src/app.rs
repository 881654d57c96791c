//! The application: from a configuration to a service and its workers.
//!
//! The command line, the tests and the benchmarks all build it here, so what is tested is what
//! runs.

use crate::config::Config;
use crate::openapi::{self, DocsPage};
use crate::routes::{Route, table};
use crate::state::{AccountService, AppState, MusicService, OperationService};
use crate::store::{MIGRATIONS, SqlJobs};
use crate::telemetry;
use axum::Extension;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::MethodRouter;
use http::HeaderMap;
use musicgen_music::engine::Engine;
use musicgen_music::engines::BuiltinEngine;
use musicgen_music::jobs::{self, Options, Queue, Workers};
use musicgen_music::sound_font::SoundFont;
use musicgen_music::tracks::Files;
use musicgen_security::authentication::jwt::{KeyRing, TokenIssuer, TokenVerifier};
use musicgen_security::authentication::passwords::{HashingPool, PasswordHasher, PasswordPolicy};
use musicgen_security::authentication::refresh::RefreshTokens;
use musicgen_security::authentication::{
    AuthenticationGate, BearerAuthenticator, InternalKeys, Lifetimes, Registrar, SignIn,
};
use musicgen_security::authorization::{LocalOperator, Policy};
use musicgen_security::clock::{SharedClock, SystemClock};
use musicgen_security::problem::Problem;
use musicgen_security::random::{SharedRandom, SystemRandom};
use musicgen_security::stack::{self, EdgeLayer};
use musicgen_security::validation::BodyLimit;
use musicgen_security_store::Database;
use musicgen_security_store::sql::{SqlAccounts, SqlRefreshTokens};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tower::Layer;

/// What the application takes from outside beside its configuration.
#[derive(Clone)]
pub struct Surroundings {
    /// Tells the time.
    pub clock: SharedClock,
    /// Gives randomness.
    pub random: SharedRandom,
    /// Hashes passwords; tests pass a cheap one.
    pub hasher: PasswordHasher,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

impl Surroundings {
    /// The system's clock and randomness, and the decided hash parameters.
    pub fn system() -> Self {
        let random: SharedRandom = Arc::new(SystemRandom);
        let hasher = PasswordHasher::new(random.clone());
        Self {
            clock: Arc::new(SystemClock),
            random,
            hasher,
        }
    }
}

/// Why the application can't be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The database.
    #[error("the database can't be used: {0}")]
    Database(String),
    /// The folder of the tracks.
    #[error("the folder of the tracks can't be used: {0}")]
    Files(std::io::Error),
    /// The SoundFont.
    #[error("the SoundFont can't be used: {0}")]
    SoundFont(String),
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// The service that a listener serves: the router behind the edge stages.
pub type Service = <EdgeLayer as Layer<Router>>::Service;

/// A built application.
pub struct App {
    service: Service,
    queue: Queue<SqlJobs>,
    engine: Arc<dyn Engine>,
    workers: usize,
    surroundings: Surroundings,
    database: Database,
    sessions: SqlRefreshTokens,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("workers", &self.workers)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Opens the stores, brings the database up to date and puts everything together.
    pub async fn build(config: &Config, surroundings: Surroundings) -> Result<Self, StartError> {
        let database = open_database(config, &surroundings).await?;
        let files = Files::open(config.site.data_dir.join("tracks")).map_err(StartError::Files)?;
        let sound_font = match &config.engine.sound_font {
            Some(path) => Some(Arc::new(
                SoundFont::load(path).map_err(|error| StartError::SoundFont(error.to_string()))?,
            )),
            None => None,
        };
        let engine: Arc<dyn Engine> = Arc::new(BuiltinEngine::new(sound_font));
        let queue = Queue::new(SqlJobs::new(database.clone()), files);
        let sessions = SqlRefreshTokens::new(database.clone());
        let state = AppState {
            accounts: Arc::new(account_service(config, &database, &surroundings)?),
            music: Arc::new(MusicService {
                queue: queue.clone(),
                engines: vec![engine.describe()],
                limits: config.limits.clone(),
                queue_capacity: config.engine.queue_capacity,
                workers: config.engine.workers,
                clock: surroundings.clock.clone(),
                random: surroundings.random.clone(),
            }),
            operations: Arc::new(operation_service(&database)?),
        };
        let gate = authentication(config, &database, &surroundings)?;
        let router = router(table(), &gate, state, config.trusts_loopback());
        Ok(Self {
            service: stack::edge(surroundings.random.clone()).layer(router),
            queue,
            engine,
            workers: config.engine.workers,
            surroundings,
            database,
            sessions,
        })
    }

    /// The service, to be called or served.
    pub fn service(&self) -> Service {
        self.service.clone()
    }

    /// The queue.
    pub fn queue(&self) -> &Queue<SqlJobs> {
        &self.queue
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The sessions, for sweeping.
    pub(crate) fn sessions(&self) -> &SqlRefreshTokens {
        &self.sessions
    }

    /// The clock.
    pub fn clock(&self) -> &SharedClock {
        &self.surroundings.clock
    }

    /// A random id, for names that must not repeat.
    pub(crate) fn fresh_id(&self) -> uuid::Uuid {
        self.surroundings.random.uuid()
    }

    /// Starts the workers; call it within a runtime.
    pub fn start_workers(&self) -> std::io::Result<Workers> {
        let clock = self.surroundings.clock.clone();
        let clock: jobs::Clock = Arc::new(move || clock.now());
        // A lease must not outlive its holder, so each start has a name of its own.
        let name = format!("worker-{}", self.surroundings.random.uuid());
        let options = Options {
            count: self.workers,
            ..Options::named(name)
        };
        Workers::start(&self.queue, &self.engine, &clock, &options)
    }
}

/// Opens the database and brings it up to date.
pub async fn open_database(
    config: &Config,
    surroundings: &Surroundings,
) -> Result<Database, StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Database(error.to_string());
    let opened = Database::open_sqlite(&config.storage.sqlite_path).await;
    let database = opened.map_err(|error| failed(&error))?;
    for set in MIGRATIONS {
        let migrated = database.migrate(set, surroundings.clock.now()).await;
        migrated.map_err(|error| failed(&error))?;
    }
    Ok(database)
}

fn hashing(config: &Config, surroundings: &Surroundings) -> (PasswordHasher, HashingPool) {
    // A waiting place costs next to nothing; 512 of them are some ten seconds of hashing.
    (
        surroundings.hasher.clone(),
        HashingPool::new(config.accounts.hash_workers, 512),
    )
}

/// What makes accounts, for the server and for `musicgen user`.
pub(crate) fn registrar(
    database: &Database,
    surroundings: &Surroundings,
    hashing: (PasswordHasher, HashingPool),
) -> Registrar<SqlAccounts> {
    Registrar::new(
        SqlAccounts::new(database.clone()),
        PasswordPolicy::new("Music Gen AI"),
        hashing,
        surroundings.random.clone(),
        surroundings.clock.clone(),
    )
}

fn account_service(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
) -> Result<AccountService, StartError> {
    let tokens = &config.tokens;
    let keys = key_ring(config)?;
    let (clock, random) = (surroundings.clock.clone(), surroundings.random.clone());
    let issuer = TokenIssuer::new(
        keys,
        &tokens.issuer,
        &tokens.audience,
        tokens.access_lifetime,
        random.clone(),
    );
    let refresh = RefreshTokens::new(
        SqlRefreshTokens::new(database.clone()),
        config.secrets.session.current(),
        random,
    );
    let lifetimes = Lifetimes {
        session: tokens.refresh_lifetime,
        remembered: tokens.remember_me_lifetime,
    };
    // One pool for sign-in and registration together: the bound is for the process.
    let hashing = hashing(config, surroundings);
    let accounts = SqlAccounts::new(database.clone());
    Ok(AccountService {
        sign_in: SignIn::new(
            accounts.clone(),
            refresh,
            issuer,
            hashing.clone(),
            lifetimes,
            clock.clone(),
        ),
        registrar: registrar(database, surroundings, hashing),
        registration_open: config.accounts.registration_open,
        accounts,
        clock,
    })
}

fn key_ring(config: &Config) -> Result<Arc<KeyRing>, StartError> {
    let ring = KeyRing::hs256(config.secrets.jwt.current());
    ring.map(Arc::new)
        .map_err(|error| StartError::Other(error.to_string()))
}

fn operation_service(database: &Database) -> Result<OperationService, StartError> {
    let routes = table();
    let document = openapi::document(&routes);
    Ok(OperationService {
        database: database.clone(),
        metrics: telemetry::figures().map_err(StartError::Other)?,
        openapi: openapi::json(&routes),
        docs_page: DocsPage::new(&routes, &document),
    })
}

type Gate = AuthenticationGate<SqlAccounts, SqlRefreshTokens>;

fn authentication(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
) -> Result<Gate, StartError> {
    let tokens = &config.tokens;
    let keys = key_ring(config)?;
    let verifier = TokenVerifier::new(
        keys,
        &tokens.issuer,
        &tokens.audience,
        tokens.access_lifetime,
    );
    let authenticator = BearerAuthenticator::new(
        verifier,
        SqlAccounts::new(database.clone()),
        SqlRefreshTokens::new(database.clone()),
        Arc::new(Policy::built_in()),
        surroundings.clock.clone(),
    );
    let keys = config
        .secrets
        .internal_keys
        .iter()
        .map(|key| (key.name.as_str(), &key.secret));
    Ok(AuthenticationGate::new(
        Arc::new(authenticator),
        Arc::new(InternalKeys::new(keys)),
    ))
}

fn router(routes: Vec<Route>, gate: &Gate, state: AppState, trusts_loopback: bool) -> Router {
    let mut router = Router::new();
    for route in routes {
        let limit = Extension(BodyLimit(route.body_limit));
        let handler: MethodRouter<AppState, Infallible> = route.handler.layer(limit);
        // For this method alone: another method of the path is 405 before anybody is asked who they
        // are.
        let handler = handler.route_layer(stack::route(gate.clone(), route.access));
        router = router.route(route.path, handler);
    }
    let router = router
        .fallback(|| async { Problem::not_found() })
        .layer(from_fn(telemetry::observe))
        .with_state(state);
    if trusts_loopback {
        router.layer(from_fn(mark_local_operator))
    } else {
        router
    }
}

/// In development whoever is on this machine operates it. A request that a proxy passed on comes
/// from this machine too, but carries the proxy's marks.
async fn mark_local_operator(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_local = peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback());
    if is_local && !was_forwarded(request.headers()) {
        request.extensions_mut().insert(LocalOperator);
    }
    next.run(request).await
}

fn was_forwarded(headers: &HeaderMap) -> bool {
    [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    ]
    .iter()
    .any(|name| headers.contains_key(*name))
}
