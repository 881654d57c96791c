use super::*;
use std::os::unix::fs::PermissionsExt;

const GOOD: [&str; 3] = [
    "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6F",
    "Hd7fK2mQ9sX4vB6nZ1cL8wR3tY5uJ0pG",
    "m3Tz8Qc1Wx6Vb4Ny9Kj2Lh7Gf5Ds0Aq#",
];

/// An environment in a folder of its own.
struct Case {
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

impl Case {
    fn development() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").display().to_string();
        Self {
            variables: BTreeMap::from([("DATA_DIR".to_owned(), data)]),
            folder,
        }
    }

    fn production() -> Self {
        Self::development()
            .with("ENVIRONMENT", "production")
            .with("PUBLIC_URL", "https://music.example")
            .with("JWT_SECRET_KEY", GOOD[0])
            .with("SESSION_SECRET_KEY", GOOD[1])
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    fn file(&self, name: &str, text: &str, mode: u32) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.display().to_string()
    }

    fn options(&self) -> LoadOptions {
        LoadOptions {
            config_file: None,
            dotenv: None,
            environment: self.variables.clone().into_iter().collect(),
            flags: BTreeMap::new(),
            random: std::sync::Arc::new(musicgen_security::random::SystemRandom),
        }
    }

    fn load(&self) -> Result<Loaded, ConfigErrors> {
        Config::load(&self.options())
    }

    /// The variables that are complained about.
    fn refused(&self) -> Vec<String> {
        match self.load() {
            Ok(_) => Vec::new(),
            Err(errors) => errors
                .problems()
                .iter()
                .map(|p| p.variable().to_owned())
                .collect(),
        }
    }
}

#[test]
fn the_defaults_of_development() {
    let loaded = Case::development().load().unwrap();
    let config = &loaded.config;
    assert_eq!(config.site.environment, Environment::Development);
    assert_eq!(config.site.bind.to_string(), "127.0.0.1:8000");
    assert_eq!(config.site.public_url, "http://127.0.0.1:8000");
    assert_eq!(config.tokens.issuer, config.site.public_url);
    assert_eq!(config.limits[&Tier::Free].longest_seconds, 60.0);
    assert_eq!(config.limits[&Tier::Premium].generations_per_hour, 200);
    assert!(config.trusts_loopback() && config.accounts.registration_open);
    assert_eq!(config.secrets.jwt.expose().len(), 64);
    assert_eq!(
        loaded.notices.len(),
        2,
        "both made secrets are said: {:?}",
        loaded.notices
    );
}

#[test]
fn development_secrets_are_kept_for_the_owner_alone_and_said_once() {
    let case = Case::development();
    let first = case.load().unwrap();
    let again = case.load().unwrap();
    assert_eq!(first.config.secrets.jwt, again.config.secrets.jwt);
    assert_ne!(first.config.secrets.jwt, first.config.secrets.session);
    assert!(again.notices.is_empty());
    let folder = first.config.site.data_dir.join("secrets");
    for entry in std::fs::read_dir(folder).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn processes_that_start_together_agree_on_a_secret() {
    for _ in 0..20 {
        let case = Case::development();
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| case.load().unwrap().config.secrets.jwt))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn production_starts_with_all_it_needs() {
    let loaded = Case::production()
        .with("BIND", "0.0.0.0:8000")
        .load()
        .unwrap();
    assert!(!loaded.config.trusts_loopback());
    assert_eq!(loaded.config.logs.format, LogFormat::Json);
}

#[test]
fn each_mistake_is_refused_by_the_name_of_its_variable() {
    let rows: Vec<(&str, Case, &str)> = vec![
        (
            "no secret",
            Case::production().without("JWT_SECRET_KEY"),
            "JWT_SECRET_KEY",
        ),
        (
            "no session secret",
            Case::production().without("SESSION_SECRET_KEY"),
            "SESSION_SECRET_KEY",
        ),
        (
            "31 bytes",
            Case::production().with("JWT_SECRET_KEY", &GOOD[0][..31]),
            "JWT_SECRET_KEY",
        ),
        (
            "31 bytes in development",
            Case::development().with("JWT_SECRET_KEY", &GOOD[0][..31]),
            "JWT_SECRET_KEY",
        ),
        (
            "an example",
            Case::production().with("JWT_SECRET_KEY", "changeme-changeme-changeme-1234567"),
            "JWT_SECRET_KEY",
        ),
        (
            "one letter",
            Case::production().with("JWT_SECRET_KEY", &"a".repeat(64)),
            "JWT_SECRET_KEY",
        ),
        (
            "equal secrets",
            Case::production().with("SESSION_SECRET_KEY", GOOD[0]),
            "SESSION_SECRET_KEY",
        ),
        (
            "internal key equal to a secret",
            Case::production().with("INTERNAL_API_KEYS", GOOD[0]),
            "INTERNAL_API_KEYS",
        ),
        (
            "short internal key",
            Case::production().with("INTERNAL_API_KEYS", "a:short"),
            "INTERNAL_API_KEYS",
        ),
        (
            "http in production",
            Case::production().with("PUBLIC_URL", "http://music.example"),
            "PUBLIC_URL",
        ),
        (
            "no public URL",
            Case::production().without("PUBLIC_URL"),
            "PUBLIC_URL",
        ),
        (
            "a path in the URL",
            Case::production().with("PUBLIC_URL", "https://music.example/app"),
            "PUBLIC_URL",
        ),
        (
            "a password in the URL",
            Case::production().with("PUBLIC_URL", "https://a:b@music.example"),
            "PUBLIC_URL",
        ),
        (
            "unknown environment",
            Case::development().with("ENVIRONMENT", "prod"),
            "ENVIRONMENT",
        ),
        (
            "open to others in development",
            Case::development().with("BIND", "0.0.0.0:8000"),
            "BIND",
        ),
        (
            "no port",
            Case::development().with("BIND", "127.0.0.1"),
            "BIND",
        ),
        (
            "port too large",
            Case::development().with("BIND", "127.0.0.1:65536"),
            "BIND",
        ),
        (
            "folder can't be made",
            Case::production().with("DATA_DIR", "/proc/nowhere"),
            "DATA_DIR",
        ),
        (
            "another algorithm",
            Case::development().with("JWT_ALGORITHM", "ES256"),
            "JWT_ALGORITHM",
        ),
        (
            "none",
            Case::development().with("JWT_ALGORITHM", "none"),
            "JWT_ALGORITHM",
        ),
        (
            "0 minutes",
            Case::development().with("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
            "JWT_ACCESS_TOKEN_EXPIRE_MINUTES",
        ),
        (
            "61 minutes",
            Case::development().with("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "61"),
            "JWT_ACCESS_TOKEN_EXPIRE_MINUTES",
        ),
        (
            "minutes in words",
            Case::development().with("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "ten"),
            "JWT_ACCESS_TOKEN_EXPIRE_MINUTES",
        ),
        (
            "signed number",
            Case::development().with("QUEUE_CAPACITY", "+5"),
            "QUEUE_CAPACITY",
        ),
        (
            "remembered shorter",
            Case::development().with("REMEMBER_ME_DAYS", "3"),
            "REMEMBER_ME_DAYS",
        ),
        (
            "PostgreSQL",
            Case::development().with("DATABASE_URL", "postgres://u:pw@h/d"),
            "DATABASE_URL",
        ),
        (
            "options",
            Case::development().with("DATABASE_URL", "sqlite://a.db?mode=rwc"),
            "DATABASE_URL",
        ),
        (
            "another engine",
            Case::development().with("ENGINE", "musicgen"),
            "ENGINE",
        ),
        (
            "no such SoundFont",
            Case::development().with("SOUNDFONT", "/nowhere.sf2"),
            "SOUNDFONT",
        ),
        (
            "invitations",
            Case::development().with("REGISTRATION", "invite"),
            "REGISTRATION",
        ),
        (
            "a limit",
            Case::development().with("LIMIT_FREE_LONGEST_SECONDS", "601"),
            "LIMIT_FREE_LONGEST_SECONDS",
        ),
        (
            "a filter",
            Case::development().with("LOG_LEVEL", "a=b=c"),
            "LOG_LEVEL",
        ),
        (
            "a format",
            Case::development().with("LOG_FORMAT", "xml"),
            "LOG_FORMAT",
        ),
    ];
    for (name, case, variable) in rows {
        assert_eq!(case.refused(), [variable], "{name}");
    }
}

#[test]
fn all_mistakes_are_reported_together_without_any_secret() {
    let canary = "canary-canary-canary-7QxZ";
    let case = Case::development()
        .with("ENVIRONMENT", "production")
        .with("BIND", "nonsense")
        .with("JWT_SECRET_KEY", canary)
        .with("INTERNAL_API_KEYS", &format!("a:{canary}"))
        .with("DATABASE_URL", &format!("postgres://u:{canary}@h/d"))
        .with("QUEUE_CAPACITY", "0");
    let errors = case.load().unwrap_err();
    let text = format!(
        "{errors}\n{errors:?}\n{}",
        serde_json::to_string(errors.problems()).unwrap()
    );
    for variable in [
        "BIND",
        "JWT_SECRET_KEY",
        "SESSION_SECRET_KEY",
        "INTERNAL_API_KEYS",
        "PUBLIC_URL",
        "DATABASE_URL",
        "QUEUE_CAPACITY",
    ] {
        assert!(
            errors.problems().iter().any(|p| p.variable() == variable),
            "{variable}: {text}"
        );
    }
    assert!(!text.contains(canary), "{text}");
    let good = Case::production().load().unwrap();
    let text = format!("{good:?} {:?}", Case::production().options());
    assert!(GOOD.iter().all(|secret| !text.contains(secret)), "{text}");
}

/// B120: a mounted secret ends in a newline; set twice is a mistake.
#[test]
fn secrets_from_files() {
    let case = Case::production().without("JWT_SECRET_KEY");
    let path = case.file("jwt", &format!("{}\n", GOOD[0]), 0o600);
    let case = case.with("JWT_SECRET_KEY_FILE", &path);
    assert_eq!(
        case.load().unwrap().config.secrets.jwt.expose(),
        GOOD[0].as_bytes()
    );
    let both = case.with("JWT_SECRET_KEY", GOOD[0]);
    assert_eq!(both.refused(), ["JWT_SECRET_KEY"]);

    let open = Case::production().without("JWT_SECRET_KEY");
    let path = open.file("jwt", GOOD[0], 0o644);
    assert_eq!(
        open.with("JWT_SECRET_KEY_FILE", &path).refused(),
        ["JWT_SECRET_KEY"]
    );
    let absent = Case::production()
        .without("JWT_SECRET_KEY")
        .with("JWT_SECRET_KEY_FILE", "/nowhere");
    assert!(absent.refused().contains(&"JWT_SECRET_KEY".to_owned()));
}

#[test]
fn a_file_is_weaker_than_the_environment_and_its_unknown_keys_are_refused() {
    let case = Case::development();
    let path = case.file(
        "a.toml",
        "queue_capacity = 7\nLOG_LEVEL = \"debug\"\n",
        0o600,
    );
    let case = case.with("QUEUE_CAPACITY", "9");
    let mut options = case.options();
    options.config_file = Some(path.into());
    let config = Config::load(&options).unwrap().config;
    assert_eq!(
        (config.engine.queue_capacity, config.logs.filter.as_str()),
        (9, "debug")
    );

    let case = Case::development();
    let path = case.file("a.toml", "queue_capacty = 7\n", 0o600);
    let mut options = case.options();
    options.config_file = Some(path.into());
    let errors = Config::load(&options).unwrap_err().to_string();
    assert!(errors.contains("queue_capacity"), "{errors}");
}

#[test]
fn dotenv_counts_in_development_alone() {
    for (case, capacity) in [(Case::development(), 7), (Case::production(), 100)] {
        let path = case.file(".env", "QUEUE_CAPACITY=7\n", 0o600);
        let mut options = case.options();
        options.dotenv = Some(path.into());
        assert_eq!(
            Config::load(&options).unwrap().config.engine.queue_capacity,
            capacity
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the switch of whoever runs the tests"
)]
fn compare(file: &str, current: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, current).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == current,
        "{file} is not current; run the tests with UPDATE=1"
    );
}

#[test]
fn the_example_and_the_page_are_current() {
    compare(".env.example", &env_example());
    compare("docs/configuration.md", &reference());
}

#[test]
fn every_default_means_what_leaving_the_variable_out_means() {
    let case = Case::development();
    let plain = format!("{:?}", case.load().unwrap().config);
    for variable in all_variables() {
        let default = match variable.default {
            Preset::Whole(number) => number.to_string(),
            Preset::Text(text) => text.to_owned(),
            Preset::Said(_) => continue,
        };
        if variable.name == "DATA_DIR" {
            continue;
        }
        let mut options = case.options();
        options.flags.insert(variable.name.to_owned(), default);
        let set = format!("{:?}", Config::load(&options).unwrap().config);
        assert_eq!(set, plain, "{}", variable.name);
    }
}
