use super::*;

#[test]
fn headers() {
    use TokenError::{Header, Malformed, UnknownKey};
    let good = good_header();
    let rows: Vec<(&str, Value, Result<(), TokenError>)> = vec![
        ("good", good.clone(), Ok(())),
        (
            "typ in another case",
            with(good.clone(), "typ", json!("AT+JWT")),
            Ok(()),
        ),
        (
            "typ with application/",
            with(good.clone(), "typ", json!("application/at+jwt")),
            Ok(()),
        ),
        (
            "typ of another token",
            with(good.clone(), "typ", json!("JWT")),
            Err(Header),
        ),
        (
            "typ of a logout token",
            with(good.clone(), "typ", json!("logout+jwt")),
            Err(Header),
        ),
        ("no typ", without(good.clone(), "typ"), Err(Header)),
        (
            "alg none",
            with(good.clone(), "alg", json!("none")),
            Err(Header),
        ),
        (
            "alg None",
            with(good.clone(), "alg", json!("None")),
            Err(Header),
        ),
        (
            "alg nOnE",
            with(good.clone(), "alg", json!("nOnE")),
            Err(Header),
        ),
        (
            "alg empty",
            with(good.clone(), "alg", json!("")),
            Err(Header),
        ),
        (
            "alg HS512",
            with(good.clone(), "alg", json!("HS512")),
            Err(Header),
        ),
        (
            "alg RS256",
            with(good.clone(), "alg", json!("RS256")),
            Err(Header),
        ),
        (
            "alg ES256",
            with(good.clone(), "alg", json!("ES256")),
            Err(Header),
        ),
        (
            "alg EdDSA",
            with(good.clone(), "alg", json!("EdDSA")),
            Err(Header),
        ),
        (
            "alg as a list",
            with(good.clone(), "alg", json!(["HS256"])),
            Err(Header),
        ),
        ("no alg", without(good.clone(), "alg"), Err(Header)),
        ("no kid", without(good.clone(), "kid"), Err(Header)),
        (
            "foreign kid",
            with(good.clone(), "kid", json!("0011223344556677")),
            Err(UnknownKey),
        ),
        (
            "kid as a path",
            with(good.clone(), "kid", json!("../../dev/null")),
            Err(UnknownKey),
        ),
        (
            "kid as SQL",
            with(good.clone(), "kid", json!("' or 1=1--")),
            Err(UnknownKey),
        ),
        (
            "jku",
            with(good.clone(), "jku", json!("http://127.0.0.1/k")),
            Err(Header),
        ),
        (
            "jwk",
            with(good.clone(), "jwk", json!({"kty": "oct", "k": "AA"})),
            Err(Header),
        ),
        (
            "x5u",
            with(good.clone(), "x5u", json!("http://127.0.0.1/c")),
            Err(Header),
        ),
        (
            "x5c",
            with(good.clone(), "x5c", json!(["MII"])),
            Err(Header),
        ),
        (
            "crit",
            with(good.clone(), "crit", json!(["exp"])),
            Err(Header),
        ),
        ("b64", with(good.clone(), "b64", json!(false)), Err(Header)),
        ("zip", with(good.clone(), "zip", json!("DEF")), Err(Header)),
        ("not an object", json!(["HS256"]), Err(Malformed)),
    ];
    for (name, header, expected) in rows {
        assert_eq!(
            verify(&header, &good_claims()).map(drop),
            expected,
            "{name}"
        );
    }
}
