use super::*;

/// Its name, whether https, domain, prefix, and what is wrong.
type Row<'a> = (
    &'a str,
    bool,
    Option<&'a str>,
    &'a str,
    Option<InsecureCookies>,
);

/// CK-1, CK-9, CK-13, B29: cookies that would travel insecurely can't be made.
#[test]
fn an_insecure_combination_cannot_be_built() {
    use InsecureCookies::{Domain, PlainHttp, Prefix};
    let long = format!("{}.example.com", "a".repeat(64));
    let rows: [Row<'_>; 20] = [
        ("host only", true, None, "musicgen", None),
        ("a domain", true, Some("example.com"), "musicgen", None),
        ("deep", true, Some("a.b-c.example.com"), "musicgen", None),
        ("plain http", false, None, "musicgen", Some(PlainHttp)),
        (
            "plain http, domain",
            false,
            Some("example.com"),
            "m",
            Some(PlainHttp),
        ),
        ("empty domain", true, Some(""), "m", Some(Domain)),
        ("one label", true, Some("com"), "m", Some(Domain)),
        ("leading dot", true, Some(".example.com"), "m", Some(Domain)),
        (
            "trailing dot",
            true,
            Some("example.com."),
            "m",
            Some(Domain),
        ),
        ("an address", true, Some("10.0.0.1"), "m", Some(Domain)),
        (
            "an attribute",
            true,
            Some("example.com; HttpOnly"),
            "m",
            Some(Domain),
        ),
        (
            "a line",
            true,
            Some("example.com\r\nX: y"),
            "m",
            Some(Domain),
        ),
        ("upper case", true, Some("Example.com"), "m", Some(Domain)),
        ("a port", true, Some("example.com:443"), "m", Some(Domain)),
        ("a long label", true, Some(&long), "m", Some(Domain)),
        ("empty prefix", true, None, "", Some(Prefix)),
        ("a blank", true, None, "a b", Some(Prefix)),
        ("an equals sign", true, None, "a=b", Some(Prefix)),
        ("a reserved prefix", true, None, "__host", Some(Prefix)),
        ("a long prefix", true, None, &"a".repeat(33), Some(Prefix)),
    ];
    for (name, https, domain, prefix, refused) in rows {
        let built = CookiePolicy::new(https, domain, SameSite::Lax, prefix);
        assert_eq!(built.err(), refused, "{name}");
    }
}

/// CK-9: plain http is for this machine's browser.
#[test]
fn development_cookies_are_for_loopback_alone() {
    for host in [
        "localhost",
        "app.localhost",
        "127.0.0.1",
        "127.8.9.1",
        "[::1]",
        "::1",
    ] {
        let policy = CookiePolicy::for_loopback_development(host, SameSite::Lax, "musicgen");
        assert!(policy.is_ok(), "{host}");
    }
    for host in [
        "",
        "example.com",
        "localhost.example.com",
        "notlocalhost",
        "10.0.0.1",
        "0.0.0.0",
        "[::]",
        "[::ffff:10.0.0.1]",
        "128.0.0.1",
        "127.0.0.1.example.com",
        "192.168.1.2",
    ] {
        let policy = CookiePolicy::for_loopback_development(host, SameSite::Lax, "musicgen");
        assert_eq!(policy.err(), Some(InsecureCookies::PlainHttp), "{host}");
    }
}

/// CK-1, CK-2: the names that browsers judge by.
#[test]
fn names_say_what_browsers_must_hold_them_to() {
    let rows = [
        (
            CookieKind::Access,
            "__Host-musicgen_access",
            "__Secure-musicgen_access",
        ),
        (
            CookieKind::Refresh,
            "__Host-musicgen_refresh",
            "__Secure-musicgen_refresh",
        ),
        (
            CookieKind::Csrf,
            "__Host-musicgen_csrf",
            "__Secure-musicgen_csrf",
        ),
        (
            CookieKind::Device,
            "__Host-musicgen_device",
            "__Secure-musicgen_device",
        ),
        (
            CookieKind::PreSession,
            "__Host-musicgen_pre_session",
            "__Secure-musicgen_pre_session",
        ),
    ];
    for (kind, host, secure) in rows {
        assert_eq!(host_only().name(kind), host);
        assert_eq!(with_domain().name(kind), secure);
        assert_eq!(Some(loopback().name(kind)), host.strip_prefix("__Host-"));
    }
}
