use std::borrow::Cow;

/// The name of a role: `admin`, `premium_user`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleName(Cow<'static, str>);

/// Why a text is no role name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a role name is 1 to 40 characters of a-z, 0-9 and _, beginning with a letter")]
pub struct RoleNameError;

impl RoleName {
    /// Holds every permission, whatever the policy says.
    pub const ADMIN: Self = Self(Cow::Borrowed("admin"));
    /// What a new account has.
    pub const USER: Self = Self(Cow::Borrowed("user"));

    pub(super) const fn named(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, RoleNameError> {
        let mut bytes = text.bytes();
        let valid = text.len() <= 40
            && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if valid {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(RoleNameError)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RoleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_names() {
        for good in ["admin", "premium_user", "a1"] {
            assert!(RoleName::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(41);
        for bad in ["", "Admin", "1a", "_a", "a-b", "a b", long.as_str()] {
            assert!(RoleName::parse(bad).is_err(), "{bad}");
        }
    }
}
