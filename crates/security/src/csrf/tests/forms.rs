//! Forms: a token in a field, through the stage.

use super::stage::{
    FORM, MALFORMED, MISSING, OK, Pieces, gate, request, through_gate, through_layer, token_of,
    word,
};
use super::*;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

/// CSRF-3, CSRF-13, B28: the field of a form.
// table: content types, bodies, and the word of the refusal
#[tokio::test]
async fn a_form_has_its_token_in_a_field() {
    let (good, theirs) = (token_of(OURS), token_of(THEIRS));
    let field = format!("csrf_token={good}");
    let first_of_many = format!("{field}&name=J%C3%BCrgen+X&empty=&flag");
    let mut encoded = "a=b&csrf%5Ftoken=".to_owned();
    let digit = |n: u8| char::from_digit(n.into(), 16).unwrap();
    encoded.extend(
        good.bytes()
            .flat_map(|b| ['%', digit(b >> 4), digit(b & 15)]),
    );
    let twice = format!("{field}&{field}");
    let hidden_twice = format!("{field}&%63srf_token={theirs}");
    let many = format!("{}&{field}", vec!["a=b"; 64].join("&"));
    let long = format!("csrf_token={}", "a".repeat(257));
    let json = format!("{{\"csrf_token\":\"{good}\"}}");
    let multipart = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{good}\r\n--x--"
    );
    let utf_8 = format!("{FORM}; charset=UTF-8");
    let quoted = format!("{FORM};charset=\"utf-8\"");
    let upper = FORM.to_ascii_uppercase();
    let latin = format!("{FORM}; charset=iso-8859-1");
    let utf_7 = format!("{FORM}; charset=utf-7");
    let two = format!("{FORM}; charset=utf-8; charset=utf-7");
    let rows: &[(&str, &str, &str, &str)] = &[
        ("alone", FORM, &field, OK),
        ("first of many", FORM, &first_of_many, OK),
        ("encoded", FORM, &encoded, OK),
        ("charset", &utf_8, &field, OK),
        ("charset, quoted", &quoted, &field, OK),
        ("type in upper case", &upper, &field, OK),
        ("other charset", &latin, &field, MISSING),
        ("utf-7", &utf_7, &field, MISSING),
        ("two charsets", &two, &field, MISSING),
        ("empty body", FORM, "", MISSING),
        ("other fields", FORM, "a=b&c=d", MISSING),
        ("other case", FORM, &field.replace("csrf", "CSRF"), MISSING),
        (
            "in a list",
            FORM,
            &field.replace("token", "token[]"),
            MISSING,
        ),
        ("empty field", FORM, "csrf_token=", MALFORMED),
        ("no value", FORM, "csrf_token", MALFORMED),
        ("twice", FORM, &twice, MALFORMED),
        ("twice, one encoded", FORM, &hidden_twice, MALFORMED),
        ("long", FORM, &long, MALFORMED),
        ("beyond ASCII", FORM, "csrf_token=%C3%A9", MALFORMED),
        ("NUL", FORM, "csrf_token=%00", "csrf_token_mismatch"),
        (
            "theirs",
            FORM,
            &field.replace(&good, &theirs),
            "csrf_token_mismatch",
        ),
        (
            "broken encoding",
            FORM,
            "csrf_token=%zz",
            "malformed_request",
        ),
        ("broken UTF-8", FORM, "csrf_token=%ff", "malformed_request"),
        ("too many fields", FORM, &many, "malformed_request"),
        ("no type", "", &field, MISSING),
        ("text/plain", "text/plain", &field, MISSING),
        (
            "text with the type as a parameter",
            "text/plain; application/x-www-form-urlencoded",
            &field,
            MISSING,
        ),
        (
            "longer type",
            "application/x-www-form-urlencoded2",
            &field,
            MISSING,
        ),
        ("JSON", "application/json", &json, MISSING),
        (
            "multipart",
            "multipart/form-data; boundary=x",
            &multipart,
            MISSING,
        ),
    ];
    for (name, content_type, body, expected) in rows {
        let answer = through_layer(
            gate(),
            request("POST", &[("content-type", content_type)], body),
        )
        .await;
        assert_eq!(word(&answer), *expected, "{name}");
        assert!(
            answer.is_err() || answer.is_ok_and(|got| got == *body),
            "{name}"
        );
    }
}

#[tokio::test]
async fn other_ways_to_send_a_form_are_refused() {
    let form = format!("csrf_token={}", token_of(OURS));
    let sent = |change: fn(&mut HeaderMap)| {
        let mut request = request("POST", &[("content-type", FORM)], &form);
        change(request.headers_mut());
        request
    };
    let gzip = sent(|headers| {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    });
    assert_eq!(word(&through_layer(gate(), gzip).await), MISSING);
    let twice = sent(|headers| {
        headers.append(CONTENT_TYPE, HeaderValue::from_static(FORM));
    });
    assert_eq!(word(&through_layer(gate(), twice).await), MISSING);
    // A header that is wrong isn't mended by a field that is right.
    let both = sent(|headers| {
        headers.insert(CSRF_HEADER, HeaderValue::from_static("x"));
    });
    assert_eq!(
        word(&through_layer(gate(), both).await),
        "csrf_token_mismatch"
    );
    let elsewhere = sent(|headers| {
        headers.insert("origin", HeaderValue::from_static("https://evil.example"));
    });
    assert_eq!(
        word(&through_layer(gate(), elsewhere).await),
        "origin_not_allowed"
    );
    assert_eq!(word(&through_gate(gate(), sent(|_| {})).await), MISSING);
    assert_eq!(word(&through_layer(gate(), sent(|_| {})).await), OK);
}

/// 413 above the limit, whether or not a length was declared.
#[tokio::test]
async fn a_form_has_a_limit() {
    let field = format!("csrf_token={}&a=", token_of(OURS));
    for (length, expected) in [
        (MAX_FORM_BYTES - 1, OK),
        (MAX_FORM_BYTES, OK),
        (MAX_FORM_BYTES + 1, "body_too_large"),
        (MAX_FORM_BYTES * 4, "body_too_large"),
    ] {
        let body = format!("{field}{}", "x".repeat(length - field.len()));
        let whole = request("POST", &[("content-type", FORM)], &body);
        let pieces = body.as_bytes().chunks(1000).map(Bytes::copy_from_slice);
        let pieces = Pieces(pieces.collect());
        let pieces = request("POST", &[("content-type", FORM)], "").map(|_| pieces);
        for answer in [
            through_layer(gate(), whole).await,
            through_layer(gate(), pieces).await,
        ] {
            assert_eq!(word(&answer), expected, "{length}");
            match answer {
                Ok(got) => assert_eq!(got, body),
                Err(problem) => assert_eq!(problem.status().as_u16(), 413),
            }
        }
    }
}

/// A body is read for whom it may help alone, and one that breaks off is malformed.
#[tokio::test]
async fn a_body_that_breaks_off_is_malformed() {
    let broken = |headers: &[(&str, &str)]| {
        let field = Bytes::from(format!("csrf_token={}", token_of(OURS)));
        request("POST", headers, "").map(|_| Pieces([field.clone(), Bytes::new()].into()))
    };
    let form = ("content-type", FORM);
    let refused = through_layer(gate(), broken(&[form])).await.unwrap_err();
    assert_eq!(
        (refused.status().as_u16(), refused.code()),
        (400, "malformed_request")
    );
    // With the token in the header the body is not touched here: the handler finds it broken.
    let token = token_of(OURS);
    let by_header = broken(&[form, ("x-csrf-token", &token)]);
    assert_eq!(
        through_layer(gate(), by_header).await.unwrap(),
        "broken off"
    );
    let mut no_cookie = broken(&[form]);
    no_cookie.extensions_mut().insert(cookies(&[]));
    let refused = through_layer(gate(), no_cookie).await;
    assert_eq!(word(&refused), "csrf_cookie_missing");
}
