use super::*;

const F: &str = "Forwarded";

/// IP-9, B47: what RFC 7239 allows, from the right.
#[test]
fn b47_elements_of_forwarded() {
    let rules = rules(ProxyHeader::Forwarded);
    let rows: &[(&str, &[&str], &str)] = &[
        ("plain", &["for=198.51.100.7"], "198.51.100.7"),
        (
            "with a scheme",
            &["for=198.51.100.7;proto=https"],
            "198.51.100.7",
        ),
        (
            "names in capitals",
            &["FOR=198.51.100.7;Proto=HTTPS"],
            "198.51.100.7",
        ),
        ("quoted", &["for=\"198.51.100.7:47011\""], "198.51.100.7"),
        (
            "a port without quotes",
            &["for=198.51.100.7:47011"],
            "198.51.100.7",
        ),
        (
            "IPv6",
            &["for=\"[2001:db8:cafe::17]\""],
            "2001:db8:cafe::17",
        ),
        (
            "IPv6 with a port",
            &["for=\"[2001:db8:cafe::17]:4711\""],
            "2001:db8:cafe::17",
        ),
        ("escaped", &["for=\"198\\.51.100\\.7\""], "198.51.100.7"),
        (
            "an obfuscated port",
            &["for=\"198.51.100.7:_x\""],
            "198.51.100.7",
        ),
        (
            "blanks",
            &["  for=198.51.100.7 ; proto=http  "],
            "198.51.100.7",
        ),
        ("empty pairs", &[";;for=198.51.100.7;"], "198.51.100.7"),
        (
            "an extension",
            &["ext=\"a,b;c\\\"d\";for=198.51.100.7"],
            "198.51.100.7",
        ),
        (
            "spoofed on the left",
            &["for=192.0.2.1, for=198.51.100.7"],
            "198.51.100.7",
        ),
        (
            "two proxies",
            &["for=192.0.2.1,for=198.51.100.7;by=10.0.0.2,for=10.0.0.2"],
            "198.51.100.7",
        ),
        (
            "two lines",
            &["for=192.0.2.1", "for=198.51.100.7"],
            "198.51.100.7",
        ),
        (
            "a quote that never ends on the left",
            &["for=\"192.0.2.1, for=198.51.100.7"],
            "198.51.100.7",
        ),
        (
            "a quote that never ends in a line before",
            &["for=\"192.0.2.1", "for=198.51.100.7"],
            "198.51.100.7",
        ),
        (
            "an escaped quote on the left",
            &["for=\"x\\\", for=\"198.51.100.7\""],
            "198.51.100.7",
        ),
        (
            "a comma in quotes",
            &["for=192.0.2.1,for=198.51.100.7;host=\"a,for=192.0.2.2\""],
            "198.51.100.7",
        ),
        ("unknown", &["for=192.0.2.1, for=unknown"], "10.0.0.1"),
        ("obfuscated", &["for=192.0.2.1, for=_hidden"], "10.0.0.1"),
        (
            "obfuscated in quotes",
            &["for=192.0.2.1, for=\"_SEVKISEK\""],
            "10.0.0.1",
        ),
        (
            "obfuscated behind a proxy",
            &["for=_hidden, for=10.0.0.2"],
            "10.0.0.2",
        ),
        ("nobody", &["for=192.0.2.1, proto=https"], "10.0.0.1"),
        (
            "named twice",
            &["for=192.0.2.1;for=198.51.100.7"],
            "10.0.0.1",
        ),
        (
            "twice in two cases",
            &["for=192.0.2.1;FOR=192.0.2.1"],
            "10.0.0.1",
        ),
        ("no value", &["for"], "10.0.0.1"),
        ("an empty value", &["for="], "10.0.0.1"),
        (
            "a blank before the equals sign",
            &["for =192.0.2.1"],
            "10.0.0.1",
        ),
        (
            "a blank after the equals sign",
            &["for= 192.0.2.1"],
            "10.0.0.1",
        ),
        ("no name", &["=192.0.2.1"], "10.0.0.1"),
        ("text after quotes", &["for=\"192.0.2.1\"x"], "10.0.0.1"),
        ("a quote within", &["for=192.0.2\".1\""], "10.0.0.1"),
        ("quotes that don't end", &["for=\"192.0.2.1"], "10.0.0.1"),
        ("an escape at the end", &["for=\"192.0.2.1\\"], "10.0.0.1"),
        ("a zone", &["for=\"[fe80::1%eth0]\""], "10.0.0.1"),
        ("not Forwarded at all", &["198.51.100.7"], "10.0.0.1"),
        ("nothing", &[""], "10.0.0.1"),
    ];
    for (name, values, expected) in rows {
        let head: Vec<_> = values.iter().map(|value| (F, *value)).collect();
        assert_eq!(address(&rules, "10.0.0.1", &head), *expected, "{name}");
        assert_eq!(
            address(&rules, "192.0.2.9", &head),
            "192.0.2.9",
            "{name}, untrusted"
        );
    }
}

/// B47: with and without the other header.
#[test]
fn b47_the_other_header_is_not_looked_at() {
    let head = [
        (F, "for=198.51.100.7;proto=https"),
        ("X-Forwarded-For", "192.0.2.1"),
    ];
    assert_eq!(
        address(&rules(ProxyHeader::Forwarded), "10.0.0.1", &head),
        "198.51.100.7"
    );
    assert_eq!(
        address(&rules(ProxyHeader::XForwardedFor), "10.0.0.1", &head),
        "192.0.2.1"
    );
}

#[test]
fn a_long_value_is_no_address() {
    let value = format!("for=\"{}\"", "\\1".repeat(65));
    assert_eq!(
        address(&rules(ProxyHeader::Forwarded), "10.0.0.1", &[(F, &value)]),
        "10.0.0.1"
    );
}
