use crate::authentication::accounts::Account;
use crate::authentication::passwords::PoolFull;
use crate::authentication::throttle::ThrottleError;
use crate::problem::Problem;
use crate::store::StoreError;
use http::StatusCode;

/// Why somebody isn't signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// One answer for all of it.
    #[error(transparent)]
    Wrong(#[from] Failure),
    /// Too many attempts, or nobody can count them now.
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] PoolFull),
    /// Nobody can say now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was wrong. Not for whoever tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongCause {
    /// There is no such account.
    Unknown,
    /// It isn't its password.
    Password,
    /// It has none.
    NoPassword,
    /// The password is right, and the account is disabled.
    Disabled,
    /// The password is right, and its address was never shown to be its owner's.
    Unverified,
}

impl WrongCause {
    /// The word for log and figures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Password => "password",
            Self::NoPassword => "no_password",
            Self::Disabled => "disabled",
            Self::Unverified => "unverified",
        }
    }
}

/// An attempt that was admitted and failed.
#[derive(Debug, thiserror::Error)]
#[error("the address or the password is wrong: {}", cause.id())]
pub struct Failure {
    /// What was wrong.
    pub cause: WrongCause,
    /// Whose account it was tried at, if anybody's.
    pub account: Option<Box<Account>>,
    /// Whether it was the one with which delays begin, or the one after which only a reset helps.
    pub tripped: bool,
}

impl Failure {
    pub(super) fn new(cause: WrongCause, account: Option<Account>, tripped: bool) -> Self {
        Self {
            cause,
            account: account.map(Box::new),
            tripped,
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong(_) => Self::new(
                StatusCode::UNAUTHORIZED,
                "wrong_credentials",
                "Sign-in failed",
                "The mail address or the password is wrong, or the address isn't confirmed yet.",
            ),
            SignInError::Throttle(throttle) => throttle.into(),
            SignInError::Busy(busy) => Self::unavailable(1).with_cause(busy),
            SignInError::Store(store) => store.into(),
        }
    }
}
