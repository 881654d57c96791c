//! One struct a section.

use super::data_dir;
use super::hosts;
use super::log_filter;
use super::reader::Reader;
use super::variables as v;
use musicgen_security::authentication::jwt::Algorithm;
use musicgen_security::authorization::Tier;
use musicgen_security::secrets::{Secret, SecretRing};
use musicgen_security::validation::AllowedHosts;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use time::Duration;
use url::Url;

/// How strict start-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On one's own machine.
    Development,
    /// As in production, with other data.
    Staging,
    /// For real.
    Production,
}

impl Environment {
    /// The word.
    pub fn id(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Whether weak settings keep the program from starting.
    pub fn is_strict(self) -> bool {
        self != Self::Development
    }
}

/// Where the service lives.
#[derive(Debug, Clone)]
pub struct Site {
    /// How strict start-up is.
    pub environment: Environment,
    /// Where the server listens.
    pub bind: SocketAddr,
    /// Scheme, host and port under which people reach it, without a slash at the end.
    pub public_url: String,
    /// The hosts under which it answers.
    pub hosts: AllowedHosts,
    /// The folder of everything that is kept.
    pub data_dir: PathBuf,
}

impl Site {
    pub(super) fn read(reader: &mut Reader) -> Self {
        // What is no environment is judged as the strictest one: nobody who means `production` and
        // writes `prod` gets development secrets, and all that is missing shows at once.
        let environment = match reader.word(&v::ENVIRONMENT, "production") {
            "development" => Environment::Development,
            "staging" => Environment::Staging,
            _ => Environment::Production,
        };
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 8000));
        let bind = reader.parsed(&v::BIND, socket_address).unwrap_or(loopback);
        if environment == Environment::Development && !bind.ip().is_loopback() {
            let what = "others can reach this address, and ENVIRONMENT is development; \
                        set ENVIRONMENT to production, or listen on 127.0.0.1";
            reader.wrong(&v::BIND, None, what);
        }
        let public_url = public_url(reader, environment, bind);
        let hosts = hosts::read(reader, environment, &public_url);
        let data_dir = reader.parsed(&v::DATA_DIR, |text| Some(PathBuf::from(text)));
        let data_dir = data_dir.unwrap_or_else(|| PathBuf::from("./data"));
        data_dir::check(reader, &data_dir, environment);
        Self {
            environment,
            bind,
            public_url,
            hosts,
            data_dir,
        }
    }
}

fn socket_address(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse().ok()?))),
        None => text.parse().ok(),
    }
}

fn public_url(reader: &mut Reader, environment: Environment, bind: SocketAddr) -> String {
    let Some(given) = reader.given(&v::PUBLIC_URL) else {
        if environment.is_strict() {
            reader.wrong(&v::PUBLIC_URL, None, "is needed in staging and production");
        }
        return format!("http://{bind}");
    };
    let url = Url::parse(&given.text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    });
    let Some(url) = url else {
        reader.wrong(
            &v::PUBLIC_URL,
            Some(&given.origin),
            "the value is not accepted",
        );
        return format!("http://{bind}");
    };
    if environment.is_strict() && url.scheme() != "https" {
        let what = "must be https: passwords and tokens travel under it";
        reader.wrong(&v::PUBLIC_URL, Some(&given.origin), what);
    }
    url.as_str().trim_end_matches('/').to_owned()
}

/// Keys.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Sign access tokens.
    pub jwt: SecretRing,
    /// Will sign access tokens after the next rotation.
    pub jwt_next: Option<Secret>,
    /// Make the successors of refresh tokens.
    pub session: SecretRing,
    /// Make CSRF tokens.
    pub csrf: SecretRing,
    /// Of the operator's own programs.
    pub internal_keys: Vec<InternalKey>,
}

/// A key of one of the operator's programs.
#[derive(Debug, Clone)]
pub struct InternalKey {
    /// Which program.
    pub name: String,
    /// What it sends.
    pub secret: Secret,
}

/// Who may make an account for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has an invitation.
    Invite,
    /// Nobody: the operator makes them.
    Closed,
}

/// Who may have an account.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Who may make accounts.
    pub registration: Registration,
    /// How many passwords are hashed at once.
    pub hash_workers: usize,
}

impl Accounts {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let registration = match reader.word(&v::REGISTRATION, "open") {
            "open" => Registration::Open,
            "invite" => Registration::Invite,
            _ => Registration::Closed,
        };
        let hash_workers = reader.whole(&v::PASSWORD_HASH_WORKERS, processors());
        Self {
            registration,
            hash_workers: hash_workers as usize,
        }
    }
}

pub(super) fn processors() -> u64 {
    std::thread::available_parallelism().map_or(1, |count| count.get() as u64)
}

/// Access and refresh tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// How access tokens are signed.
    pub algorithm: Algorithm,
    /// The `iss` claim.
    pub issuer: String,
    /// The `aud` claim.
    pub audience: String,
    /// Of an access token.
    pub access_lifetime: Duration,
    /// Of a sign-in.
    pub refresh_lifetime: Duration,
    /// Of a sign-in that is to be remembered.
    pub remember_me_lifetime: Duration,
}

impl Tokens {
    /// Read apart from the rest: what a signing secret may be depends on it.
    pub(super) fn read_algorithm(reader: &mut Reader) -> Algorithm {
        let word = reader.word(&v::JWT_ALGORITHM, "HS256");
        Algorithm::from_id(word).unwrap_or(Algorithm::Hs256)
    }

    pub(super) fn read(reader: &mut Reader, site: &Site, algorithm: Algorithm) -> Self {
        let minutes = reader.whole(&v::JWT_ACCESS_TOKEN_EXPIRE_MINUTES, 15);
        let days = reader.whole(&v::JWT_REFRESH_TOKEN_EXPIRE_DAYS, 7);
        let remembered = reader.whole(&v::REMEMBER_ME_DAYS, 30);
        if remembered < days {
            let what = format!("{remembered} is less than JWT_REFRESH_TOKEN_EXPIRE_DAYS ({days})");
            reader.wrong(&v::REMEMBER_ME_DAYS, None, what);
        }
        let visible = |text: &str| {
            let good =
                (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
            good.then(|| text.to_owned())
        };
        Self {
            algorithm,
            issuer: reader
                .parsed(&v::JWT_ISSUER, visible)
                .unwrap_or_else(|| site.public_url.clone()),
            audience: reader
                .parsed(&v::JWT_AUDIENCE, visible)
                .unwrap_or_else(|| "musicgen".to_owned()),
            access_lifetime: Duration::minutes(minutes as i64),
            refresh_lifetime: Duration::days(days as i64),
            remember_me_lifetime: Duration::days(remembered as i64),
        }
    }
}

/// The database.
#[derive(Debug, Clone)]
pub struct Storage {
    /// The SQLite file.
    pub sqlite_path: PathBuf,
}

impl Storage {
    pub(super) fn read(reader: &mut Reader, site: &Site) -> Self {
        let default = site.data_dir.join("musicgen.db");
        let Some(given) = reader.given(&v::DATABASE_URL) else {
            return Self {
                sqlite_path: default,
            };
        };
        let path = given.text.strip_prefix("sqlite://").filter(|path| {
            !path.is_empty() && !path.contains(['?', '#', '\0']) && !path.ends_with('/')
        });
        if let Some(path) = path {
            return Self {
                sqlite_path: PathBuf::from(path),
            };
        }
        let scheme = given.text.split(':').next().unwrap_or_default();
        let what = if matches!(scheme, "postgres" | "postgresql") {
            "PostgreSQL is not in this version"
        } else {
            "the value is not accepted"
        };
        reader.wrong(&v::DATABASE_URL, Some(&given.origin), what);
        Self {
            sqlite_path: default,
        }
    }
}

/// How much is taken on at once.
#[derive(Debug, Clone, Copy)]
pub struct Capacity {
    /// Requests under way.
    pub requests: usize,
    /// Bytes of their bodies.
    pub body_bytes: usize,
}

impl Capacity {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            requests: reader.whole(&v::MAX_REQUESTS_IN_FLIGHT, 1024) as usize,
            body_bytes: reader.whole(&v::MAX_BODY_MEMORY, 64) as usize * 1024 * 1024,
        }
    }
}

/// What a tier may use up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TierLimits {
    /// Pieces in any hour.
    pub generations_per_hour: u64,
    /// Seconds of music in any 24 hours.
    pub audio_seconds_per_day: u64,
    /// The longest piece, in seconds.
    pub longest_seconds: f64,
    /// Pieces of one account that are made at the same time.
    pub at_once: u32,
}

pub(super) fn read_limits(reader: &mut Reader) -> BTreeMap<Tier, TierLimits> {
    let mut limits = BTreeMap::new();
    for row in v::TIERS {
        let of_tier = TierLimits {
            generations_per_hour: reader.whole(&row.generations_per_hour, 0),
            audio_seconds_per_day: reader.whole(&row.audio_seconds_per_day, 0),
            longest_seconds: reader.whole(&row.longest_seconds, 1) as f64,
            at_once: reader.whole(&row.at_once, 1) as u32,
        };
        limits.insert(row.tier, of_tier);
    }
    limits
}

/// Music generation.
#[derive(Debug, Clone)]
pub struct Engine {
    /// How many pieces are made at once.
    pub workers: usize,
    /// How many pieces may wait.
    pub queue_capacity: u64,
    /// The SoundFont to play with.
    pub sound_font: Option<PathBuf>,
}

impl Engine {
    pub(super) fn read(reader: &mut Reader) -> Self {
        // There is one engine; asking for another is refused by name.
        reader.word(&v::ENGINE, "builtin");
        let sound_font = reader.parsed(&v::SOUNDFONT, |text| Some(PathBuf::from(text)));
        if let Some(path) = sound_font.as_ref().filter(|path| !path.is_file()) {
            let what = format!("{} is not a file that can be read", path.display());
            reader.wrong(&v::SOUNDFONT, None, what);
        }
        Self {
            workers: reader.whole(&v::ENGINE_WORKERS, processors().saturating_sub(1).max(1))
                as usize,
            queue_capacity: reader.whole(&v::QUEUE_CAPACITY, 100),
            sound_font,
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}

/// What is logged and how.
#[derive(Debug, Clone)]
pub struct Logs {
    /// A filter of `tracing-subscriber`.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
}

impl Logs {
    pub(super) fn read(reader: &mut Reader, site: &Site) -> Self {
        let filter = reader
            .parsed(&v::LOG_LEVEL, log_filter::read)
            .unwrap_or_else(|| "info".to_owned());
        if site.environment.is_strict() && log_filter::is_chatty(&filter) {
            let text = "logs of this level are for debugging: they are large and show inner detail";
            reader.findings.notice(v::LOG_LEVEL.name, text);
        }
        let format = if site.environment.is_strict() {
            "json"
        } else {
            "pretty"
        };
        let format = match reader.word(&v::LOG_FORMAT, format) {
            "pretty" => LogFormat::Pretty,
            _ => LogFormat::Json,
        };
        Self { filter, format }
    }
}
