use super::role;
use crate::authentication::accounts::EmailAddress;
use crate::authorization::{AssignmentRefused, Holder, HolderAddress, Policy, RoleName};
use uuid::Uuid;

const POLICY: &str = r#"
[roles.manager]
inherits = ["moderator"]
grants = ["users:manage"]

[roles.area]
inherits = ["manager"]
grants = ["users:*"]

[roles.list]
inherits = ["manager"]
grants = ["users:delete"]

[roles.ops]
grants = ["admin:*"]
denies = ["tokens:introspect"]

[roles.suspended]
denies = ["music:*"]

[accounts."named@example.com"]
grants = ["analytics:export"]
"#;

fn roles(names: &[&str]) -> Vec<RoleName> {
    names.iter().map(|name| role(name)).collect()
}

fn refused(refusal: &AssignmentRefused) -> String {
    match refusal {
        AssignmentRefused::OwnRoles => "own roles".to_owned(),
        AssignmentRefused::UnknownRole(role) => format!("unknown {role}"),
        AssignmentRefused::LacksRight(right) => format!("lacks {right}"),
        AssignmentRefused::Superior(right) => format!("superior {right}"),
    }
}

/// AZ-6: nobody gives what they lack, nor touches whoever holds what they lack.
// table: of assignments
#[test]
fn the_escalation_table() {
    type Names<'a> = &'a [&'a str];
    let rows: &[(&str, Names, Names, Names, &str)] = &[
        (
            "within one's own",
            &["manager"],
            &["user"],
            &["moderator"],
            "",
        ),
        (
            "as much as one has",
            &["manager"],
            &["user"],
            &["manager"],
            "",
        ),
        ("taking roles away", &["manager"], &["moderator"], &[], ""),
        (
            "more than one has",
            &["manager"],
            &["user"],
            &["developer"],
            "lacks music:generate:premium",
        ),
        (
            "one right more",
            &["manager"],
            &["user"],
            &["list"],
            "lacks users:delete",
        ),
        (
            "promoting to admin",
            &["manager"],
            &["user"],
            &["admin"],
            "lacks admin:*",
        ),
        (
            "admin among others",
            &["manager"],
            &["user"],
            &["user", "admin"],
            "lacks admin:*",
        ),
        (
            "demoting an admin",
            &["manager"],
            &["admin"],
            &["user"],
            "superior admin:*",
        ),
        (
            "demoting who has more",
            &["manager"],
            &["list"],
            &["user"],
            "superior users:delete",
        ),
        (
            "a moderator demotes an admin",
            &["moderator"],
            &["admin"],
            &[],
            "superior admin:*",
        ),
        ("admin gives admin", &["admin"], &["user"], &["admin"], ""),
        ("admin takes admin", &["admin"], &["admin"], &["user"], ""),
        (
            "admin with a denial is admin",
            &["admin", "suspended"],
            &["user"],
            &["admin"],
            "",
        ),
        // `admin:*` is not the role: it can be denied something.
        (
            "all rights give no admin",
            &["ops"],
            &["user"],
            &["admin"],
            "lacks admin:*",
        ),
        (
            "all rights demote no admin",
            &["ops"],
            &["admin"],
            &["user"],
            "superior admin:*",
        ),
        (
            "all rights give rights",
            &["ops"],
            &["user"],
            &["developer"],
            "",
        ),
        (
            "all rights less one give themselves",
            &["ops"],
            &["user"],
            &["ops"],
            "",
        ),
        (
            "denied rights are lacked",
            &["manager", "suspended"],
            &[],
            &["user"],
            "lacks music:generate",
        ),
        (
            "taking a denial away gives",
            &["manager", "suspended"],
            &["user", "suspended"],
            &["user"],
            "lacks music:generate",
        ),
        (
            "putting a denial on",
            &["manager"],
            &["user"],
            &["user", "suspended"],
            "",
        ),
        (
            "an area for who has its parts",
            &["list"],
            &["user"],
            &["area"],
            "lacks users:*",
        ),
        (
            "parts for who has the area",
            &["area"],
            &["user"],
            &["list"],
            "",
        ),
        (
            "who has the area",
            &["list"],
            &["area"],
            &["user"],
            "superior users:*",
        ),
        (
            "an unknown role",
            &["admin"],
            &["user"],
            &["superuser"],
            "unknown superuser",
        ),
        (
            "an unknown role is taken away",
            &["manager"],
            &["superuser"],
            &["user"],
            "",
        ),
        ("no rights give none", &[], &[], &[], ""),
        (
            "no rights give a right",
            &[],
            &[],
            &["user"],
            "lacks music:generate",
        ),
    ];
    let policy = Policy::parse(POLICY).unwrap();
    let email = EmailAddress::parse("a@example.com").unwrap();
    let address = HolderAddress::Proven(&email);
    for (name, actor, old, new, expected) in rows {
        let (actor, old, new) = (roles(actor), roles(old), roles(new));
        let actor = Holder {
            id: Uuid::from_u128(1),
            roles: &actor,
            address,
        };
        let target = Holder {
            id: Uuid::from_u128(2),
            roles: &old,
            address,
        };
        let outcome = policy.may_assign(&actor, &target, &new);
        let outcome = outcome.err().as_ref().map(refused).unwrap_or_default();
        assert_eq!(outcome, *expected, "{name}");
        if expected.starts_with("superior") || expected.is_empty() {
            let touched = policy.may_touch(&actor, &target);
            let touched = touched.err().as_ref().map(refused).unwrap_or_default();
            assert_eq!(touched, *expected, "{name}, touched");
        }
    }
}

/// AZ-6: not upwards, not downwards, not to the same; not even an administrator.
#[test]
fn nobody_changes_their_own_roles() {
    let policy = Policy::parse(POLICY).unwrap();
    let email = EmailAddress::parse("a@example.com").unwrap();
    for own in ["admin", "ops", "manager", "user"] {
        let own = roles(&[own]);
        let holder = Holder {
            id: Uuid::from_u128(1),
            roles: &own,
            address: HolderAddress::Proven(&email),
        };
        for new in [&["admin"][..], &["user"], &["superuser"], &[]] {
            let outcome = policy.may_assign(&holder, &holder, &roles(new));
            assert_eq!(outcome, Err(AssignmentRefused::OwnRoles));
        }
        assert_eq!(policy.may_touch(&holder, &holder), Ok(()));
    }
}

/// What the policy gives an address is looked at too: fully for the target, whose address may be proven
/// tomorrow; for the actor only when it is proven.
#[test]
fn rights_of_addresses_count() {
    let policy = Policy::parse(POLICY).unwrap();
    let named = EmailAddress::parse("named@example.com").unwrap();
    let other = EmailAddress::parse("a@example.com").unwrap();
    let roles = roles(&["manager"]);
    let holder = |id, address| Holder {
        id: Uuid::from_u128(id),
        roles: &roles,
        address,
    };
    let plain = holder(1, HolderAddress::Proven(&other));
    let proven = holder(2, HolderAddress::Proven(&named));
    let claimed = holder(3, HolderAddress::Claimed(&named));
    let refusal = Err(AssignmentRefused::Superior("analytics:export".to_owned()));
    assert_eq!(policy.may_touch(&plain, &proven), refusal);
    assert_eq!(policy.may_touch(&plain, &claimed), refusal);
    assert_eq!(policy.may_touch(&claimed, &proven), refusal);
    assert_eq!(policy.may_touch(&proven, &claimed), Ok(()));
    assert_eq!(policy.may_touch(&proven, &plain), Ok(()));
}
