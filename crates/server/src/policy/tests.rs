use super::file::PolicyFile;
use super::watch::{Outcome, PolicyWatch, Reload};
use musicgen_security::authorization::{Permission, Policy, PolicySource, RoleName};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

const BATCH: &str = "[roles.user]\ngrants = [\"music:generate\", \"music:generate:batch\"]\n";
const PLAIN: &str = "[roles.user]\ngrants = [\"music:generate\"]\n";
const FAULTY: &str = "[roles.user]\ngrants = [\"music:generat\"]\n[roles.a]\ninherits = [\"b\"]\n";

struct Case {
    folder: tempfile::TempDir,
    source: PolicySource,
    reload: Reload,
}

impl Case {
    /// A file with this text, judged at start and found settled.
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, text).unwrap();
        let file = PolicyFile::new(path, false);
        let source = PolicySource::new(file.load().unwrap());
        let mut case = Self {
            folder,
            reload: Reload::new(file, source.clone()),
            source,
        };
        assert_eq!(case.look(), Outcome::Unsettled);
        assert_eq!(case.look(), Outcome::Equal { asked: false });
        case
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("policy.toml")
    }

    fn look(&mut self) -> Outcome {
        let seen = PolicyFile::new(self.path(), false).look();
        self.reload.consider(seen)
    }

    fn may_queue_several(&self) -> bool {
        may_queue_several(&self.source)
    }

    /// Two looks; what the second led to.
    fn settled(&mut self) -> Outcome {
        assert_eq!(self.look(), Outcome::Unsettled);
        self.look()
    }
}

fn may_queue_several(source: &PolicySource) -> bool {
    let grants = source.current().grants(&[RoleName::USER]);
    grants.allow(&Permission::MUSIC_GENERATE_BATCH)
}

/// Writes beside and renames, as editors do.
fn put(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, path).unwrap();
}

/// B128: a right that was taken away is gone as soon as the file has settled.
#[test]
fn a_changed_file_counts_at_the_second_look() {
    let mut case = Case::new(BATCH);
    assert!(case.may_queue_several());
    put(&case.path(), PLAIN);
    assert_eq!(case.look(), Outcome::Unsettled);
    assert!(case.may_queue_several());
    let Outcome::Applied { generation, change } = case.look() else {
        panic!("a good file is applied");
    };
    assert!(!case.may_queue_several());
    assert_eq!(generation, 1);
    assert_eq!(
        change.to_string(),
        "roles changed: developer, moderator, user"
    );
    assert_eq!(case.look(), Outcome::Same);
    assert_eq!(case.source.generation(), 1);
}

/// AZ-5: refused as a whole, told once, and the old policy holds.
#[test]
fn a_bad_file_changes_nothing_and_is_told_once() {
    let mut case = Case::new(BATCH);
    put(&case.path(), FAULTY);
    let Outcome::Refused(faults) = case.settled() else {
        panic!("a bad file is refused");
    };
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults[0].starts_with("line 2: ") && faults[1].starts_with("line 4: "),
        "{faults:?}"
    );
    for _ in 0..10 {
        assert_eq!(case.look(), Outcome::Same);
    }
    assert!(case.may_queue_several());
    assert_eq!(case.source.generation(), 0);
    put(&case.path(), PLAIN);
    assert!(matches!(case.settled(), Outcome::Applied { .. }));
}

/// After a refusal, what held before is nothing new.
#[test]
fn a_bad_file_that_is_taken_back_replaces_nothing() {
    let mut case = Case::new(BATCH);
    put(&case.path(), FAULTY);
    assert!(matches!(case.settled(), Outcome::Refused(_)));
    put(&case.path(), BATCH);
    assert_eq!(case.settled(), Outcome::Equal { asked: false });
    assert_eq!(case.source.generation(), 0);
}

#[test]
fn a_file_in_the_midst_of_being_written_is_waited_for() {
    let mut case = Case::new(BATCH);
    // Each look finds more of it; the beginning alone would take the right away.
    let whole = format!("{PLAIN}[roles.composer]\ngrants = [\"music:*\"]\n");
    for end in [0, 10, PLAIN.len(), PLAIN.len() + 5] {
        std::fs::write(case.path(), &whole[..end]).unwrap();
        assert_eq!(case.look(), Outcome::Unsettled, "{end}");
        assert!(case.may_queue_several());
    }
    std::fs::write(case.path(), &whole).unwrap();
    assert!(matches!(case.settled(), Outcome::Applied { .. }));
    assert!(
        case.source
            .current()
            .knows(&RoleName::parse("composer").unwrap())
    );
}

#[test]
fn an_empty_or_half_written_or_missing_file_is_refused_and_tried_again() {
    type Spoil = fn(&Path);
    let rows: &[(&str, Spoil, &str)] = &[
        (
            "empty",
            |path| std::fs::write(path, "").unwrap(),
            "defines no role",
        ),
        (
            "half",
            |path| std::fs::write(path, &BATCH[..30]).unwrap(),
            "no TOML",
        ),
        (
            "gone",
            |path| std::fs::remove_file(path).unwrap(),
            "cannot be read",
        ),
        (
            "a folder",
            |path| {
                std::fs::remove_file(path).unwrap();
                std::fs::create_dir(path).unwrap();
            },
            "not a regular file",
        ),
        (
            "no text",
            |path| std::fs::write(path, [0xff, 0xfe]).unwrap(),
            "not UTF-8",
        ),
        (
            "too large",
            |path| std::fs::write(path, "#".repeat(256 * 1024 + 1)).unwrap(),
            "larger than 262144 bytes",
        ),
    ];
    for (name, spoil, what) in rows {
        let mut case = Case::new(BATCH);
        spoil(&case.path());
        let Outcome::Refused(faults) = case.settled() else {
            panic!("{name}: refused");
        };
        assert!(faults[0].contains(what), "{name}: {faults:?}");
        assert!(case.may_queue_several(), "{name}");
        if case.path().is_dir() {
            std::fs::remove_dir(case.path()).unwrap();
        }
        put(&case.path(), PLAIN);
        assert!(matches!(case.settled(), Outcome::Applied { .. }), "{name}");
    }
}

/// Kubernetes mounts `policy.toml → ..data/policy.toml`, `..data → ..1`, and swaps `..data`.
#[test]
fn a_swapped_link_to_the_folder_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (version, text) in [("..1", BATCH), ("..2", PLAIN)] {
        std::fs::create_dir(at(version)).unwrap();
        std::fs::write(at(version).join("policy.toml"), text).unwrap();
    }
    symlink("..1", at("..data")).unwrap();
    symlink("..data/policy.toml", at("policy.toml")).unwrap();
    let file = PolicyFile::new(at("policy.toml"), false);
    let source = PolicySource::new(file.load().unwrap());
    let mut reload = Reload::new(file.clone(), source.clone());
    for _ in 0..2 {
        reload.consider(file.look());
    }
    symlink("..2", at("..tmp")).unwrap();
    std::fs::rename(at("..tmp"), at("..data")).unwrap();
    reload.consider(file.look());
    assert!(matches!(
        reload.consider(file.look()),
        Outcome::Applied { .. }
    ));
    assert!(!may_queue_several(&source));
}

/// Comments and order are not rights: no generation is spent on them.
#[test]
fn a_file_that_says_the_same_otherwise_replaces_nothing() {
    let mut case = Case::new(BATCH);
    put(&case.path(), &format!("# a comment\n{BATCH}"));
    assert_eq!(case.settled(), Outcome::Equal { asked: false });
    assert_eq!(case.source.generation(), 0);
}

#[test]
fn who_asks_is_told_again() {
    let mut case = Case::new(BATCH);
    case.reload.ask();
    assert_eq!(case.settled(), Outcome::Equal { asked: true });
    put(&case.path(), FAULTY);
    assert!(matches!(case.settled(), Outcome::Refused(_)));
    case.reload.ask();
    assert!(matches!(case.settled(), Outcome::Refused(_)));
    assert_eq!(case.look(), Outcome::Same);
}

#[test]
fn a_file_that_others_can_write_is_refused_where_it_counts() {
    let case = Case::new(BATCH);
    for (mode, lax, strict) in [
        (0o600, true, true),
        (0o644, true, true),
        (0o664, true, false),
        (0o646, true, false),
    ] {
        std::fs::set_permissions(case.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let judged = |strict| PolicyFile::new(case.path(), strict);
        assert_eq!(judged(false).load().is_ok(), lax, "{mode:o}");
        assert_eq!(judged(true).load().is_ok(), strict, "{mode:o}");
        assert_eq!(judged(false).laxity().is_some(), !strict, "{mode:o}");
        assert_eq!(judged(true).laxity(), None);
    }
}

/// The example of docs/policy.md is whole and says what the page says of it.
#[test]
fn the_documented_example_is_a_good_file() {
    let page = include_str!("../../../../docs/policy.md");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let policy = Policy::parse(example.unwrap()).unwrap();
    let may = |role: &str, permission: &Permission| {
        let role = RoleName::parse(role).unwrap();
        assert!(policy.knows(&role), "{role}");
        policy.grants(&[role]).allow(permission)
    };
    assert!(may("composer", &Permission::MUSIC_GENERATE_BATCH));
    assert!(may("composer", &Permission::MUSIC_GENERATE));
    assert!(!may("composer", &Permission::MODELS_VIEW));
    assert!(may("support", &Permission::USERS_MANAGE));
    assert!(!may("support", &Permission::USERS_DELETE));
    assert!(!may("suspended", &Permission::MUSIC_GENERATE));
    assert!(may("moderator", &Permission::ANALYTICS_VIEW));
    assert_eq!(policy.named_accounts(), 1);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the delay of a real clock is what is measured"
)]
async fn within(limit: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let started = std::time::Instant::now();
    while !done() {
        assert!(
            started.elapsed() < limit,
            "{what} took longer than {limit:?}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// B128: taken away and given back within a second each, by the task itself; stopped, it sees nothing more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_watch_follows_the_file_until_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, BATCH).unwrap();
    let source = PolicySource::new(Policy::built_in());
    let watch = PolicyWatch::start(PolicyFile::new(&path, false), source.clone());
    // What changed between the start of the program and of the watch is seen too.
    let second = Duration::from_secs(1);
    within(second, "the first look", || may_queue_several(&source)).await;
    for round in 0..3 {
        put(&path, PLAIN);
        within(second, "taking away", || !may_queue_several(&source)).await;
        put(&path, BATCH);
        within(second, "giving back", || may_queue_several(&source)).await;
        assert_eq!(source.generation(), 3 + 2 * round);
    }
    watch.stop().await;
    put(&path, PLAIN);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(may_queue_several(&source));
}

/// SIGHUP does not end the process; it looks at once, and a faulty file still changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hangup_is_a_look_and_not_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, BATCH).unwrap();
    let source = PolicySource::new(Policy::built_in());
    let watch = PolicyWatch::start(PolicyFile::new(&path, false), source.clone());
    let second = Duration::from_secs(1);
    within(second, "the first look", || may_queue_several(&source)).await;
    let hang_up = || {
        let me = std::process::id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-HUP", &me])
            .status();
        assert!(sent.unwrap().success());
    };
    put(&path, FAULTY);
    for _ in 0..5 {
        hang_up();
    }
    put(&path, PLAIN);
    hang_up();
    within(second, "taking away", || !may_queue_several(&source)).await;
    assert_eq!(source.generation(), 2);
    watch.stop().await;
}
