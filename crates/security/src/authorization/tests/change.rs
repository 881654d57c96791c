use super::role;
use crate::authorization::Policy;

#[test]
fn a_change_names_roles_and_counts_accounts() {
    let old = Policy::parse(
        "[roles.a]\ngrants = [\"users:view\"]\n[roles.b]\n[accounts.\"a@b.example\"]\ngrants = [\"users:view\"]\n\
         [accounts.\"b@b.example\"]\n[accounts.\"c@b.example\"]\n",
    )
    .unwrap();
    let new = Policy::parse(
        "[roles.a]\ndenies = [\"users:view\"]\n[roles.c]\n[accounts.\"a@b.example\"]\n[accounts.\"b@b.example\"]\n\
         [accounts.\"d@b.example\"]\n",
    )
    .unwrap();
    let change = old.change_to(&new);
    assert_eq!(change.added, [role("c")]);
    assert_eq!(change.removed, [role("b")]);
    assert_eq!(change.changed, [role("a")]);
    assert_eq!(change.accounts, 3);
    assert_eq!(
        change.to_string(),
        "roles added: c; roles removed: b; roles changed: a; accounts with other rights: 3"
    );
    assert!(old.change_to(&old).is_empty());
    assert_eq!(old.change_to(&old).to_string(), "nothing changed");
}

/// What a role inherits is its own: whoever holds it has other rights now.
#[test]
fn a_role_whose_parent_changes_has_changed() {
    let new = Policy::parse("[roles.user]\ngrants = [\"music:generate\"]").unwrap();
    let change = Policy::built_in().change_to(&new);
    let names = ["developer", "moderator", "premium_user", "user"].map(role);
    assert_eq!(change.changed, names);
    assert!(change.added.is_empty() && change.removed.is_empty());
}
