use super::*;
use http::HeaderMap;

const APP: (&str, &str) = ("origin", "https://app.example.com");
const METHOD: &str = "access-control-request-method";
const HEADERS: &str = "access-control-request-headers";
const PRIVATE: &str = "access-control-request-private-network";

fn answer(policy: &CorsPolicy, list: Pairs<'_>) -> Option<HeaderMap> {
    let asked = headers(list);
    let verdict = policy.judge(&asked).unwrap();
    policy.preflight(verdict, &asked).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// CORS-1, CORS-9 to CORS-11, B23: all that a page of an allowed origin is told.
#[test]
fn b23_an_allowed_origin_is_told_everything() {
    let asked = "authorization,content-type,x-csrf-token";
    let answer = answer(&policy(), &[APP, (METHOD, "POST"), (HEADERS, asked)]).unwrap();
    let names: Vec<&str> = answer.keys().map(HeaderName::as_str).collect();
    assert_eq!(
        names,
        [
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-max-age",
            "vary",
        ]
    );
    assert_eq!(text(&answer, "access-control-allow-origin"), APP.1);
    assert_eq!(text(&answer, "access-control-allow-credentials"), "true");
    assert_eq!(text(&answer, "access-control-max-age"), "600");
    assert_eq!(
        text(&answer, "vary"),
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    );
    for name in [
        "access-control-allow-methods",
        "access-control-allow-headers",
    ] {
        assert!(!text(&answer, name).contains('*'), "{name}");
    }
    assert!(text(&answer, "access-control-allow-headers").contains("authorization"));
}

/// CORS-2, B67: nobody else is told anything.
#[test]
fn others_are_told_nothing() {
    for origin in ["https://evil.example", "null", "http://app.example.com", ""] {
        for policy in [policy(), CorsPolicy::closed()] {
            let list = [("origin", origin), (METHOD, "POST")];
            assert_eq!(answer(&policy, &list), None, "{origin}");
        }
    }
}

/// CORS-9, CORS-10, B69: a method or header that isn't allowed gets no grant, and nothing is echoed.
// table: questions
#[test]
fn b69_what_is_not_allowed_gets_no_grant() {
    let commas = ",".repeat(60_000);
    let names = "x-evil,".repeat(5_000);
    let at = "range,".repeat(MAX_REQUESTED_BYTES / 6) + "eta";
    let below = "range,".repeat(MAX_REQUESTED_BYTES / 6 - 1) + "range";
    let rows: &[(&str, Pairs<'_>, bool)] = &[
        ("GET", &[(METHOD, "GET")], true),
        ("DELETE", &[(METHOD, "DELETE")], true),
        ("PUT", &[(METHOD, "PUT")], false),
        ("TRACE", &[(METHOD, "TRACE")], false),
        ("lower case", &[(METHOD, "patch")], false),
        ("a star", &[(METHOD, "*")], false),
        ("no method", &[(METHOD, "")], false),
        ("two methods", &[(METHOD, "GET"), (METHOD, "POST")], false),
        ("a list of methods", &[(METHOD, "GET, POST")], false),
        (
            "a header",
            &[(METHOD, "GET"), (HEADERS, "authorization")],
            true,
        ),
        (
            "capitals",
            &[(METHOD, "GET"), (HEADERS, "Authorization")],
            true,
        ),
        (
            "blanks",
            &[(METHOD, "GET"), (HEADERS, "authorization, range")],
            true,
        ),
        ("an empty list", &[(METHOD, "GET"), (HEADERS, "")], true),
        (
            "one more",
            &[(METHOD, "GET"), (HEADERS, "authorization,x-evil")],
            false,
        ),
        (
            "a star in the list",
            &[(METHOD, "GET"), (HEADERS, "*")],
            false,
        ),
        (
            "an empty name",
            &[(METHOD, "GET"), (HEADERS, "range,,range")],
            false,
        ),
        (
            "two lists",
            &[(METHOD, "GET"), (HEADERS, "range"), (HEADERS, "range")],
            false,
        ),
        (
            "60,000 commas",
            &[(METHOD, "GET"), (HEADERS, &commas)],
            false,
        ),
        ("5,000 names", &[(METHOD, "GET"), (HEADERS, &names)], false),
        (
            "as long as it may be",
            &[(METHOD, "GET"), (HEADERS, &below)],
            true,
        ),
        (
            "longer, and known",
            &[(METHOD, "GET"), (HEADERS, &at)],
            false,
        ),
    ];
    assert!(below.len() <= MAX_REQUESTED_BYTES && at.len() >= MAX_REQUESTED_BYTES - 1);
    for (name, list, granted) in rows {
        let list = [&[APP][..], list].concat();
        let answer = answer(&policy(), &list).unwrap();
        for header in [
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-max-age",
        ] {
            assert_eq!(answer.contains_key(header), *granted, "{header} for {name}");
        }
        for value in answer.values() {
            assert!(
                value.len() < 400 && !value.to_str().unwrap().contains("evil"),
                "{name}"
            );
        }
    }
}

/// B70: into a private network only where it is configured, for whom it is allowed.
#[test]
fn b70_private_networks_are_closed() {
    let open = policy().allowing_private_network(true);
    let rows: &[(&str, &CorsPolicy, Pairs<'_>, bool)] = &[
        (
            "not configured",
            &policy(),
            &[APP, (PRIVATE, "true")],
            false,
        ),
        ("configured", &open, &[APP, (PRIVATE, "true")], true),
        ("not asked", &open, &[APP], false),
        ("another word", &open, &[APP, (PRIVATE, "1")], false),
        (
            "twice",
            &open,
            &[APP, (PRIVATE, "true"), (PRIVATE, "true")],
            false,
        ),
        (
            "refused",
            &open,
            &[("origin", "https://evil.example"), (PRIVATE, "true")],
            false,
        ),
        (
            "a method without grant",
            &open,
            &[APP, (PRIVATE, "true"), (METHOD, "PUT")],
            false,
        ),
    ];
    for (name, policy, list, granted) in rows {
        let list = [*list, &[(METHOD, "GET")]].concat();
        let found = answer(policy, &list);
        let has = found.is_some_and(|a| a.contains_key("access-control-allow-private-network"));
        assert_eq!(has, *granted, "{name}");
    }
    let varies = answer(&open, &[APP, (METHOD, "GET")]).unwrap();
    assert!(text(&varies, "vary").ends_with("Access-Control-Request-Private-Network"));
}

/// Without credentials none are mentioned, with a star or with a list.
#[test]
fn without_credentials_none_are_granted() {
    let listed = CorsPolicy::without_credentials(patterns(&["https://app.example.com"]));
    for (policy, origin) in [(listed, APP.1), (CorsPolicy::for_anybody(), "*")] {
        let answer = answer(&policy, &[APP, (METHOD, "GET")]).unwrap();
        assert_eq!(text(&answer, "access-control-allow-origin"), origin);
        assert!(!answer.contains_key("access-control-allow-credentials"));
    }
}

#[test]
fn lists_and_ages_are_as_configured() {
    let policy = policy().request_headers("X-One, x-two").unwrap();
    let policy = policy.max_age(time::Duration::seconds(5));
    let list = [APP, (METHOD, "GET"), (HEADERS, "x-one,x-two")];
    let told = answer(&policy, &list).unwrap();
    assert_eq!(text(&told, "access-control-allow-headers"), "x-one, x-two");
    assert_eq!(text(&told, "access-control-max-age"), "5");
    let list = [APP, (METHOD, "GET"), (HEADERS, "authorization")];
    let told = answer(&policy, &list).unwrap();
    assert!(!told.contains_key("access-control-allow-headers"));
}
