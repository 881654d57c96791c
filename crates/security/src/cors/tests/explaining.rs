use super::*;
use http::StatusCode;

fn explain(policy: &CorsPolicy, origin: &str, method: &str, names: &[&str]) -> Explanation {
    let headers: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    policy.explain(&Asked {
        origin,
        method,
        headers: &headers,
    })
}

/// What is said of each origin, by one star and one origin.
// table: origins and words
#[test]
fn every_miss_has_its_word() {
    let rows = [
        ("https://example.org", "apex:"),
        ("https://evilexample.org", "look-alike:"),
        ("https://example.org.evil.example", "look-alike:"),
        ("http://a.example.org", "scheme:"),
        ("https://a.example.org:8443", "port: it is 8443, and 443"),
        ("http://app.example.com", "scheme:"),
        ("https://app.example.com:8443", "port:"),
        ("https://x.app.example.com", "subdomain:"),
        ("https://example.com", "parent:"),
        ("https://app.example.com.evil.example", "look-alike:"),
        (
            "https://evil.example",
            "host: it is evil.example, and app.example.com is",
        ),
    ];
    for (origin, words) in rows {
        let explanation = explain(&policy(), origin, "GET", &[]);
        assert!(!explanation.allowed, "{origin}");
        let Standing::Missed(misses) = explanation.standing else {
            panic!("{origin}: {:?}", explanation.standing);
        };
        assert_eq!(misses.len(), 2, "{origin}");
        let said = misses
            .iter()
            .any(|(_, miss)| miss.to_string().starts_with(words));
        assert!(said, "{origin}: {misses:?}");
    }
}

#[test]
fn a_standing_for_every_text() {
    let app: OriginPattern = "https://app.example.com".parse().unwrap();
    let rows = [
        ("https://app.example.com", Standing::Allowed(app)),
        ("https://music.example.com", Standing::Own),
        ("https://*.example.org", Standing::Pattern),
        ("null", Standing::NoOrigin(PatternFault::Null)),
        (
            "https://app.example.com/",
            Standing::NoOrigin(PatternFault::Path),
        ),
        (
            "https://app.example.com:443",
            Standing::NoOrigin(PatternFault::DefaultPort(443, "https")),
        ),
        (
            "https://a\n.example.org",
            Standing::NoOrigin(PatternFault::Blank),
        ),
        (
            "https://\u{fc}.example.org",
            Standing::NoOrigin(PatternFault::NotAscii),
        ),
    ];
    for (origin, standing) in rows {
        let explanation = explain(&policy(), origin, "GET", &[]);
        let allowed = matches!(standing, Standing::Own | Standing::Allowed(_));
        assert_eq!(explanation.standing, standing, "{origin}");
        assert_eq!(explanation.allowed, allowed, "{origin}");
    }
    let nothing = explain(&CorsPolicy::closed(), "https://a.example", "GET", &[]);
    assert_eq!(nothing.standing, Standing::NothingConfigured);
    let anybody = explain(&CorsPolicy::for_anybody(), "https://a.example", "GET", &[]);
    assert_eq!(anybody.standing, Standing::Anybody);
    assert!(anybody.allowed && !anybody.credentials);
}

/// Methods and headers that browsers ask for, and what they are told.
#[test]
fn questions_are_answered_as_the_stage_answers_them() {
    let app = "https://app.example.com";
    type Row<'a> = (&'a str, &'a str, &'a [&'a str], Option<u16>, bool);
    let rows: &[Row<'_>] = &[
        ("a plain read", "GET", &[], None, true),
        ("a safelisted header", "GET", &["Accept"], None, true),
        ("a header", "GET", &["authorization"], Some(204), true),
        (
            "JSON",
            "POST",
            &["Content-Type", "X-CSRF-Token"],
            Some(204),
            true,
        ),
        ("a method", "DELETE", &[], Some(204), true),
        ("an unknown method", "PUT", &[], Some(204), false),
        ("an unknown header", "GET", &["X-Evil"], Some(204), false),
    ];
    for (name, method, headers, preflight, allowed) in rows {
        let explanation = explain(&policy(), app, method, headers);
        let status = explanation.preflight.map(|(status, _)| status.as_u16());
        assert_eq!(status, *preflight, "{name}");
        assert_eq!(explanation.allowed, *allowed, "{name}");
        assert_eq!(explanation.answer["access-control-allow-origin"], app);
    }
    let refused = explain(&policy(), "https://evil.example", "DELETE", &[]);
    let (status, headers) = refused.preflight.unwrap();
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(headers.len(), 1, "{headers:?}");
}

/// Sites by registrable domain (HTML, "same site"): what SameSite cookies go by.
#[test]
fn sites() {
    let rows = [
        ("https://app.example.com", Some(true)),
        ("https://example.com:8443", Some(true)),
        ("http://app.example.com", Some(false)),
        ("https://app.example.org", Some(false)),
        ("https://127.0.0.1", Some(false)),
        ("null", None),
    ];
    for (origin, same) in rows {
        assert_eq!(
            explain(&policy(), origin, "GET", &[]).same_site,
            same,
            "{origin}"
        );
    }
    let own = "http://localhost:8000".parse().unwrap();
    let local = CorsPolicy::closed().of_service([&own]);
    let site = |origin| explain(&local, origin, "GET", &[]).same_site;
    assert_eq!(site("http://localhost:3000"), Some(true));
    assert_eq!(site("http://127.0.0.1:3000"), Some(false));
}
