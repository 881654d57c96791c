use super::*;
use crate::authentication::SessionError;
use crate::problem::Problem;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

fn form() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(CONTENT_TYPE, value);
    headers
}

fn code(error: OAuthError) -> &'static str {
    Problem::from(error).code()
}

/// RFC 6749, section 3.2: each parameter once, empty is absent, unknown is ignored.
#[test]
fn parameters_are_read_strictly() {
    /// The token, if there is one; nothing where the form is refused.
    type Read<'a> = Option<Option<&'a str>>;
    let rows: &[(&str, &[u8], Read)] = &[
        ("plain", b"token=a", Some(Some("a"))),
        (
            "others beside",
            b"token_type_hint=x&token=a&more=1",
            Some(Some("a")),
        ),
        ("percent and plus", b"token=a%2Bb+c", Some(Some("a+b c"))),
        ("empty", b"token=", Some(None)),
        ("absent", b"", Some(None)),
        ("another case", b"Token=a", Some(None)),
        ("twice", b"token=a&token=a", None),
        ("twice by encoding", b"token=a&%74oken=b", None),
        ("another one twice", b"x=1&token=a&x=2", None),
        ("broken encoding", b"token=%zz", None),
        ("not UTF-8", b"token=\xff", None),
        ("not UTF-8 when decoded", b"token=%ff", None),
    ];
    for (name, body, expected) in rows {
        let read = Parameters::read(&form(), body);
        match (read, expected) {
            (Ok(parameters), Some(token)) => assert_eq!(parameters.get("token"), *token, "{name}"),
            (Err(error), None) => assert_eq!(code(error), "invalid_request", "{name}"),
            (read, _) => panic!("{name}: {read:?}"),
        }
    }
    let json = HeaderValue::from_static("application/json");
    let mut headers = form();
    headers.insert(CONTENT_TYPE, json);
    let error = Parameters::read(&headers, b"token=a").unwrap_err();
    assert_eq!(code(error), "invalid_request");
    let error = Parameters::read(&HeaderMap::new(), b"token=a").unwrap_err();
    assert_eq!(code(error), "invalid_request");
}

/// RFC 6749, section 2.3: one way to prove it, in one request.
#[test]
fn a_client_proves_itself_in_one_way() {
    let basic = |text: &str| {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        format!("Basic {}", STANDARD.encode(text))
    };
    let (good, coded) = (basic("id:secret"), basic("i%64:se%63ret"));
    let padded = basic("id:secre");
    let unpadded = padded.trim_end_matches('=');
    assert_ne!(padded, unpadded);
    type Row<'a> = (&'a str, Option<&'a str>, &'a str, &'a str);
    let rows: &[Row] = &[
        ("nobody", None, "", "unnamed"),
        ("public", None, "client_id=musicgen", "first party"),
        (
            "form",
            None,
            "client_id=id&client_secret=secret",
            "id secret",
        ),
        ("header", Some(&good), "", "id secret"),
        ("encoded header", Some(&coded), "", "id secret"),
        (
            "scheme in any case",
            Some(&good.replace("Basic", "bASIC")),
            "",
            "id secret",
        ),
        ("id in both", Some(&good), "client_id=id", "id secret"),
        (
            "public by header",
            Some(&basic("musicgen:")),
            "",
            "first party",
        ),
        (
            "a colon in the secret",
            Some(&basic("id:a:b")),
            "",
            "id a:b",
        ),
        (
            "secret in both",
            Some(&good),
            "client_secret=secret",
            "invalid_request",
        ),
        (
            "both in both",
            Some(&good),
            "client_id=id&client_secret=secret",
            "invalid_request",
        ),
        (
            "another id",
            Some(&good),
            "client_id=other",
            "invalid_request",
        ),
        (
            "a token beside",
            Some("Bearer x"),
            "client_id=id&client_secret=s",
            "invalid_request",
        ),
        ("no id", None, "client_secret=secret", "invalid_request"),
        ("no secret", None, "client_id=id", "invalid_client"),
        (
            "empty secret",
            None,
            "client_id=id&client_secret=",
            "invalid_client",
        ),
        ("no colon", Some(&basic("id")), "", "invalid_client"),
        ("no base64", Some("Basic !"), "", "invalid_client"),
        ("no padding", Some(unpadded), "", "invalid_client"),
        ("nothing", Some("Basic"), "", "invalid_client"),
        (
            "broken encoding",
            Some(&basic("id:%zz")),
            "",
            "invalid_client",
        ),
    ];
    for (name, header, body, expected) in rows {
        let mut headers = form();
        if let Some(header) = header {
            headers.insert(AUTHORIZATION, header.parse().unwrap());
        }
        let parameters = Parameters::read(&headers, body.as_bytes()).unwrap();
        let found = match Client::of(&headers, &parameters) {
            Ok(Client::Unnamed) => "unnamed".to_owned(),
            Ok(Client::FirstParty) => "first party".to_owned(),
            Ok(Client::Program(program)) => format!("{} {}", program.id(), program.secret()),
            Err(error) => code(error).to_owned(),
        };
        assert_eq!(found, *expected, "{name}");
    }
}

/// RFC 6749, section 5.2: statuses, words, and the characters that a description may have.
#[test]
fn refusals_have_the_form_of_the_rfc() {
    let rows = [
        (OAuthError::InvalidRequest("x"), 400, "invalid_request"),
        (OAuthError::InvalidClient, 401, "invalid_client"),
        (OAuthError::InvalidGrant, 400, "invalid_grant"),
        (OAuthError::Foreign, 400, "invalid_grant"),
        (SessionError::Refresh.into(), 400, "invalid_grant"),
        (SessionError::Over.into(), 400, "invalid_grant"),
        (
            OAuthError::UnsupportedGrantType,
            400,
            "unsupported_grant_type",
        ),
        (OAuthError::InvalidScope, 400, "invalid_scope"),
        (SessionError::Scope.into(), 400, "invalid_scope"),
    ];
    for (error, status, word) in rows {
        let problem = Problem::from(error);
        assert_eq!((problem.status().as_u16(), problem.code()), (status, word));
        let allowed = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
        assert!(
            problem.detail().chars().all(allowed),
            "{}",
            problem.detail()
        );
        let json: serde_json::Value = serde_json::from_str(&problem.to_json(None, "/")).unwrap();
        let members: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error", "error_description"]);
        assert_eq!(json["error"], word);
    }
}

#[test]
fn debug_hides_the_secrets() {
    let parameters = Parameters::read(&form(), b"client_id=i&client_secret=canary").unwrap();
    let client = Client::of(&form(), &parameters).unwrap();
    let shown = format!("{parameters:?} {client:?}");
    assert!(!shown.contains("canary"), "{shown}");
}
