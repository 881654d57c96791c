//! The application: from a configuration to a service and its workers.
//!
//! The command line, the tests and the benchmarks all build it here, so what is tested is what
//! runs.

mod accounts;
mod connection;
mod identity;
mod programs;
mod refusals;
mod request_limits;
mod router;

pub(crate) use accounts::registrar;
pub(crate) use identity::{Identity, own_origins};
pub use refusals::Refusals;

use crate::api::{OpenStreams, models};
use crate::config::Config;
use crate::errands::Errands;
use crate::mail::Mailer;
use crate::openapi::{self, DocsPage};
use crate::routes::table;
use crate::state::{AppState, MusicService, OperationService, Parts};
use crate::store::{MIGRATIONS, SqlJobs};
use crate::telemetry::{self, ObserveLayer, ObserveService};
use axum::Router;
use connection::Connected;
use musicgen_music::engine::Engine;
use musicgen_music::engines::BuiltinEngine;
use musicgen_music::jobs::{self, Options, Queue, Workers};
use musicgen_music::sound_font::SoundFont;
use musicgen_music::tracks::Files;
use musicgen_security::authentication::passwords::PasswordHasher;
use musicgen_security::client_ip::ClientIpLayer;
use musicgen_security::clock::{SharedClock, SystemClock};
use musicgen_security::random::{SharedRandom, SystemRandom};
use musicgen_security::rate_limiting::AddressRateLimitLayer;
use musicgen_security::rate_limiting::LongWindowKeeper;
use musicgen_security::request_id::RequestIdLayer;
use musicgen_security::stack::{self, EdgeLayer, EdgeStages};
use musicgen_security::store::StoreError;
use musicgen_security::validation::{BodyMemory, LimitsLayer, Load, RequestLimits};
use musicgen_security_store::Database;
use musicgen_security_store::sql::SqlRateLimits;
use request_limits::request_limits;
use router::router;
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

/// The service that a listener serves: the router behind the edge stages, observed. Requests need a
/// [`Connection`](musicgen_security::client_ip::Connection) among their extensions, or axum's
/// `ConnectInfo<SocketAddr>`.
pub type Service = Connected<ObserveService<<EdgeLayer as Layer<Router>>::Service>>;

/// A built application.
pub struct App {
    service: Service,
    refusals: Refusals,
    queue: Queue<SqlJobs>,
    engine: Arc<dyn Engine>,
    workers: usize,
    surroundings: Surroundings,
    database: Database,
    body_memory: BodyMemory,
    identity: Identity,
    mailer: Mailer,
    errands: Errands,
    kept_limits: LongWindowKeeper<SqlRateLimits>,
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
        let engine = engine(config)?;
        let queue = Queue::new(SqlJobs::new(database.clone()), files);
        let mailer = Mailer::new(
            config,
            surroundings.clock.clone(),
            surroundings.random.clone(),
        );
        let mailer = mailer.map_err(|error| StartError::Other(error.to_string()))?;
        let errands = Errands::new();
        let identity =
            Identity::build(config, &database, &surroundings, (&mailer, &errands)).await?;
        let limits = request_limits(config, &table());
        let kept_limits = kept_limits(&database, &surroundings, &identity).await?;
        let memory = BodyMemory::new(config.capacity.body_bytes);
        let state = AppState(Arc::new(Parts {
            accounts: identity.accounts.clone(),
            keys: identity.keys.clone(),
            programs: identity.programs.clone(),
            vigil: identity.vigil.clone(),
            music: Arc::new(music_service(config, &surroundings, &queue, &*engine)),
            operations: Arc::new(operation_service(
                config,
                &database,
                &identity,
                (limits.load(), &memory),
            )?),
        }));
        let router = router(
            table(),
            &identity,
            &state,
            (config.trusts_loopback(), &memory),
        );
        let edge = edge(config, &surroundings, &identity, limits);
        let observed = ObserveLayer::new(config.proxies.rules.clone());
        Ok(Self {
            service: Connected(observed.layer(edge.layer(router))),
            refusals: refusals::service(surroundings.random.clone(), &observed),
            queue,
            engine,
            workers: config.engine.workers,
            surroundings,
            database,
            body_memory: memory,
            identity,
            mailer,
            errands,
            kept_limits,
        })
    }

    /// The service, to be called or served.
    pub fn service(&self) -> Service {
        self.service.clone()
    }

    /// What answers where there is no request.
    pub fn refusals(&self) -> Refusals {
        self.refusals.clone()
    }

    /// The queue.
    pub fn queue(&self) -> &Queue<SqlJobs> {
        &self.queue
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What is held of requests' bodies.
    pub fn body_memory(&self) -> &BodyMemory {
        &self.body_memory
    }

    /// Takes messages; whoever runs the application starts its delivery and stops it.
    pub fn mailer(&self) -> &Mailer {
        &self.mailer
    }

    /// What is done behind answers.
    pub fn errands(&self) -> &Errands {
        &self.errands
    }

    /// Carries the hours and days of rate limits over a restart.
    pub fn kept_limits(&self) -> &LongWindowKeeper<SqlRateLimits> {
        &self.kept_limits
    }

    /// Who may sign in, and what is over.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Learns at once what another process has ended or changed, instead of within a second.
    pub async fn hear_of_changes(&self) -> Result<(), StoreError> {
        self.identity.accounts.sessions.revocations().sync().await
    }

    /// Writes down what is noted of the use of sessions, where no task does it all the time.
    pub async fn record_use(&self) {
        self.identity.stack.record_use().await;
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

fn edge(
    config: &Config,
    surroundings: &Surroundings,
    identity: &Identity,
    limits: RequestLimits,
) -> EdgeLayer {
    let (rules, clock) = (config.proxies.rules.clone(), surroundings.clock.clone());
    stack::edge(EdgeStages {
        request_id: RequestIdLayer::new(surroundings.random.clone()),
        client_ip: ClientIpLayer::telling(rules, clock, telemetry::tell_of_forwarding),
        cors: identity.stack.cors().clone(),
        limits: LimitsLayer::new(limits),
        flood: AddressRateLimitLayer::new(identity.stack.limiter().clone()),
    })
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

fn engine(config: &Config) -> Result<Arc<dyn Engine>, StartError> {
    let sound_font = match &config.engine.sound_font {
        Some(path) => Some(Arc::new(
            SoundFont::load(path).map_err(|error| StartError::SoundFont(error.to_string()))?,
        )),
        None => None,
    };
    Ok(Arc::new(BuiltinEngine::new(sound_font)))
}

fn music_service(
    config: &Config,
    surroundings: &Surroundings,
    queue: &Queue<SqlJobs>,
    engine: &dyn Engine,
) -> MusicService {
    let engines = vec![engine.describe()];
    MusicService {
        queue: queue.clone(),
        models: models::listed(&engines),
        engines,
        limits: config.limits.clone(),
        rates: config.rates.rules,
        streams: OpenStreams::default(),
        queue_capacity: config.engine.queue_capacity,
        workers: config.engine.workers,
        clock: surroundings.clock.clone(),
        random: surroundings.random.clone(),
    }
}

/// What was used of hours and days before the last stop counts from the first request on.
async fn kept_limits(
    database: &Database,
    surroundings: &Surroundings,
    identity: &Identity,
) -> Result<LongWindowKeeper<SqlRateLimits>, StartError> {
    let counted = identity.stack.limiter().local().clone();
    let keeper = LongWindowKeeper::new(counted, SqlRateLimits::new(database.clone()));
    let loaded = keeper.load(surroundings.clock.now()).await;
    let loaded = loaded.map_err(|error| StartError::Database(error.to_string()))?;
    tracing::debug!(loaded, "rate limits of earlier hours and days");
    Ok(keeper)
}

fn operation_service(
    config: &Config,
    database: &Database,
    identity: &Identity,
    (load, memory): (&Load, &BodyMemory),
) -> Result<OperationService, StartError> {
    let routes = table();
    let document = openapi::document(&routes);
    Ok(OperationService {
        is_https: config.site.public_url.starts_with("https://"),
        limiter: identity.stack.limiter().clone(),
        database: database.clone(),
        load: load.clone(),
        body_memory: memory.clone(),
        metrics: telemetry::figures().map_err(StartError::Other)?,
        openapi: openapi::json(&routes),
        docs_page: DocsPage::new(&routes, &document),
        proxies: config.proxies.clone(),
    })
}
