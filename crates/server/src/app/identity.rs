//! Who is calling: accounts, sessions, tokens, cookies, put together once.

use super::programs::{api_keys, key_authenticator};
use super::{StartError, Surroundings};
use crate::config::{Config, Environment};
use crate::mail::Mailer;
use crate::policy::{PolicyFile, PolicyWatch};
use crate::state::{AccountService, KeyService, ProgramService, Sessions, Vigil};
use musicgen_security::authentication::jwt::{KeyRing, SigningKeys, TokenIssuer, TokenVerifier};
use musicgen_security::authentication::passwords::{HashingPool, PasswordHasher, PasswordPolicy};
use musicgen_security::authentication::refresh::RefreshTokens;
use musicgen_security::authentication::{
    AuthenticationGate, InternalKeys, Registrar, SessionParts, SessionTokens, SignIn,
    TokenAuthenticator,
};
use musicgen_security::authorization::{Access, AuthorizationGate, GrantsCache, PolicySource};
use musicgen_security::cookies::CookieGate;
use musicgen_security::csrf::{CsrfGate, CsrfTokens, Origin, OriginRule};
use musicgen_security::revocation::Revocations;
use musicgen_security::sessions::{Activity, ActivityRecorder, SessionGate};
use musicgen_security::stack::RouteStages;
use musicgen_security_store::Database;
use musicgen_security_store::sql::{SqlAccounts, SqlRevocations, SqlSessions, SqlSigningKeys};
use std::sync::{Arc, Mutex, PoisonError};

/// The parts that know who is calling.
pub(crate) struct Identity {
    pub(crate) accounts: Arc<AccountService>,
    pub(crate) keys: Arc<KeyService>,
    pub(crate) programs: Arc<ProgramService>,
    pub(crate) vigil: Vigil,
    cookies: CookieGate,
    sessions: SessionGate<SqlRevocations>,
    csrf: CsrfGate,
    authentication: AuthenticationGate<SqlRevocations>,
    /// Taken by the task that writes; there is one.
    recorder: Mutex<Option<ActivityRecorder>>,
    policy: PolicySource,
    policy_file: Option<PolicyFile>,
}

impl Identity {
    pub(super) async fn build(
        config: &Config,
        database: &Database,
        surroundings: &Surroundings,
        mailer: &Mailer,
    ) -> Result<Self, StartError> {
        let clock = surroundings.clock.clone();
        let revocations = revocations(config, database, surroundings).await?;
        let policy = PolicySource::new(config.authorization.policy.clone());
        let keys = key_ring(config, database, surroundings).await?;
        let known_here = (keys.clone(), revocations.clone(), policy.clone());
        let (authenticator, recorder) =
            token_authenticator(config, database, surroundings, known_here);
        let refresh = RefreshTokens::new(&config.secrets.session, surroundings.random.clone());
        let csrf = CsrfTokens::new(&config.secrets.csrf, surroundings.random.clone());
        let api_keys = api_keys(database, surroundings);
        let key_authenticator =
            key_authenticator(&api_keys, database, policy.clone(), surroundings);
        let known = (
            keys.clone(),
            revocations.clone(),
            policy.clone(),
            refresh.clone(),
        );
        let sessions = sessions(config, database, surroundings, known);
        let names = config.secrets.internal_keys.iter();
        let internal_keys = names.map(|key| (key.name.as_str(), &key.secret));
        let parts = (sessions, csrf.clone(), policy.clone(), mailer.clone());
        let accounts = account_service(config, database, surroundings, parts);
        Ok(Self {
            accounts: Arc::new(accounts),
            keys: Arc::new(KeyService {
                ring: keys,
                clock: clock.clone(),
            }),
            programs: Arc::new(ProgramService {
                api_keys,
                revocations,
                clock: clock.clone(),
            }),
            vigil: Vigil(authenticator.clone()),
            cookies: CookieGate::new(config.cookies.clone()),
            sessions: SessionGate::new(authenticator.clone(), refresh, config.cookies.clone()),
            csrf: CsrfGate::new(csrf, origin_rule(config)?, clock),
            authentication: AuthenticationGate::new(
                authenticator,
                Arc::new(InternalKeys::new(internal_keys)),
            )
            .with_api_keys(key_authenticator),
            recorder: Mutex::new(Some(recorder)),
            policy,
            policy_file: config.authorization.policy_file.clone(),
        })
    }

    /// The stages of a route.
    pub(super) fn stages(&self, access: &Access, refresh: bool) -> RouteStages<SqlRevocations> {
        let (sessions, csrf) = (self.sessions.clone(), self.csrf.clone());
        RouteStages {
            cookies: self.cookies.clone(),
            sessions: if refresh {
                sessions.reading_refresh()
            } else {
                sessions
            },
            csrf: if *access == Access::Public {
                csrf.for_anybody()
            } else {
                csrf
            },
            authentication: self.authentication.clone(),
            authorization: AuthorizationGate::new(access.clone(), self.accounts.clock.clone()),
        }
    }

    /// Starts watching the policy file, if there is one.
    pub(crate) fn watch_policy(&self) -> Option<PolicyWatch> {
        let file = self.policy_file.clone()?;
        Some(PolicyWatch::start(file, self.policy.clone()))
    }

    /// The recorder of session use, once.
    pub(crate) fn take_recorder(&self) -> Option<ActivityRecorder> {
        let recorder = self.recorder.lock();
        recorder.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// For the next who writes.
    pub(super) fn give_recorder_back(&self, taken: ActivityRecorder) {
        let recorder = self.recorder.lock();
        *recorder.unwrap_or_else(PoisonError::into_inner) = Some(taken);
    }
}

type Judges = (Arc<KeyRing>, Arc<Revocations<SqlRevocations>>, PolicySource);

fn token_authenticator(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
    (keys, revocations, policy): Judges,
) -> (Arc<TokenAuthenticator<SqlRevocations>>, ActivityRecorder) {
    let tokens = &config.tokens;
    let verifier = TokenVerifier::new(
        keys,
        &tokens.issuer,
        &tokens.audience,
        tokens.access_lifetime,
    );
    let (activity, recorder) = Activity::new();
    let grants = GrantsCache::new(policy, SqlAccounts::new(database.clone()));
    let clock = surroundings.clock.clone();
    let authenticator = TokenAuthenticator::new(verifier, revocations, grants, activity, clock);
    (Arc::new(authenticator), recorder)
}

async fn revocations(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
) -> Result<Arc<Revocations<SqlRevocations>>, StartError> {
    let revocations = Revocations::new(
        SqlRevocations::new(database.clone()),
        &config.tokens.issuer,
        config.tokens.access_lifetime,
        surroundings.clock.clone(),
    );
    // Before the first request: a restart revives nothing.
    let heard = revocations.sync().await;
    heard.map_err(|error| StartError::Database(error.to_string()))?;
    Ok(Arc::new(revocations))
}

type Known = (
    Arc<KeyRing>,
    Arc<Revocations<SqlRevocations>>,
    PolicySource,
    RefreshTokens,
);

fn sessions(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
    (keys, revocations, policy, refresh): Known,
) -> Sessions {
    let tokens = &config.tokens;
    let random = surroundings.random.clone();
    SessionTokens::new(SessionParts {
        accounts: SqlAccounts::new(database.clone()),
        sessions: SqlSessions::new(database.clone()),
        revocations,
        refresh,
        issuer: TokenIssuer::new(
            keys,
            &tokens.issuer,
            &tokens.audience,
            tokens.access_lifetime,
            random,
        ),
        limits: config.sessions,
        policy,
        clock: surroundings.clock.clone(),
    })
}

fn account_service(
    config: &Config,
    database: &Database,
    surroundings: &Surroundings,
    (sessions, csrf, policy, mailer): (Sessions, CsrfTokens, PolicySource, Mailer),
) -> AccountService {
    // One pool for sign-in and registration together: the bound is for the process.
    let hashing = hashing(config, surroundings);
    let accounts = SqlAccounts::new(database.clone());
    AccountService {
        sign_in: SignIn::new(accounts.clone(), hashing.clone()),
        sessions,
        policy,
        csrf,
        cookies: config.cookies.clone(),
        random: surroundings.random.clone(),
        registrar: registrar(database, surroundings, hashing),
        registration_open: config.accounts.registration_open,
        mailer,
        accounts,
        clock: surroundings.clock.clone(),
    }
}

/// Our own pages and, in development, the same machine under its other names.
fn origin_rule(config: &Config) -> Result<OriginRule, StartError> {
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
    let own = own.map_err(|error| StartError::Other(format!("PUBLIC_URL: {error}")))?;
    Ok(OriginRule::new(own, []))
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
