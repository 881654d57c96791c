use super::*;
use crate::app::Surroundings;
use musicgen_security::authentication::passwords::{Password, PasswordHasher, Verified};
use musicgen_security::authorization::{Policy, RoleName, Tier};
use musicgen_security::random::SystemRandom;
use musicgen_security_store::sql::SqlAccounts;
use musicgen_security_store::{Database, MIGRATIONS};
use std::path::Path;
use std::sync::Arc;

const BCRYPT: &str = "$2b$04$.SAw9cNHJJMIL/j39i.M6eI1lK1gjSBuMcbIx/1G4eDKN28Zf073m";
const DJANGO: &str =
    "pbkdf2_sha256$1000$saltSALT1234567890abcd$jee7AGxGPe6/ebmZHcwP01yqAegu96zf0LiTaioj24Q=";
const PASSWORD: &str = "pässword of another service";

async fn desk() -> Desk {
    let surroundings = Surroundings::system();
    let database = Database::in_memory().await.unwrap();
    let now = surroundings.clock.now();
    database.migrate(&MIGRATIONS, now).await.unwrap();
    let accounts = SqlAccounts::new(database.clone());
    Desk {
        database,
        surroundings,
        accounts,
        policy: Arc::new(Policy::built_in()),
        registration: crate::config::Registration::Open,
        new_accounts: Tier::Free,
        public_url: "http://127.0.0.1:8000".to_owned(),
    }
}

fn args(file: &Path) -> ImportArgs {
    ImportArgs {
        file: file.to_owned(),
        format: None,
        skip_invalid: false,
        dry_run: false,
    }
}

async fn count(desk: &Desk) -> usize {
    desk.accounts.list(None, 100).await.unwrap().items.len()
}

async fn find(desk: &Desk, email: &str) -> Account {
    let email = EmailAddress::parse(email).unwrap();
    let found = desk.accounts.find_by_email(&email).await;
    found.unwrap().unwrap()
}

fn json_lines() -> String {
    [
        format!(
            r#"{{"email":"Alice@Example.com","username":"Alice","password_hash":"{BCRYPT}","roles":["user","admin"],"tier":"premium"}}"#
        ),
        String::new(),
        format!(r#"{{"email":"bob@example.com","username":"Bob","password_hash":"{DJANGO}"}}"#),
    ]
    .join("\n")
}

#[tokio::test]
async fn both_forms_are_imported_and_their_passwords_match() {
    let csv = format!(
        "\u{FEFF}username,email,password_hash,tier,roles\r\n\"Alice\",Alice@Example.com,{BCRYPT},premium,user admin\r\n\
         Bob,bob@example.com,{DJANGO},,\r\n"
    );
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("a.jsonl", json_lines()), ("a.CSV", csv)] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let desk = desk().await;
        let dry = ImportArgs {
            dry_run: true,
            ..args(&file)
        };
        run(&desk, &dry).await.unwrap();
        assert_eq!(count(&desk).await, 0, "{name}: a dry run imports nothing");
        run(&desk, &args(&file)).await.unwrap();

        let alice = find(&desk, "alice@example.com").await;
        assert_eq!(alice.username, "Alice");
        assert_eq!(alice.roles, [RoleName::ADMIN, RoleName::USER]);
        assert_eq!(alice.tier, Tier::Premium);
        let bob = find(&desk, "bob@example.com").await;
        assert_eq!(bob.roles, [RoleName::USER]);
        assert_eq!(bob.tier, Tier::Free);
        let hasher = PasswordHasher::new(Arc::new(SystemRandom));
        for account in [alice, bob] {
            let stored = account.password_hash.unwrap();
            let found = hasher.verify(&Password::new(PASSWORD), &stored);
            assert_eq!(found, Verified::MatchWeak, "{name}");
        }
        let again = run(&desk, &args(&file)).await.unwrap_err();
        assert!(again.to_string().contains("2 lines are wrong"), "{again}");
    }
}

/// What is said of a line: the part of the fault that matters.
#[tokio::test]
async fn every_fault_is_said_with_its_line() {
    let good =
        |email: &str| format!(r#""email":"{email}","username":"X","password_hash":"{BCRYPT}""#);
    let hash = |hash: &str| {
        format!(r#"{{"email":"h@example.com","username":"X","password_hash":"{hash}"}}"#)
    };
    let rows = [
        (format!("{{{}}}", good("first@example.com")), None),
        ("not JSON".to_owned(), Some("not valid JSON")),
        ("[]".to_owned(), Some("an object is needed")),
        ("{}".to_owned(), Some("email: this field is needed")),
        (format!("{{{}}}", good("no address")), Some("email: ")),
        (
            format!("{{{}}}", good("FIRST@example.com")),
            Some("line 1 too"),
        ),
        (
            format!("{{{}}}", good("taken@example.com")),
            Some("has an account already"),
        ),
        (
            format!(r#"{{{},"tier":"gold"}}"#, good("a@example.com")),
            Some("there is no tier `gold`"),
        ),
        (
            format!(r#"{{{},"roles":["root"]}}"#, good("a@example.com")),
            Some("there is no role `root`"),
        ),
        (
            format!(r#"{{{},"is_staff":true}}"#, good("a@example.com")),
            Some("is_staff: "),
        ),
        (
            format!(
                r#"{{{},"tier":"free","tier":"free"}}"#,
                good("a@example.com")
            ),
            Some("more than once"),
        ),
        (hash("$6$salt$x"), Some("sha512-crypt is not supported")),
        (
            hash("5f4dcc3b5aa765d61d8327deb882cf99"),
            Some("a bare MD5 is not supported"),
        ),
        (
            hash("$argon2id$v=19$m=8"),
            Some("the argon2 hash is damaged"),
        ),
        (
            hash(&BCRYPT.replace("$04$", "$20$")),
            Some("the bcrypt hash asks for more"),
        ),
        (hash(""), Some("password_hash: ")),
    ];
    let desk = desk().await;
    let text = format!("{{{}}}", good("taken@example.com"));
    let taken = judge(&desk, Format::Jsonl, &text).await.unwrap();
    store(&desk, taken.rows).await.unwrap();

    let lines: Vec<_> = rows.iter().map(|(line, _)| line.as_str()).collect();
    let judged = judge(&desk, Format::Jsonl, &lines.join("\n")).await;
    let judged = judged.unwrap();
    assert_eq!((judged.rows.len(), judged.wrong_lines), (1, rows.len() - 1));
    for (number, (line, expected)) in (1..).zip(&rows) {
        let mut own = judged.faults.iter().filter(|(at, _)| *at == number);
        match expected {
            None => assert!(own.next().is_none(), "{line}"),
            Some(text) => assert!(own.any(|(_, fault)| fault.contains(text)), "{line}"),
        }
    }
    for (_, fault) in &judged.faults {
        assert!(!fault.contains("$2b$"), "no hash is printed: {fault}");
    }
}

#[tokio::test]
async fn a_csv_that_is_not_one_is_refused() {
    let desk = desk().await;
    for (text, expected) in [
        ("", "`email` is missing"),
        ("email,username\n", "`password_hash` is missing"),
        ("email,username,password_hash,age\n", "no column `age`"),
        ("email,email,username,password_hash\n", "stands twice"),
    ] {
        let refused = judge(&desk, Format::Csv, text).await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{text}: {refused}");
    }
    let text = format!(
        "email,username,password_hash\na@example.com,\"A\nB\",{BCRYPT}\nb@example.com,B\nc@example.com,C,{BCRYPT}\n"
    );
    let judged = judge(&desk, Format::Csv, &text).await.unwrap();
    let lines: Vec<_> = judged.faults.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 4], "{:?}", judged.faults);
    assert_eq!(judged.rows.len(), 1);
}

#[tokio::test]
async fn wrong_lines_stop_everything_or_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.ndjson");
    std::fs::write(&file, json_lines() + "\n{}\n").unwrap();
    let desk = desk().await;
    let refused = run(&desk, &args(&file)).await.unwrap_err();
    assert_eq!(refused.exit_code(), 1);
    assert!(
        refused.to_string().starts_with("1 line is wrong"),
        "{refused}"
    );
    assert_eq!(count(&desk).await, 0);
    let skipping = ImportArgs {
        skip_invalid: true,
        ..args(&file)
    };
    run(&desk, &skipping).await.unwrap();
    assert_eq!(count(&desk).await, 2);
    run(&desk, &skipping).await.unwrap();
    assert_eq!(count(&desk).await, 2, "what is there already is left out");
}

#[tokio::test]
async fn a_file_that_says_not_what_it_is_is_asked_about() {
    let desk = desk().await;
    let unnamed = run(&desk, &args(Path::new("accounts.txt"))).await;
    assert_eq!(unnamed.unwrap_err().exit_code(), 2);
    let absent = run(&desk, &args(Path::new("/nowhere/a.csv"))).await;
    assert_eq!(absent.unwrap_err().exit_code(), 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, b"email\xFF").unwrap();
    let broken = run(&desk, &args(&file)).await.unwrap_err();
    assert!(broken.to_string().contains("byte 5"), "{broken}");
}
