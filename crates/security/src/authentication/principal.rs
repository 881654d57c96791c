use super::accounts::Account;
use crate::authorization::{Grants, Policy, RoleName, Tier};
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
    account: Arc<Account>,
    session_id: Uuid,
    grants: Arc<Grants>,
}

impl Principal {
    pub(super) fn new(account: Account, session_id: Uuid, policy: &Policy) -> Self {
        let grants = Arc::new(policy.grants(&account.roles));
        Self {
            account: Arc::new(account),
            session_id,
            grants,
        }
    }

    /// The account's id.
    pub fn account_id(&self) -> Uuid {
        self.account.id
    }

    /// The session that the credential belongs to.
    pub fn session_id(&self) -> Uuid {
        self.session_id
    }

    /// The mail address.
    pub fn email(&self) -> &str {
        self.account.email.as_str()
    }

    /// The display name.
    pub fn username(&self) -> &str {
        &self.account.username
    }

    /// The roles.
    pub fn roles(&self) -> &[RoleName] {
        &self.account.roles
    }

    /// The tier that decides limits.
    pub fn tier(&self) -> Tier {
        self.account.tier
    }

    /// When the account was made.
    pub fn member_since(&self) -> OffsetDateTime {
        self.account.created_at
    }

    /// What it may do.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }
}

#[cfg(feature = "axum")]
impl<S: Send + Sync> axum_core::extract::FromRequestParts<S> for Principal {
    type Rejection = crate::problem::Problem;

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
            .ok_or_else(crate::problem::Problem::unauthenticated)
    }
}
