use std::borrow::Cow;

/// One thing that somebody may do: `music:generate`, `system:logs:view`.
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

impl Permission {
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

/// What a role gives: one permission, a whole area (`users:*`), or everything (`admin:*`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grant(Cow<'static, str>);

/// Why a text is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a grant: write area:action, area:action:detail or area:*, in a-z and _")]
pub struct GrantError(String);

impl Grant {
    /// Everything.
    pub const ALL: Self = Self(Cow::Borrowed("admin:*"));

    pub(super) const fn named(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Reads a grant.
    pub fn parse(text: &str) -> Result<Self, GrantError> {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let parts: Vec<&str> = text.split(':').collect();
        let valid = match parts.as_slice() {
            [area, "*"] => word(area),
            [area, action] => word(area) && word(action),
            [area, action, detail] => word(area) && word(action) && word(detail),
            _ => false,
        };
        if valid {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(GrantError(text.chars().take(80).collect()))
        }
    }

    /// Whether it gives `permission`. `music:generate` does not give `music:generate:batch`.
    pub fn covers(&self, permission: &Permission) -> bool {
        if *self == Self::ALL {
            return true;
        }
        match self.0.strip_suffix('*') {
            // The colon stays on: `user:*` must not cover `users:view`.
            Some(area) => permission.0.starts_with(area),
            None => self.0 == permission.0,
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// All that a principal is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(Vec<Grant>);

impl Grants {
    pub(super) fn from_unsorted(mut grants: Vec<Grant>) -> Self {
        grants.sort();
        grants.dedup();
        Self(grants)
    }

    /// Whether any grant covers `permission`.
    pub fn allow(&self, permission: &Permission) -> bool {
        self.0.iter().any(|grant| grant.covers(permission))
    }

    /// The named permissions that are given, for showing to their holder.
    pub fn effective(&self) -> impl Iterator<Item = &'static Permission> + '_ {
        Permission::NAMED
            .iter()
            .filter(|permission| self.allow(permission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage() {
        let rows = [
            ("exact", "music:generate", "music:generate", true),
            (
                "no detail by the action alone",
                "music:generate",
                "music:generate:batch",
                false,
            ),
            (
                "no action by the detail",
                "music:generate:batch",
                "music:generate",
                false,
            ),
            ("area", "music:*", "music:generate:batch", true),
            ("area is a whole word", "user:*", "users:view", false),
            ("other area", "music:*", "users:view", false),
            ("everything", "admin:*", "system:manage", true),
        ];
        for (name, grant, permission, expected) in rows {
            let permission = Permission(Cow::Owned(permission.to_owned()));
            let grant = Grant::parse(grant).unwrap();
            assert_eq!(grant.covers(&permission), expected, "{name}");
        }
    }

    #[test]
    fn malformed_grants_are_refused() {
        for text in [
            "",
            "music",
            "music:",
            ":x",
            "*",
            "*:*",
            "music:generate:*",
            "a:b:c:d",
            "Music:x",
            "mu sic:x",
        ] {
            assert!(Grant::parse(text).is_err(), "{text}");
        }
    }
}
