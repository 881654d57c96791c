use super::Permission;
use std::borrow::Cow;

/// What a role gives or denies: one permission, a whole area (`users:*`), or everything (`admin:*`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grant(Cow<'static, str>);

/// Why a text is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a grant: write area:action, area:action:detail or area:*, in a-z and _")]
pub struct GrantError(String);

impl GrantError {
    pub(super) fn about(text: &str) -> Self {
        Self(text.chars().take(80).flat_map(char::escape_debug).collect())
    }
}

/// Whether a part of a permission is well formed.
pub(super) fn is_word(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

impl Grant {
    /// Everything.
    pub const ALL: Self = Self(Cow::Borrowed("admin:*"));

    pub(super) const fn named(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Reads a grant.
    pub fn parse(text: &str) -> Result<Self, GrantError> {
        let area = text.strip_suffix(":*");
        if area.is_some_and(is_word) || Permission::parse(text).is_ok() {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(GrantError::about(text))
        }
    }

    /// Whether it covers `permission`. `music:generate` does not cover `music:generate:batch`.
    pub fn covers(&self, permission: &Permission) -> bool {
        self.covers_text(permission.as_str())
    }

    /// Whether it covers all that `other` covers, now and with permissions to come.
    pub fn includes(&self, other: &Self) -> bool {
        self == other || self.covers_text(&other.0)
    }

    fn covers_text(&self, text: &str) -> bool {
        if *self == Self::ALL {
            return true;
        }
        match self.0.strip_suffix('*') {
            // The colon stays on: `user:*` must not cover `users:view`.
            Some(area) => text.starts_with(area),
            None => *self.0 == *text,
        }
    }

    /// Whether it is a whole area or everything.
    pub(super) fn is_wide(&self) -> bool {
        self.0.ends_with('*')
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
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
            let permission = Permission::parse(permission).unwrap();
            let grant = Grant::parse(grant).unwrap();
            assert_eq!(grant.covers(&permission), expected, "{name}");
        }
    }

    #[test]
    fn inclusion() {
        let rows = [
            ("itself", "music:generate", "music:generate", true),
            ("area and its permission", "music:*", "music:generate", true),
            (
                "permission and its area",
                "music:generate",
                "music:*",
                false,
            ),
            ("area and itself", "music:*", "music:*", true),
            ("area and another", "music:*", "users:*", false),
            ("everything and an area", "admin:*", "music:*", true),
            ("everything and itself", "admin:*", "admin:*", true),
            ("area and everything", "music:*", "admin:*", false),
        ];
        for (name, wide, narrow, expected) in rows {
            let (wide, narrow) = (Grant::parse(wide).unwrap(), Grant::parse(narrow).unwrap());
            assert_eq!(wide.includes(&narrow), expected, "{name}");
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
            ":*",
            "music:generate:*",
            "a:b:c:d",
            "Music:x",
            "mu sic:x",
        ] {
            assert!(Grant::parse(text).is_err(), "{text}");
            assert!(Permission::parse(text).is_err(), "{text}");
        }
        assert!(Permission::parse("music:*").is_err());
    }
}
