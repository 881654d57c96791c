use super::grant::{GrantError, is_word};
use std::borrow::Cow;

/// One thing that somebody may do: `music:generate`, `system:logs:view`.
///
/// The constants are this product's; a service with other things to do reads its own with
/// [`Permission::parse`] and tells them to [`PolicyBuilder::permissions`](super::PolicyBuilder::permissions).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission(Cow<'static, str>);

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl Permission {
            $($(#[$doc])* pub const $name: Self = Self(Cow::Borrowed($text));)*

            /// Every permission that has a name.
            pub const NAMED: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

permissions! {
    /// Make music.
    MUSIC_GENERATE = "music:generate";
    /// Make music with the premium engines.
    MUSIC_GENERATE_PREMIUM = "music:generate:premium";
    /// Queue several pieces in one call.
    MUSIC_GENERATE_BATCH = "music:generate:batch";
    /// See engines, genres, moods and instruments.
    MODELS_VIEW = "models:view";
    /// Load and unload models.
    MODELS_MANAGE = "models:manage";
    /// Add models.
    MODELS_UPLOAD = "models:upload";
    /// See accounts.
    USERS_VIEW = "users:view";
    /// Change accounts.
    USERS_MANAGE = "users:manage";
    /// Erase accounts.
    USERS_DELETE = "users:delete";
    /// See figures of use.
    ANALYTICS_VIEW = "analytics:view";
    /// Take figures of use away.
    ANALYTICS_EXPORT = "analytics:export";
    /// Read the audit log.
    SYSTEM_LOGS_VIEW = "system:logs:view";
    /// Look after the service itself.
    SYSTEM_MANAGE = "system:manage";
    /// Ask whether somebody's token is live (RFC 7662).
    TOKENS_INTROSPECT = "tokens:introspect";
}

/// Permissions whose holder can harm everybody: they change or erase accounts, run the service, see
/// what everybody does, or ask about everybody's tokens. Sessions of such accounts are shorter.
///
/// `models:manage` is none of them: it costs memory and time, and gives no way to somebody else's account.
pub const ADMINISTRATIVE: &[Permission] = &[
    Permission::USERS_MANAGE,
    Permission::USERS_DELETE,
    Permission::SYSTEM_MANAGE,
    Permission::SYSTEM_LOGS_VIEW,
    Permission::TOKENS_INTROSPECT,
];

impl Permission {
    /// Reads a permission: `area:action` or `area:action:detail`, never a whole area.
    pub fn parse(text: &str) -> Result<Self, GrantError> {
        let parts: Vec<&str> = text.split(':').collect();
        if (2..=3).contains(&parts.len()) && parts.iter().all(|part| is_word(part)) {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(GrantError::about(text))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
