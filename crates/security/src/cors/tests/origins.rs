use super::*;

/// CORS-1, CORS-4, CORS-5, CORS-6, CORS-8, B22, B67: who is allowed by one origin and one star.
// table: origins
#[test]
fn b22_scheme_host_and_port_decide_and_a_star_stops_at_labels() {
    let long = format!("https://{}.example.org", "a".repeat(64));
    let longest = format!("https://{}.example.org", "a".repeat(63));
    let deep = format!("https://{}example.org", "a.".repeat(115));
    let too_deep = format!("https://{}example.org", "a.".repeat(122));
    let rows: &[(&str, bool)] = &[
        ("https://app.example.com", true),
        ("https://a.example.org", true),
        ("https://a.b.c.example.org", true),
        ("https://xn--bcher-kva.example.org", true),
        ("https://a-b.example.org", true),
        ("https://a_b.example.org", true),
        ("https://0.example.org", true),
        (&longest, true),
        (&deep, true),
        ("http://app.example.com", false),
        ("http://a.example.org", false),
        ("https://app.example.com:443", false),
        ("https://app.example.com:8443", false),
        ("https://a.example.org:443", false),
        ("https://a.example.org:8443", false),
        ("https://example.org", false),
        ("https://example.com", false),
        ("https://x.app.example.com", false),
        ("https://evilexample.org", false),
        ("https://evil-example.org", false),
        ("https://appXexample.com", false),
        ("https://appxexample.com", false),
        ("https://example.org.evil.example", false),
        ("https://a.example.org.evil.example", false),
        ("https://app.example.com.evil.example", false),
        ("https://evil.example/.example.org", false),
        ("https://evil.example#.example.org", false),
        ("https://evil.example?.example.org", false),
        ("https://evil.example\\.example.org", false),
        ("https://evil.example@a.example.org", false),
        ("https://a.example.org@evil.example", false),
        ("https://user:pass@a.example.org", false),
        ("https://evil.example:80.example.org", false),
        ("https://[::1].example.org", false),
        ("https://.example.org", false),
        ("https://a..example.org", false),
        ("https://..example.org", false),
        ("https://-.example.org", false),
        ("https://-a.example.org", false),
        ("https://a-.example.org", false),
        ("https://a-.b.example.org", false),
        ("https://*.example.org", false),
        ("https://%61.example.org", false),
        ("https://a.example.org.", false),
        ("https://app.example.com.", false),
        ("https://app.example.com/", false),
        ("https://app.example.com/x", false),
        ("https://app.example.community", false),
        ("https://App.example.com", false),
        ("https://A.example.org", false),
        ("HTTPS://app.example.com", false),
        ("https://\u{430}.example.org", false),
        ("https://app.ex\u{430}mple.com", false),
        ("https://a\u{3002}example.org", false),
        (&long, false),
        (&too_deep, false),
        ("null", false),
        ("NULL", false),
        ("", false),
        ("*", false),
        ("https", false),
        ("https://", false),
        ("app.example.com", false),
        ("//app.example.com", false),
        ("wss://app.example.com", false),
        ("file://", false),
        ("chrome-extension://a.example.org", false),
    ];
    assert!(rows.len() > 60);
    for (origin, allowed) in rows {
        let verdict = policy().judge(&headers(&[("origin", origin)]));
        let expected = if *allowed {
            Verdict::Allowed(HeaderValue::from_str(origin).unwrap())
        } else {
            Verdict::Refused
        };
        assert_eq!(verdict, Ok(expected), "{origin}");
    }
}

/// A pattern's port is part of it, with and without a star.
#[test]
fn ports_of_patterns() {
    let policy = CorsPolicy::without_credentials(patterns(&[
        "https://*.example.org:8443",
        "http://localhost:3000",
        "http://[::1]:3000",
    ]));
    let rows = [
        ("https://a.example.org:8443", true),
        ("https://a.example.org", false),
        ("https://a.example.org:84430", false),
        ("https://a.example.org:9:8443", false),
        ("http://localhost:3000", true),
        ("http://localhost:3001", false),
        ("http://localhost", false),
        ("http://[::1]:3000", true),
        ("http://[0:0:0:0:0:0:0:1]:3000", false),
    ];
    for (origin, allowed) in rows {
        let verdict = policy.judge(&headers(&[("origin", origin)])).unwrap();
        assert_eq!(matches!(verdict, Verdict::Allowed(_)), allowed, "{origin}");
    }
}

/// CORS-7: one line, one origin; without one nothing is decided.
#[test]
fn an_origin_stands_once_and_alone() {
    let app = ("origin", "https://app.example.com");
    let evil = ("origin", "https://evil.example");
    let rows: &[(&str, Pairs<'_>, Result<Verdict, SeveralOrigins>)] = &[
        ("none", &[], Ok(Verdict::SameOrigin)),
        (
            "ours",
            &[("origin", "https://music.example.com")],
            Ok(Verdict::SameOrigin),
        ),
        ("twice", &[app, app], Err(SeveralOrigins)),
        ("allowed first", &[app, evil], Err(SeveralOrigins)),
        ("allowed last", &[evil, app], Err(SeveralOrigins)),
        ("refused twice", &[evil, evil], Err(SeveralOrigins)),
        (
            "a blank",
            &[("origin", "https://app.example.com https://evil.example")],
            Err(SeveralOrigins),
        ),
        (
            "a comma",
            &[("origin", "https://app.example.com,https://evil.example")],
            Err(SeveralOrigins),
        ),
        (
            "null and more",
            &[("origin", "null, null")],
            Err(SeveralOrigins),
        ),
    ];
    for (name, list, expected) in rows {
        assert_eq!(policy().judge(&headers(list)), *expected, "{name}");
    }
}

/// CORS-14, B68: a star is a literal star, for pages alone, and never for `null`.
#[test]
fn b68_a_star_names_nobody() {
    let own = "https://music.example.com".parse().unwrap();
    let anybody = CorsPolicy::for_anybody().of_service([&own]);
    let star = || Verdict::Allowed(HeaderValue::from_static("*"));
    let rows = [
        ("https://evil.example", star()),
        ("http://localhost:3000", star()),
        ("https://music.example.com", Verdict::SameOrigin),
        ("null", Verdict::Refused),
        ("file://", Verdict::Refused),
        ("chrome-extension://abcdef", Verdict::Refused),
        ("", Verdict::Refused),
    ];
    for (origin, expected) in rows {
        let verdict = anybody.judge(&headers(&[("origin", origin)]));
        assert_eq!(verdict, Ok(expected), "{origin}");
    }
    assert!(!anybody.has_credentials());
    assert_eq!(
        anybody.origins().iter().count(),
        0,
        "nobody is trusted by it"
    );
}

#[test]
fn a_closed_policy_allows_nobody() {
    for origin in ["https://app.example.com", "null", "*", ""] {
        let verdict = CorsPolicy::default().judge(&headers(&[("origin", origin)]));
        assert_eq!(verdict, Ok(Verdict::Refused), "{origin}");
    }
}

/// CORS-10: names are written out, and are names that a page can set.
#[test]
fn request_headers_are_named() {
    let many: Vec<String> = (0..65).map(|n| format!("x-{n}")).collect();
    let many = many.join(",");
    let rows = [
        ("X-One, x-two", None),
        ("", None),
        (" , X-One,", None),
        ("*", Some(CorsFault::StarHeader)),
        ("X-One, *", Some(CorsFault::StarHeader)),
        ("x one", Some(CorsFault::NoHeader("x one".to_owned()))),
        ("x-\u{fc}", Some(CorsFault::NoHeader("x-\u{fc}".to_owned()))),
        ("Cookie", Some(CorsFault::Forbidden("cookie".to_owned()))),
        ("Origin", Some(CorsFault::Forbidden("origin".to_owned()))),
        (
            "Sec-Fetch-Site",
            Some(CorsFault::Forbidden("sec-fetch-site".to_owned())),
        ),
        (&many, Some(CorsFault::TooMany(64))),
    ];
    for (list, fault) in rows {
        let made = CorsPolicy::closed().request_headers(list);
        assert_eq!(made.err(), fault, "{list}");
    }
}
