use super::KeyState;
use crate::problem::Problem;
use crate::store::StoreError;
use uuid::Uuid;

/// A key that opens nothing. For its sender there is one kind; what it was is for the log alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    cause: RefusedCause,
    key: Option<(Uuid, Uuid)>,
}

/// What was wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusedCause {
    /// Not of the form of a key, or mistyped. Nothing was looked up.
    Malformed,
    /// Nobody's.
    Unknown,
    /// Taken back.
    Revoked,
    /// Rotated, and the overlap is over.
    Superseded,
    /// Its time is over.
    Expired,
    /// From a network that it may not come from.
    Network,
    /// Its owner's account is disabled or gone.
    Owner,
}

impl RefusedCause {
    /// The word for logs and figures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Network => "network",
            Self::Owner => "owner",
        }
    }

    /// Why a key in this state is refused, if it is.
    pub(super) fn of(state: KeyState) -> Option<Self> {
        match state {
            KeyState::Working => None,
            KeyState::Revoked => Some(Self::Revoked),
            KeyState::Superseded => Some(Self::Superseded),
            KeyState::Expired => Some(Self::Expired),
        }
    }
}

impl Refused {
    pub(super) fn nobodys(cause: RefusedCause) -> Self {
        Self { cause, key: None }
    }

    pub(crate) fn known(cause: RefusedCause, id: Uuid, account_id: Uuid) -> Self {
        Self {
            cause,
            key: Some((id, account_id)),
        }
    }

    /// What was wrong.
    pub fn cause(&self) -> RefusedCause {
        self.cause
    }

    /// The key, if it is somebody's.
    pub fn key_id(&self) -> Option<Uuid> {
        self.key.map(|(id, _)| id)
    }

    /// Its owner, if it is somebody's.
    pub fn account_id(&self) -> Option<Uuid> {
        self.key.map(|(_, account_id)| account_id)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the API key was refused: {}", self.cause.id())?;
        match self.key_id() {
            Some(id) => write!(f, " (key {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refused {}

/// Why a key doesn't say who somebody is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticateError {
    /// It opens nothing.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AuthenticateError> for Problem {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Refused(refused) => Self::invalid_token().with_cause(refused),
            AuthenticateError::Store(store) => store.into(),
        }
    }
}
