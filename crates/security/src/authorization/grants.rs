use super::permission::ADMINISTRATIVE;
use super::{Grant, Permission};

/// All that a principal is given, less what it is denied: a denial wins over every grant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    given: Vec<Grant>,
    denied: Vec<Grant>,
}

impl Grants {
    /// Everything, whatever anybody denies.
    pub(super) fn everything() -> Self {
        Self {
            given: vec![Grant::ALL],
            denied: Vec::new(),
        }
    }

    /// Both in any order, with repeats.
    pub(super) fn from_unsorted(mut given: Vec<Grant>, mut denied: Vec<Grant>) -> Self {
        for grants in [&mut given, &mut denied] {
            grants.sort();
            grants.dedup();
        }
        Self { given, denied }
    }

    /// What all of these give and deny.
    pub(super) fn all_of<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut given, mut denied) = (Vec::new(), Vec::new());
        for grants in all {
            given.extend_from_slice(&grants.given);
            denied.extend_from_slice(&grants.denied);
        }
        Self::from_unsorted(given, denied)
    }

    /// Whether any grant covers `permission`, and no denial does.
    pub fn allow(&self, permission: &Permission) -> bool {
        let covers = |grants: &[Grant]| grants.iter().any(|grant| grant.covers(permission));
        covers(&self.given) && !covers(&self.denied)
    }

    /// The named permissions that are given, for showing to their holder.
    pub fn effective(&self) -> impl Iterator<Item = &'static Permission> + '_ {
        Permission::NAMED
            .iter()
            .filter(|permission| self.allow(permission))
    }

    /// The same as a scope: names with a blank between each two (RFC 6749, section 3.3).
    pub fn scope(&self) -> String {
        let names: Vec<&str> = self.effective().map(Permission::as_str).collect();
        names.join(" ")
    }

    /// Whether any of [`ADMINISTRATIVE`] is given.
    pub fn is_administrative(&self) -> bool {
        ADMINISTRATIVE
            .iter()
            .any(|permission| self.allow(permission))
    }

    /// What is given, denials aside; sorted.
    pub fn given(&self) -> &[Grant] {
        &self.given
    }

    /// What is denied; sorted.
    pub fn denied(&self) -> &[Grant] {
        &self.denied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(given: &[&str], denied: &[&str]) -> Grants {
        let parse = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| Grant::parse(text).unwrap())
                .collect()
        };
        Grants::from_unsorted(parse(given), parse(denied))
    }

    /// AZ-5: deny wins, by the same rules of covering.
    #[test]
    fn a_denial_wins_over_every_grant() {
        type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a str, bool);
        let rows: &[Row] = &[
            ("none", &["users:view"], &[], "users:view", true),
            (
                "same",
                &["users:view"],
                &["users:view"],
                "users:view",
                false,
            ),
            (
                "another",
                &["users:view"],
                &["users:manage"],
                "users:view",
                true,
            ),
            (
                "out of an area",
                &["users:*"],
                &["users:delete"],
                "users:delete",
                false,
            ),
            (
                "rest of the area",
                &["users:*"],
                &["users:delete"],
                "users:view",
                true,
            ),
            (
                "whole area",
                &["users:view"],
                &["users:*"],
                "users:view",
                false,
            ),
            (
                "out of everything",
                &["admin:*"],
                &["users:*"],
                "users:view",
                false,
            ),
            (
                "rest of everything",
                &["admin:*"],
                &["users:*"],
                "models:view",
                true,
            ),
            (
                "everything",
                &["admin:*"],
                &["admin:*"],
                "models:view",
                false,
            ),
            (
                "an action is not its detail",
                &["music:*"],
                &["music:generate"],
                "music:generate:batch",
                true,
            ),
            (
                "a denial gives nothing",
                &[],
                &["users:view"],
                "users:view",
                false,
            ),
        ];
        for (name, given, denied, permission, expected) in rows {
            let permission = Permission::parse(permission).unwrap();
            let grants = grants(given, denied);
            assert_eq!(grants.allow(&permission), *expected, "{name}");
            if let Some(named) = Permission::NAMED.iter().find(|named| **named == permission) {
                let listed = grants.effective().any(|listed| listed == named);
                assert_eq!(
                    listed, *expected,
                    "{name}: what is shown is what is checked"
                );
            }
        }
    }

    #[test]
    fn administrative_is_whoever_can_harm_everybody() {
        for permission in Permission::NAMED {
            let expected = [
                "users:manage",
                "users:delete",
                "system:manage",
                "system:logs:view",
                "tokens:introspect",
            ]
            .contains(&permission.as_str());
            let of_one = grants(&[permission.as_str()], &[]);
            assert_eq!(of_one.is_administrative(), expected, "{permission}");
        }
        assert!(grants(&["admin:*"], &[]).is_administrative());
        assert!(grants(&["users:*"], &["users:delete"]).is_administrative());
        assert!(!grants(&["users:*"], &["users:delete", "users:manage"]).is_administrative());
        assert!(!Grants::default().is_administrative());
    }
}
