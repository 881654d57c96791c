use super::*;
use http::HeaderName;

fn with_fields(fields: &[(&str, &str)]) -> Request<()> {
    let mut request = request(Version::HTTP_11, "/a", &[b"music.example.com"]);
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

/// AZ-13, B49, VAL-12: what two fields say.
#[test]
fn fields_that_stand_once() {
    for name in [
        "host",
        "content-type",
        "content-length",
        "content-encoding",
        "authorization",
        "x-api-key",
        "x-csrf-token",
        "origin",
        "referer",
        "sec-fetch-site",
        "access-control-request-method",
        "idempotency-key",
        "expect",
        "range",
        "if-range",
        "if-modified-since",
        "if-unmodified-since",
        "user-agent",
        "last-event-id",
    ] {
        let value = match name {
            "content-encoding" => "identity",
            "expect" => "100-continue",
            "host" => "music.example.com",
            _ => "1",
        };
        // The host stands in the request already.
        let more: &[_] = if name == "host" {
            &[]
        } else {
            &[(name, value)]
        };
        assert_eq!(status(&with_fields(more)), 0, "{name}");
        let twice = [more, &[(name, value)]].concat();
        assert_eq!(status(&with_fields(&twice)), 400, "{name} twice");
    }
    for name in [
        "accept",
        "cookie",
        "if-none-match",
        "x-forwarded-for",
        "x-request-id",
        "x-user",
    ] {
        assert_eq!(
            status(&with_fields(&[(name, "a"), (name, "b")])),
            0,
            "{name}"
        );
    }
    // Another name is another field, however alike.
    let alike = [
        ("x_api_key", "a"),
        ("x-api-key", "b"),
        ("content_length", "5"),
    ];
    assert_eq!(status(&with_fields(&alike)), 0);
}

#[test]
fn encodings_and_expectations() {
    for (name, value, expected) in [
        ("content-encoding", "identity", 0),
        ("content-encoding", "Identity", 0),
        ("content-encoding", "gzip", 415),
        ("content-encoding", "br", 415),
        ("content-encoding", "zstd", 415),
        ("content-encoding", "x-unknown", 415),
        ("content-encoding", "identity, gzip", 415),
        ("content-encoding", "gzip, identity", 415),
        ("content-encoding", "", 415),
        ("expect", "100-continue", 0),
        ("expect", "100-Continue", 0),
        ("expect", "200-ok", 417),
        ("expect", "100-continue, x=y", 417),
        ("x-http-method-override", "DELETE", 0),
    ] {
        assert_eq!(
            status(&with_fields(&[(name, value)])),
            expected,
            "{name}: {value}"
        );
    }
}

/// HTTP-7: at, above and below each limit.
#[test]
fn sizes() {
    let of_target = |bytes: usize| {
        let target = format!("/a?{}", "x".repeat(bytes - 3));
        status(&request(Version::HTTP_11, &target, &[b"music.example.com"]))
    };
    assert_eq!(of_target(8000), 0);
    assert_eq!(of_target(MAX_TARGET_BYTES), 0);
    assert_eq!(of_target(MAX_TARGET_BYTES + 1), 414);
    assert_eq!(of_target(60_000), 414);

    let of_fields = |count: usize| {
        let fields = vec![("a", "b"); count - 1];
        status(&with_fields(&fields))
    };
    assert_eq!(of_fields(MAX_FIELDS), 0);
    assert_eq!(of_fields(MAX_FIELDS + 1), 431);

    let of_field = |name: &str, bytes: usize| {
        let value = "v".repeat(bytes - name.len() - 4);
        status(&with_fields(&[(name, &value)]))
    };
    assert_eq!(of_field("x-long", MAX_FIELD_BYTES), 0);
    assert_eq!(of_field("x-long", MAX_FIELD_BYTES + 1), 431);
    let host = "host: music.example.com\r\n".len();
    assert_eq!(of_field("cookie", MAX_HEAD_BYTES - host), 0);
    assert_eq!(of_field("cookie", MAX_HEAD_BYTES - host + 1), 431);
}

/// HTTP-10 for what has no path.
#[test]
fn methods_without_a_path() {
    for (method, target, expected) in [
        (Method::CONNECT, "music.example.com:443", 405),
        (Method::CONNECT, "/a", 405),
        (Method::OPTIONS, "*", 405),
        (Method::GET, "*", 400),
        (Method::TRACE, "/a", 0),
        (Method::OPTIONS, "/a", 0),
    ] {
        let mut request = request(Version::HTTP_11, target, &[b"music.example.com"]);
        *request.method_mut() = method.clone();
        assert_eq!(status(&request), expected, "{method} {target}");
    }
}
