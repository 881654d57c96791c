//! Accounts, as administrators see and change them.

use crate::api::auth::sessions::SessionsEnded;
use crate::api::paging::PageQuery;
use crate::api::rate_limits::{RateLimitsBody, limits_change};
use crate::api::{PathId, timestamp};
use crate::mail::Message;
use crate::state::AccountService;
use axum::Json;
use axum::extract::State;
use musicgen_music::jobs::Cursor;
use musicgen_security::authentication::Principal;
use musicgen_security::authentication::accounts::{
    Account, AccountChange, AccountStore, Changed, LimitsChange,
};
use musicgen_security::authorization::{AssignmentRefused, Holder, RoleName, Tier};
use musicgen_security::problem::{FieldProblem, Problem};
use musicgen_security::sessions::EndReason;
use musicgen_security::validation::{Fields, FromFields, Valid, ValidQuery};
use serde::Serialize;
use std::sync::Arc;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// Roles that an account can be given at once.
const MAX_ROLES: usize = 20;

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserList {
    /// The oldest first.
    items: Vec<UserBody>,
    /// For the next page; null at the end.
    next_cursor: Option<String>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    id: Uuid,
    email: String,
    email_verified: bool,
    username: String,
    roles: Vec<String>,
    /// What they give now, by name.
    permissions: Vec<String>,
    tier: &'static str,
    /// Rate limits in the place of the tier's; null where the tier's count.
    limits: Option<RateLimitsBody>,
    disabled: bool,
    /// RFC 3339, UTC.
    created_at: String,
    updated_at: String,
}

impl AccountService {
    fn user_body(&self, account: Account) -> UserBody {
        let policy = self.policy.current();
        let grants = policy.grants_of(&account.roles, account.holder_address());
        UserBody {
            id: account.id,
            email_verified: account.email_verified_at.is_some(),
            roles: account.roles.iter().map(ToString::to_string).collect(),
            permissions: grants.effective().map(ToString::to_string).collect(),
            tier: account.tier.id(),
            limits: account.limits.map(RateLimitsBody::from),
            disabled: !account.is_enabled(),
            created_at: timestamp(account.created_at),
            updated_at: timestamp(account.updated_at),
            email: account.email.to_string(),
            username: account.username,
        }
    }

    /// The account that is meant and the one that acts, which may touch it.
    async fn target(&self, actor: &Principal, id: Uuid) -> Result<(Account, Account), Problem> {
        let target = self.accounts.find(id).await?;
        let target = target.ok_or_else(Problem::not_found)?;
        let actor = self.accounts.find(actor.account_id()).await?;
        let actor = actor.ok_or_else(Problem::invalid_token)?;
        let policy = self.policy.current();
        policy
            .may_touch(&holder(&actor), &holder(&target))
            .map_err(|why| refused(&why))?;
        Ok((actor, target))
    }
}

fn holder(account: &Account) -> Holder<'_> {
    Holder {
        id: account.id,
        roles: &account.roles,
        address: account.holder_address(),
    }
}

fn refused(why: &AssignmentRefused) -> Problem {
    if let AssignmentRefused::UnknownRole(_) = why {
        let fault = FieldProblem::new("/roles", "not_one_of", why.to_string());
        return Problem::invalid(vec![fault]);
    }
    let detail = format!("{why}.");
    Problem::new(
        http::StatusCode::FORBIDDEN,
        "assignment_refused",
        "This is not yours to change",
        detail,
    )
}

pub(crate) async fn list(
    State(service): State<Arc<AccountService>>,
    query: ValidQuery<PageQuery>,
) -> Result<Json<UserList>, Problem> {
    let (limit, after) = query.into_inner().place()?;
    let after = after.map(|cursor| {
        let at = i128::from(cursor.created_ms()) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(at).map(|at| (at, cursor.id()))
    });
    // A time that no calendar has is after everything.
    let Ok(after) = after.transpose() else {
        return Ok(Json(UserList {
            items: Vec::new(),
            next_cursor: None,
        }));
    };
    let page = service.accounts.list(after, limit).await?;
    let next = page.next.map(|(at, id)| Cursor::after(at, id).to_string());
    let items = page.items.into_iter();
    Ok(Json(UserList {
        items: items.map(|account| service.user_body(account)).collect(),
        next_cursor: next,
    }))
}

pub(crate) async fn show(
    State(service): State<Arc<AccountService>>,
    PathId(id): PathId,
) -> Result<Json<UserBody>, Problem> {
    let account = service.accounts.find(id).await?;
    let account = account.ok_or_else(Problem::not_found)?;
    Ok(Json(service.user_body(account)))
}

/// What to change; what is left out stays.
#[derive(Debug, ToSchema)]
pub struct UserChange {
    /// The roles in the place of those it has; nobody gives a right they lack, nor changes their own.
    #[schema(value_type = Vec<String>, required = false, max_items = 20)]
    roles: Option<Vec<RoleName>>,
    #[schema(value_type = String, required = false, pattern = "^(free|premium|enterprise|internal)$")]
    tier: Option<Tier>,
    /// Rate limits in the place of the tier's, whatever that is; null takes them back.
    #[schema(value_type = Option<RateLimitsBody>, required = false)]
    limits: Option<LimitsChange>,
    /// `true` ends all sessions too.
    #[schema(required = false)]
    disabled: Option<bool>,
    /// `true` forgets the failed attempts to sign in that are counted against it.
    #[schema(required = false)]
    unlock: bool,
}

impl FromFields for UserChange {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let names = fields.optional_texts("roles", MAX_ROLES, 40);
        let mut roles = Vec::new();
        for (n, name) in names.iter().flatten().enumerate() {
            match RoleName::parse(name) {
                Ok(role) => roles.push(role),
                Err(error) => {
                    fields.error_below(&format!("/roles/{n}"), "format", error.to_string());
                }
            }
        }
        let tiers: Vec<_> = Tier::OF_ACCOUNTS
            .iter()
            .map(|tier| (tier.id(), *tier))
            .collect();
        Some(Self {
            roles: names.map(|_| roles),
            tier: fields.optional_word("tier", &tiers),
            limits: limits_change(fields),
            disabled: fields.optional_boolean("disabled"),
            unlock: fields.optional_boolean("unlock").unwrap_or(false),
        })
    }
}

pub(crate) async fn change(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    PathId(id): PathId,
    body: Valid<UserChange>,
) -> Result<Json<UserBody>, Problem> {
    let now = service.clock.now();
    principal.prove_fresh(now)?;
    let wanted = body.into_inner();
    let (actor, target) = service.target(&principal, id).await?;
    if let Some(roles) = &wanted.roles {
        let policy = service.policy.current();
        policy
            .may_assign(&holder(&actor), &holder(&target), roles)
            .map_err(|why| refused(&why))?;
    }
    if actor.id == id && wanted.disabled == Some(true) {
        return Err(refused(&AssignmentRefused::OwnRoles));
    }
    let change = AccountChange {
        roles: wanted.roles,
        tier: wanted.tier,
        limits: wanted.limits,
        disabled: wanted.disabled,
        ..AccountChange::default()
    };
    let account = match service.accounts.change(id, &change, now).await? {
        Changed::Done(account) => *account,
        Changed::Absent => return Err(Problem::not_found()),
        Changed::LastAdministrator => return Err(last_administrator()),
    };
    if wanted.disabled == Some(true) {
        let reason = EndReason::Administrator;
        service.sessions.ended(id, None, reason).await?;
    } else {
        service.sessions.revocations().sync().await?;
    }
    if wanted.unlock {
        service.sign_in.forgive(&account.email).await?;
    }
    service.tell_of_state(&target, &account);
    tracing::info!(
        actor = %actor.id, account = %id, unlocked = wanted.unlock, roles = ?account.roles, tier = account.tier.id(),
        limits = ?account.limits,
        disabled = !account.is_enabled(), "an account was changed"
    );
    Ok(Json(service.user_body(account)))
}

impl AccountService {
    /// Tells the owner when the account was disabled or enabled.
    fn tell_of_state(&self, before: &Account, after: &Account) {
        let message = match (before.is_enabled(), after.is_enabled()) {
            (true, false) => Message::AccountDisabled,
            (false, true) => Message::AccountEnabled,
            _ => return,
        };
        self.mailer.send(&after.email, message);
    }
}

fn last_administrator() -> Problem {
    Problem::new(
        http::StatusCode::CONFLICT,
        "last_administrator",
        "This is the last administrator",
        "Make another administrator first: somebody must be able to repair things.",
    )
}

pub(crate) async fn revoke_sessions(
    State(service): State<Arc<AccountService>>,
    principal: Principal,
    PathId(id): PathId,
) -> Result<Json<SessionsEnded>, Problem> {
    principal.prove_fresh(service.clock.now())?;
    let (_, target) = service.target(&principal, id).await?;
    let reason = EndReason::Administrator;
    let ended = service.sessions.end_all(id, None, reason).await?;
    if ended > 0 {
        service.mailer.send(&target.email, Message::SessionsEnded);
    }
    tracing::info!(actor = %principal.account_id(), account = %id, ended, "sessions were ended");
    Ok(Json(SessionsEnded { ended }))
}
