mod cors;
mod files;
mod mail;
mod mistakes;
mod policy;
mod proxies;
mod secrets;

use super::*;
use std::os::unix::fs::PermissionsExt;

const GOOD: [&str; 5] = [
    "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6F",
    "Hd7fK2mQ9sX4vB6nZ1cL8wR3tY5uJ0pG",
    "m3Tz8Qc1Wx6Vb4Ny9Kj2Lh7Gf5Ds0Aq#",
    "w5Jr0Pd8Zs3Gy7Xk1Vt6Bn4Hm9Lf2Qc_",
    "e9Ub4Ka7Ri2Cx6Wo1Mz8Ts3Ny5Vg0Jq.",
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
            .with("CSRF_SECRET_KEY", GOOD[3])
            .with("TRUSTED_PROXIES", "127.0.0.1")
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
    assert!(config.trusts_loopback() && config.accounts.registration == Registration::Open);
    assert_eq!(config.secrets.jwt.current().expose().len(), 64);
    assert_eq!(
        loaded.notices.len(),
        3,
        "all made secrets are said: {:?}",
        loaded.notices
    );
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
        ("REGISTRATION", "invite"),
        ("REGISTRATION", "closed"),
        ("PASSWORD_HASH_WORKERS", "1"),
        ("JWT_ALGORITHM", "HS256"),
        ("JWT_ALGORITHM", "ES256"),
        ("JWT_ALGORITHM", "EdDSA"),
        ("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "60"),
        ("JWT_REFRESH_TOKEN_EXPIRE_DAYS", "30"),
        ("REMEMBER_ME_DAYS", "7"),
        ("JWT_ISSUER", "https://issuer.example"),
        ("DATABASE_URL", "sqlite://relative.db"),
        ("DATABASE_URL", "sqlite:///absolute/a%20b.db"),
        ("LIMIT_FREE_GENERATIONS_PER_HOUR", "0"),
        ("LIMIT_INTERNAL_LONGEST_SECONDS", "600"),
        ("RATE_LIMIT_FREE_PER_HOUR", "0"),
        ("RATE_LIMIT_FREE_PER_DAY", "1000"),
        ("RATE_LIMIT_AUTH_BURST", "1"),
        ("RATE_LIMIT_FLOOD_PER_MINUTE", "10000000"),
        ("DEFAULT_RATE_LIMIT_TIER", "enterprise"),
        ("RATE_LIMIT_ON_STORE_FAILURE", "refuse"),
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
fn looking_makes_nothing() {
    let case = Case::development();
    let mut options = case.options();
    options.may_write = false;
    let loaded = Config::load(&options).unwrap();
    assert!(!loaded.config.site.data_dir.exists());
    assert_eq!(std::fs::read_dir(case.folder.path()).unwrap().count(), 0);
    let about: Vec<_> = loaded.notices.iter().map(|n| n.variable.as_str()).collect();
    let expected = [
        "DATA_DIR",
        "JWT_SECRET_KEY",
        "SESSION_SECRET_KEY",
        "CSRF_SECRET_KEY",
    ];
    assert_eq!(about, expected);
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
        3,
        "the three made secrets alone"
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
    assert_eq!(about(Case::production()), ["INTERNAL_API_KEYS", "SMTP_URL"]);
    let quiet = Case::production()
        .with("INTERNAL_API_KEYS", GOOD[2])
        .with("SMTP_URL", "smtps://h");
    assert_eq!(about(quiet.with("LOG_LEVEL", "debug")), ["LOG_LEVEL"]);
}
