use super::*;

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
            Case::production().with("ENVIRONMENT", "prod"),
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
            Case::development().with("JWT_ALGORITHM", "RS256"),
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
            "a registration",
            Case::development().with("REGISTRATION", "friends"),
            "REGISTRATION",
        ),
        (
            "a limit",
            Case::development().with("LIMIT_FREE_LONGEST_SECONDS", "601"),
            "LIMIT_FREE_LONGEST_SECONDS",
        ),
        (
            "a burst of nothing",
            Case::development().with("RATE_LIMIT_FREE_BURST", "0"),
            "RATE_LIMIT_FREE_BURST",
        ),
        (
            "a minute that isn't a number",
            Case::development().with("RATE_LIMIT_AUTH_PER_MINUTE", "10/s"),
            "RATE_LIMIT_AUTH_PER_MINUTE",
        ),
        (
            "an hour below the minute",
            Case::development().with("RATE_LIMIT_PREMIUM_PER_HOUR", "119"),
            "RATE_LIMIT_PREMIUM_PER_HOUR",
        ),
        (
            "a day below the hour",
            Case::development().with("RATE_LIMIT_ANONYMOUS_PER_DAY", "599"),
            "RATE_LIMIT_ANONYMOUS_PER_DAY",
        ),
        (
            "a burst above the day",
            Case::development()
                .with("RATE_LIMIT_FREE_BURST", "1001")
                .with("RATE_LIMIT_FREE_PER_HOUR", "1000"),
            "RATE_LIMIT_FREE_BURST",
        ),
        (
            "a burst that takes more than a day to come back",
            Case::development().with("RATE_LIMIT_FLOOD_BURST", "10000000"),
            "RATE_LIMIT_FLOOD_BURST",
        ),
        (
            "a tier that is nobody's by default",
            Case::development().with("DEFAULT_RATE_LIMIT_TIER", "internal"),
            "DEFAULT_RATE_LIMIT_TIER",
        ),
        (
            "allowing all while counters are away",
            Case::development().with("RATE_LIMIT_ON_STORE_FAILURE", "allow"),
            "RATE_LIMIT_ON_STORE_FAILURE",
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
fn what_is_no_environment_is_judged_as_production_and_makes_no_secret() {
    let case = Case::development().with("ENVIRONMENT", "prod");
    assert_eq!(
        case.refused(),
        [
            "ENVIRONMENT",
            "PUBLIC_URL",
            "JWT_SECRET_KEY",
            "SESSION_SECRET_KEY",
            "CSRF_SECRET_KEY",
            "TRUSTED_PROXIES"
        ]
    );
    assert!(!case.folder.path().join("data/secrets").exists());
}
