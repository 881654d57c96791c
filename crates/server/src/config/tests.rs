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
            may_write: true,
        }
    }

    /// With a configuration file of this text.
    fn load_with_toml(&self, text: &str, mode: u32) -> Result<Loaded, ConfigErrors> {
        let mut options = self.options();
        options.config_file = Some(self.file("settings.toml", text, mode).into());
        Config::load(&options)
    }

    /// With a `.env` of this text.
    fn load_with_dotenv(&self, text: &str) -> Result<Loaded, ConfigErrors> {
        let mut options = self.options();
        options.dotenv = Some(self.file(".env", text, 0o600).into());
        Config::load(&options)
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
            "a word that is no level",
            Case::development().with("LOG_LEVEL", "verbose"),
            "LOG_LEVEL",
        ),
        (
            "a target without a level",
            Case::development().with("LOG_LEVEL", "info,musicgen="),
            "LOG_LEVEL",
        ),
        (
            "a tutorial's key",
            Case::production().with(
                "JWT_SECRET_KEY",
                concat!(
                    "09d25e094faa6ca2556c818166b7a956",
                    "3b93f7099f6f0f4caa6cf63b88e8d3e7"
                ),
            ),
            "JWT_SECRET_KEY",
        ),
        (
            "blanks around a number",
            Case::development().with("QUEUE_CAPACITY", " 5"),
            "QUEUE_CAPACITY",
        ),
        (
            "two keys of one name",
            Case::development().with("INTERNAL_API_KEYS", &format!("a:{},a:{}", GOOD[0], GOOD[1])),
            "INTERNAL_API_KEYS",
        ),
        (
            "two equal keys",
            Case::development().with("INTERNAL_API_KEYS", &format!("a:{0},b:{0}", GOOD[0])),
            "INTERNAL_API_KEYS",
        ),
        (
            "a key with a blank in it",
            Case::development().with("INTERNAL_API_KEYS", &format!("{} {}", GOOD[0], GOOD[1])),
            "INTERNAL_API_KEYS",
        ),
        (
            "an empty key",
            Case::development().with("INTERNAL_API_KEYS", "a:"),
            "INTERNAL_API_KEYS",
        ),
        (
            "a blank in the audience",
            Case::development().with("JWT_AUDIENCE", "music gen"),
            "JWT_AUDIENCE",
        ),
        (
            "another scheme",
            Case::development().with("PUBLIC_URL", "ftp://music.example"),
            "PUBLIC_URL",
        ),
        (
            "a file for the name of the file",
            Case::development().with("MUSICGEN_CONFIG_FILE", "/nowhere"),
            "MUSICGEN_CONFIG",
        ),
        (
            "no such configuration file",
            Case::development().with("MUSICGEN_CONFIG", "/nowhere.toml"),
            "MUSICGEN_CONFIG",
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

#[test]
fn each_accepted_form() {
    let rows = [
        ("ENVIRONMENT", "development"),
        ("BIND", "localhost:9000"),
        ("BIND", "127.0.0.2:0"),
        ("BIND", "[::1]:8000"),
        ("PUBLIC_URL", "http://localhost:8000"),
        ("PUBLIC_URL", "https://music.example/"),
        ("JWT_SECRET_KEY", GOOD[0]),
        ("INTERNAL_API_KEYS", GOOD[0]),
        (
            "INTERNAL_API_KEYS",
            "metrics:m3Tz8Qc1Wx6Vb4Ny9Kj2Lh7Gf5Ds0Aq#, Hd7fK2mQ9sX4vB6nZ1cL8wR3tY5uJ0pG",
        ),
        ("REGISTRATION", "closed"),
        ("PASSWORD_HASH_WORKERS", "1"),
        ("JWT_ALGORITHM", "HS256"),
        ("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "60"),
        ("JWT_REFRESH_TOKEN_EXPIRE_DAYS", "30"),
        ("REMEMBER_ME_DAYS", "7"),
        ("JWT_ISSUER", "https://issuer.example"),
        ("DATABASE_URL", "sqlite://relative.db"),
        ("DATABASE_URL", "sqlite:///absolute/a%20b.db"),
        ("LIMIT_FREE_GENERATIONS_PER_HOUR", "0"),
        ("LIMIT_INTERNAL_LONGEST_SECONDS", "600"),
        ("ENGINE_WORKERS", "256"),
        ("QUEUE_CAPACITY", "10000"),
        ("LOG_LEVEL", "warn,musicgen=debug,tower_http::trace=off"),
        ("LOG_FORMAT", "json"),
    ];
    for (name, value) in rows {
        let loaded = Case::development().with(name, value).load();
        assert!(loaded.is_ok(), "{name}={value}: {}", loaded.unwrap_err());
    }
    let keys = format!("metrics:{},{}", GOOD[0], GOOD[1]);
    let config = Case::production()
        .without("JWT_SECRET_KEY")
        .without("SESSION_SECRET_KEY");
    let config = config
        .with("ENVIRONMENT", "development")
        .with("INTERNAL_API_KEYS", &keys);
    let keys = config.load().unwrap().config.secrets.internal_keys;
    let names: Vec<_> = keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["metrics", "key-2"]);
}

/// A row of the table that nothing reads would be a setting that silently does nothing.
#[test]
fn every_variable_of_the_table_is_read_also_by_its_file() {
    for variable in all_variables().filter(|variable| variable.name != "MUSICGEN_CONFIG") {
        let case = Case::development()
            .without(variable.name)
            .with(&variable.file_name(), "/nowhere/at/all");
        let case = match variable.name {
            // Without the folder of the test the default one would be made here.
            "DATA_DIR" => case.with("DATA_DIR", ""),
            _ => case,
        };
        let mut options = case.options();
        options.may_write = false;
        let errors = Config::load(&options).unwrap_err();
        let named: Vec<_> = errors.problems().iter().map(Problem::variable).collect();
        assert_eq!(named, [variable.name]);
    }
}

#[test]
fn an_empty_value_in_the_environment_is_none() {
    let config = Case::development()
        .with("QUEUE_CAPACITY", "")
        .with("SOUNDFONT", "")
        .load();
    assert_eq!(config.unwrap().config.engine.queue_capacity, 100);
    assert_eq!(
        Case::production().with("JWT_SECRET_KEY", "").refused(),
        ["JWT_SECRET_KEY"]
    );
    let folder = Case::production()
        .without("JWT_SECRET_KEY")
        .with("JWT_SECRET_KEY", "");
    let path = folder.file("jwt", GOOD[0], 0o400);
    assert!(folder.with("JWT_SECRET_KEY_FILE", &path).load().is_ok());
}

#[test]
fn one_newline_is_cut_off_a_file_and_no_more() {
    let rows = [
        ("\n", ""),
        ("\r\n", ""),
        ("", ""),
        ("\n\n", "\n"),
        (" \n", " "),
        ("\r", "\r"),
    ];
    for (ending, kept) in rows {
        let case = Case::production().without("JWT_SECRET_KEY");
        let path = case.file("jwt", &format!("{}{ending}", GOOD[0]), 0o600);
        let config = case
            .with("JWT_SECRET_KEY_FILE", &path)
            .load()
            .unwrap()
            .config;
        let expected = format!("{}{kept}", GOOD[0]);
        assert_eq!(
            config.secrets.jwt.expose(),
            expected.as_bytes(),
            "{ending:?}"
        );
    }
    let empty = Case::production().without("JWT_SECRET_KEY");
    let path = empty.file("jwt", "\n", 0o600);
    let refused = empty.with("JWT_SECRET_KEY_FILE", &path).refused();
    assert!(refused.iter().all(|name| name == "JWT_SECRET_KEY") && !refused.is_empty());
}

#[test]
fn a_secret_that_others_can_reach_is_refused_where_it_counts_and_said_elsewhere() {
    for mode in [0o644, 0o640, 0o620, 0o604] {
        let case = Case::development();
        let path = case.file("jwt", GOOD[0], mode);
        let loaded = case.with("JWT_SECRET_KEY_FILE", &path).load().unwrap();
        let said = loaded
            .notices
            .iter()
            .any(|n| n.variable == "JWT_SECRET_KEY" && n.text.contains("chmod"));
        assert!(said, "{mode:o}: {:?}", loaded.notices);

        let text = format!("jwt_secret_key = \"{}\"\n", GOOD[0]);
        let production = Case::production().without("JWT_SECRET_KEY");
        let errors = production.load_with_toml(&text, mode).unwrap_err();
        assert_eq!(errors.problems()[0].variable(), "JWT_SECRET_KEY");
        assert!(production.load_with_toml(&text, 0o600).is_ok());
        let harmless = Case::production().load_with_toml("queue_capacity = 3\n", mode);
        assert!(harmless.is_ok(), "a file without secrets may be open");
    }
}

#[test]
fn kept_development_secrets_that_others_can_reach_are_said() {
    let case = Case::development();
    let folder = case.load().unwrap().config.site.data_dir.join("secrets");
    let kept = folder.join("jwt_secret_key");
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(case.load().unwrap().notices.len(), 1);
    std::fs::write(&kept, "short").unwrap();
    assert_eq!(case.refused(), ["JWT_SECRET_KEY"]);
}

#[test]
fn a_folder_that_others_can_write_in_is_refused_where_it_counts() {
    for (mode, good) in [
        (0o700, true),
        (0o755, true),
        (0o775, false),
        (0o777, false),
        (0o1777, false),
    ] {
        let case = Case::production();
        let folder = case.variables["DATA_DIR"].clone();
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(case.load().is_ok(), good, "{mode:o}");
        let development = Case::development().with("DATA_DIR", &folder);
        assert!(development.load().is_ok(), "{mode:o} in development");
    }
}

#[test]
fn looking_makes_nothing() {
    let case = Case::development();
    let mut options = case.options();
    options.may_write = false;
    let loaded = Config::load(&options).unwrap();
    assert!(!loaded.config.site.data_dir.exists());
    assert_eq!(std::fs::read_dir(case.folder.path()).unwrap().count(), 0);
    let about: Vec<_> = loaded.notices.iter().map(|n| n.variable.as_str()).collect();
    assert_eq!(about, ["DATA_DIR", "JWT_SECRET_KEY", "SESSION_SECRET_KEY"]);
}

#[test]
fn later_sources_win() {
    let case = Case::development();
    let toml = case.file(
        "settings.toml",
        "queue_capacity = 1\nengine_workers = 1\nlog_level = \"warn\"",
        0o600,
    );
    let dotenv = case.file(
        ".env",
        "QUEUE_CAPACITY=2\nENGINE_WORKERS=2\nJWT_AUDIENCE=env\n",
        0o600,
    );
    let case = case
        .with("QUEUE_CAPACITY", "3")
        .with("MUSICGEN_CONFIG", &toml);
    let mut options = case.options();
    options.dotenv = Some(dotenv.into());
    let config = Config::load(&options).unwrap().config;
    assert_eq!(
        (config.engine.queue_capacity, config.engine.workers),
        (3, 2)
    );
    assert_eq!(
        (config.logs.filter.as_str(), config.tokens.audience.as_str()),
        ("warn", "env")
    );
    options
        .flags
        .insert("QUEUE_CAPACITY".to_owned(), "4".to_owned());
    assert_eq!(
        Config::load(&options).unwrap().config.engine.queue_capacity,
        4
    );
}

#[test]
fn what_is_wrong_in_a_configuration_file() {
    let rows = [
        (
            "unknown key",
            "queue_capacty = 1",
            "queue_capacty",
            "queue_capacity",
        ),
        (
            "mixed case",
            "Queue_Capacity = 1",
            "Queue_Capacity",
            "queue_capacity",
        ),
        ("nothing like it", "zebra = 1", "zebra", ".env.example"),
        ("a table", "[limits]\nfree = 1", "limits", "top level"),
        (
            "both cases",
            "bind = \"127.0.0.1:1\"\nBIND = \"127.0.0.1:2\"",
            "BIND",
            "twice",
        ),
        (
            "value and file",
            "log_level = \"info\"\nlog_level_file = \"x\"",
            "LOG_LEVEL",
            "both set",
        ),
        (
            "a fraction",
            "queue_capacity = 1.5",
            "QUEUE_CAPACITY",
            "neither",
        ),
        (
            "a negative number",
            "queue_capacity = -1",
            "QUEUE_CAPACITY",
            "not accepted",
        ),
        ("empty", "log_level = \"\"", "LOG_LEVEL", "empty"),
        (
            "an array of numbers",
            "internal_api_keys = [1]",
            "INTERNAL_API_KEYS",
            "array",
        ),
        (
            "an array elsewhere",
            "log_level = [\"info\"]",
            "LOG_LEVEL",
            "neither",
        ),
        (
            "itself",
            "musicgen_config = \"x\"",
            "musicgen_config",
            "no such setting",
        ),
        ("no TOML", "log_level = ", "TOML", "line 1"),
    ];
    for (name, text, variable, said) in rows {
        let errors = Case::development().load_with_toml(text, 0o600).unwrap_err();
        let named: Vec<_> = errors.problems().iter().map(Problem::variable).collect();
        assert_eq!(named, [variable], "{name}");
        let text = errors.to_string();
        assert!(
            text.contains(said) && text.contains("settings.toml"),
            "{name}: {text}"
        );
    }
    let keys = format!("internal_api_keys = [\"a:{}\", \"b:{}\"]", GOOD[0], GOOD[1]);
    let config = Case::development()
        .load_with_toml(&keys, 0o600)
        .unwrap()
        .config;
    assert_eq!(config.secrets.internal_keys.len(), 2);
}

#[test]
fn what_is_wrong_in_dotenv() {
    let rows = [
        ("no pair", "QUEUE_CAPACITY 7", ".env", "line 1"),
        (
            "another environment",
            "ENVIRONMENT=production",
            "ENVIRONMENT",
            "development only",
        ),
        (
            "a file",
            "MUSICGEN_CONFIG=x.toml",
            "MUSICGEN_CONFIG",
            "--config",
        ),
        (
            "value and file",
            "LOG_LEVEL=info\nLOG_LEVEL_FILE=x",
            "LOG_LEVEL",
            "both set",
        ),
        (
            "twice",
            "LOG_LEVEL=info\nLOG_LEVEL=warn",
            "LOG_LEVEL",
            "twice",
        ),
    ];
    for (name, text, variable, said) in rows {
        let errors = Case::development().load_with_dotenv(text).unwrap_err();
        let named: Vec<_> = errors.problems().iter().map(Problem::variable).collect();
        assert_eq!(named, [variable], "{name}");
        let text = errors.to_string();
        assert!(
            text.contains(said) && text.contains(".env"),
            "{name}: {text}"
        );
    }
    let text = "ENVIRONMENT=development\nPOSTGRES_USER=x\nJWT_SECRT_KEY=x\nSOUNDFONT=\n";
    let loaded = Case::development().load_with_dotenv(text).unwrap();
    let said = |name: &str| loaded.notices.iter().any(|notice| notice.variable == name);
    assert!(said("JWT_SECRT_KEY") && !said("POSTGRES_USER"));
}

/// A parser's message likes to quote the line; the line may be the one with the secret.
#[test]
fn damaged_files_do_not_show_what_they_hold() {
    let canary = "canary7QxZ";
    let tomls = [
        format!("jwt_secret_key = \"{canary}"),
        format!("jwt_secret_key = {canary}"),
        format!("jwt_secret_key = [\"{canary}\"]"),
        format!("jwt_secret_key = {{ {canary} = 1 }}"),
        format!("jwt_secret_key = \"\\{canary}\""),
        format!("database_url = \"postgres://u:{canary}@h\""),
        format!("public_url = \"https://u:{canary}@h\""),
    ];
    for text in &tomls {
        let errors = Case::development().load_with_toml(text, 0o644).unwrap_err();
        let shown = format!("{errors}{errors:?}");
        assert!(!shown.contains(canary), "{text}: {shown}");
    }
    let dotenvs = [
        format!("JWT_SECRET_KEY {canary}"),
        format!("JWT_SECRET_KEY='{canary}"),
        format!("JWT_SECRET_KEY=\"a\" {canary}"),
        format!("JWT_SECRET_KEY={canary}"),
    ];
    for text in &dotenvs {
        let errors = Case::development().load_with_dotenv(text).unwrap_err();
        let shown = format!("{errors}{errors:?}");
        assert!(!shown.contains(canary), "{text}: {shown}");
    }
}

#[test]
fn a_problem_names_where_the_value_came_from() {
    let origin = |errors: &ConfigErrors| errors.problems()[0].origin().cloned();
    let errors = Case::development()
        .with("BIND", "0.0.0.0:80")
        .load()
        .unwrap_err();
    assert_eq!(origin(&errors), Some(Origin::Environment));
    let errors = Case::development()
        .load_with_toml("soundfont = \"/nowhere.sf2\"", 0o600)
        .unwrap_err();
    assert!(matches!(origin(&errors), Some(Origin::ConfigFile(_))));
    let errors = Case::development()
        .load_with_dotenv("REMEMBER_ME_DAYS=1")
        .unwrap_err();
    assert!(matches!(origin(&errors), Some(Origin::DotEnv(_))));
    let errors = Case::production().without("PUBLIC_URL").load().unwrap_err();
    assert_eq!(origin(&errors), None);
}

#[test]
fn a_misspelt_name_is_said_beside_what_is_missing() {
    let case = Case::production()
        .without("JWT_SECRET_KEY")
        .with("JWT_SECRET_KY", GOOD[0]);
    let errors = case.load().unwrap_err();
    let text = errors.to_string();
    assert!(
        text.contains("JWT_SECRET_KY: is no variable") && text.contains("is JWT_SECRET_KEY meant")
    );
    assert!(!text.contains(GOOD[0]));
    let others = Case::development()
        .with("PATH", "/bin")
        .with("LOGNAME", "x")
        .with("DATABASE", "y");
    assert_eq!(
        others.load().unwrap().notices.len(),
        2,
        "the two made secrets alone"
    );
}

#[test]
fn production_says_what_is_closed_and_what_is_loud() {
    let about = |case: Case| -> Vec<String> {
        case.load()
            .unwrap()
            .notices
            .into_iter()
            .map(|notice| notice.variable)
            .collect()
    };
    assert_eq!(about(Case::production()), ["INTERNAL_API_KEYS"]);
    let with_key = Case::production().with("INTERNAL_API_KEYS", GOOD[2]);
    assert_eq!(about(with_key.with("LOG_LEVEL", "debug")), ["LOG_LEVEL"]);
}
