use super::*;
use proptest::prelude::*;

/// IP-18, PWD-19, B48.
#[test]
fn hosts() {
    let long = format!("{}.example.com", "a".repeat(64));
    let rows: &[(&str, &str, u16)] = &[
        ("ours", "music.example.com", 0),
        ("in capitals", "MUSIC.Example.COM", 0),
        ("with a dot at the end", "music.example.com.", 0),
        ("with two dots at the end", "music.example.com..", 400),
        ("with the port of https", "music.example.com:443", 0),
        ("with a dot and a port", "music.example.com.:443", 0),
        ("with the port of http", "music.example.com:80", 421),
        ("with another port", "music.example.com:8443", 421),
        ("an address with its port", "10.0.0.5:8000", 0),
        ("an address without it", "10.0.0.5", 421),
        ("an address in IPv6 form", "[::ffff:10.0.0.5]:8000", 421),
        ("an address as a number", "167772165:8000", 421),
        ("an address in another spelling", "10.0.5:8000", 421),
        ("IPv6", "[2001:db8::5]", 0),
        ("IPv6 in full", "[2001:0DB8:0:0:0:0:0:5]:443", 0),
        ("IPv6 without brackets", "2001:db8::5", 400),
        ("IPv6 half in brackets", "[2001:db8::5", 400),
        ("IPv6 with a zone", "[fe80::1%25eth0]", 400),
        ("a subdomain", "a.music.example.com", 421),
        ("the domain above", "example.com", 421),
        ("ours as a prefix", "music.example.com.evil.example", 421),
        ("ours as a suffix", "evilmusic.example.com", 421),
        ("localhost", "localhost", 421),
        ("loopback", "127.0.0.1:8000", 421),
        ("empty", "", 400),
        ("a port alone", ":443", 400),
        ("no port after the colon", "music.example.com:", 400),
        ("port 0", "music.example.com:0", 400),
        ("a port with a zero in front", "music.example.com:0443", 400),
        ("a port with a sign", "music.example.com:+443", 400),
        ("a port beyond all", "music.example.com:65536", 400),
        ("two ports", "music.example.com:443:443", 400),
        ("credentials", "a@music.example.com", 400),
        ("credentials behind", "music.example.com@evil.example", 400),
        ("a path", "music.example.com/x", 400),
        ("a list", "music.example.com, evil.example", 400),
        ("a blank", "music.example.com evil.example", 400),
        ("a scheme", "https://music.example.com", 400),
        ("percent-encoded", "music%2Eexample.com", 400),
        ("an empty label", "music..example.com", 400),
        ("a dot in front", ".music.example.com", 400),
        ("a label too long", &long, 400),
        ("a backslash", "music.example.com\\evil.example", 400),
        ("a wildcard", "*.example.com", 400),
        ("quoted", "\"music.example.com\"", 400),
    ];
    for (name, host, expected) in rows {
        let usual = request(Version::HTTP_11, "/a", &[host.as_bytes()]);
        assert_eq!(status(&usual), *expected, "{name}");
        // A probe may name any host, if it is one.
        let probe = request(Version::HTTP_11, "/health", &[host.as_bytes()]);
        let of_probe = if *expected == 421 { 0 } else { *expected };
        assert_eq!(status(&probe), of_probe, "probe: {name}");
    }
}

/// IP-18: how often and where a host stands (RFC 9112, section 3.2; RFC 9113, section 8.3.1).
#[test]
fn hosts_and_targets() {
    const OURS: &[u8] = b"music.example.com";
    let (h1, h2) = (Version::HTTP_11, Version::HTTP_2);
    type Row<'a> = (&'a str, Version, &'a str, &'a [&'a [u8]], u16);
    let rows: &[Row<'_>] = &[
        ("none", h1, "/a", &[], 400),
        ("none, probe", h1, "/health", &[], 400),
        ("none in HTTP/1.0", Version::HTTP_10, "/a", &[], 400),
        (
            "none in HTTP/1.0, probe",
            Version::HTTP_10,
            "/health",
            &[],
            0,
        ),
        ("ours in HTTP/1.0", Version::HTTP_10, "/a", &[OURS], 0),
        ("twice ours", h1, "/a", &[OURS, OURS], 400),
        ("ours and another", h1, "/a", &[OURS, b"evil.example"], 400),
        ("another and ours", h1, "/a", &[b"evil.example", OURS], 400),
        ("twice, probe", h1, "/health", &[OURS, OURS], 400),
        ("no text", h1, "/a", &[b"music\xff.example.com"], 400),
        (
            "the same twice over",
            h1,
            "https://music.example.com/a",
            &[OURS],
            0,
        ),
        (
            "the same in other words",
            h1,
            "https://MUSIC.example.com:443/a",
            &[OURS],
            0,
        ),
        (
            "target alone in HTTP/1.1",
            h1,
            "https://music.example.com/a",
            &[],
            400,
        ),
        (
            "target of another",
            h1,
            "https://evil.example/a",
            &[OURS],
            400,
        ),
        (
            "host of another",
            h1,
            "https://music.example.com/a",
            &[b"evil.example"],
            400,
        ),
        (
            "both of another",
            h1,
            "https://evil.example/a",
            &[b"evil.example"],
            421,
        ),
        (
            "credentials in the target",
            h1,
            "https://a@music.example.com/a",
            &[OURS],
            400,
        ),
        (
            "another scheme",
            h1,
            "ftp://music.example.com/a",
            &[OURS],
            400,
        ),
        ("authority", h2, "https://music.example.com/a", &[], 0),
        (
            "authority of another",
            h2,
            "https://evil.example/a",
            &[],
            421,
        ),
        (
            "authority and host",
            h2,
            "https://music.example.com/a",
            &[OURS],
            0,
        ),
        (
            "authority, host of another",
            h2,
            "https://music.example.com/a",
            &[b"evil.example"],
            400,
        ),
        ("neither", h2, "/a", &[], 400),
        (
            "probe under any authority",
            h2,
            "https://10.1.2.3:9/health",
            &[],
            0,
        ),
        ("no path", h1, "https://music.example.com", &[OURS], 0),
        (
            "what begins like a probe",
            h1,
            "/health/",
            &[b"evil.example"],
            421,
        ),
        (
            "a probe in other words",
            h1,
            "/health/../health",
            &[b"evil.example"],
            400,
        ),
    ];
    for (name, version, target, hosts, expected) in rows {
        assert_eq!(
            status(&request(*version, target, hosts)),
            *expected,
            "{name}"
        );
    }
}

#[test]
fn loopback_is_for_development() {
    let hosts = AllowedHosts::of_http(["music.example:8000"])
        .unwrap()
        .with_loopback();
    for (host, allowed) in [
        ("localhost", true),
        ("LOCALHOST:3000", true),
        ("127.0.0.1:8000", true),
        ("127.9.9.9", true),
        ("[::1]:1", true),
        ("music.example:8000", true),
        ("music.example", false),
        ("localhost.example", false),
        ("a.localhost", false),
        ("127.0.0.1.example", false),
        ("127.1", false),
        ("0.0.0.0", false),
        ("[::]", false),
    ] {
        assert_eq!(hosts.allows(host), Ok(allowed), "{host}");
    }
    let plain = AllowedHosts::of_http(["music.example:80"]).unwrap();
    assert_eq!(plain.allows("music.example"), Ok(true));
    assert_eq!(plain.allows("music.example:443"), Ok(false));
    assert_eq!(AllowedHosts::none().allows("music.example"), Ok(false));
    assert!(AllowedHosts::of_http(["*.example"]).is_err());
}

proptest! {
    #[test]
    fn a_host_never_panics_and_is_one_or_none(text in "\\PC{0,40}|[a-z.:0-9\\[\\]@%-]{0,30}") {
        let hosts = AllowedHosts::of_https(["a.example"]).unwrap();
        if hosts.allows(&text) == Ok(true) {
            let plain = text.to_ascii_lowercase();
            let plain = plain.strip_suffix(":443").unwrap_or(&plain);
            prop_assert_eq!(plain.strip_suffix('.').unwrap_or(plain), "a.example");
        }
    }
}
