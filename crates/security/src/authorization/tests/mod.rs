mod assignment;
mod cache;
mod change;
mod faults;
mod holders;
mod policy_file;
mod properties;
mod source;

use super::{Permission, Policy, RoleName};

fn role(name: &str) -> RoleName {
    RoleName::parse(name).unwrap()
}

/// The named permissions that a role gives.
fn rights(policy: &Policy, name: &str) -> Vec<&'static str> {
    let grants = policy.grants(&[role(name)]);
    grants.effective().map(Permission::as_str).collect()
}
