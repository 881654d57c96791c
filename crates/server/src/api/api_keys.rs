//! My API keys. A key's text stands once in an answer: in the one that makes it.

use super::{PathId, timestamp};
use crate::mail::{KeyChange, Message};
use crate::state::{AccountService, ProgramService};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use musicgen_security::api_keys::{
    ApiKey, ApiKeyStore, CreateError, Issued, KeyFault, KeyLimits, KeyMode, KeyName, Networks,
    NewApiKey, Revocation, RevokeReason,
};
use musicgen_security::authentication::Principal;
use musicgen_security::authorization::Grant;
use musicgen_security::problem::Problem;
use musicgen_security::validation::{Fields, FromFields, Valid};
use serde::Serialize;
use std::num::NonZeroU32;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;
use uuid::Uuid;

const LONGEST_DAYS: u64 = 365;
/// As long as whoever rotates a key may ask for.
pub(crate) const LONGEST_OVERLAP: Duration = Duration::WEEK;

/// A key that is to be made.
#[derive(Debug, ToSchema)]
pub struct ApiKeyBody {
    /// What I call it.
    #[schema(schema_with = super::auth::username)]
    name: String,
    /// What it may do at the most: permissions such as `music:generate`, or areas such as `models:*`.
    /// None that I haven't got myself.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 64)]
    scopes: Vec<Grant>,
    /// When it ends by itself; 90 unless said otherwise.
    #[schema(value_type = u64, required = false, minimum = 1, maximum = 365, default = 90)]
    expires_in_days: Option<u64>,
    /// Where it may come from: addresses or networks such as `192.0.2.0/24`. Anywhere without them.
    #[schema(value_type = Vec<String>, required = false, max_items = 32)]
    networks: Networks,
    /// The word in its text, which says how bad a leak is.
    #[schema(value_type = String, required = false, pattern = "^(live|test)$", default = "live")]
    mode: KeyMode,
    /// Limits below those of the account.
    #[schema(required = false)]
    limits: KeyLimitsBody,
}

/// How often a key may be used.
#[derive(Debug, Default, Clone, Copy, Serialize, ToSchema)]
pub struct KeyLimitsBody {
    /// Requests in a minute.
    #[schema(value_type = u32, required = false, minimum = 1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    per_minute: Option<NonZeroU32>,
    /// Requests in an hour.
    #[schema(value_type = u32, required = false, minimum = 1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    per_hour: Option<NonZeroU32>,
}

impl FromFields for KeyLimitsBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let mut limit = |name| {
            let number = fields.optional_integer(name, 1, u64::from(u32::MAX))?;
            u32::try_from(number).ok().and_then(NonZeroU32::new)
        };
        Some(Self {
            per_minute: limit("per_minute"),
            per_hour: limit("per_hour"),
        })
    }
}

impl FromFields for ApiKeyBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.text("name", KeyName::RULE);
        let scopes = scopes(fields);
        let expires_in_days = fields.optional_integer("expires_in_days", 1, LONGEST_DAYS);
        let networks = networks(fields);
        let words = [("live", KeyMode::Live), ("test", KeyMode::Test)];
        let mode = fields.optional_word("mode", &words);
        let limits = fields.optional_object("limits");
        Some(Self {
            name: name?,
            scopes: scopes?,
            expires_in_days,
            networks: networks?,
            mode: mode.unwrap_or(KeyMode::Live),
            limits: limits.unwrap_or_default(),
        })
    }
}

fn scopes(fields: &mut Fields<'_>) -> Option<Vec<Grant>> {
    let texts = fields.texts("scopes", 64, 100)?;
    let mut scopes = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        match Grant::parse(text) {
            Ok(scope) => scopes.push(scope),
            Err(error) => {
                fields.error_below(&format!("/scopes/{n}"), "format", error.to_string());
            }
        }
    }
    Some(scopes)
}

fn networks(fields: &mut Fields<'_>) -> Option<Networks> {
    let texts = fields.optional_texts("networks", 32, 64);
    match Networks::parse(texts.iter().flatten().map(String::as_str)) {
        Ok(networks) => Some(networks),
        Err(faults) => {
            for (n, fault) in faults {
                fields.error_below(&format!("/networks/{n}"), "format", fault.to_string());
            }
            None
        }
    }
}

/// A rotation.
#[derive(Debug, Default, ToSchema)]
pub struct RotateBody {
    /// How long the old key goes on working, up to a week; 24 unless said otherwise.
    #[schema(value_type = u64, required = false, maximum = 168, default = 24)]
    overlap_hours: Option<u64>,
    /// When the new key ends by itself; as long as the old one was made for unless said otherwise.
    #[schema(value_type = u64, required = false, minimum = 1, maximum = 365)]
    expires_in_days: Option<u64>,
}

impl FromFields for RotateBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let most = LONGEST_OVERLAP.whole_hours().unsigned_abs();
        Some(Self {
            overlap_hours: fields.optional_integer("overlap_hours", 0, most),
            expires_in_days: fields.optional_integer("expires_in_days", 1, LONGEST_DAYS),
        })
    }
}

/// A key, without its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyRecord {
    id: Uuid,
    name: String,
    /// `live` or `test`.
    mode: &'static str,
    /// The last characters of its text, to recognise it by.
    tail: String,
    scopes: Vec<String>,
    networks: Vec<String>,
    limits: KeyLimitsBody,
    /// `working`, `revoked`, `superseded` or `expired`.
    state: &'static str,
    /// RFC 3339, UTC.
    created_at: String,
    expires_at: String,
    /// When it stops working, by all that is known now.
    ends_at: String,
    /// To the minute.
    last_used_at: Option<String>,
    /// The network it was last used from.
    last_used_from: Option<String>,
    revoked_at: Option<String>,
    /// `owner`, `administrator`, `leaked` or `account_secured`.
    revoke_reason: Option<&'static str>,
    /// The key whose place it took.
    rotated_from: Option<Uuid>,
    /// The key that takes its place.
    succeeded_by: Option<Uuid>,
}

impl ApiKeyRecord {
    fn new(key: &ApiKey, now: OffsetDateTime) -> Self {
        let (revoked_at, reason) = key.revoked.unzip();
        let networks = key.networks.as_slice().iter();
        let last_use = key.last_use.as_ref();
        Self {
            id: key.id,
            name: key.name.to_string(),
            mode: key.mode.id(),
            tail: key.tail.clone(),
            scopes: key.scopes.iter().map(Grant::to_string).collect(),
            networks: networks.map(ToString::to_string).collect(),
            limits: KeyLimitsBody {
                per_minute: key.limits.per_minute,
                per_hour: key.limits.per_hour,
            },
            state: key.state(now).id(),
            created_at: timestamp(key.created_at),
            expires_at: timestamp(key.expires_at),
            ends_at: timestamp(key.ends_at()),
            last_used_at: last_use.map(|last| timestamp(last.at)),
            last_used_from: last_use.and_then(|last| last.network.map(|net| net.to_string())),
            revoked_at: revoked_at.map(timestamp),
            revoke_reason: reason.map(RevokeReason::id),
            rotated_from: key.rotated_from,
            succeeded_by: key.succeeded.map(|next| next.by),
        }
    }
}

/// A new key with its text, which no other answer has.
#[derive(Serialize, ToSchema)]
pub struct NewKey {
    /// Send it as `X-API-Key` or as `Authorization: Bearer`.
    key: String,
    #[serde(flatten)]
    record: ApiKeyRecord,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

impl NewKey {
    fn new(issued: &Issued, now: OffsetDateTime) -> Self {
        Self {
            key: issued.text.expose().to_owned(),
            record: ApiKeyRecord::new(&issued.key, now),
        }
    }
}

/// My keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyList {
    /// The newest first; of those that ended the latest.
    items: Vec<ApiKeyRecord>,
    /// There is one page: an account has few keys.
    next_cursor: Option<String>,
}

pub(crate) async fn list(
    State(service): State<Arc<ProgramService>>,
    principal: Principal,
) -> Result<Json<ApiKeyList>, Problem> {
    let now = service.clock.now();
    let keys = service.api_keys.list(principal.account_id()).await?;
    Ok(Json(ApiKeyList {
        items: keys.iter().map(|key| ApiKeyRecord::new(key, now)).collect(),
        next_cursor: None,
    }))
}

pub(crate) async fn create(
    State(service): State<Arc<ProgramService>>,
    State(owners): State<Arc<AccountService>>,
    principal: Principal,
    body: Valid<ApiKeyBody>,
) -> Result<(StatusCode, Json<NewKey>), Problem> {
    let body = body.into_inner();
    // The name was held to the same rule with the other fields.
    let name = KeyName::parse(&body.name).map_err(|fault| Problem::internal().with_cause(fault))?;
    let wish = NewApiKey {
        account_id: principal.account_id(),
        name,
        mode: body.mode,
        scopes: body.scopes,
        networks: body.networks,
        limits: KeyLimits {
            per_minute: body.limits.per_minute,
            per_hour: body.limits.per_hour,
        },
        lifetime: body.expires_in_days.map(days),
    };
    let now = service.clock.now();
    let issued = service.api_keys.create(wish, principal.grants(), now).await;
    let issued = issued.map_err(|error: CreateError| error.into_problem(pointer))?;
    tracing::info!(account = %issued.key.account_id, key = %issued.key.id, "an API key was made");
    metrics::counter!("musicgen_api_keys_total", "event" => "made").increment(1);
    owners.tell_of_key(&issued.key, KeyChange::Created).await;
    Ok((StatusCode::CREATED, Json(NewKey::new(&issued, now))))
}

pub(crate) async fn rotate(
    State(service): State<Arc<ProgramService>>,
    State(owners): State<Arc<AccountService>>,
    principal: Principal,
    PathId(id): PathId,
    body: Option<Valid<RotateBody>>,
) -> Result<Json<NewKey>, Problem> {
    let body = body.map(Valid::into_inner).unwrap_or_default();
    let overlap = body.overlap_hours.map(hours);
    let lifetime = body.expires_in_days.map(days);
    let (account, now) = (principal.account_id(), service.clock.now());
    let keys = &service.api_keys;
    let rotated = keys.rotate(account, id, overlap, lifetime, now).await;
    let (old, issued) = rotated.map_err(|error| error.into_problem(pointer))?;
    service.revocations.sync().await?;
    tracing::info!(%account, key = %old.id, successor = %issued.key.id, "an API key was rotated");
    metrics::counter!("musicgen_api_keys_total", "event" => "rotated").increment(1);
    owners.tell_of_key(&issued.key, KeyChange::Rotated).await;
    Ok(Json(NewKey::new(&issued, now)))
}

pub(crate) async fn revoke(
    State(service): State<Arc<ProgramService>>,
    State(owners): State<Arc<AccountService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<StatusCode, Problem> {
    let (account, now) = (principal.account_id(), service.clock.now());
    let keys = &service.api_keys;
    let revoked = keys.revoke(account, id, RevokeReason::Owner, now).await?;
    service.revocations.sync().await?;
    match revoked {
        Revocation::Absent => return Err(Problem::not_found()),
        Revocation::AlreadyRevoked => {}
        Revocation::Revoked => {
            tracing::info!(%account, key = %id, "an API key was revoked by its owner");
            metrics::counter!("musicgen_api_keys_total", "event" => "revoked").increment(1);
            if let Some(key) = keys.store().find(account, id).await? {
                owners.tell_of_key(&key, KeyChange::Revoked).await;
            }
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

impl AccountService {
    /// Tells a key's owner what became of it (KEY-16).
    pub(super) async fn tell_of_key(&self, key: &ApiKey, change: KeyChange) {
        let name = key.name.to_string();
        self.tell(key.account_id, Message::ApiKey { change, name })
            .await;
    }
}

fn days(number: u64) -> Duration {
    Duration::days(number.cast_signed())
}

fn hours(number: u64) -> Duration {
    Duration::hours(number.cast_signed())
}

/// Where in a body a fault stands.
fn pointer(fault: &KeyFault) -> String {
    match fault {
        KeyFault::ScopeTooWide { position, .. } => format!("/scopes/{position}"),
        KeyFault::Lifetime { .. } => "/expires_in_days".to_owned(),
        KeyFault::Overlap { .. } => "/overlap_hours".to_owned(),
        _ => "/scopes".to_owned(),
    }
}
