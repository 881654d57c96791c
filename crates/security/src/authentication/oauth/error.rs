use crate::authentication::SessionError;
use crate::problem::Problem;
use crate::store::StoreError;
use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

/// Why an endpoint refuses (RFC 6749, section 5.2).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// A parameter is absent, there twice or malformed; what is needed.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The client isn't who it says, or doesn't say.
    #[error("the client is not authenticated")]
    InvalidClient,
    /// The token presented gives nothing.
    #[error("the grant gives nothing")]
    InvalidGrant,
    /// The token presented is another client's.
    #[error("the token is another client's")]
    Foreign,
    /// A way to get tokens that isn't offered.
    #[error("the grant type is not offered")]
    UnsupportedGrantType,
    /// More than may be given, or nothing that can be read.
    #[error("the scope is malformed or too wide")]
    InvalidScope,
    /// The session, or our own failure.
    #[error(transparent)]
    Session(SessionError),
    /// Something that was refused or failed before an endpoint was asked.
    #[error("{}", .0.code())]
    Problem(Problem),
}

impl From<SessionError> for OAuthError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Scope => Self::InvalidScope,
            other => Self::Session(other),
        }
    }
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        Self::Session(error.into())
    }
}

impl From<OAuthError> for Problem {
    fn from(error: OAuthError) -> Self {
        let bad = |code, detail| Self::oauth(StatusCode::BAD_REQUEST, code, detail);
        match error {
            OAuthError::InvalidRequest(detail) => bad("invalid_request", detail),
            OAuthError::InvalidClient => Self::oauth(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "The client is unknown or its secret is wrong: send the id of an API key as client_id \
                 and its text as client_secret.",
            )
            .with_header(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"musicgen\", charset=\"UTF-8\""),
            ),
            // A thief learns nothing from having been noticed, and a client nothing about others.
            OAuthError::Session(
                error @ (SessionError::Refresh | SessionError::Reused(_) | SessionError::Over),
            ) => bad("invalid_grant", INVALID_GRANT).with_cause(error),
            error @ (OAuthError::InvalidGrant | OAuthError::Foreign) => {
                bad("invalid_grant", INVALID_GRANT).with_cause(error)
            }
            OAuthError::UnsupportedGrantType => bad(
                "unsupported_grant_type",
                "Offered are refresh_token and client_credentials.",
            ),
            OAuthError::InvalidScope => bad(
                "invalid_scope",
                "The scope is malformed, or more than the session or the key gives.",
            ),
            OAuthError::Session(other) => other.into(),
            OAuthError::Problem(problem) => problem,
        }
    }
}

const INVALID_GRANT: &str = "The token is malformed, expired, spent, revoked or another client's.";

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for OAuthError {
    fn into_response(self) -> axum_core::response::Response {
        Problem::from(self).into_response()
    }
}
