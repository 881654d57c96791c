//! The configuration: read once, at start, into one typed value; nothing else reads the
//! environment.
//!
//! 1. Sources, later wins: defaults, a TOML file, `.env` in development, the environment, flags.
//! 2. Every variable also works as `NAME_FILE`.
//! 3. All mistakes are reported together ([`ConfigErrors`]), never with a secret's value.
//! 4. In development a missing secret is made and kept; elsewhere a missing, weak, short, repeated or
//!    known one keeps the program from starting.
//! 5. One table of variables makes `.env.example` and `docs/configuration.md`; tests compare them.

mod authorization;
mod config_file;
mod connections;
mod cors;
mod data_dir;
mod documents;
mod dotenv;
mod environment;
mod error;
mod hosts;
mod kept_secret;
mod limits;
mod log_filter;
mod mail;
mod proxies;
mod rate_variables;
mod reader;
mod secret_keys;
mod sections;
mod sessions;
mod sources;
mod strength;
mod text_file;
mod variable;
mod variables;

#[cfg(test)]
mod tests;

pub use authorization::Authorization;
pub use connections::Connections;
pub use documents::{env_example, reference};
pub use environment::ProcessEnvironment;
pub use error::{ConfigErrors, Notice, Origin, Problem};
pub use limits::RateLimiting;
pub use mail::{Encryption, Mail, SmtpLogin, SmtpRelay};
pub use proxies::{Beginning, Proxies, ProxyProtocol};
pub use sections::{
    Accounts, Capacity, Engine, Environment, InternalKey, LogFormat, Logs, Registration, Secrets,
    Site, Storage, TierLimits, Tokens,
};
pub(crate) use text_file::TextFile;
pub use variable::{Form, Preset, Privacy, Section, Variable};
pub use variables::all as all_variables;

use musicgen_security::authorization::Tier;
use musicgen_security::cookies::CookiePolicy;
use musicgen_security::cors::CorsPolicy;
use musicgen_security::random::SharedRandom;
use musicgen_security::sessions::SessionLimits;
use reader::Reader;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything that can be set. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the service lives.
    pub site: Site,
    /// Who may connect.
    pub connections: Connections,
    /// Keys.
    pub secrets: Secrets,
    /// Who may have an account.
    pub accounts: Accounts,
    /// What roles may do.
    pub authorization: Authorization,
    /// Access and refresh tokens.
    pub tokens: Tokens,
    /// How long sign-ins last.
    pub sessions: SessionLimits,
    /// What browsers hold.
    pub cookies: CookiePolicy,
    /// Which pages of other origins may read answers.
    pub cors: CorsPolicy,
    /// Letters to users.
    pub mail: Mail,
    /// The database.
    pub storage: Storage,
    /// What stands before this server.
    pub proxies: Proxies,
    /// What each tier may use up.
    pub limits: BTreeMap<Tier, TierLimits>,
    /// How many requests are under way at once, and how much of their bodies is held.
    pub capacity: Capacity,
    /// How often anybody may call.
    pub rates: RateLimiting,
    /// Music generation.
    pub engine: Engine,
    /// What is logged and how.
    pub logs: Logs,
}

/// Where to read from.
#[derive(Clone)]
pub struct LoadOptions {
    /// `--config`; stronger than `MUSICGEN_CONFIG`.
    pub config_file: Option<PathBuf>,
    /// `.env`, which counts in development only.
    pub dotenv: Option<PathBuf>,
    /// The environment.
    pub environment: ProcessEnvironment,
    /// Variables that the command line sets.
    pub flags: BTreeMap<String, String>,
    /// Makes missing development secrets.
    pub random: SharedRandom,
    /// Whether `DATA_DIR` and missing development secrets are made; otherwise it is only said that
    /// they would be.
    pub may_write: bool,
}

impl std::fmt::Debug for LoadOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadOptions")
            .field("config_file", &self.config_file)
            .field("dotenv", &self.dotenv)
            .finish_non_exhaustive()
    }
}

/// A good configuration and what is worth knowing about it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// To be logged at start.
    pub notices: Vec<Notice>,
}

impl Config {
    /// Reads all sources and checks everything.
    pub fn load(options: &LoadOptions) -> Result<Loaded, ConfigErrors> {
        let mut reader = Reader::new(options);
        let site = Site::read(&mut reader);
        let connections = Connections::read(&mut reader);
        let algorithm = Tokens::read_algorithm(&mut reader);
        let secrets = secret_keys::read(&mut reader, &site, algorithm, &options.random);
        let accounts = Accounts::read(&mut reader);
        let authorization = Authorization::read(&mut reader, site.environment);
        let tokens = Tokens::read(&mut reader, &site, algorithm);
        let sessions = sessions::read_limits(&mut reader, &tokens);
        let cookies = sessions::read_cookies(&mut reader, &site);
        let cors = cors::read(&mut reader, &site);
        let mail = Mail::read(&mut reader, &site);
        let storage = Storage::read(&mut reader, &site);
        let proxies = Proxies::read(&mut reader, &site);
        let limits = sections::read_limits(&mut reader);
        let capacity = Capacity::read(&mut reader);
        let rates = RateLimiting::read(&mut reader);
        let engine = Engine::read(&mut reader);
        let logs = Logs::read(&mut reader, &site);
        let notices = reader.finish(site.environment.is_strict())?;
        // Without cookies there was a finding above, which names its variable.
        let cookies = cookies.ok_or_else(ConfigErrors::no_cookies)?;
        let config = Self {
            site,
            connections,
            secrets,
            accounts,
            authorization,
            tokens,
            sessions,
            cookies,
            cors,
            mail,
            storage,
            proxies,
            limits,
            capacity,
            rates,
            engine,
            logs,
        };
        Ok(Loaded { config, notices })
    }

    /// A configuration of these variables alone: no files, no real environment.
    pub fn for_tests(variables: BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let options = LoadOptions {
            config_file: None,
            dotenv: None,
            environment: variables.into_iter().collect(),
            flags: BTreeMap::new(),
            random: std::sync::Arc::new(musicgen_security::random::SystemRandom),
            may_write: true,
        };
        Self::load(&options).map(|loaded| loaded.config)
    }

    /// Whether a connection from this machine itself is the operator's.
    pub fn trusts_loopback(&self) -> bool {
        self.site.environment == Environment::Development
    }
}
