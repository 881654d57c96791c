use super::*;

/// B120: a mounted secret ends in a newline; set twice is a mistake.
#[test]
fn secrets_from_files() {
    let case = Case::production().without("JWT_SECRET_KEY");
    let path = case.file("jwt", &format!("{}\n", GOOD[0]), 0o600);
    let case = case.with("JWT_SECRET_KEY_FILE", &path);
    assert_eq!(
        case.load().unwrap().config.secrets.jwt.current().expose(),
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
            config.secrets.jwt.current().expose(),
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
