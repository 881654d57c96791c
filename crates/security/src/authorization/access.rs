use super::Permission;
use crate::authentication::{InternalCaller, Principal};
use crate::problem::Problem;
use http::Extensions;

/// Who may call a route.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody who is signed in.
    Authenticated,
    /// Whoever holds the permission.
    Permission(Permission),
    /// The operator: an internal key, the permission `system:manage`, or a [`LocalOperator`].
    Operator,
}

/// Marks a request that came over the machine's own loopback, where the service's configuration
/// says that whoever can do that is the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalOperator;

impl Access {
    /// Decides by what the stages before have found out.
    pub fn decide(&self, found: &Extensions) -> Result<(), Problem> {
        let principal = found.get::<Principal>();
        match (self, principal) {
            (Self::Public, _) | (Self::Authenticated, Some(_)) => Ok(()),
            (Self::Operator, _) if is_operator(found) => Ok(()),
            (_, None) => Err(Problem::unauthenticated()),
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
            Self::Permission(permission) => write!(f, "{permission}"),
            Self::Operator => f.write_str("operator"),
        }
    }
}
