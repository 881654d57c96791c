use super::{Grant, Grants};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The name of a role: `admin`, `premium_user`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleName(Cow<'static, str>);

/// Why a text is no role name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a role name is 1 to 40 characters of a-z, 0-9 and _, beginning with a letter")]
pub struct RoleNameError;

impl RoleName {
    /// Holds every permission.
    pub const ADMIN: Self = Self(Cow::Borrowed("admin"));
    /// What a new account has.
    pub const USER: Self = Self(Cow::Borrowed("user"));

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

/// Which role grants what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    roles: BTreeMap<RoleName, Vec<Grant>>,
}

/// The roles that come with the program; `+` in the comments means "and all of `user`".
const BUILT_IN: &[(&str, &[&str])] = &[
    ("admin", &["admin:*"]),
    ("user", &["music:generate", "models:view"]),
    (
        "premium_user",
        &[
            "music:generate",
            "models:view",
            "music:generate:premium",
            "music:generate:batch",
        ],
    ),
    (
        "moderator",
        &[
            "music:generate",
            "models:view",
            "users:view",
            "analytics:view",
        ],
    ),
    (
        "developer",
        &[
            "music:generate",
            "models:view",
            "music:generate:premium",
            "models:manage",
            "analytics:view",
            "system:logs:view",
        ],
    ),
];

impl Policy {
    /// The roles that come with the program.
    pub fn built_in() -> Self {
        let roles = BUILT_IN
            .iter()
            .map(|&(name, grants)| {
                let grants = grants.iter().map(|grant| Grant::named(grant)).collect();
                (RoleName(Cow::Borrowed(name)), grants)
            })
            .collect();
        Self { roles }
    }

    /// Whether there is such a role.
    pub fn knows(&self, role: &RoleName) -> bool {
        self.roles.contains_key(role)
    }

    /// The names of all roles, sorted.
    pub fn roles(&self) -> impl Iterator<Item = &RoleName> {
        self.roles.keys()
    }

    /// What these roles give together; an unknown role gives nothing.
    pub fn grants(&self, roles: &[RoleName]) -> Grants {
        let grants = roles
            .iter()
            .filter_map(|role| self.roles.get(role))
            .flatten()
            .cloned();
        Grants::from_unsorted(grants.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::Permission;

    /// Every built-in role against every named permission (AZ-18).
    #[test]
    fn built_in_roles_give_exactly_this() {
        let expected: &[(&str, &[Permission])] = &[
            ("admin", Permission::NAMED),
            (
                "user",
                &[Permission::MUSIC_GENERATE, Permission::MODELS_VIEW],
            ),
            (
                "premium_user",
                &[
                    Permission::MUSIC_GENERATE,
                    Permission::MUSIC_GENERATE_PREMIUM,
                    Permission::MUSIC_GENERATE_BATCH,
                    Permission::MODELS_VIEW,
                ],
            ),
            (
                "moderator",
                &[
                    Permission::MUSIC_GENERATE,
                    Permission::MODELS_VIEW,
                    Permission::USERS_VIEW,
                    Permission::ANALYTICS_VIEW,
                ],
            ),
            (
                "developer",
                &[
                    Permission::MUSIC_GENERATE,
                    Permission::MUSIC_GENERATE_PREMIUM,
                    Permission::MODELS_VIEW,
                    Permission::MODELS_MANAGE,
                    Permission::ANALYTICS_VIEW,
                    Permission::SYSTEM_LOGS_VIEW,
                ],
            ),
        ];
        let policy = Policy::built_in();
        assert_eq!(policy.roles().count(), expected.len());
        for (role, permissions) in expected {
            let grants = policy.grants(&[RoleName::parse(role).unwrap()]);
            for permission in Permission::NAMED {
                let allowed = permissions.contains(permission);
                assert_eq!(grants.allow(permission), allowed, "{role} {permission}");
            }
        }
    }

    #[test]
    fn unknown_roles_give_nothing() {
        let policy = Policy::built_in();
        let grants = policy.grants(&[RoleName::parse("superuser").unwrap()]);
        assert_eq!(grants.effective().count(), 0);
    }

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
