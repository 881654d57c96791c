use super::*;
use ::cookie::Cookie;
use http::header::{CACHE_CONTROL, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use time::Duration;

const WEEK: Duration = Duration::days(7);

fn parsed(header: &HeaderValue) -> Cookie<'static> {
    Cookie::parse(header.to_str().unwrap().to_owned()).unwrap()
}

/// All but name, value and age, as another program reads it.
fn attributes(cookie: &Cookie<'_>) -> [String; 5] {
    [
        format!("path {:?}", cookie.path()),
        format!("domain {:?}", cookie.domain()),
        format!("secure {:?}", cookie.secure()),
        format!("http only {:?}", cookie.http_only()),
        format!("same site {:?}", cookie.same_site()),
    ]
}

/// CK-1, CK-2, CK-12, B29: of every kind under every policy.
#[test]
fn every_cookie_has_the_attributes_of_its_policy() {
    use ::cookie::SameSite::{Lax, Strict};
    let policies = [
        ("host only", host_only(), Some(true), None, Lax),
        (
            "domain",
            with_domain(),
            Some(true),
            Some("example.com"),
            Strict,
        ),
        ("loopback", loopback(), None, None, Lax),
    ];
    for (name, policy, secure, domain, same_site) in policies {
        for kind in CookieKind::ALL {
            let header = policy.set(kind, "v4lue-_.~", WEEK).unwrap();
            assert!(header.is_sensitive());
            let cookie = parsed(&header);
            assert_eq!(cookie.name(), policy.name(kind), "{name}");
            assert_eq!(cookie.value(), "v4lue-_.~", "{name}");
            assert_eq!(cookie.path(), Some("/"), "{name} {kind:?}");
            assert_eq!(cookie.domain(), domain, "{name} {kind:?}");
            assert_eq!(cookie.secure(), secure, "{name} {kind:?}");
            assert_eq!(cookie.same_site(), Some(same_site), "{name} {kind:?}");
            assert_eq!(cookie.max_age(), Some(WEEK), "{name} {kind:?}");
            let http_only = (kind != CookieKind::Csrf).then_some(true);
            assert_eq!(cookie.http_only(), http_only, "{name} {kind:?}");
            let text = header.to_str().unwrap();
            assert!(text.contains("; SameSite="), "{text}");
            assert!(domain.is_some() || !text.contains("Domain"), "{text}");
        }
    }
}

/// CK-8: a browser takes a cookie away only when all of this is the same.
#[test]
fn clearing_mirrors_setting() {
    for policy in [host_only(), with_domain(), loopback()] {
        let cleared: Vec<_> = policy.clear_all().iter().map(parsed).collect();
        assert_eq!(cleared.len(), CookieKind::ALL.len());
        for (kind, cleared) in CookieKind::ALL.into_iter().zip(&cleared) {
            let set = parsed(&policy.set(kind, "v", WEEK).unwrap());
            assert_eq!(cleared.name(), set.name());
            assert_eq!(attributes(cleared), attributes(&set));
            assert_eq!(cleared.value(), "");
            assert_eq!(cleared.max_age(), Some(Duration::ZERO));
            assert_eq!(parsed(&policy.clear(kind)), *cleared);
        }
        let session: Vec<_> = policy.clear_session().iter().map(parsed).collect();
        assert_eq!(session, cleared[..3]);
    }
}

/// CK-7: whatever a server's clock says, within what browsers keep.
#[test]
fn ages_are_whole_seconds_up_to_four_hundred_days() {
    let rows = [
        (Duration::days(-1), 0),
        (Duration::ZERO, 0),
        (Duration::milliseconds(1_999), 1),
        (Duration::minutes(15), 900),
        (Duration::days(400) - Duration::seconds(1), 34_559_999),
        (Duration::days(400), 34_560_000),
        (Duration::days(401), 34_560_000),
        (Duration::MAX, 34_560_000),
        (Duration::MIN, 0),
    ];
    for (age, seconds) in rows {
        let header = host_only().set(CookieKind::Access, "v", age).unwrap();
        let text = header.to_str().unwrap();
        assert!(text.contains(&format!("; Max-Age={seconds};")), "{text}");
    }
}

/// CK-11: nothing that ends a value, a header or a line gets in.
#[test]
fn a_value_is_cookie_octets() {
    for byte in 0..=u8::MAX {
        let text = format!("a{}b", char::from(byte));
        let good = byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        let set = host_only().set(CookieKind::Device, &text, WEEK);
        assert_eq!(set.is_ok(), good, "{byte:#04x}");
        assert!(good || set == Err(CookieError::Octet), "{byte:#04x}");
    }
    let rows = [
        ("", CookieError::Empty),
        ("a\r\nSet-Cookie: b=c", CookieError::Octet),
        ("a; Domain=evil.example", CookieError::Octet),
        ("a\0", CookieError::Octet),
        ("日本", CookieError::Octet),
    ];
    for (value, error) in rows {
        assert_eq!(
            host_only().set(CookieKind::Csrf, value, WEEK),
            Err(error),
            "{value:?}"
        );
    }
}

/// CK-6
#[test]
fn a_name_and_its_value_have_4096_bytes_together() {
    for policy in [host_only(), with_domain(), loopback()] {
        for kind in CookieKind::ALL {
            let room = MAX_PAIR_BYTES - policy.name(kind).len();
            let of = |length| policy.set(kind, &"v".repeat(length), WEEK);
            assert!(of(room - 1).is_ok() && of(room).is_ok());
            assert_eq!(of(room + 1), Err(CookieError::TooLong));
        }
    }
}

/// CK-14
#[test]
fn an_answer_with_cookies_is_not_stored() {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
    SetCookies::default().apply(&mut headers);
    assert_eq!(headers[CACHE_CONTROL], "public");
    SetCookies(host_only().clear_session()).apply(&mut headers);
    SetCookies(vec![host_only().clear(CookieKind::Device)]).apply(&mut headers);
    assert_eq!(headers.get_all(CACHE_CONTROL).iter().count(), 1);
    assert_eq!(headers[CACHE_CONTROL], "no-store");
    assert_eq!(headers.get_all(SET_COOKIE).iter().count(), 4);
}

#[cfg(feature = "axum")]
#[test]
fn a_handler_answers_with_cookies() {
    use axum_core::response::IntoResponse;
    let cookies = SetCookies(host_only().clear_all());
    let clear = [(CLEAR_SITE_DATA, CLEAR_SITE_DATA_VALUE)];
    let response = (http::StatusCode::NO_CONTENT, clear, cookies, ()).into_response();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(
        response.headers()["clear-site-data"],
        "\"cookies\", \"storage\""
    );
    assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 5);
}

/// CK-10: a value never stands in a log.
#[test]
fn cookies_do_not_print() {
    let header = host_only().set(CookieKind::Access, "sesame", WEEK).unwrap();
    let set = SetCookies(vec![header]);
    assert!(!format!("{set:?}").contains("sesame"));
    let mut headers = HeaderMap::new();
    headers.insert(
        "cookie",
        HeaderValue::from_static("__Host-musicgen_access=sesame"),
    );
    let read = RequestCookies::read(&host_only(), &headers).unwrap();
    assert_eq!(read.get(CookieKind::Access), Presented::One("sesame"));
    assert!(!format!("{read:?}").contains("sesame"));
}
