use super::{rights, role};
use crate::authorization::{
    Definition, MAX_POLICY_BYTES, MAX_ROLES, Permission, Policy, PolicyBuilder,
};

/// AZ-18: what the table of built-in roles says is what the same definitions in a file would give.
#[test]
fn the_built_in_roles_resolve_to_what_their_table_says() {
    assert_eq!(
        PolicyBuilder::built_in().build().unwrap(),
        Policy::built_in()
    );
}

/// AZ-5: inheritance, grants and denials of a file.
#[test]
fn a_file_adds_roles_and_redefines_built_in_ones() {
    let policy = Policy::parse(
        r#"
        [roles.composer]
        inherits = ["user"]
        grants = ["music:generate:batch"]
        denies = ["models:view"]

        [roles.arranger]
        inherits = ["composer", "developer"]

        [roles.user]
        grants = ["music:generate", "models:view", "analytics:view"]

        [roles.auditor]
        grants = ["system:*"]
        denies = ["system:manage"]

        [roles.suspended]
        denies = ["admin:*"]

        [roles.nothing]
        "#,
    )
    .unwrap();
    let rows: &[(&str, &[&str])] = &[
        (
            "composer",
            &["music:generate", "music:generate:batch", "analytics:view"],
        ),
        (
            "arranger",
            &[
                "music:generate",
                "music:generate:premium",
                "music:generate:batch",
                "models:manage",
                "analytics:view",
                "system:logs:view",
            ],
        ),
        ("user", &["music:generate", "models:view", "analytics:view"]),
        // The redefined role is what the built-in ones inherit.
        (
            "moderator",
            &[
                "music:generate",
                "models:view",
                "users:view",
                "analytics:view",
            ],
        ),
        ("auditor", &["system:logs:view"]),
        ("suspended", &[]),
        ("nothing", &[]),
    ];
    for (name, expected) in rows {
        assert_eq!(rights(&policy, name), *expected, "{name}");
    }
    assert_eq!(policy.roles().count(), 10);
    let everything = rights(&policy, "admin").len();
    assert_eq!(everything, Permission::NAMED.len());
}

#[test]
fn a_denial_is_inherited_however_far() {
    let policy = Policy::parse(
        r#"
        [roles.a]
        grants = ["users:view"]
        denies = ["users:manage"]
        [roles.b]
        inherits = ["a"]
        [roles.c]
        inherits = ["b"]
        grants = ["users:*"]
        "#,
    )
    .unwrap();
    assert_eq!(rights(&policy, "c"), ["users:view", "users:delete"]);
}

/// A role above `admin:*` with denials is bound by them; `admin` itself is not.
#[test]
fn who_inherits_admin_is_bound_by_denials_and_admin_is_not() {
    let policy = Policy::parse(
        r#"
        [roles.ops]
        inherits = ["admin"]
        denies = ["users:delete"]
        "#,
    )
    .unwrap();
    assert_eq!(rights(&policy, "ops").len(), Permission::NAMED.len() - 1);
    let both = policy.grants(&[role("ops"), role("admin")]);
    assert!(both.allow(&Permission::USERS_DELETE));
}

#[test]
fn another_service_has_its_own_roles_and_permissions() {
    let text = "[roles.clerk]\ngrants = [\"invoices:read\"]";
    assert!(Policy::parse(text).is_err(), "unknown to this one");
    let read = Permission::parse("invoices:read").unwrap();
    let policy = PolicyBuilder::bare()
        .permissions([read.clone()])
        .read(text)
        .unwrap();
    assert!(policy.grants(&[role("clerk")]).allow(&read));
    assert!(!policy.knows(&role("user")));
    assert_eq!(policy.permissions(), [read]);
}

/// AZ-5: at, above and below each limit.
#[test]
fn limits_of_size_and_number() {
    let of_bytes = |bytes: usize| {
        let mut text = "[roles.a]\n#".to_owned();
        text.push_str(&"x".repeat(bytes - text.len()));
        Policy::parse(&text).is_ok()
    };
    assert!(of_bytes(MAX_POLICY_BYTES - 1) && of_bytes(MAX_POLICY_BYTES));
    assert!(!of_bytes(MAX_POLICY_BYTES + 1));

    // `admin` counts.
    let of_roles = |count: usize| {
        let roles = (1..count).map(|n| (format!("r{n}"), Definition::default()));
        let builder = roles.fold(PolicyBuilder::bare(), |builder, (name, role)| {
            builder.role(&name, role)
        });
        builder.build().is_ok()
    };
    assert!(of_roles(MAX_ROLES - 1) && of_roles(MAX_ROLES));
    assert!(!of_roles(MAX_ROLES + 1));
}

/// The longest chain that fits is resolved without recursion.
#[test]
fn a_chain_of_every_role_is_resolved() {
    let mut builder = PolicyBuilder::bare()
        .permissions(Permission::NAMED.iter().cloned())
        .role("r0", Definition::default().grants(["users:view"]));
    for n in 1..MAX_ROLES - 1 {
        let parent = format!("r{}", n - 1);
        builder = builder.role(&format!("r{n}"), Definition::default().inherits([parent]));
    }
    let policy = builder.build().unwrap();
    assert_eq!(
        rights(&policy, &format!("r{}", MAX_ROLES - 2)),
        ["users:view"]
    );
}

#[test]
fn what_is_written_out_reads_as_the_same() {
    let policy = Policy::parse(
        r#"
        roles.user = { grants = ["music:*"], denies = ["music:generate:batch"] }
        [roles.none]
        [accounts."Jörg+tag@Bücher.example"]
        grants = ["users:*"]
        denies = ["users:delete"]
        "#,
    )
    .unwrap();
    let written = policy.to_string();
    assert_eq!(Policy::parse(&written).as_ref(), Ok(&policy), "{written}");
    assert!(
        written.contains("[accounts.\"jörg+tag@bücher.example\"]"),
        "{written}"
    );
}
