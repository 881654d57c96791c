//! The binary itself: killed, stopped, asked wrongly.

use crate::server::{BINARY, Server, wait_for};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

/// What was accepted survives a kill at the worst moment, with the session and the account.
#[test]
fn a_killed_server_finishes_its_jobs_after_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let token = server.sign_in(true);
    let order = |duration: u32| {
        let body = json!({"prompt": "busy rock band", "duration": duration, "seed": 1});
        let (status, task) = server.call("POST", "/api/v1/generate", &token, &body);
        assert_eq!(status, 202, "{task}");
        task["task_id"].as_str().unwrap().to_owned()
    };
    let ids = [order(60), order(2), order(3)];
    wait_for("the first job's start", Duration::from_secs(20), || {
        server.status(&token, &ids[0]) != "queued"
    });
    server.kill();

    let server = Server::start(data.path());
    assert_eq!(
        server.call("GET", "/api/auth/me", &token, &Value::Null).0,
        200,
        "the session holds"
    );
    wait_for("all jobs", Duration::from_secs(90), || {
        ids.iter()
            .all(|id| server.status(&token, id) == "completed")
    });
    for id in &ids {
        let name = format!("{id}.wav");
        assert!(data.path().join("tracks").join(&name).is_file(), "{name}");
    }
    let parts = std::fs::read_dir(data.path().join("tracks"))
        .unwrap()
        .count();
    assert!(
        parts <= ids.len() + 1,
        "at most the killed run's unfinished file is left for the sweep"
    );
}

/// SIGTERM: the running job goes back, the process ends with 0 in time, the next one finishes it.
#[test]
fn a_stopped_server_ends_in_order() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path());
    let token = server.sign_in(true);
    let body = json!({"prompt": "busy rock band", "duration": 60});
    let (_, task) = server.call("POST", "/api/v1/generate", &token, &body);
    let id = task["task_id"].as_str().unwrap().to_owned();
    wait_for("the job's start", Duration::from_secs(20), || {
        server.status(&token, &id) != "queued"
    });
    let pid = server.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let mut ended = None;
    wait_for("the end", Duration::from_secs(30), || {
        ended = server.child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.unwrap().code(), Some(0));

    let server = Server::start(data.path());
    wait_for("the job", Duration::from_mins(1), || {
        server.status(&token, &id) == "completed"
    });
}

/// Accounts of another service: their old passwords are good, and nobody else's line is.
#[test]
fn imported_accounts_sign_in_with_the_passwords_they_had() {
    const PASSWORD: &str = "pässword of another service";
    const HASH: &str = "$2b$04$.SAw9cNHJJMIL/j39i.M6eI1lK1gjSBuMcbIx/1G4eDKN28Zf073m";
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("accounts.csv");
    let rows = format!("email,username,password_hash\nclara@example.com,Clara,{HASH}\n");
    let import = |more: &[&str]| {
        let mut command = Command::new(BINARY);
        command.args(["user", "import"]).arg(&file).args(more);
        let output = command.env_clear().env("DATA_DIR", data.path()).output();
        let output = output.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let complained = String::from_utf8(output.stderr).unwrap();
        assert!(!(said.clone() + &complained).contains(HASH));
        (output.status.code(), said, complained)
    };
    std::fs::write(&file, rows.clone() + "bob@example.com,Bob,hunter2\n").unwrap();
    let (code, _, complained) = import(&[]);
    assert_eq!(code, Some(1));
    assert!(
        complained.contains("line 3: password_hash: "),
        "{complained}"
    );
    let (code, said, _) = import(&["--skip-invalid", "--dry-run"]);
    assert_eq!(code, Some(0));
    assert!(
        said.contains("would be imported: 1 (bcrypt 1); left out: 1"),
        "{said}"
    );
    std::fs::write(&file, rows).unwrap();
    assert_eq!(import(&[]).0, Some(0));

    let server = Server::start(data.path());
    for (password, status) in [("hunter2", 401), (PASSWORD, 200), (PASSWORD, 200)] {
        let body = json!({"email": "Clara@example.com", "password": password, "delivery": "body"});
        let (found, _) = server.call("POST", "/api/auth/login", "", &body);
        assert_eq!(found, status);
    }
}

#[test]
fn a_wrong_configuration_is_refused_with_every_reason_and_no_secret() {
    let data = tempfile::tempdir().unwrap();
    let canary = "Tr0ub4dor-canary";
    let output = Command::new(BINARY)
        .arg("serve")
        .env_clear()
        .env("ENVIRONMENT", "production")
        .env("DATA_DIR", data.path())
        .env("BIND", "nonsense")
        .env("JWT_SECRET_KEY", canary)
        .env("QUEUE_CAPACITY", "0")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(78));
    let text = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    for variable in [
        "BIND",
        "JWT_SECRET_KEY",
        "SESSION_SECRET_KEY",
        "CSRF_SECRET_KEY",
        "PUBLIC_URL",
        "QUEUE_CAPACITY",
    ] {
        assert!(text.contains(variable), "{variable} in {text}");
    }
    assert!(!text.contains(canary), "{text}");
}
