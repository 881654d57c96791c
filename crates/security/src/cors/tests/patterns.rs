use super::*;
use proptest::prelude::*;

/// CORS-4 to CORS-8, CORS-15: what can be configured, and why something can't.
// table: patterns
#[test]
fn a_pattern_is_what_a_browser_sends_perhaps_with_a_star() {
    let host = |text: &str| Some(PatternFault::Host(text.to_owned()));
    let address = |text: &str| Some(PatternFault::Address(text.to_owned()));
    let port = |text: &str| Some(PatternFault::Port(text.to_owned()));
    let suffix = |text: &str| Some(PatternFault::PublicSuffix(text.to_owned()));
    let scheme = |text: &str| Some(PatternFault::Scheme(text.to_owned()));
    let long_label = format!("https://{}.example", "a".repeat(64));
    let long_host = format!("https://{}example", "a23456789.".repeat(25));
    let rows: &[(&str, Option<PatternFault>)] = &[
        ("https://app.example.com", None),
        ("http://app.example.com", None),
        ("https://app.example.com:8443", None),
        ("https://*.example.com", None),
        ("https://*.example.com:8443", None),
        ("https://*.app.example.co.uk", None),
        ("http://localhost:3000", None),
        ("http://*.localhost:3000", None),
        ("http://127.0.0.1:3000", None),
        ("http://[::1]:3000", None),
        ("https://[2001:db8::1]", None),
        ("https://xn--bcher-kva.example", None),
        ("https://my_app.example.com", None),
        ("https://a-b.example.com", None),
        ("https://intranet", None),
        ("", Some(PatternFault::Empty)),
        ("null", Some(PatternFault::Null)),
        ("Null", Some(PatternFault::Null)),
        ("*", Some(PatternFault::Star)),
        ("https://app.example.com ", Some(PatternFault::Blank)),
        (
            "https://app.example.com\thttps://b.example",
            Some(PatternFault::Blank),
        ),
        ("https://b\u{fc}cher.example", Some(PatternFault::NotAscii)),
        ("https://App.example.com", Some(PatternFault::UpperCase)),
        ("HTTPS://app.example.com", Some(PatternFault::UpperCase)),
        ("app.example.com", Some(PatternFault::NoScheme)),
        ("//app.example.com", Some(PatternFault::NoScheme)),
        ("https:/app.example.com", Some(PatternFault::NoScheme)),
        ("ftp://app.example.com", scheme("ftp")),
        ("wss://app.example.com", scheme("wss")),
        ("chrome-extension://abcdef", scheme("chrome-extension")),
        ("*://app.example.com", scheme("*")),
        ("https://app.example.com/", Some(PatternFault::Path)),
        ("https://app.example.com/login", Some(PatternFault::Path)),
        ("https://app.example.com?x", Some(PatternFault::Path)),
        ("https://app.example.com#x", Some(PatternFault::Path)),
        ("https://app.example.com\\x", Some(PatternFault::Path)),
        ("https:///app.example.com", Some(PatternFault::Path)),
        ("https://user@app.example.com", Some(PatternFault::UserInfo)),
        ("https://u:p@app.example.com", Some(PatternFault::UserInfo)),
        (
            "https://app.example.com:443",
            Some(PatternFault::DefaultPort(443, "https")),
        ),
        (
            "http://app.example.com:80",
            Some(PatternFault::DefaultPort(80, "http")),
        ),
        ("https://app.example.com:80", None),
        ("https://app.example.com:", port("")),
        ("https://app.example.com:0", port("0")),
        ("https://app.example.com:08443", port("08443")),
        ("https://app.example.com:66000", port("66000")),
        ("https://app.example.com:+8443", port("+8443")),
        ("http://localhost:*", port("*")),
        ("https://app.example.com.", Some(PatternFault::TrailingDot)),
        ("https://*.example.com.", Some(PatternFault::TrailingDot)),
        ("https://", host("")),
        ("https://.example.com", host(".example.com")),
        ("https://a..example.com", host("a..example.com")),
        ("https://-a.example.com", host("-a.example.com")),
        ("https://a-.example.com", host("a-.example.com")),
        ("https://app%2eexample.com", host("app%2eexample.com")),
        ("https://.", host(".")),
        (&long_label, host(long_label.trim_start_matches("https://"))),
        (&long_host, host(long_host.trim_start_matches("https://"))),
        ("http://127.1", address("127.1")),
        ("http://0x7f.1", address("0x7f.1")),
        ("http://127.0.0.0x1", address("127.0.0.0x1")),
        ("http://2130706433", address("2130706433")),
        ("http://127.0.0.01", address("127.0.0.01")),
        ("http://[::0001]", address("[::0001]")),
        ("http://[::1", address("[:")),
        ("http://[::ffff:127.0.0.1]", address("[::ffff:127.0.0.1]")),
        ("http://[::1%25eth0]", address("[::1%25eth0]")),
        ("https://*example.com", Some(PatternFault::StarWithin)),
        ("https://a*.example.com", Some(PatternFault::StarWithin)),
        ("https://*.*.example.com", Some(PatternFault::StarWithin)),
        ("https://app.*.com", Some(PatternFault::StarWithin)),
        ("https://*", Some(PatternFault::StarWithin)),
        ("https://*.127.0.0.1", Some(PatternFault::StarOfAddress)),
        ("https://*.[::1]", Some(PatternFault::StarOfAddress)),
        ("https://*.", host("")),
        ("https://*.com", suffix("com")),
        ("https://*.co.uk", suffix("co.uk")),
        ("https://*.github.io", suffix("github.io")),
        ("https://*.s3.amazonaws.com", suffix("s3.amazonaws.com")),
        ("https://*.internal", suffix("internal")),
        ("https://*.app.internal", None),
        ("https://*.somebody.github.io", None),
    ];
    for (text, fault) in rows {
        assert_eq!(text.parse::<OriginPattern>().err(), *fault, "{text}");
    }
}

/// Each fault says what is wrong in words, without repeating a whole address.
#[test]
fn faults_say_why() {
    let rows = [
        ("null", "sandboxed frame"),
        ("https://*.co.uk", "`co.uk`, which is a public suffix"),
        ("https://a.example:443", "leave it out"),
        ("https://a.example/", "ends with its host or port"),
        ("https://a*.example", "whole first label"),
        ("https://b\u{fc}cher.example", "Punycode"),
    ];
    for (text, words) in rows {
        let fault = text.parse::<OriginPattern>().unwrap_err().to_string();
        assert!(fault.contains(words), "{text}: {fault}");
    }
}

/// The slow way: labels between the scheme and the rest, judged one by one.
fn slowly(base: &str, origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("https://") else {
        return false;
    };
    let labels: Vec<&str> = host.split('.').collect();
    let wanted: Vec<&str> = base.split('.').collect();
    let is_label = |label: &&str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        (1..=63).contains(&label.len())
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() > wanted.len()
        && labels.ends_with(&wanted)
        && labels.iter().all(is_label)
        && host.len() <= 253
}

proptest! {
    #[test]
    fn reading_a_pattern_never_panics_and_keeps_its_text(text in "\\PC{0,40}|https?://[*a-z0-9.:@/\\[\\]-]{0,40}") {
        if let Ok(pattern) = text.parse::<OriginPattern>() {
            prop_assert_eq!(pattern.as_str(), &text);
            prop_assert_eq!(pattern.matches(text.as_bytes()), !pattern.has_wildcard());
        }
    }

    /// CORS-5, B22: the star means what the slow reading says, whatever is sent.
    #[test]
    fn a_star_is_labels_before_the_domain(
        origin in "https?://([a-z0-9_.@:/#-]{0,20}\\.?)(example\\.com|example\\.com\\.evil\\.example|xample\\.com)(:[0-9]{1,4})?"
    ) {
        let pattern: OriginPattern = "https://*.example.com".parse().unwrap();
        prop_assert_eq!(pattern.matches(origin.as_bytes()), slowly("example.com", &origin), "{}", origin);
    }

    #[test]
    fn judging_never_panics(origin in proptest::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(value) = HeaderValue::from_bytes(&origin) {
            let mut map = HeaderMap::new();
            map.insert("origin", value);
            let _ = policy().judge(&map);
            let _ = CorsPolicy::for_anybody().judge(&map);
        }
    }
}
