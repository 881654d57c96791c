use super::{Grant, Grants};

impl Grant {
    /// What both cover. Of two grants one includes the other or they share nothing, so the narrower
    /// one is all of it.
    fn shared_with(&self, other: &Self) -> Option<Self> {
        if self.includes(other) {
            Some(other.clone())
        } else {
            other.includes(self).then(|| self.clone())
        }
    }
}

impl Grants {
    /// Whether the holder has all that `grant` covers, and so may hand it on. An area of which
    /// anything is denied is not had as a whole.
    pub fn include(&self, grant: &Grant) -> bool {
        let mut denied = self.denied().iter();
        self.given().iter().any(|held| held.includes(grant))
            && !denied.any(|denial| denial.shared_with(grant).is_some())
    }

    /// What is left of these rights in a credential that was limited to `scopes`: what both give,
    /// never more. No scopes leave nothing.
    #[must_use]
    pub fn narrowed_by(&self, scopes: &[Grant]) -> Self {
        let shared = scopes.iter().flat_map(|scope| {
            let given = self.given().iter();
            given.filter_map(|held| held.shared_with(scope))
        });
        Self::from_unsorted(shared.collect(), self.denied().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::Permission;
    use proptest::prelude::*;

    fn grants(texts: &[&str]) -> Vec<Grant> {
        texts
            .iter()
            .map(|text| Grant::parse(text).unwrap())
            .collect()
    }

    type Texts = &'static [&'static str];

    /// KEY-4, B36: the rights of a key are its scopes and its owner's rights, both.
    #[test]
    fn narrowing_leaves_what_both_give() {
        let rows: &[(&str, Texts, Texts, Texts)] = &[
            (
                "same",
                &["music:generate"],
                &["music:generate"],
                &["music:generate"],
            ),
            (
                "wide scope",
                &["music:generate"],
                &["music:*"],
                &["music:generate"],
            ),
            (
                "narrow scope",
                &["music:*"],
                &["music:generate"],
                &["music:generate"],
            ),
            (
                "all of an administrator",
                &["admin:*"],
                &["admin:*"],
                &["admin:*"],
            ),
            (
                "an administrator's narrow key",
                &["admin:*"],
                &["jobs:read"],
                &["jobs:read"],
            ),
            (
                "an administrator who is one no more",
                &["models:view"],
                &["admin:*"],
                &["models:view"],
            ),
            ("nothing in common", &["music:*"], &["users:view"], &[]),
            (
                "a detail is not its action",
                &["music:generate"],
                &["music:generate:batch"],
                &[],
            ),
            ("an area is a whole word", &["users:view"], &["user:*"], &[]),
            ("no scopes", &["admin:*"], &[], &[]),
            ("no rights", &[], &["admin:*"], &[]),
            (
                "several",
                &["music:generate", "models:*", "users:view"],
                &["music:*", "models:view", "system:manage"],
                &["models:view", "music:generate"],
            ),
        ];
        for (name, owner, scopes, left) in rows {
            let owner = Grants::from_unsorted(grants(owner), vec![]);
            let expected = Grants::from_unsorted(grants(left), vec![]);
            assert_eq!(owner.narrowed_by(&grants(scopes)), expected, "{name}");
        }
    }

    /// B36: a holder can't hand on more than it has.
    #[test]
    fn inclusion() {
        let rows: &[(&str, Texts, Texts, &str, bool)] = &[
            ("itself", &["music:generate"], &[], "music:generate", true),
            (
                "a part of an area",
                &["music:*"],
                &[],
                "music:generate:batch",
                true,
            ),
            (
                "an area by its part",
                &["music:generate"],
                &[],
                "music:*",
                false,
            ),
            ("everything by an area", &["music:*"], &[], "admin:*", false),
            ("an area by everything", &["admin:*"], &[], "music:*", true),
            ("a longer word", &["user:*"], &[], "users:view", false),
            ("denied", &["users:*"], &["users:view"], "users:view", false),
            (
                "beside a denial",
                &["users:*"],
                &["users:view"],
                "users:manage",
                true,
            ),
            (
                "an area with a hole",
                &["users:*"],
                &["users:view"],
                "users:*",
                false,
            ),
            (
                "everything with a hole",
                &["admin:*"],
                &["users:view"],
                "admin:*",
                false,
            ),
            (
                "in a denied area",
                &["admin:*"],
                &["users:*"],
                "users:view",
                false,
            ),
        ];
        for (name, given, denied, wanted, expected) in rows {
            let held = Grants::from_unsorted(grants(given), grants(denied));
            let wanted = Grant::parse(wanted).unwrap();
            assert_eq!(held.include(&wanted), *expected, "{name}");
        }
    }

    fn any_grant() -> impl Strategy<Value = Grant> {
        let everything = Just("admin:*".to_owned());
        let area = "[ab]{1,2}:[*]";
        let one = "[ab]{1,2}:[xy]{1,2}(:[xy])?";
        prop_oneof![1 => everything, 3 => area, 6 => one]
            .prop_map(|text| Grant::parse(&text).unwrap())
    }

    proptest! {
        /// KEY-4: nothing is allowed that either side doesn't allow, and nothing else is lost.
        #[test]
        fn narrowed_is_exactly_both(
            given in prop::collection::vec(any_grant(), 0..6),
            denied in prop::collection::vec(any_grant(), 0..3),
            scopes in prop::collection::vec(any_grant(), 0..6),
            asked in prop::collection::vec("[ab]{1,2}:[xy]{1,2}(:[xy])?", 1..40),
        ) {
            let owner = Grants::from_unsorted(given, denied);
            let limit = Grants::from_unsorted(scopes.clone(), vec![]);
            let narrowed = owner.narrowed_by(&scopes);
            for text in asked {
                let permission = Permission::parse(&text).unwrap();
                let both = owner.allow(&permission) && limit.allow(&permission);
                prop_assert_eq!(narrowed.allow(&permission), both, "{}", permission);
            }
            for scope in scopes.iter().filter(|scope| owner.include(scope)) {
                prop_assert!(narrowed.include(scope), "{} was had and is lost", scope);
            }
        }
    }
}
