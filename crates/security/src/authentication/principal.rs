use super::jwt::Claims;
use crate::api_keys::ApiKey;
use crate::authorization::{FRESH, Grants, RoleName, Tier};
use crate::problem::Problem;
use crate::rate_limiting::OwnLimits;
use crate::revocation::{AccountState, Standing};
use std::sync::Arc;
use time::OffsetDateTime;
use uuid::Uuid;

/// Somebody whose credential was checked, for the length of one request.
///
/// There is no public way to make one: a handler that has it as an argument can't be reached
/// without a check.
///
/// ```compile_fail,E0451
/// use musicgen_security::authentication::Principal;
/// fn promote(somebody: Principal) -> Principal {
///     Principal { ..somebody }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Principal {
    credential: Credential,
    rights: Rights,
    grants: Arc<Grants>,
}

/// What somebody proved themselves with.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An access token of a session, in the `Authorization` header.
    Bearer(Arc<Claims>),
    /// An access token of a session, in a cookie.
    Cookie(Arc<Claims>),
    /// An access token that a program was given for itself.
    Client(Arc<Claims>),
    /// A program's API key.
    ApiKey(Arc<ApiKey>),
}

/// Where roles and tier come from.
#[derive(Debug, Clone)]
pub(super) enum Rights {
    /// From the token: nothing has changed since.
    Claimed(Arc<Claims>),
    /// From the account as it is now.
    Current(Arc<AccountState>),
}

impl Rights {
    /// What a standing says of them.
    pub(super) fn of(standing: Standing, claims: &Arc<Claims>) -> Self {
        match standing {
            Standing::Changed(state) => Self::Current(state),
            Standing::Good | Standing::Revoked => Self::Claimed(claims.clone()),
        }
    }
}

impl Principal {
    pub(super) fn new(credential: Credential, rights: Rights, grants: Arc<Grants>) -> Self {
        Self {
            credential,
            rights,
            grants,
        }
    }

    /// The same as claims, whatever it is: what is over and what has changed is asked by them.
    pub(super) fn as_claims(&self) -> Arc<Claims> {
        let key = match &self.credential {
            Credential::Bearer(claims)
            | Credential::Cookie(claims)
            | Credential::Client(claims) => return claims.clone(),
            Credential::ApiKey(key) => key,
        };
        let epoch = match &self.rights {
            Rights::Claimed(claims) => claims.epoch,
            Rights::Current(state) => state.epoch,
        };
        Arc::new(Claims {
            subject: key.account_id,
            session: key.id,
            token_id: String::new(),
            issued_at: key.created_at,
            expires_at: key.ends_at(),
            authenticated_at: key.created_at,
            client: key.id.to_string(),
            roles: self.roles().to_vec(),
            tier: self.tier(),
            limits: self.own_limits(),
            epoch,
            scope: Some(key.scopes.clone()),
            by_network: !key.networks.as_slice().is_empty(),
        })
    }

    /// With what.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The account's id.
    pub fn account_id(&self) -> Uuid {
        match &self.credential {
            Credential::Bearer(claims)
            | Credential::Cookie(claims)
            | Credential::Client(claims) => claims.subject,
            Credential::ApiKey(key) => key.account_id,
        }
    }

    /// What a person who signed in holds; `None` for a program's own credential.
    fn persons(&self) -> Option<&Claims> {
        match &self.credential {
            Credential::Bearer(claims) | Credential::Cookie(claims) => Some(claims),
            Credential::Client(_) | Credential::ApiKey(_) => None,
        }
    }

    /// The session of a person who signed in; `None` for a program's own credential.
    pub fn session_id(&self) -> Option<Uuid> {
        self.persons().map(|claims| claims.session)
    }

    /// When the person last proved who they are; `None` for a program's own credential.
    pub fn authenticated_at(&self) -> Option<OffsetDateTime> {
        self.persons().map(|claims| claims.authenticated_at)
    }

    /// The API key that a program proved itself with, or that its token was made from; `None` for a
    /// person.
    pub fn key_id(&self) -> Option<Uuid> {
        match &self.credential {
            Credential::Bearer(_) | Credential::Cookie(_) => None,
            Credential::Client(claims) => Some(claims.session),
            Credential::ApiKey(key) => Some(key.id),
        }
    }

    /// Refuses a program's credential, and a person who proved who they are longer than
    /// [`FRESH`] ago.
    pub fn prove_fresh(&self, now: OffsetDateTime) -> Result<(), Problem> {
        let at = self
            .authenticated_at()
            .ok_or_else(Problem::session_needed)?;
        if now - at > FRESH {
            return Err(Problem::step_up_needed());
        }
        Ok(())
    }

    /// The roles.
    pub fn roles(&self) -> &[RoleName] {
        match &self.rights {
            Rights::Claimed(claims) => &claims.roles,
            Rights::Current(state) => &state.roles,
        }
    }

    /// The tier that decides limits.
    pub fn tier(&self) -> Tier {
        match &self.rights {
            Rights::Claimed(claims) => claims.tier,
            Rights::Current(state) => state.tier,
        }
    }

    /// Rate limits in the place of the tier's, and those of the API key.
    pub fn own_limits(&self) -> OwnLimits {
        let key = match &self.credential {
            Credential::ApiKey(key) => key.limits,
            Credential::Bearer(claims)
            | Credential::Cookie(claims)
            | Credential::Client(claims) => claims.limits.key,
        };
        let account = match &self.rights {
            Rights::Claimed(claims) => claims.limits.account,
            Rights::Current(state) => state.limits,
        };
        OwnLimits { account, key }
    }

    /// What it may do.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }
}

#[cfg(feature = "axum")]
impl<S: Send + Sync> axum_core::extract::FromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        // Reached without a principal only where the route's access says public: then the handler
        // asks for more than its route demands, and the caller has to sign in.
        parts
            .extensions
            .get()
            .cloned()
            .ok_or_else(Problem::unauthenticated)
    }
}
