//! Sign-in: where there is no session yet.

use super::origins::{CROSS, NOT, OK, headers};
use super::stage::{FORM, MALFORMED, MISSING, gate, ours, request, through_layer, token_of, word};
use super::*;
use crate::gate::Gate;
use crate::problem::Problem;
use bytes::Bytes;
use http::{Method, Request};

type Full = http_body_util::Full<Bytes>;

/// A name, headers, a body, pre-session values, the CSRF cookie, and the word of the refusal.
type Row<'a> = (&'a str, Pairs<'a>, &'a str, &'a [&'a str], &'a str, &'a str);

/// CSRF-5, CSRF-9, CSRF-11, B74: where there is no session yet, what another site sends is refused.
#[tokio::test]
async fn sign_in_is_not_for_other_sites() {
    let gate = SameOriginGate::new(rule());
    let evil: Pairs<'_> = &[("origin", "https://evil.example")];
    let overridden: Pairs<'_> = &[
        ("origin", "https://evil.example"),
        ("x-http-method-override", "GET"),
    ];
    let rows: &[(&str, &str, Pairs<'_>, &str)] = &[
        ("a program", "POST", &[], OK),
        (
            "our page",
            "POST",
            &[
                ("origin", "https://app.example.com"),
                ("sec-fetch-site", "same-origin"),
            ],
            OK,
        ),
        ("another site", "POST", evil, NOT),
        (
            "another site says so",
            "POST",
            &[("sec-fetch-site", "cross-site")],
            CROSS,
        ),
        ("a sandboxed page", "POST", &[("origin", "null")], NOT),
        ("put", "PUT", evil, NOT),
        ("patch", "PATCH", evil, NOT),
        ("delete", "DELETE", evil, NOT),
        ("an unknown method", "PURGE", evil, NOT),
        ("a method in lower case", "get", evil, NOT),
        ("an overridden method", "POST", overridden, NOT),
        ("get", "GET", evil, OK),
        ("head", "HEAD", evil, OK),
        ("options", "OPTIONS", evil, OK),
    ];
    for (name, method, list, expected) in rows {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = Method::from_bytes(method.as_bytes()).unwrap();
        parts.headers = headers(list);
        let refused: Option<Problem> = gate.check(&mut parts).await.err();
        assert_eq!(
            refused.as_ref().map_or(OK, Problem::code),
            *expected,
            "{name}"
        );
        assert!(
            refused.is_none_or(|problem| problem.status().as_u16() == 403),
            "{name}"
        );
    }
}

/// A request of a browser without a session, with these pre-session values and a token of the first.
fn visit(headers: Pairs<'_>, body: &str, values: &[&str], csrf: &str) -> Request<Full> {
    let mut lines = HeaderMap::new();
    for value in values {
        let line = format!("__Host-musicgen_pre_session={value}");
        lines.append(COOKIE, HeaderValue::from_str(&line).unwrap());
    }
    if !csrf.is_empty() {
        let line = format!("__Host-musicgen_csrf={csrf}");
        lines.append(COOKIE, HeaderValue::from_str(&line).unwrap());
    }
    let mut request = request("POST", headers, body);
    request.extensions_mut().remove::<CookieSession>();
    let cookies = RequestCookies::read(&policy(), &lines).unwrap();
    request.extensions_mut().insert(cookies);
    request
}

/// CSRF-5: a form that signs in carries a token of the pre-session cookie; JSON needs none.
// table: headers, body, cookies, and the word of the refusal
#[tokio::test]
async fn a_sign_in_form_needs_a_pre_session_token() {
    let issue = |value: &[u8]| tokens_of(1, &[]).issue(Binding::PreSession(value), noon());
    let token = issue(b"one");
    let token = token.expose();
    let theirs = issue(b"two");
    let theirs = theirs.expose();
    let field = &format!("name=a&csrf_token={token}");
    let planted = &format!("csrf_token={theirs}");
    let form = ("content-type", FORM);
    let json = ("content-type", "application/json");
    let latin = (
        "content-type",
        "application/x-www-form-urlencoded; charset=latin1",
    );
    let evil = ("origin", "https://evil.example");
    let own = ("origin", "https://app.example.com");
    let header = ("x-csrf-token", token);
    let rows: &[Row<'_>] = &[
        ("JSON", &[json], "{}", &[], "", OK),
        ("JSON, ours", &[json, own], "{}", &[], "", OK),
        ("JSON, another site", &[json, evil], "{}", &[], "", NOT),
        (
            "JSON, cross-site",
            &[json, ("sec-fetch-site", "cross-site")],
            "{}",
            &[],
            "",
            CROSS,
        ),
        ("JSON twice", &[json, json], "{}", &["one"], token, MISSING),
        ("form", &[form, own], field, &["one"], token, OK),
        (
            "form, header",
            &[form, header],
            "name=a",
            &["one"],
            token,
            OK,
        ),
        (
            "form, another site",
            &[form, evil],
            field,
            &["one"],
            token,
            NOT,
        ),
        (
            "form without any cookie",
            &[form],
            field,
            &[],
            "",
            "csrf_cookie_missing",
        ),
        (
            "form, no pre-session",
            &[form],
            field,
            &[],
            token,
            "csrf_cookie_missing",
        ),
        (
            "form, two pre-sessions",
            &[form],
            field,
            &["one", "two"],
            token,
            "csrf_cookie_ambiguous",
        ),
        (
            "form, broken pre-session",
            &[form],
            field,
            &[""],
            token,
            MALFORMED,
        ),
        (
            "form, another browser's",
            &[form],
            field,
            &["two"],
            token,
            "csrf_token_invalid",
        ),
        (
            "form, a planted pair",
            &[form],
            planted,
            &["one"],
            theirs,
            "csrf_token_invalid",
        ),
        (
            "form without a token",
            &[form],
            "name=a",
            &["one"],
            token,
            MISSING,
        ),
        (
            "text/plain",
            &[("content-type", "text/plain")],
            "{}",
            &["one"],
            token,
            MISSING,
        ),
        (
            "multipart",
            &[("content-type", "multipart/form-data; boundary=x")],
            "",
            &["one"],
            token,
            MISSING,
        ),
        (
            "a form in latin1",
            &[latin],
            field,
            &["one"],
            token,
            MISSING,
        ),
        ("no type", &[], field, &["one"], token, MISSING),
        (
            "text that says JSON",
            &[("content-type", "text/plain; application/json")],
            "{}",
            &["one"],
            token,
            MISSING,
        ),
    ];
    for (name, headers, body, values, csrf, expected) in rows {
        let request = visit(headers, body, values, csrf);
        let answer = through_layer(gate().for_sign_in(), request).await;
        assert_eq!(word(&answer), *expected, "{name}");
    }
}

/// Who is signed in and signs in again needs the session's token, also with JSON.
#[tokio::test]
async fn signing_in_again_needs_the_sessions_token() {
    let json = ("content-type", "application/json");
    let again = |headers: Pairs<'_>| {
        let mut request = request("POST", headers, "{}");
        request.extensions_mut().insert(ours());
        through_layer(gate().for_sign_in(), request)
    };
    assert_eq!(word(&again(&[json]).await), MISSING);
    let token = token_of(OURS);
    assert_eq!(word(&again(&[json, ("x-csrf-token", &token)]).await), OK);
}
