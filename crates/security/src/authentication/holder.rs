use super::principal::{Credential, Principal};
use http::Extensions;
use uuid::Uuid;

/// Whoever holds a session, by an access token or, where the route reads it, by the refresh cookie
/// alone: enough to end the session, and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionHolder {
    session_id: Uuid,
    by_cookie: bool,
}

/// The session of a refresh cookie that is ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefreshHolder(pub(crate) Uuid);

impl SessionHolder {
    /// The session.
    pub fn session_id(self) -> Uuid {
        self.session_id
    }

    /// Whether a browser holds it.
    pub fn is_by_cookie(&self) -> bool {
        self.by_cookie
    }

    /// What the stages have found out of it.
    pub fn of(found: &Extensions) -> Option<Self> {
        if let Some(principal) = found.get::<Principal>() {
            let session_id = principal.session_id()?;
            let by_cookie = matches!(principal.credential(), Credential::Cookie(_));
            return Some(Self {
                session_id,
                by_cookie,
            });
        }
        let RefreshHolder(session_id) = *found.get()?;
        Some(Self {
            session_id,
            by_cookie: true,
        })
    }
}

#[cfg(feature = "axum")]
mod extract {
    use super::SessionHolder;
    use crate::problem::Problem;
    use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
    use http::request::Parts;
    use std::convert::Infallible;

    impl<S: Send + Sync> FromRequestParts<S> for SessionHolder {
        type Rejection = Problem;

        async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
            Self::of(&parts.extensions).ok_or_else(Problem::unauthenticated)
        }
    }

    impl<S: Send + Sync> OptionalFromRequestParts<S> for SessionHolder {
        type Rejection = Infallible;

        async fn from_request_parts(
            parts: &mut Parts,
            _state: &S,
        ) -> Result<Option<Self>, Infallible> {
            Ok(Self::of(&parts.extensions))
        }
    }
}
