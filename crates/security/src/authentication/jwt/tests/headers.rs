use super::*;

type Row = (String, Value, Result<(), TokenError>);

fn check(kit: &Kit, rows: Vec<Row>) {
    for (name, header, expected) in rows {
        let answer = kit.verify(&header, &good_claims()).map(drop);
        assert_eq!(answer, expected, "{name}, {}", kit.algorithm);
    }
}

fn rows_of(
    kit: &Kit,
    member: &str,
    values: Vec<(&str, Value)>,
    expected: Result<(), TokenError>,
) -> Vec<Row> {
    let row = |(name, value): (&str, Value)| {
        let name = format!("{member}: {name}");
        (name, with(kit.header(), member, value), expected)
    };
    values.into_iter().map(row).collect()
}

/// TOK-1, B80: the key has its algorithm, whatever the token says.
#[test]
fn no_token_chooses_its_algorithm() {
    for kit in &*KITS {
        let mut texts: Vec<String> = (0..16_u8)
            .map(|bits| {
                let letter = |(n, c): (usize, char)| match bits >> n & 1 {
                    0 => c,
                    _ => c.to_ascii_uppercase(),
                };
                "none".chars().enumerate().map(letter).collect()
            })
            .collect();
        let others = "HS1 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256K ES384 ES512 Ed25519 \
                      Ed448 eddsa hs256 es256 Hs256 HS256K A256KW dir RSA-OAEP ECDH-ES";
        texts.extend(others.split_whitespace().map(str::to_owned));
        texts.extend(["", " ", "HS256 ", " ES256", "HS256\0", "null"].map(str::to_owned));
        let ours = Algorithm::ALL.iter().map(|one| one.id().to_owned());
        texts.extend(ours.filter(|one| one != kit.algorithm.id()));
        let mut rows: Vec<Row> = texts
            .into_iter()
            .map(|alg| {
                let header = with(kit.header(), "alg", json!(alg));
                (format!("alg: {alg:?}"), header, Err(TokenError::Header))
            })
            .collect();
        let values = vec![
            ("a list", json!([kit.algorithm.id()])),
            ("null", Value::Null),
            ("a number", json!(256)),
            ("an object", json!({"alg": kit.algorithm.id()})),
        ];
        rows.extend(rows_of(kit, "alg", values, Err(TokenError::Header)));
        let absent = without(kit.header(), "alg");
        rows.push(("no alg".into(), absent, Err(TokenError::Header)));
        check(kit, rows);
    }
}

/// TOK-5, B12: every other kind of token is refused.
#[test]
fn the_kind_is_that_of_access_tokens() {
    for kit in &*KITS {
        let mut rows: Vec<Row> = vec![("good".into(), kit.header(), Ok(()))];
        let good = [
            "AT+JWT",
            "At+Jwt",
            "application/at+jwt",
            "APPLICATION/AT+JWT",
        ];
        let values = good.map(|kind| (kind, json!(kind))).to_vec();
        rows.extend(rows_of(kit, "typ", values, Ok(())));
        let bad = [
            "JWT",
            "jwt",
            "",
            "at",
            "at+jwt ",
            "at+jwt;x=1",
            "text/at+jwt",
            "application/application/at+jwt",
            "logout+jwt",
            "dpop+jwt",
            "id+jwt",
            "refresh+jwt",
            "mfa+jwt",
            "secevent+jwt",
            "token-introspection+jwt",
        ];
        let mut values = bad.map(|kind| (kind, json!(kind))).to_vec();
        values.extend([("null", Value::Null), ("a list", json!(["at+jwt"]))]);
        rows.extend(rows_of(kit, "typ", values, Err(TokenError::Header)));
        let absent = without(kit.header(), "typ");
        rows.push(("no typ".into(), absent, Err(TokenError::Header)));
        check(kit, rows);
    }
}

/// TOK-2, B84: a key id finds a key in memory or nothing.
#[test]
fn key_ids_are_looked_up_and_nothing_else() {
    for kit in &*KITS {
        let long = "a".repeat(4_000);
        let lower = kit.kid().to_ascii_lowercase();
        let padded = format!("{} ", kit.kid());
        let cut = &kit.kid()[1..];
        let foreign = [
            "0011223344556677",
            "",
            "../../dev/null",
            "/etc/passwd",
            "' or 1=1--",
            "x' UNION SELECT 'k",
            "http://127.0.0.1/k",
            "a\0b",
            "a\nb",
            "ключ",
            "$(id)",
            "0",
            &long,
            &lower,
            &padded,
            cut,
        ];
        let values = foreign.map(|id| (id, json!(id))).to_vec();
        let mut rows = rows_of(kit, "kid", values, Err(TokenError::UnknownKey));
        let values = vec![
            ("null", Value::Null),
            ("a number", json!(0)),
            ("a list", json!([kit.kid()])),
        ];
        rows.extend(rows_of(kit, "kid", values, Err(TokenError::Header)));
        let absent = without(kit.header(), "kid");
        rows.push(("no kid".into(), absent, Err(TokenError::Header)));
        check(kit, rows);
    }
}

/// TOK-3, TOK-4, B82: what would bring a key along or change what is signed.
#[test]
fn no_other_member_is_taken() {
    for kit in &*KITS {
        let members = [
            ("jku", json!("http://127.0.0.1/k")),
            ("jwk", json!({"kty": "oct", "k": "AA"})),
            ("x5u", json!("http://127.0.0.1/c")),
            ("x5c", json!(["MII"])),
            ("x5t", json!("AA")),
            ("x5t#S256", json!("AA")),
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("crit", json!(["b64"])),
            ("b64", json!(false)),
            ("b64", json!(true)),
            ("zip", json!("DEF")),
            ("enc", json!("A256GCM")),
            ("p2c", json!(2_000_000_000)),
            ("cty", json!("JWT")),
            ("iss", json!(ISSUER)),
            ("x", Value::Null),
            ("", json!("")),
            ("Alg", json!(kit.algorithm.id())),
        ];
        for (member, value) in members {
            let row = vec![("added", value)];
            check(kit, rows_of(kit, member, row, Err(TokenError::Header)));
        }
        let critical = with(kit.header(), "crit", json!(["x-policy"]));
        let critical = with(critical, "x-policy", json!("deny"));
        check(
            kit,
            vec![("x-policy".into(), critical, Err(TokenError::Header))],
        );
        for (name, header) in [
            ("a list", json!([kit.header()])),
            ("a string", json!("at+jwt")),
            ("null", Value::Null),
        ] {
            check(kit, vec![(name.into(), header, Err(TokenError::Malformed))]);
        }
        check(
            kit,
            vec![("empty".into(), json!({}), Err(TokenError::Header))],
        );
    }
}
