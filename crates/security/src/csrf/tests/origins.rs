use super::*;

pub(super) const OK: &str = "";
pub(super) const NOT: &str = "origin_not_allowed";
pub(super) const CROSS: &str = "cross_site_request";
const MISSING: &str = "origin_missing";

pub(super) fn headers(list: Pairs<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in list {
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn word(judged: Result<(), OriginFault>) -> &'static str {
    judged.err().map_or(OK, OriginFault::code)
}

/// CSRF-7, B71: which `Origin` is ours.
// table: Origin values and whether they pass
#[test]
fn an_origin_is_ours_by_scheme_host_and_port() {
    let rows = [
        ("ours", "https://app.example.com", OK),
        ("default port", "https://app.example.com:443", OK),
        ("upper case", "HTTPS://App.Example.COM", OK),
        ("allowed", "https://partner.example", OK),
        ("allowed with its port", "http://localhost:3000", OK),
        ("IPv6", "https://[2001:db8::1]:8443", OK),
        (
            "IPv6, written out",
            "https://[2001:0DB8:0:0:0:0:0:1]:8443",
            OK,
        ),
        ("http", "http://app.example.com", NOT),
        ("http on 443", "http://app.example.com:443", NOT),
        ("another port", "https://app.example.com:8443", NOT),
        ("port 80", "https://app.example.com:80", NOT),
        ("port 0", "https://app.example.com:0", NOT),
        ("no port", "https://app.example.com:", NOT),
        ("a long port", "https://app.example.com:000443", NOT),
        ("a big port", "https://app.example.com:66000", NOT),
        ("a port of words", "https://app.example.com:443a", NOT),
        ("a signed port", "https://app.example.com:+443", NOT),
        ("subdomain", "https://x.app.example.com", NOT),
        ("sibling", "https://other.example.com", NOT),
        ("parent", "https://example.com", NOT),
        ("suffix", "https://app.example.com.evil.example", NOT),
        ("longer suffix", "https://app.example.community", NOT),
        ("prefix", "https://evilapp.example.com", NOT),
        ("hyphen prefix", "https://evil-app.example.com", NOT),
        ("dot is any", "https://appxexample.com", NOT),
        ("trailing dot", "https://app.example.com.", NOT),
        ("leading dot", "https://.app.example.com", NOT),
        ("user", "https://app.example.com@evil.example", NOT),
        ("as a user", "https://evil.example@app.example.com", NOT),
        (
            "as user and password",
            "https://app.example.com:443@evil.example",
            NOT,
        ),
        ("backslash", "https://app.example.com\\@evil.example", NOT),
        ("trailing slash", "https://app.example.com/", NOT),
        ("path", "https://app.example.com/login", NOT),
        ("query", "https://app.example.com?x", NOT),
        ("fragment", "https://evil.example#app.example.com", NOT),
        ("encoded", "https://app%2Eexample%2Ecom", NOT),
        (
            "encoded end",
            "https://app.example.com%00.evil.example",
            NOT,
        ),
        (
            "a blank",
            "https://app.example.com https://evil.example",
            NOT,
        ),
        (
            "a comma",
            "https://app.example.com,https://evil.example",
            NOT,
        ),
        ("leading blank", " https://app.example.com", NOT),
        ("trailing blank", "https://app.example.com ", NOT),
        ("beyond ASCII", "https://app.exam\u{440}le.com", NOT),
        ("wide dot", "https://app\u{3002}example.com", NOT),
        ("null", "null", NOT),
        ("Null", "Null", NOT),
        ("empty", "", NOT),
        ("a star", "*", NOT),
        ("host alone", "app.example.com", NOT),
        ("no scheme", "//app.example.com", NOT),
        ("one slash", "https:/app.example.com", NOT),
        ("three slashes", "https:///app.example.com", NOT),
        ("no host", "https://", NOT),
        ("port alone", "https://:443", NOT),
        ("wss", "wss://app.example.com", NOT),
        ("file", "file://app.example.com", NOT),
        ("an extension", "chrome-extension://abcdefghijklmnop", NOT),
        ("view-source", "view-source:https://app.example.com", NOT),
        ("IPv6, its port missing", "https://[2001:db8::1]", NOT),
        ("IPv6, another", "https://[2001:db8::2]:8443", NOT),
        ("IPv6, http", "http://[2001:db8::1]:8443", NOT),
        ("IPv6, a zone", "https://[2001:db8::1%25eth0]:8443", NOT),
        ("IPv6, open", "https://[2001:db8::1:8443", NOT),
        ("IPv6, bare", "https://2001:db8::1:8443", NOT),
        ("loopback by address", "http://127.0.0.1:3000", NOT),
        ("localhost, another port", "http://localhost:3001", NOT),
        ("localhost, https", "https://localhost:3000", NOT),
    ];
    for (name, origin, expected) in rows {
        assert_eq!(
            word(rule().check(&headers(&[("origin", origin)]))),
            expected,
            "{name}"
        );
    }
}

/// CSRF-7, CSRF-8, CSRF-17, B71, B72: how the headers weigh against each other, also strictly.
// table: headers, the word, and the word on a sensitive route
#[test]
fn what_a_browser_says_is_weighed() {
    let ours = ("origin", "https://app.example.com");
    let evil = ("origin", "https://evil.example");
    let site = |value: &'static str| ("sec-fetch-site", value);
    let rows: &[(&str, Pairs<'_>, &str, &str)] = &[
        ("nothing", &[], OK, MISSING),
        ("ours", &[ours], OK, OK),
        ("theirs", &[evil], NOT, NOT),
        ("two lines, alike", &[ours, ours], NOT, NOT),
        ("two lines, theirs last", &[ours, evil], NOT, NOT),
        ("two lines, theirs first", &[evil, ours], NOT, NOT),
        ("cross-site", &[site("cross-site")], CROSS, CROSS),
        (
            "cross-site, ours",
            &[site("cross-site"), ours],
            CROSS,
            CROSS,
        ),
        (
            "cross-site, allowed",
            &[site("cross-site"), ("origin", "https://partner.example")],
            CROSS,
            CROSS,
        ),
        (
            "cross-site on a second line",
            &[site("same-origin"), site("cross-site"), ours],
            CROSS,
            CROSS,
        ),
        ("same-site", &[site("same-site")], NOT, NOT),
        ("same-site, ours", &[site("same-site"), ours], OK, OK),
        (
            "same-site, sibling",
            &[site("same-site"), ("origin", "https://other.example.com")],
            NOT,
            NOT,
        ),
        (
            "same-site, null",
            &[site("same-site"), ("origin", "null")],
            NOT,
            NOT,
        ),
        (
            "same-site, referer of ours",
            &[site("same-site"), ("referer", "https://app.example.com/")],
            NOT,
            NOT,
        ),
        (
            "same-site on a second line",
            &[site("none"), site("same-site")],
            NOT,
            NOT,
        ),
        ("same-origin", &[site("same-origin")], OK, OK),
        ("same-origin, ours", &[site("same-origin"), ours], OK, OK),
        (
            "same-origin, theirs",
            &[site("same-origin"), evil],
            NOT,
            NOT,
        ),
        (
            "same-origin, null",
            &[site("same-origin"), ("origin", "null")],
            NOT,
            NOT,
        ),
        ("none", &[site("none")], OK, MISSING),
        ("none, ours", &[site("none"), ours], OK, OK),
        ("none, theirs", &[site("none"), evil], NOT, NOT),
        ("unknown word", &[site("same-galaxy")], OK, MISSING),
        ("unknown word, ours", &[site("same-galaxy"), ours], OK, OK),
        (
            "unknown word, theirs",
            &[site("same-galaxy"), evil],
            NOT,
            NOT,
        ),
        ("other case", &[site("Cross-Site"), ours], OK, OK),
        ("empty word", &[site(""), ours], OK, OK),
        ("no UTF-8", &[("sec-fetch-site", "\u{fe}"), ours], OK, OK),
        (
            "referer of ours",
            &[("referer", "https://app.example.com/a?b=c#d")],
            OK,
            OK,
        ),
        (
            "referer, bare",
            &[("referer", "https://app.example.com")],
            OK,
            OK,
        ),
        (
            "referer, query at once",
            &[("referer", "https://app.example.com?x")],
            OK,
            OK,
        ),
        (
            "referer, allowed",
            &[("referer", "https://partner.example/x")],
            OK,
            OK,
        ),
        (
            "referer of theirs",
            &[("referer", "https://evil.example/")],
            NOT,
            NOT,
        ),
        (
            "referer, http",
            &[("referer", "http://app.example.com/")],
            NOT,
            NOT,
        ),
        (
            "referer, our name in its path",
            &[("referer", "https://evil.example/https://app.example.com/")],
            NOT,
            NOT,
        ),
        (
            "referer, our name in its query",
            &[("referer", "https://evil.example?https://app.example.com/")],
            NOT,
            NOT,
        ),
        (
            "referer, user",
            &[("referer", "https://app.example.com@evil.example/")],
            NOT,
            NOT,
        ),
        (
            "referer, backslash",
            &[("referer", "https://app.example.com\\.evil.example/")],
            NOT,
            NOT,
        ),
        (
            "referer, suffix",
            &[("referer", "https://app.example.com.evil.example/")],
            NOT,
            NOT,
        ),
        ("referer, relative", &[("referer", "/login")], NOT, NOT),
        (
            "referer, about:blank",
            &[("referer", "about:blank")],
            NOT,
            NOT,
        ),
        ("referer, empty", &[("referer", "")], NOT, NOT),
        (
            "referer, no UTF-8",
            &[("referer", "https://app.example.com/\u{fe}")],
            NOT,
            NOT,
        ),
        (
            "two referers",
            &[
                ("referer", "https://app.example.com/"),
                ("referer", "https://evil.example/"),
            ],
            NOT,
            NOT,
        ),
        (
            "origin before referer",
            &[ours, ("referer", "https://evil.example/")],
            OK,
            OK,
        ),
        (
            "origin before referer, theirs",
            &[evil, ("referer", "https://app.example.com/")],
            NOT,
            NOT,
        ),
        (
            "null before referer",
            &[("origin", "null"), ("referer", "https://app.example.com/")],
            NOT,
            NOT,
        ),
        (
            "host is nothing",
            &[("host", "evil.example"), evil],
            NOT,
            NOT,
        ),
        (
            "forwarded host is nothing",
            &[
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "https"),
                evil,
            ],
            NOT,
            NOT,
        ),
        (
            "behind a proxy",
            &[
                ("host", "10.0.0.5:8000"),
                ("x-forwarded-proto", "http"),
                ours,
            ],
            OK,
            OK,
        ),
    ];
    for (name, list, expected, strictly) in rows {
        assert_eq!(word(rule().check(&headers(list))), *expected, "{name}");
        assert_eq!(
            word(rule().strict().check(&headers(list))),
            *strictly,
            "{name}, strict"
        );
    }
}

/// Without any origin nothing that names one passes.
#[test]
fn an_empty_rule_allows_no_origin() {
    let empty = OriginRule::new([], []);
    assert_eq!(
        word(empty.check(&headers(&[("origin", "https://app.example.com")]))),
        NOT
    );
    assert_eq!(word(empty.check(&headers(&[]))), OK);
}

#[test]
fn an_origin_is_written_as_browsers_write_it() {
    let rows = [
        ("HTTPS://App.Example.com:443", "https://app.example.com"),
        ("http://a.example:80", "http://a.example"),
        ("https://a.example:80", "https://a.example:80"),
        ("http://[2001:DB8:0::1]:81", "http://[2001:db8::1]:81"),
    ];
    for (text, written) in rows {
        let origin: Origin = text.parse().unwrap();
        assert_eq!(origin.to_string(), written);
        assert_eq!(written.parse(), Ok(origin));
    }
}

#[test]
fn only_http_and_https_are_origins() {
    assert!("https://a.example".parse::<Origin>().unwrap().is_https());
    assert!(!"http://a.example".parse::<Origin>().unwrap().is_https());
    for text in ["https://*.a.example", "https://a.example:0", "https://"] {
        assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
    }
}
