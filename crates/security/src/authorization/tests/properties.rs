use super::role;
use crate::authorization::{Definition, Grant, Permission, Policy, PolicyBuilder, RoleName};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A role of a random policy: which of the roles before it it inherits, what it grants, what it denies.
type Random = (Vec<usize>, BTreeSet<usize>, BTreeSet<usize>);

/// Every grant that the built-in permissions allow.
fn grants() -> Vec<String> {
    let areas = [
        "music:*",
        "models:*",
        "users:*",
        "analytics:*",
        "system:*",
        "tokens:*",
        "admin:*",
    ];
    let exact = Permission::NAMED.iter().map(Permission::as_str);
    exact.chain(areas).map(str::to_owned).collect()
}

fn random_roles() -> impl Strategy<Value = Vec<Random>> {
    let one = || {
        let some = || prop::collection::btree_set(0..grants().len(), 0..4);
        (prop::collection::vec(0..12_usize, 0..3), some(), some())
    };
    prop::collection::vec(one(), 1..12)
}

fn parents_of(n: usize, random: &Random) -> BTreeSet<usize> {
    random
        .0
        .iter()
        .copied()
        .filter(|parent| *parent < n)
        .collect()
}

fn texts(of: &BTreeSet<usize>, less: &BTreeSet<usize>) -> Vec<String> {
    let all = grants();
    of.difference(less).map(|n| all[*n].clone()).collect()
}

fn build(roles: &[Random]) -> Policy {
    let mut builder = PolicyBuilder::built_in();
    for (n, random) in roles.iter().enumerate() {
        let parents = parents_of(n, random);
        let definition = Definition::default()
            .inherits(parents.iter().map(|parent| format!("r{parent}")))
            .grants(texts(&random.1, &random.2))
            .denies(texts(&random.2, &BTreeSet::new()));
        builder = builder.role(&format!("r{n}"), definition);
    }
    builder.build().unwrap()
}

/// The model: a walk over all that a role is made of.
fn may(roles: &[Random], held: &[usize], permission: &Permission) -> bool {
    let mut reached: BTreeSet<usize> = held.iter().copied().collect();
    for n in (0..roles.len()).rev() {
        if reached.contains(&n) {
            reached.extend(parents_of(n, &roles[n]));
        }
    }
    let any = |of: &dyn Fn(&Random) -> Vec<String>| {
        let all = reached.iter().flat_map(|n| of(&roles[*n]));
        let mut parsed = all.map(|text| Grant::parse(&text).unwrap());
        parsed.any(|grant| grant.covers(permission))
    };
    any(&|random| texts(&random.1, &random.2)) && !any(&|random| texts(&random.2, &BTreeSet::new()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// AZ-5: effective rights are grants of all roles reached, less their denials.
    #[test]
    fn rights_are_what_a_walk_over_the_roles_finds(
        roles in random_roles(),
        held in prop::collection::vec(0..12_usize, 1..4),
    ) {
        let held: Vec<usize> = held.into_iter().filter(|n| *n < roles.len()).collect();
        let policy = build(&roles);
        let names: Vec<RoleName> = held.iter().map(|n| role(&format!("r{n}"))).collect();
        let grants = policy.grants(&names);
        for permission in Permission::NAMED {
            prop_assert_eq!(grants.allow(permission), may(&roles, &held, permission), "{}", permission);
        }
    }

    #[test]
    fn what_is_written_out_makes_an_equal_policy(roles in random_roles()) {
        let policy = build(&roles);
        let written = policy.to_string();
        prop_assert_eq!(Policy::parse(&written), Ok(policy), "{}", written);
    }

    /// Any text is refused, or accepted and the same when written out.
    #[test]
    fn no_text_breaks_the_reader(text in any::<String>()) {
        if let Ok(policy) = Policy::parse(&text) {
            prop_assert_eq!(Policy::parse(&policy.to_string()), Ok(policy));
        }
    }

    /// Texts out of the words of policy files come further than any text does.
    #[test]
    fn no_jumble_of_its_words_breaks_the_reader(words in prop::collection::vec(word(), 0..24)) {
        let text = words.concat();
        if let Ok(policy) = Policy::parse(&text) {
            prop_assert_eq!(Policy::parse(&policy.to_string()), Ok(policy));
        }
    }
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "[roles.a]\n",
        "[roles.user]\n",
        "[roles.b]\n",
        "[roles.admin]\n",
        "[accounts.\"a@b.example\"]\n",
        "inherits = [\"user\"]\n",
        "inherits = [\"a\"]\n",
        "inherits = [\"b\", \"a\"]\n",
        "grants = [\"users:*\"]\n",
        "grants = [\"admin:*\"]\n",
        "denies = [\"users:view\"]\n",
        "denies = [\"music:generate\", \"users:*\"]\n",
        "grants = ",
        "[",
        "]",
        "\"",
        "=",
        "\n",
        "# x\n",
        "roles",
        ".",
        "'''",
        "\u{feff}",
        "\0",
        "7",
    ])
}
