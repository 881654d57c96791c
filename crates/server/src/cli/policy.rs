use super::{CliResult, EX_CONFIG, Global};
use crate::policy::PolicyFile;
use clap::Args;
use musicgen_security::authorization::{Grant, Permission, Policy, RoleName};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, Args)]
pub(super) struct PolicyArgs {
    /// A policy file to try instead of the one that is configured
    file: Option<PathBuf>,
}

pub(super) fn run(args: PolicyArgs, global: &Global) -> CliResult {
    let policy = match args.file {
        None => global.load()?.config.authorization.policy,
        Some(path) => match PolicyFile::new(path, false).load() {
            Ok(policy) => Arc::new(policy),
            Err(faults) => {
                for fault in faults {
                    eprintln!("wrong  {fault}");
                }
                return Ok(ExitCode::from(EX_CONFIG));
            }
        },
    };
    print!("{}", in_words(&policy));
    Ok(ExitCode::SUCCESS)
}

/// A role a line, with all that it may do; then the accounts that have more or less than their roles.
fn in_words(policy: &Policy) -> String {
    let mut lines = String::new();
    let width = policy.roles().map(|role| role.as_str().len()).max();
    let width = width.unwrap_or_default();
    for role in policy.roles() {
        let grants = policy.grants(std::slice::from_ref(role));
        let rights: Vec<&str> = grants.effective().map(Permission::as_str).collect();
        let rights = match rights.as_slice() {
            _ if *role == RoleName::ADMIN => "everything".to_owned(),
            [] => "nothing".to_owned(),
            rights => rights.join(" "),
        };
        let denied: Vec<&str> = grants.denied().iter().map(Grant::as_str).collect();
        let denied = match denied.as_slice() {
            [] => String::new(),
            denied => format!("; denies {}", denied.join(" ")),
        };
        // Writing to a String can't fail.
        let _ = writeln!(lines, "{:width$}  {rights}{denied}", role.as_str());
    }
    let accounts = policy.named_accounts();
    if accounts > 0 {
        let _ = writeln!(
            lines,
            "accounts with more or less than their roles: {accounts}"
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_a_line() {
        let policy = Policy::parse(
            "[roles.a]\ngrants = [\"users:*\"]\ndenies = [\"users:delete\"]\n[roles.b]\n\
             [accounts.\"a@b.example\"]\ngrants = [\"users:view\"]\n",
        );
        let text = in_words(&policy.unwrap());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "a             users:view users:manage; denies users:delete"
        );
        assert_eq!(lines[1], "admin         everything");
        assert_eq!(lines[2], "b             nothing");
        assert_eq!(lines.len(), 8, "{text}");
        assert_eq!(lines[7], "accounts with more or less than their roles: 1");
    }
}
