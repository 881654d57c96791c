//! The policy file and the commands of the binary.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GOOD: &str = "[roles.composer]\ninherits = [\"user\"]\ngrants = [\"music:generate:batch\"]\n";
const FAULTY: &str = "[roles.composer]\ninherits = [\"usr\"]\ngrants = [\"music:genrate\"]\n";

/// Runs the binary with this policy in a folder of its own.
fn musicgen(folder: &Path, policy: &str, arguments: &[&str]) -> (Output, String) {
    let path = folder.join("policy.toml");
    std::fs::write(&path, policy).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_musicgen"))
        .args(arguments)
        .env_clear()
        .env("DATA_DIR", folder.join("data"))
        .env("BIND", "127.0.0.1:0")
        .env("POLICY_FILE", &path)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // Commands that read no password have closed it.
    let _ = input.write_all(b"correct horse battery staple\n");
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output, String::from_utf8(text).unwrap())
}

/// AZ-5: whatever needs the policy refuses a faulty one as a whole, every fault with its line.
#[test]
fn a_faulty_policy_file_ends_every_command_with_78() {
    let folder = tempfile::tempdir().unwrap();
    let list: &[&[&str]] = &[
        &["serve"],
        &["check"],
        &["check", "--json"],
        &["policy"],
        &["policy", "policy.toml"],
        &["user", "list"],
        &["migrate", "--check"],
    ];
    for arguments in list {
        let (output, text) = musicgen(folder.path(), FAULTY, arguments);
        assert_eq!(output.status.code(), Some(78), "{arguments:?}: {text}");
        for part in [
            "line 2",
            "is `user` meant?",
            "line 3",
            "is `music:generate` meant?",
        ] {
            assert!(text.contains(part), "{arguments:?}: {part} in {text}");
        }
    }
}

#[test]
fn a_good_policy_file_is_shown_and_its_roles_can_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| musicgen(folder.path(), GOOD, arguments);
    let (output, text) = run(&["check"]);
    assert!(output.status.success(), "{text}");
    for arguments in [&["policy"][..], &["policy", "policy.toml"]] {
        let (output, text) = run(arguments);
        assert!(output.status.success(), "{text}");
        let line = text
            .lines()
            .find(|line| line.starts_with("composer "))
            .unwrap();
        assert!(
            line.ends_with("music:generate music:generate:batch models:view"),
            "{line}"
        );
    }
    let create = |role| {
        let who = [
            "user",
            "create",
            "--password-stdin",
            "--username",
            "Clara",
            "--email",
        ];
        run(&[&who[..], &["clara@example.com", "--role", role]].concat())
    };
    let (output, text) = create("conductor");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("there is no role `conductor`") && text.contains("composer"),
        "{text}"
    );
    let (output, text) = create("composer");
    assert!(
        output.status.success() && text.contains("roles composer"),
        "{text}"
    );
    let set = |role| run(&["user", "set-roles", "clara@example.com", role]);
    assert_eq!(set("conductor").0.status.code(), Some(1));
    assert!(set("moderator").0.status.success());
}
