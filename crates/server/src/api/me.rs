//! The caller's own account.

use super::auth::USERNAME;
use super::rate_limits::RateLimitsBody;
use super::timestamp;
use crate::state::{AccountService, MusicService};
use axum::Json;
use axum::extract::State;
use musicgen_music::jobs::JobStore;
use musicgen_security::authentication::Principal;
use musicgen_security::authentication::accounts::{Account, AccountChange, AccountStore, Changed};
use musicgen_security::problem::Problem;
use musicgen_security::validation::{Fields, FromFields, Valid};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who I am, what I may do and what I have used.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    id: Uuid,
    email: String,
    /// Whether the address was shown to be mine.
    email_verified: bool,
    username: String,
    roles: Vec<String>,
    /// What the roles give, by name.
    permissions: Vec<String>,
    tier: &'static str,
    /// RFC 3339, UTC.
    created_at: String,
    limits: MyLimits,
    usage: MyUsage,
}

/// What the tier allows.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyLimits {
    generations_per_hour: u64,
    audio_seconds_per_day: u64,
    /// Of one piece.
    longest_seconds: f64,
    at_once: u32,
    requests: RateLimitsBody,
}

/// What is used up of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyUsage {
    generations_last_hour: u64,
    audio_seconds_last_day: f64,
}

pub(crate) async fn show(
    State(service): State<Arc<AccountService>>,
    State(music): State<Arc<MusicService>>,
    principal: Principal,
) -> Result<Json<Me>, Problem> {
    let account = service.accounts.find(principal.account_id()).await?;
    let account = account.ok_or_else(Problem::invalid_token)?;
    me(&music, &principal, &account).await
}

async fn me(
    music: &MusicService,
    principal: &Principal,
    account: &Account,
) -> Result<Json<Me>, Problem> {
    let used = music
        .queue
        .store()
        .usage(principal.account_id(), music.clock.now())
        .await;
    let used = used.map_err(super::ordering::store_problem)?;
    let limits = music.limits_of(principal.tier());
    Ok(Json(Me {
        id: account.id,
        email: account.email.to_string(),
        email_verified: account.email_verified_at.is_some(),
        username: account.username.clone(),
        roles: principal.roles().iter().map(ToString::to_string).collect(),
        permissions: principal
            .grants()
            .effective()
            .map(ToString::to_string)
            .collect(),
        tier: principal.tier().id(),
        created_at: timestamp(account.created_at),
        limits: MyLimits {
            generations_per_hour: limits.generations_per_hour,
            audio_seconds_per_day: limits.audio_seconds_per_day,
            longest_seconds: limits.longest_seconds,
            at_once: limits.at_once,
            requests: principal
                .own_limits()
                .of_account_or(music.rates.of_tier(principal.tier()))
                .into(),
        },
        usage: MyUsage {
            generations_last_hour: used.generations,
            audio_seconds_last_day: used.audio_seconds(),
        },
    }))
}

/// A change of one's own account.
#[derive(Debug, ToSchema)]
pub struct MeBody {
    /// The new display name.
    #[schema(schema_with = super::auth::username)]
    username: String,
}

impl FromFields for MeBody {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            username: fields.text("username", USERNAME)?,
        })
    }
}

pub(crate) async fn change(
    State(service): State<Arc<AccountService>>,
    State(music): State<Arc<MusicService>>,
    principal: Principal,
    body: Valid<MeBody>,
) -> Result<Json<Me>, Problem> {
    let username = body.into_inner().username;
    let change = AccountChange {
        username: Some(username),
        ..AccountChange::default()
    };
    let now = service.clock.now();
    match service
        .accounts
        .change(principal.account_id(), &change, now)
        .await?
    {
        Changed::Done(account) => me(&music, &principal, &account).await,
        // A display name takes nobody's rights away; only an erased account gets here.
        Changed::Absent | Changed::LastAdministrator => Err(Problem::invalid_token()),
    }
}
