//! `musicgen cors explain`, as it is called.

use crate::server::BINARY;
use serde_json::Value;
use std::process::Command;

const CORS: &str = "https://app.example.com, https://*.example.org";

/// Exit code, what it printed, and what it complained of.
fn explain(variables: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(BINARY)
        .args(["cors", "explain"])
        .args(arguments)
        .current_dir(&folder)
        .env_clear()
        .env("DATA_DIR", folder.path().join("data"))
        .env("CORS_ALLOWED_ORIGINS", CORS)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(!folder.path().join("data").exists(), "it writes nothing");
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Every way to pass or fail, in words, with its exit code.
// table: calls and what they say
#[test]
fn it_says_why() {
    let rows: &[(&[&str], i32, &[&str])] = &[
        (
            &["https://app.example.com"],
            0,
            &[
                "https://app.example.com may send GET and read the answer.",
                "CORS_ALLOWED_ORIGINS has https://app.example.com, which means it.",
                "Cookies don't count in its requests: CORS_ALLOW_CREDENTIALS is false.",
                "access-control-allow-origin: https://app.example.com",
                "vary: Origin",
            ],
        ),
        (
            &["https://a.b.example.org"],
            0,
            &["has https://*.example.org, which means it"],
        ),
        (
            &["https://example.org"],
            1,
            &["may not send", "apex: the star means subdomains"],
        ),
        (
            &["https://evilexample.org"],
            1,
            &["look-alike: it has example.org in its name"],
        ),
        (&["https://example.org.evil.example"], 1, &["look-alike:"]),
        (
            &["http://app.example.com"],
            1,
            &["scheme: it is http, and https is allowed"],
        ),
        (
            &["https://a.example.org:8443"],
            1,
            &["port: it is 8443, and 443 is allowed"],
        ),
        (
            &["https://app.example.com/"],
            1,
            &["No browser sends this", "ends with its host or port"],
        ),
        (&["null"], 1, &["every sandboxed frame sends"]),
        (&["https://*.example.org"], 1, &["This is a pattern"]),
        (
            &["http://localhost:8000"],
            0,
            &["one of the service's own origins"],
        ),
        (
            &[
                "https://app.example.com",
                "--method",
                "POST",
                "--header",
                "Content-Type",
            ],
            0,
            &[
                "asks first, and is told 204",
                "access-control-allow-methods: GET",
            ],
        ),
        (
            &["https://app.example.com", "--method", "PUT"],
            1,
            &["No route is called by PUT; allowed are GET, HEAD, POST, PATCH, DELETE."],
        ),
        (
            &[
                "https://app.example.com",
                "--header",
                "X-Evil",
                "--header",
                "Range",
            ],
            1,
            &["CORS_ALLOWED_HEADERS has no X-Evil."],
        ),
        (
            &["https://evil.example", "--method", "DELETE"],
            1,
            &["asks first, and is told 403"],
        ),
        (
            &["https://a\u{1b}[2Jb.example"],
            1,
            &["https://a\\u{1b}[2Jb.example may not"],
        ),
    ];
    for (arguments, code, words) in rows {
        let (status, text, error) = explain(&[], arguments);
        assert_eq!(
            (status, error.as_str()),
            (*code, ""),
            "{arguments:?}: {text}"
        );
        for words in *words {
            assert!(
                text.contains(words),
                "{words:?} for {arguments:?} in:\n{text}"
            );
        }
    }
}

#[test]
fn it_says_what_becomes_of_cookies() {
    let credentials = ("CORS_ALLOW_CREDENTIALS", "true");
    let local = (
        "CORS_ALLOWED_ORIGINS",
        "http://localhost:3000,http://127.0.0.1:3000",
    );
    let url = ("PUBLIC_URL", "http://localhost:8000");
    for (origin, words) in [
        ("http://localhost:3000", "Cookies count in its requests."),
        (
            "http://127.0.0.1:3000",
            "it is another site, and the cookies are SameSite",
        ),
    ] {
        let (code, text, _) = explain(&[credentials, local, url], &[origin]);
        assert_eq!(code, 0);
        assert!(text.contains(words), "{origin}: {text}");
    }
    let (code, text, _) = explain(&[("CORS_ALLOWED_ORIGINS", "*")], &["https://evil.example"]);
    assert!(
        code == 0 && text.contains("access-control-allow-origin: *"),
        "{text}"
    );
    let (code, text, _) = explain(
        &[("CORS_ALLOWED_ORIGINS", "none")],
        &["https://evil.example"],
    );
    assert!(
        code == 1 && text.contains("names no origin: none is allowed"),
        "{text}"
    );
}

#[test]
fn programs_get_an_object() {
    let call = [
        "https://a.example.org",
        "--method",
        "DELETE",
        "--header",
        "X-One",
        "--json",
    ];
    let headers = ("CORS_ALLOWED_HEADERS", "x-one");
    let (code, text, _) = explain(&[headers], &call);
    assert_eq!(code, 0);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["allowed"], true);
    assert_eq!(json["pattern"], "https://*.example.org");
    assert_eq!(json["credentials"], false);
    assert_eq!(json["preflight"]["status"], 204);
    assert_eq!(
        json["preflight"]["headers"]["access-control-allow-headers"],
        "x-one"
    );
    assert_eq!(
        json["answer"]["access-control-allow-origin"],
        "https://a.example.org"
    );
    let (code, text, _) = explain(&[], &["https://evil.example", "--json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["allowed"]), (1, &Value::Bool(false)));
    assert!(json["pattern"].is_null() && json["preflight"].is_null());
    assert_eq!(json["reasons"].as_array().unwrap().len(), 2);
}

/// A wrong configuration is said as `serve` says it.
#[test]
fn a_wrong_configuration_is_no_answer() {
    let (code, text, error) = explain(&[("CORS_ALLOWED_ORIGINS", "null")], &["https://a.example"]);
    assert_eq!((code, text.as_str()), (78, ""));
    assert!(error.contains("CORS_ALLOWED_ORIGINS"), "{error}");
}
