/// What an account may use up; the numbers belong to the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tier {
    /// Nobody signed in; counted by address.
    Anonymous,
    /// A new account.
    Free,
    /// A paying account.
    Premium,
    /// A company.
    Enterprise,
    /// The operator's own programs and administrators.
    Internal,
}

impl Tier {
    /// All of them, from least to most.
    pub const ALL: &'static [Self] = &[
        Self::Anonymous,
        Self::Free,
        Self::Premium,
        Self::Enterprise,
        Self::Internal,
    ];

    /// Those an account can have.
    pub const OF_ACCOUNTS: &'static [Self] =
        &[Self::Free, Self::Premium, Self::Enterprise, Self::Internal];

    /// The word in the API, the store and the configuration.
    pub fn id(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Free => "free",
            Self::Premium => "premium",
            Self::Enterprise => "enterprise",
            Self::Internal => "internal",
        }
    }

    /// Finds it by its word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tier| tier.id() == id)
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}
