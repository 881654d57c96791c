use super::{Grant, Grants, Permission, PolicyBuilder, PolicyFaults, RoleName};
use crate::authentication::accounts::EmailAddress;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which role gives and denies what, inheritance resolved, and what accounts have beside their roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(super) roles: BTreeMap<RoleName, Grants>,
    pub(super) accounts: BTreeMap<EmailAddress, Grants>,
    pub(super) known: Arc<[Permission]>,
}

/// The address of the account that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderAddress<'a> {
    /// Its holder has shown that mail to it arrives there, or the operator wrote it down.
    Proven(&'a EmailAddress),
    /// Anybody can have typed it. What the policy gives the address does not count, else whoever
    /// registers it first would have it; what the policy denies it does.
    Claimed(&'a EmailAddress),
}

/// The roles that come with the program: name, what it inherits, what it gives.
pub(super) const BUILT_IN: &[(&str, &[&str], &[&str])] = &[
    ("admin", &[], &["admin:*"]),
    ("user", &[], &["music:generate", "models:view"]),
    (
        "premium_user",
        &["user"],
        &["music:generate:premium", "music:generate:batch"],
    ),
    ("moderator", &["user"], &["users:view", "analytics:view"]),
    (
        "developer",
        &["user"],
        &[
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
        let own = |name: &'static str| BUILT_IN.iter().filter(move |row| row.0 == name);
        let roles = BUILT_IN.iter().map(|&(name, inherits, grants)| {
            // One level deep; a test holds that the builder resolves to the same.
            let inherited = inherits
                .iter()
                .flat_map(|parent| own(parent))
                .flat_map(|row| row.2);
            let given = inherited.chain(grants).map(|grant| Grant::named(grant));
            let grants = Grants::from_unsorted(given.collect(), Vec::new());
            (RoleName::named(name), grants)
        });
        Self {
            roles: roles.collect(),
            accounts: BTreeMap::new(),
            known: Permission::NAMED.into(),
        }
    }

    /// Reads a policy file, over the roles and permissions that come with the program.
    pub fn parse(text: &str) -> Result<Self, PolicyFaults> {
        PolicyBuilder::built_in().read(text)
    }

    /// Whether there is such a role.
    pub fn knows(&self, role: &RoleName) -> bool {
        self.roles.contains_key(role)
    }

    /// The names of all roles, sorted.
    pub fn roles(&self) -> impl Iterator<Item = &RoleName> {
        self.roles.keys()
    }

    /// The permissions that the service knows.
    pub fn permissions(&self) -> &[Permission] {
        &self.known
    }

    /// How many accounts are given or denied something beside their roles.
    pub fn named_accounts(&self) -> usize {
        self.accounts.len()
    }

    /// What these roles give together; an unknown role gives nothing.
    pub fn grants(&self, roles: &[RoleName]) -> Grants {
        self.together(roles, None, None)
    }

    /// What an account may do: what its roles and the policy's entry for its address give, less what any
    /// of them denies. Whoever has the role `admin` may do everything, whatever is denied.
    pub fn grants_of(&self, roles: &[RoleName], address: HolderAddress<'_>) -> Grants {
        let (HolderAddress::Proven(email) | HolderAddress::Claimed(email)) = address;
        let direct = self.accounts.get(email);
        let given = direct.filter(|_| matches!(address, HolderAddress::Proven(_)));
        self.together(roles, given, direct)
    }

    fn together(
        &self,
        roles: &[RoleName],
        given: Option<&Grants>,
        denied: Option<&Grants>,
    ) -> Grants {
        if roles.contains(&RoleName::ADMIN) {
            return Grants::everything();
        }
        let of_roles = || roles.iter().filter_map(|role| self.roles.get(role));
        let given = of_roles().chain(given).flat_map(Grants::given);
        let denied = of_roles().chain(denied).flat_map(Grants::denied);
        Grants::from_unsorted(given.cloned().collect(), denied.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
