use crate::authentication::accounts::EmailAddress;
use crate::authorization::{Grant, Grants, HolderAddress, Permission, Policy, RoleName};

fn grants(given: &[&str], denied: &[&str]) -> Grants {
    let parse = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| Grant::parse(text).unwrap())
            .collect()
    };
    Grants::from_unsorted(parse(given), parse(denied))
}

/// The built-in roles, a role that denies, and an entry for an address.
fn policy() -> Policy {
    let mut policy = Policy::built_in();
    let role = RoleName::parse("suspended").unwrap();
    policy.roles.insert(role, grants(&[], &["music:*"]));
    let role = RoleName::parse("ops").unwrap();
    policy
        .roles
        .insert(role, grants(&["admin:*"], &["users:delete"]));
    let email = EmailAddress::parse("a@example.com").unwrap();
    let direct = grants(&["analytics:view"], &["models:view"]);
    policy.accounts.insert(email, direct);
    policy
}

/// AZ-5: roles, direct grants and denials together.
#[test]
fn rights_are_roles_and_direct_grants_less_denials() {
    let named = EmailAddress::parse("A@Example.com").unwrap();
    let other = EmailAddress::parse("b@example.com").unwrap();
    let (proven, claimed) = (
        HolderAddress::Proven(&named),
        HolderAddress::Claimed(&named),
    );
    let other = HolderAddress::Proven(&other);
    let rows: &[(&str, &[&str], HolderAddress, &str, bool)] = &[
        ("a role gives", &["user"], other, "music:generate", true),
        ("no role gives", &["user"], other, "analytics:view", false),
        (
            "the address gives",
            &["user"],
            proven,
            "analytics:view",
            true,
        ),
        (
            "a claimed address doesn't",
            &["user"],
            claimed,
            "analytics:view",
            false,
        ),
        (
            "the address denies",
            &["user"],
            proven,
            "models:view",
            false,
        ),
        (
            "a claimed address denies too",
            &["user"],
            claimed,
            "models:view",
            false,
        ),
        ("another address", &["user"], other, "models:view", true),
        (
            "one role denies what another gives",
            &["user", "suspended"],
            other,
            "music:generate",
            false,
        ),
        (
            "in any order",
            &["suspended", "user"],
            other,
            "music:generate",
            false,
        ),
        (
            "and nothing else",
            &["user", "suspended"],
            other,
            "models:view",
            true,
        ),
        ("no roles", &[], proven, "analytics:view", true),
        (
            "an unknown role gives nothing",
            &["superuser"],
            other,
            "models:view",
            false,
        ),
        (
            "everything less a denial",
            &["ops"],
            other,
            "users:delete",
            false,
        ),
        ("everything else", &["ops"], other, "users:manage", true),
        (
            "admin is above denials of roles",
            &["admin", "suspended"],
            other,
            "music:generate",
            true,
        ),
        ("and of addresses", &["admin"], proven, "models:view", true),
    ];
    let policy = policy();
    for (name, roles, address, permission, expected) in rows {
        let roles: Vec<_> = roles
            .iter()
            .map(|role| RoleName::parse(role).unwrap())
            .collect();
        let permission = Permission::parse(permission).unwrap();
        let grants = policy.grants_of(&roles, *address);
        assert_eq!(grants.allow(&permission), *expected, "{name}");
    }
}

#[test]
fn without_an_entry_an_address_changes_nothing() {
    let policy = Policy::built_in();
    let email = EmailAddress::parse("a@example.com").unwrap();
    for role in policy.roles() {
        let roles = [role.clone()];
        let with = policy.grants_of(&roles, HolderAddress::Proven(&email));
        assert_eq!(with, policy.grants(&roles), "{role}");
    }
}
