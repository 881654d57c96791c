use super::Permission;
use crate::authentication::Principal;
use crate::problem::Problem;

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
}

impl Access {
    /// Decides; `None` is a caller without any credential.
    pub fn decide(&self, principal: Option<&Principal>) -> Result<(), Problem> {
        match (self, principal) {
            (Self::Public, _) | (Self::Authenticated, Some(_)) => Ok(()),
            (_, None) => Err(Problem::unauthenticated()),
            (Self::Permission(needed), Some(principal)) => {
                if principal.grants().allow(needed) {
                    Ok(())
                } else {
                    Err(Problem::forbidden(needed.as_str()))
                }
            }
        }
    }
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Authenticated => f.write_str("authenticated"),
            Self::Permission(permission) => write!(f, "{permission}"),
        }
    }
}
