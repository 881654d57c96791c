//! What another process changes counts in a running server within a second.

use crate::server::{BINARY, Server, wait_for};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// `musicgen user …` beside the running server.
fn user(data: &Path, arguments: &[&str]) {
    let output = Command::new(BINARY)
        .arg("user")
        .args(arguments)
        .env_clear()
        .env("DATA_DIR", data)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// The decided bound, and what the command itself takes.
const BOUND: Duration = Duration::from_secs(2);

fn permissions(server: &Server, token: &str) -> (u16, String) {
    let (status, me) = server.call("GET", "/api/auth/me", token, &Value::Null);
    (status, me["permissions"].to_string())
}

/// B13, B128: roles, tier and state, on a token that is already out.
#[test]
fn the_command_line_changes_what_a_live_token_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = server.sign_in(true);
    assert!(!permissions(&server, &token).1.contains("users:view"));
    let clara = "clara@example.com";
    user(folder.path(), &["set-roles", clara, "moderator"]);
    wait_for("a role", BOUND, || {
        permissions(&server, &token).1.contains("users:view")
    });
    user(folder.path(), &["set-roles", clara, "user"]);
    wait_for("a demotion", BOUND, || {
        !permissions(&server, &token).1.contains("users:view")
    });
    user(folder.path(), &["set-tier", clara, "premium"]);
    wait_for("a tier", BOUND, || {
        let (_, me) = server.call("GET", "/api/auth/me", &token, &Value::Null);
        me["tier"] == json!("premium") && me["limits"]["longest_seconds"] == json!(300.0)
    });
    user(folder.path(), &["disable", clara]);
    wait_for("the end of the account", BOUND, || {
        permissions(&server, &token).0 == 401
    });
    user(folder.path(), &["enable", clara]);
    wait_for("a new sign-in", BOUND, || {
        let body = json!({"email": clara, "password": crate::server::PASSWORD, "delivery": "body"});
        server.call("POST", "/api/auth/login", "", &body).0 == 200
    });
    assert_eq!(
        permissions(&server, &token).0,
        401,
        "what was over stays over"
    );
}

/// AZ-5, B128: the policy file, replaced as editors and Kubernetes do, by renaming.
#[test]
fn a_new_policy_file_changes_what_a_live_token_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let write = |text: &str| {
        let new = folder.path().join("policy.toml.new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(&new, &path).unwrap();
    };
    write("[roles.user]\ngrants = [\"models:view\"]\n");
    let file = path.display().to_string();
    let data = folder.path().join("data");
    let server = Server::start_with(&data, &[("POLICY_FILE", &file)]);
    let token = server.sign_in(true);
    assert_eq!(
        permissions(&server, &token),
        (200, "[\"models:view\"]".to_owned())
    );
    let order = json!({"prompt": "slow piano", "duration": 2});
    assert_eq!(
        server.call("POST", "/api/v1/generate", &token, &order).0,
        403
    );
    write("[roles.user]\ngrants = [\"models:view\", \"music:generate\"]\n");
    wait_for("the new policy", BOUND, || {
        permissions(&server, &token).1.contains("music:generate")
    });
    assert_eq!(
        server.call("POST", "/api/v1/generate", &token, &order).0,
        202
    );
    write("[roles.user]\ngrants = [\"models:veiw\"]\n");
    std::thread::sleep(Duration::from_millis(800));
    assert!(
        permissions(&server, &token).1.contains("music:generate"),
        "a bad file changes nothing"
    );
}
