use crate::problem::Problem;
use http::StatusCode;

/// Why a request's CSRF token doesn't count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CsrfFault {
    /// No cookie.
    #[error("the CSRF cookie is missing")]
    CookieMissing,
    /// More than one cookie.
    #[error("there is more than one CSRF cookie")]
    CookieAmbiguous,
    /// Neither header nor form field.
    #[error("the CSRF token is missing")]
    TokenMissing,
    /// Not of the form of a token, or there more than once.
    #[error("the CSRF token is malformed")]
    TokenMalformed,
    /// Cookie and token differ.
    #[error("the CSRF token differs from its cookie")]
    TokenMismatch,
    /// Not signed by us for this session.
    #[error("the CSRF token is not one of this session")]
    TokenInvalid,
    /// The session was renewed since.
    #[error("the CSRF token was replaced")]
    TokenExpired,
}

impl CsrfFault {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::CookieMissing => "csrf_cookie_missing",
            Self::CookieAmbiguous => "csrf_cookie_ambiguous",
            Self::TokenMissing => "csrf_token_missing",
            Self::TokenMalformed => "csrf_token_malformed",
            Self::TokenMismatch => "csrf_token_mismatch",
            Self::TokenInvalid => "csrf_token_invalid",
            Self::TokenExpired => "csrf_token_expired",
        }
    }
}

impl From<CsrfFault> for Problem {
    fn from(fault: CsrfFault) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            fault.code(),
            "The request may come from another site",
            "A request with session cookies that changes something needs the CSRF token: read the \
             CSRF cookie, or `GET /api/auth/csrf-token`, and send it as `X-CSRF-Token`.",
        )
        .with_cause(fault)
    }
}
