use super::Permission;
use crate::authentication::{InternalCaller, Principal, SessionHolder};
use crate::problem::Problem;
use crate::sessions::StaleCookie;
use http::Extensions;
use http::header::SET_COOKIE;
use time::{Duration, OffsetDateTime};

/// Who may call a route.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody who is signed in.
    Authenticated,
    /// A person who signed in: no API key, no program's token (KEY-9).
    Session,
    /// Whoever holds a session, also by the refresh cookie alone ([`SessionHolder`]).
    Holder,
    /// A person who proved who they are within [`FRESH`].
    Fresh,
    /// Whoever holds the permission.
    Permission(Permission),
    /// The operator: an internal key, the permission `system:manage`, or a [`LocalOperator`].
    Operator,
}

/// Marks a request that came over the machine's own loopback, where the service's configuration
/// says that whoever can do that is the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalOperator;

/// How long after proving who they are a person may change what protects the account.
pub const FRESH: Duration = Duration::minutes(15);

impl Access {
    /// Decides by what the stages before have found out. The clock is read where time matters.
    pub fn decide(
        &self,
        found: &Extensions,
        now: impl FnOnce() -> OffsetDateTime,
    ) -> Result<(), Problem> {
        let principal = found.get::<Principal>();
        match (self, principal) {
            (Self::Fresh, Some(principal)) => principal.prove_fresh(now()),
            (Self::Session | Self::Holder, Some(principal)) => match principal.session_id() {
                Some(_) => Ok(()),
                None => Err(Problem::session_needed()),
            },
            (Self::Public, _) | (Self::Authenticated, Some(_)) => Ok(()),
            (Self::Operator, _) if is_operator(found) => Ok(()),
            (Self::Holder, None) if SessionHolder::of(found).is_some() => Ok(()),
            (_, None) => Err(nobody(found)),
            (Self::Permission(needed), Some(principal)) => require(principal, needed),
            (Self::Operator, Some(principal)) => require(principal, &Permission::SYSTEM_MANAGE),
        }
    }
}

/// Whether the request is the operator's.
pub fn is_operator(found: &Extensions) -> bool {
    found.get::<InternalCaller>().is_some()
        || found.get::<LocalOperator>().is_some()
        || found
            .get::<Principal>()
            .is_some_and(|principal| principal.grants().allow(&Permission::SYSTEM_MANAGE))
}

/// 401; a cookie that was good for nothing is named as such and taken away (B76).
fn nobody(found: &Extensions) -> Problem {
    match found.get::<StaleCookie>() {
        Some(StaleCookie(clear)) => Problem::invalid_token().with_header(SET_COOKIE, clear.clone()),
        None => Problem::unauthenticated(),
    }
}

fn require(principal: &Principal, needed: &Permission) -> Result<(), Problem> {
    if principal.grants().allow(needed) {
        Ok(())
    } else {
        Err(Problem::forbidden(needed.as_str()))
    }
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Authenticated => f.write_str("authenticated"),
            Self::Session => f.write_str("session"),
            Self::Holder => f.write_str("session holder"),
            Self::Fresh => f.write_str("fresh"),
            Self::Permission(permission) => write!(f, "{permission}"),
            Self::Operator => f.write_str("operator"),
        }
    }
}
