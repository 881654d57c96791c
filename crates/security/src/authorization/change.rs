use super::{Policy, RoleName};
use std::fmt;

/// What one policy says otherwise than another, for the log: roles by name, accounts by number alone,
/// since an address is personal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// Roles that only the new one has.
    pub added: Vec<RoleName>,
    /// Roles that only the old one has.
    pub removed: Vec<RoleName>,
    /// Roles that both have, with other rights, their own or inherited.
    pub changed: Vec<RoleName>,
    /// How many accounts have other rights beside their roles.
    pub accounts: usize,
}

impl Policy {
    /// What changes when `new` comes in the place of this one.
    pub fn change_to(&self, new: &Self) -> PolicyChange {
        let missing_in = |other: &Self, role: &&RoleName| !other.roles.contains_key(*role);
        let differs = |role: &&RoleName| {
            let old = self.roles.get(*role);
            old.is_some() && old != new.roles.get(*role)
        };
        let accounts = self.accounts.keys().chain(new.accounts.keys());
        let accounts: std::collections::BTreeSet<_> = accounts
            .filter(|email| self.accounts.get(*email) != new.accounts.get(*email))
            .collect();
        PolicyChange {
            added: new
                .roles()
                .filter(|role| missing_in(self, role))
                .cloned()
                .collect(),
            removed: self
                .roles()
                .filter(|role| missing_in(new, role))
                .cloned()
                .collect(),
            changed: new.roles().filter(differs).cloned().collect(),
            accounts: accounts.len(),
        }
    }
}

impl PolicyChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for PolicyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing changed");
        }
        let mut between = "";
        for (what, roles) in [
            ("added", &self.added),
            ("removed", &self.removed),
            ("changed", &self.changed),
        ] {
            if !roles.is_empty() {
                let names: Vec<&str> = roles.iter().map(RoleName::as_str).collect();
                write!(f, "{between}roles {what}: {}", names.join(", "))?;
                between = "; ";
            }
        }
        if self.accounts > 0 {
            write!(f, "{between}accounts with other rights: {}", self.accounts)?;
        }
        Ok(())
    }
}
