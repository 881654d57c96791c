use time::OffsetDateTime;
use uuid::Uuid;

/// Says that the identity of a request came from a cookie, and of which session.
///
/// In a request's extensions it is what makes a CSRF token necessary; who sent a bearer token or an
/// API key has none, whatever cookies came with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieSession {
    session_id: Uuid,
    renewed_at: OffsetDateTime,
}

impl CookieSession {
    /// A session, and when the access token that the cookie holds was issued.
    pub(crate) fn new(session_id: Uuid, renewed_at: OffsetDateTime) -> Self {
        Self {
            session_id,
            renewed_at,
        }
    }

    /// The session.
    pub fn session_id(&self) -> Uuid {
        self.session_id
    }

    /// When its current access token was issued.
    pub fn renewed_at(&self) -> OffsetDateTime {
        self.renewed_at
    }
}
