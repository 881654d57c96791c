use super::*;
use crate::gate::Gate;
use crate::problem::Problem;
use http::header::{COOKIE, HeaderValue};
use http::{HeaderMap, Request};
use proptest::prelude::*;

fn headers(lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
    }
    headers
}

fn read(lines: &[&[u8]]) -> Result<RequestCookies, CookiesTooLarge> {
    RequestCookies::read(&loopback(), &headers(lines))
}

use Presented::{Absent, Ambiguous, Broken, One};

/// CK-3, CK-4, CK-15, CK-16, B73, B76, B126: what stands for the access cookie.
// table: header lines and what is read from them
#[test]
fn one_line_is_read_strictly() {
    let rows: &[(&str, &[u8], Presented<'_>)] = &[
        ("empty", b"", Absent),
        ("ours alone", b"musicgen_access=v", One("v")),
        (
            "among others",
            b"a=b; musicgen_access=v; theme=dark",
            One("v"),
        ),
        ("no blank", b"a=b;musicgen_access=v", One("v")),
        ("many blanks", b"a=b;  \t musicgen_access=v", One("v")),
        ("leading blank", b" musicgen_access=v", One("v")),
        ("semicolons", b";;musicgen_access=v;;", One("v")),
        ("equals signs", b"musicgen_access=a=b==", One("a=b==")),
        ("percent stays", b"musicgen_access=%3B%00", One("%3B%00")),
        ("plus stays", b"musicgen_access=a+b", One("a+b")),
        ("twice", b"musicgen_access=a; musicgen_access=b", Ambiguous),
        (
            "twice alike",
            b"musicgen_access=a; musicgen_access=a",
            Ambiguous,
        ),
        (
            "thrice",
            b"musicgen_access=a; musicgen_access=b; musicgen_access=c",
            Ambiguous,
        ),
        (
            "one empty",
            b"musicgen_access=; musicgen_access=b",
            Ambiguous,
        ),
        (
            "one broken",
            b"musicgen_access=b; musicgen_access=\"",
            Ambiguous,
        ),
        ("no value", b"musicgen_access=", Broken),
        ("no equals sign", b"musicgen_access", Absent),
        ("no name", b"=musicgen_access=v", Absent),
        ("quoted", b"musicgen_access=\"v\"", Broken),
        ("quoted semicolon", b"musicgen_access=\"a;b\"", Broken),
        ("blank within", b"musicgen_access=a b", Broken),
        ("blank after", b"musicgen_access=a ; b=c", Broken),
        ("blank before the value", b"musicgen_access= a", Broken),
        ("blank after the name", b"musicgen_access =a", Absent),
        ("comma", b"musicgen_access=a,b", Broken),
        ("backslash", b"musicgen_access=a\\b", Broken),
        ("tab", b"musicgen_access=a\tb", Broken),
        ("not UTF-8", b"musicgen_access=\xff\xfe", Broken),
        ("UTF-8", "musicgen_access=\u{e9}".as_bytes(), Broken),
        (
            "odd bytes elsewhere",
            b"\xff=\xfe; musicgen_access=v",
            One("v"),
        ),
        (
            "a wide blank before the name",
            b"\xe2\x80\x80musicgen_access=v",
            Absent,
        ),
        ("upper case", b"MUSICGEN_ACCESS=v", Absent),
        ("capital", b"Musicgen_access=v", Absent),
        ("longer name", b"musicgen_access2=v", Absent),
        ("shorter name", b"musicgen_acces=v", Absent),
        ("quoted name", b"\"musicgen_access\"=v", Absent),
        ("encoded name", b"musicgen%5Faccess=v", Absent),
        ("the https name", b"__Host-musicgen_access=v", Absent),
        (
            "within a quoted value",
            b"a=\"x; musicgen_access=v\"",
            Broken,
        ),
        (
            "after a version",
            b"$Version=1; musicgen_access=v; $Path=/",
            One("v"),
        ),
        ("comma as a separator", b"a=b, musicgen_access=v", Absent),
        (
            "a count is text",
            b"musicgen_access_chunks=999999999; musicgen_access=v",
            One("v"),
        ),
    ];
    for (name, line, expected) in rows {
        let cookies = read(&[line]).unwrap();
        assert_eq!(cookies.get(CookieKind::Access), *expected, "{name}");
        assert_eq!(cookies.get(CookieKind::Refresh), Absent, "{name}");
    }
}

/// CK-5: HTTP/2 may split cookies over lines.
#[test]
fn several_lines_are_one_list() {
    let cookies = read(&[b"musicgen_csrf=c", b"a=b; musicgen_access=v", b""]).unwrap();
    assert_eq!(cookies.get(CookieKind::Csrf), One("c"));
    assert_eq!(cookies.get(CookieKind::Access), One("v"));
    let twice = read(&[b"musicgen_access=good", b"musicgen_access=evil"]).unwrap();
    assert_eq!(twice.get(CookieKind::Access), Ambiguous);
}

/// CK-3: names under https; a lower-case or bare name is another cookie.
#[test]
fn prefixes_are_compared_by_case() {
    let rows = [
        ("__Host-musicgen_access=v", One("v")),
        ("__host-musicgen_access=v", Absent),
        ("__HOST-musicgen_access=v", Absent),
        ("__Host-Musicgen_access=v", Absent),
        ("__Secure-musicgen_access=v", Absent),
        ("musicgen_access=v", Absent),
        (
            "__Host-musicgen_access=v; __host-musicgen_access=evil; musicgen_access=evil",
            One("v"),
        ),
    ];
    for (line, expected) in rows {
        let cookies = RequestCookies::read(&host_only(), &headers(&[line.as_bytes()])).unwrap();
        assert_eq!(cookies.get(CookieKind::Access), expected, "{line}");
    }
}

/// CK-6, B76, B126: bounds on how much, by count and by bytes.
#[test]
fn more_than_is_read_is_refused() {
    let count = |n: usize| vec!["a=b"; n].join("; ");
    assert!(read(&[count(MAX_COOKIES).as_bytes()]).is_ok());
    assert!(read(&[count(MAX_COOKIES + 1).as_bytes()]).is_err());
    assert!(read(&[count(120).as_bytes(), count(81).as_bytes()]).is_err());
    assert!(read(&vec![b"".as_slice(); MAX_COOKIES + 1]).is_err());

    let bytes = |n: usize| format!("a={}", "b".repeat(n - 2));
    assert!(read(&[bytes(MAX_COOKIE_BYTES).as_bytes()]).is_ok());
    assert!(read(&[bytes(MAX_COOKIE_BYTES + 1).as_bytes()]).is_err());
    // Two lines are joined by two bytes.
    let half = bytes(MAX_COOKIE_BYTES / 2 - 1);
    assert!(read(&[half.as_bytes(), half.as_bytes()]).is_ok());
    let more = bytes(MAX_COOKIE_BYTES / 2);
    assert!(read(&[half.as_bytes(), more.as_bytes()]).is_err());

    // One value is as long as one that we could have set.
    let name = loopback().name(CookieKind::Access).to_owned();
    let value = "v".repeat(MAX_PAIR_BYTES - name.len());
    let cookies = read(&[format!("{name}={value}").as_bytes()]).unwrap();
    assert_eq!(cookies.get(CookieKind::Access), One(&value));
    let cookies = read(&[format!("{name}={value}v").as_bytes()]).unwrap();
    assert_eq!(cookies.get(CookieKind::Access), Broken);
    let problem = Problem::from(CookiesTooLarge);
    assert_eq!(
        (problem.status().as_u16(), problem.code()),
        (431, "cookies_too_large")
    );
}

#[tokio::test]
async fn the_gate_puts_them_into_the_request() {
    let gate = CookieGate::new(loopback());
    let request = |line: &str| {
        let (parts, ()) = Request::builder()
            .header(COOKIE, line)
            .body(())
            .unwrap()
            .into_parts();
        parts
    };
    let mut parts = request("musicgen_refresh=r");
    gate.check(&mut parts).await.unwrap();
    let cookies = parts.extensions.get::<RequestCookies>().unwrap();
    assert_eq!(cookies.get(CookieKind::Refresh), One("r"));
    let mut parts = request(&"a=b; ".repeat(300));
    let problem = gate.check(&mut parts).await.unwrap_err();
    assert_eq!(problem.status().as_u16(), 431);
    assert!(parts.extensions.get::<RequestCookies>().is_none());
}

/// A handler on a route without the gate fails, and doesn't see a browser without cookies.
#[cfg(feature = "axum")]
#[tokio::test]
async fn a_missing_gate_fails_closed() {
    use axum_core::extract::FromRequestParts;
    let (mut parts, ()) = Request::new(()).into_parts();
    let refused = RequestCookies::from_request_parts(&mut parts, &()).await;
    assert_eq!(refused.unwrap_err().status().as_u16(), 500);
    parts.extensions.insert(RequestCookies::default());
    let read = RequestCookies::from_request_parts(&mut parts, &()).await;
    assert_eq!(read.unwrap().get(CookieKind::Access), Absent);
}

proptest! {
    /// CK-15, B126: whatever the bytes are.
    #[test]
    fn nothing_panics_and_what_is_set_is_read(
        before in "[ -~]{0,80}",
        value in "[!#-+\\--:<-\\[\\]-~]{1,80}",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Ok(line) = HeaderValue::from_bytes(&bytes) {
            let _ = read(&[line.as_bytes()]);
        }
        let name = loopback().name(CookieKind::Device).to_owned();
        prop_assume!(!before.contains(&name));
        let line = format!("{before}; {name}={value}");
        let cookies = read(&[line.as_bytes()]).unwrap();
        prop_assert_eq!(cookies.get(CookieKind::Device), One(&value));
    }
}
