//! CORS-15, B67, B68: what would open too much keeps the program from starting.

use super::*;
use http::{HeaderMap, HeaderValue};
use musicgen_security::cors::Verdict;

fn allows(config: &Config, origin: &str) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("origin", HeaderValue::from_str(origin).unwrap());
    matches!(config.cors.judge(&headers), Ok(Verdict::Allowed(_)))
}

// table: origins that are configured, where, and the words of the refusal
#[test]
fn what_would_open_too_much_is_refused() {
    let everywhere = [
        ("null", "sandboxed"),
        ("https://app.example.com,null", "sandboxed"),
        ("https://*.com", "public suffix"),
        ("https://*.co.uk", "public suffix"),
        ("https://*.github.io", "public suffix"),
        ("https://app.example.com/", "`/`"),
        ("https://app.example.com/app", "`/`"),
        ("app.example.com", "no scheme"),
        ("https://App.example.com", "capitals"),
        ("https://app.example.com:443", "leave it out"),
        ("https://*", "whole first label"),
        ("https://*example.com", "whole first label"),
        ("https://app.example.com,*", "stands alone"),
        ("ftp://app.example.com", "scheme"),
        ("http://localhost:*", "isn't a port"),
    ];
    let strictly = [
        ("http://app.example.com", "must be https"),
        ("http://localhost:3000", "must be https"),
        ("https://a.example,http://*.example.com", "must be https"),
    ];
    for (origins, words) in everywhere.iter().chain(&strictly) {
        let case = Case::production().with("CORS_ALLOWED_ORIGINS", origins);
        let text = case.load().unwrap_err().to_string();
        assert!(text.contains("CORS_ALLOWED_ORIGINS"), "{origins}: {text}");
        assert!(text.contains(words), "{origins}: {text}");
    }
    for (origins, _) in everywhere {
        let case = Case::development().with("CORS_ALLOWED_ORIGINS", origins);
        assert_eq!(case.refused(), ["CORS_ALLOWED_ORIGINS"], "{origins}");
    }
    for (origins, _) in strictly {
        let case = Case::development().with("CORS_ALLOWED_ORIGINS", origins);
        assert_eq!(case.refused(), [""; 0], "{origins}");
    }
}

/// B68: a clear error at start, and the star alone without credentials.
#[test]
fn b68_a_star_never_comes_with_credentials() {
    for case in [Case::development(), Case::production()] {
        let star = case.with("CORS_ALLOWED_ORIGINS", "*");
        assert!(star.load().unwrap().config.cors.is_for_anybody());
        let both = star.with("CORS_ALLOW_CREDENTIALS", "true");
        let text = both.load().unwrap_err().to_string();
        assert!(text.contains("`*` with CORS_ALLOW_CREDENTIALS"), "{text}");
    }
}

#[test]
fn every_wrong_origin_is_named() {
    let origins = "https://good.example, null ,https://*.com,http://x";
    let case = Case::production().with("CORS_ALLOWED_ORIGINS", origins);
    assert_eq!(case.refused(), ["CORS_ALLOWED_ORIGINS"; 3]);
}

#[test]
fn defaults_are_closed_but_for_development_servers() {
    let development = Case::development().load().unwrap().config;
    let production = Case::production().load().unwrap().config;
    for (origin, here) in [
        ("http://localhost:3000", true),
        ("http://localhost:5173", true),
        ("http://127.0.0.1:8080", true),
        ("http://localhost:9000", false),
        ("https://localhost:3000", false),
        ("http://localhost", false),
        ("https://example.com", false),
    ] {
        assert_eq!(allows(&development, origin), here, "{origin}");
        assert!(!allows(&production, origin), "{origin}");
    }
    assert!(!development.cors.has_credentials());
    let none = Case::development().with("CORS_ALLOWED_ORIGINS", "none");
    assert!(!allows(
        &none.load().unwrap().config,
        "http://localhost:3000"
    ));
}

#[test]
fn lists_have_blanks_and_stars() {
    let case = Case::production()
        .with(
            "CORS_ALLOWED_ORIGINS",
            " https://a.example , https://*.example.com:8443,",
        )
        .with("CORS_ALLOW_CREDENTIALS", "true");
    let config = case.load().unwrap().config;
    assert!(config.cors.has_credentials());
    for (origin, allowed) in [
        ("https://a.example", true),
        ("https://b.c.example.com:8443", true),
        ("https://b.example.com", false),
    ] {
        assert_eq!(allows(&config, origin), allowed, "{origin}");
    }
}

#[test]
fn headers_and_ages() {
    for (name, value) in [
        ("CORS_ALLOWED_HEADERS", "*"),
        ("CORS_ALLOWED_HEADERS", "x-one, cookie"),
        ("CORS_ALLOWED_HEADERS", "x one"),
        ("CORS_MAX_AGE", "-1"),
        ("CORS_MAX_AGE", "86401"),
        ("CORS_ALLOW_CREDENTIALS", "yes"),
        ("CORS_ALLOW_PRIVATE_NETWORK", "1"),
    ] {
        assert_eq!(
            Case::development().with(name, value).refused(),
            [name],
            "{value}"
        );
    }
    for (name, value) in [
        ("CORS_ALLOWED_HEADERS", "authorization"),
        ("CORS_MAX_AGE", "0"),
        ("CORS_MAX_AGE", "86400"),
        ("CORS_ALLOW_PRIVATE_NETWORK", "true"),
    ] {
        assert_eq!(
            Case::development().with(name, value).refused(),
            [""; 0],
            "{value}"
        );
    }
}
