use time::Duration;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// The account's address is the reader's.
    VerifyEmail,
    /// A new password without the old one.
    ResetPassword,
    /// An account for the address it was sent to.
    Invite,
    /// The address it was sent to becomes the account's.
    ChangeEmail,
    /// The account is to be deleted.
    DeleteAccount,
}

/// Which older tokens a new one voids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voids {
    /// Those of the same purpose and account.
    OfAccount,
    /// Those of the same purpose that went to the same address, whoever had them sent.
    OfAddress,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::Invite,
        Self::ChangeEmail,
        Self::DeleteAccount,
    ];

    /// How it is stored; part of what is hashed.
    pub fn id(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::Invite => "invite",
            Self::ChangeEmail => "change_email",
            Self::DeleteAccount => "delete_account",
        }
    }

    /// The opposite of [`Purpose::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }

    /// How long its tokens live.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail | Self::Invite => Duration::hours(24),
            Self::ResetPassword => Duration::minutes(30),
            Self::ChangeEmail => Duration::HOUR,
            Self::DeleteAccount => Duration::minutes(15),
        }
    }

    /// What a new one replaces.
    pub fn voids(self) -> Voids {
        match self {
            Self::Invite => Voids::OfAddress,
            _ => Voids::OfAccount,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PWD-19: a reset within the hour; everything within a day.
    #[test]
    fn lifetimes_are_within_bounds_and_ids_are_read_back() {
        for purpose in Purpose::ALL {
            let bounds = Duration::minutes(15)..=Duration::DAY;
            assert!(bounds.contains(&purpose.lifetime()), "{purpose:?}");
            assert_eq!(Purpose::from_id(purpose.id()), Some(purpose));
        }
        assert!(Purpose::ResetPassword.lifetime() <= Duration::HOUR);
        assert_eq!(Purpose::from_id("other"), None);
    }
}
