//! What handlers are given. Each names the part it uses; the whole is named only in `app.rs` and
//! in the route table.

use crate::api::{OpenStreams, Written};
use crate::config::{Proxies, Registration, TierLimits};
use crate::errands::Errands;
use crate::mail::Mailer;
use crate::openapi::DocsPage;
use crate::store::SqlJobs;
use axum::extract::FromRef;
use metrics_exporter_prometheus::PrometheusHandle;
use musicgen_music::engine::EngineInfo;
use musicgen_music::jobs::Queue;
use musicgen_security::api_keys::ApiKeys;
use musicgen_security::authentication::credentials::Credentials;
use musicgen_security::authentication::jwt::KeyRing;
use musicgen_security::authentication::oauth::OAuth;
use musicgen_security::authentication::{Principal, SessionTokens, SignIn, TokenAuthenticator};
use musicgen_security::authorization::{Permission, PolicySource, Tier};
use musicgen_security::clock::SharedClock;
use musicgen_security::random::SharedRandom;
use musicgen_security::rate_limiting::{RateLimiter, RateRules};
use musicgen_security::revocation::Revocations;
use musicgen_security::sessions::SessionCookies;
use musicgen_security::validation::{BodyMemory, Load};
use musicgen_security_store::Database;
use musicgen_security_store::sql::{
    SqlAccounts, SqlApiKeys, SqlCredentials, SqlOneTimeTokens, SqlRevocations, SqlSessions,
    SqlThrottle,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything. A handler names the part that it uses; a clone is a count, as each request makes one.
#[derive(Clone)]
pub struct AppState(pub(crate) Arc<Parts>);

/// What [`AppState`] consists of.
pub(crate) struct Parts {
    pub(crate) accounts: Arc<AccountService>,
    pub(crate) music: Arc<MusicService>,
    pub(crate) operations: Arc<OperationService>,
    pub(crate) keys: Arc<KeyService>,
    pub(crate) programs: Arc<ProgramService>,
    pub(crate) vigil: Vigil,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").finish_non_exhaustive()
    }
}

/// Lets handlers take a part as `State`.
macro_rules! part {
    ($($field:ident: $part:ty),+ $(,)?) => {
        $(impl FromRef<AppState> for $part {
            fn from_ref(state: &AppState) -> Self {
                state.0.$field.clone()
            }
        })+
    };
}

part! {
    accounts: Arc<AccountService>,
    music: Arc<MusicService>,
    operations: Arc<OperationService>,
    keys: Arc<KeyService>,
    programs: Arc<ProgramService>,
    vigil: Vigil,
}

/// The sessions of this service.
pub(crate) type Sessions = SessionTokens<SqlAccounts, SqlSessions, SqlRevocations>;

/// Asks whether the credential of a long answer still holds.
#[derive(Clone)]
pub(crate) struct Vigil(pub(crate) Arc<TokenAuthenticator<SqlRevocations>>);

impl Vigil {
    /// Whether `principal`, who was let in a while ago, would be let in now. When nobody can say it
    /// would not.
    pub(crate) async fn still_holds(&self, principal: &Principal, needed: &Permission) -> bool {
        self.0.still_holds(principal, needed).await
    }
}

/// Accounts and sign-in.
pub(crate) struct AccountService {
    pub(crate) accounts: SqlAccounts,
    pub(crate) sign_in: Arc<SignIn<SqlAccounts, SqlThrottle>>,
    pub(crate) credentials: Credentials<SqlAccounts, SqlOneTimeTokens, SqlCredentials>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) session_cookies: SessionCookies,
    pub(crate) policy: PolicySource,
    pub(crate) random: SharedRandom,
    pub(crate) registration: Registration,
    /// The tier of a new account.
    pub(crate) new_accounts: Tier,
    /// Whether an address must be shown to be its owner's before a sign-in.
    pub(crate) verified_only: bool,
    pub(crate) mailer: Mailer,
    pub(crate) errands: Errands,
    pub(crate) clock: SharedClock,
}

/// What programs prove themselves with.
pub(crate) struct ProgramService {
    pub(crate) api_keys: ApiKeys<SqlApiKeys>,
    pub(crate) oauth: OAuth<SqlApiKeys, SqlAccounts, SqlSessions, SqlRevocations>,
    /// Told of the keys that end.
    pub(crate) revocations: Arc<Revocations<SqlRevocations>>,
    pub(crate) clock: SharedClock,
}

/// Jobs, tracks and engines.
pub(crate) struct MusicService {
    pub(crate) queue: Queue<SqlJobs>,
    pub(crate) engines: Vec<EngineInfo>,
    /// The list of them.
    pub(crate) models: Written,
    pub(crate) limits: BTreeMap<Tier, TierLimits>,
    /// How often anybody may call.
    pub(crate) rates: RateRules,
    /// Event streams that are open, by account.
    pub(crate) streams: OpenStreams,
    pub(crate) queue_capacity: u64,
    pub(crate) workers: usize,
    pub(crate) clock: SharedClock,
    pub(crate) random: SharedRandom,
}

/// The keys that others check access tokens with.
pub(crate) struct KeyService {
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) clock: SharedClock,
}

/// What operators look at.
pub(crate) struct OperationService {
    pub(crate) limiter: RateLimiter,
    pub(crate) database: Database,
    pub(crate) load: Load,
    /// Whether people reach the service by https.
    pub(crate) is_https: bool,
    pub(crate) body_memory: BodyMemory,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) openapi: String,
    pub(crate) docs_page: DocsPage,
    pub(crate) proxies: Proxies,
}
