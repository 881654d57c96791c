use musicgen_security::secrets::Secret;
use musicgen_security::sessions::Agent;
use std::net::IpAddr;
use time::Duration;

/// What to tell somebody. When it happened is the time of [`Mailer::send`](super::Mailer::send).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Message {
    /// The link that confirms the address.
    VerifyAddress {
        /// What the link proves.
        token: Secret,
        /// How long it is good.
        good_for: Duration,
    },
    /// The link that sets a new password (PWD-19).
    ResetPassword {
        /// What the link proves.
        token: Secret,
        /// How long it is good.
        good_for: Duration,
    },
    /// Somebody registered with the address of an account: its owner is told, the other isn't.
    RegistrationAttempt,
    /// The password was changed or reset (PWD-18).
    PasswordChanged,
    /// To the old address: it is no longer the account's.
    AddressLeft,
    /// To the new address: it is the account's now.
    AddressTaken,
    /// A sign-in from a device that wasn't known.
    NewDevice {
        /// In words of ours.
        device: Agent,
        /// Whence, where it is known.
        network: Option<IpAddr>,
    },
    /// So many wrong passwords that further attempts have to wait.
    WrongPasswords,
    /// A spent refresh token came again, and the session was ended (REF-2).
    TokenReuse,
    /// Something happened to an API key (KEY-16).
    ApiKey {
        /// What.
        change: KeyChange,
        /// The key's name, as its owner chose it; only letters and digits of it are shown.
        name: String,
    },
    /// An administrator ended the account's sessions.
    SessionsEnded,
    /// An administrator disabled the account.
    AccountDisabled,
    /// An administrator enabled the account again.
    AccountEnabled,
}

/// What happened to an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyChange {
    /// It is new.
    Created,
    /// Its text was replaced.
    Rotated,
    /// It is no longer good.
    Revoked,
}

impl Message {
    /// [`Message::kind`] of [`Message::VerifyAddress`].
    pub const VERIFY_ADDRESS: &'static str = "verify_address";
    /// [`Message::kind`] of [`Message::ResetPassword`].
    pub const RESET_PASSWORD: &'static str = "reset_password";

    /// The kind's word, for figures, logs and the allowance.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerifyAddress { .. } => Self::VERIFY_ADDRESS,
            Self::ResetPassword { .. } => Self::RESET_PASSWORD,
            Self::RegistrationAttempt => "registration_attempt",
            Self::PasswordChanged => "password_changed",
            Self::AddressLeft => "address_left",
            Self::AddressTaken => "address_taken",
            Self::NewDevice { .. } => "new_device",
            Self::WrongPasswords => "wrong_passwords",
            Self::TokenReuse => "token_reuse",
            Self::ApiKey { change, .. } => match change {
                KeyChange::Created => "api_key_created",
                KeyChange::Rotated => "api_key_rotated",
                KeyChange::Revoked => "api_key_revoked",
            },
            Self::SessionsEnded => "sessions_ended",
            Self::AccountDisabled => "account_disabled",
            Self::AccountEnabled => "account_enabled",
        }
    }
}
