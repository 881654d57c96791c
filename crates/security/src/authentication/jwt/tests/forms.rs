use super::*;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// TOK-11: never the first, never the last of two.
#[test]
fn repeated_members_are_refused() {
    for kit in &*KITS {
        let header = kit.header().to_string();
        let claims = good_claims().to_string();
        let first = |text: &str, more: &str| text.replacen('{', &format!("{{{more},"), 1);
        let last = |text: &str, more: &str| format!("{},{more}}}", &text[..text.len() - 1]);
        let again = format!(r#""alg":"{}""#, kit.algorithm);
        for (name, header, claims) in [
            ("alg", first(&header, r#""alg":"none""#), claims.clone()),
            (
                "alg behind",
                last(&header, r#""alg":"none""#),
                claims.clone(),
            ),
            ("the same alg", last(&header, &again), claims.clone()),
            ("kid", last(&header, r#""kid":"x""#), claims.clone()),
            (
                "alg escaped",
                last(&header, r#""\u0061lg":"none""#),
                claims.clone(),
            ),
            ("sub", header.clone(), first(&claims, r#""sub":"x""#)),
            ("sub behind", header.clone(), last(&claims, r#""sub":"x""#)),
            ("exp", header.clone(), first(&claims, r#""exp":1"#)),
            (
                "roles",
                header.clone(),
                last(&claims, r#""roles":["admin"]"#),
            ),
            ("unread", header.clone(), first(&claims, r#""a":1,"a":1"#)),
            (
                "deep",
                header.clone(),
                first(&claims, r#""a":[{"b":1,"b":1}]"#),
            ),
        ] {
            let token = kit.sign_text(&header, &claims);
            let answer = kit.verifier().verify(&token, now());
            assert_eq!(answer, Err(TokenError::Malformed), "{name}");
        }
    }
}

/// B31, TOK-7: numbers and texts that are no JSON, under a right signature.
#[test]
fn claims_that_are_no_json_are_refused() {
    let claims = good_claims().to_string();
    let exp = (NOW + 900).to_string();
    let rows = [
        ("1e400", claims.replace(&exp, "1e400")),
        ("-1e400", claims.replace(&exp, "-1e400")),
        ("NaN", claims.replace(&exp, "NaN")),
        ("Infinity", claims.replace(&exp, "Infinity")),
        ("hexadecimal", claims.replace(&exp, "0x7fffffff")),
        ("a leading zero", claims.replace(&exp, &format!("0{exp}"))),
        ("trailing data", format!("{claims}{{}}")),
        ("a list", format!("[{claims}]")),
        ("a string", json!(claims).to_string()),
        ("cut off", claims[..claims.len() - 1].to_owned()),
        ("a byte order mark", format!("\u{feff}{claims}")),
        ("empty", String::new()),
        ("5,000 levels", format!(r#"{{"a":{}"#, "[".repeat(5_000))),
    ];
    for kit in &*KITS {
        for (name, claims) in &rows {
            let token = kit.sign_text(&kit.header().to_string(), claims);
            let answer = kit.verifier().verify(&token, now());
            assert_eq!(answer, Err(TokenError::Malformed), "{name}");
        }
    }
}

/// TOK-12: eight levels, the claims themselves being the first.
#[test]
fn deep_claims_are_refused() {
    let kit = &KITS[0];
    for (lists, expected) in [(7, Ok(())), (8, Err(TokenError::Malformed))] {
        let deep = format!(r#"{{"a":{}1{},"#, "[".repeat(lists), "]".repeat(lists));
        let claims = good_claims().to_string().replacen('{', &deep, 1);
        let token = kit.sign_text(&kit.header().to_string(), &claims);
        let answer = kit.verifier().verify(&token, now()).map(drop);
        assert_eq!(answer, expected, "{lists}");
    }
}

/// TOK-12, B83: the limit from both sides, each of right signature.
#[test]
fn size_is_judged_first() {
    let kit = &KITS[0];
    let token_of = |filler: usize| {
        let claims = with(good_claims(), "x", json!("a".repeat(filler)));
        kit.sign_text(&kit.header().to_string(), &claims.to_string())
    };
    let (mut largest, mut smallest) = (0, usize::MAX);
    for filler in 5_000..6_500 {
        let token = token_of(filler);
        let expected = if token.len() > MAX_TOKEN_BYTES {
            smallest = smallest.min(token.len());
            Err(TokenError::TooLong)
        } else {
            largest = largest.max(token.len());
            Ok(())
        };
        let answer = kit.verifier().verify(&token, now()).map(drop);
        assert_eq!(answer, expected, "{} bytes", token.len());
    }
    assert!(largest >= MAX_TOKEN_BYTES - 1 && smallest <= MAX_TOKEN_BYTES + 2);
    for (name, token) in [
        ("1 MiB", "a".repeat(1 << 20)),
        ("60,000 dots", ".".repeat(60_000)),
        ("one byte more", "a".repeat(MAX_TOKEN_BYTES + 1)),
    ] {
        let answer = kit.verifier().verify(&token, now());
        assert_eq!(answer, Err(TokenError::TooLong), "{name}");
    }
}

/// TOK-10, TOK-13: one form, one spelling.
#[test]
fn other_forms_are_refused() {
    for kit in &*KITS {
        let good = kit.issued();
        let parts: Vec<&str> = good.split('.').collect();
        let (header, claims, signature) = (parts[0], parts[1], parts[2]);
        let other = if signature.starts_with('A') { "B" } else { "A" };
        // The bits of the last character that belong to no byte are zero.
        let (body, last) = signature.split_at(signature.len() - 1);
        let stray = ALPHABET.find(last).unwrap() + 1;
        let stray = format!("{body}{}", &ALPHABET[stray..=stray]);
        let flattened =
            format!(r#"{{"payload":"{claims}","protected":"{header}","signature":"{signature}"}}"#);
        let rows = [
            ("empty", String::new()),
            ("two dots", "..".to_owned()),
            ("many dots", ".".repeat(8_000)),
            ("one part", header.to_owned()),
            ("two parts", format!("{header}.{claims}")),
            ("a dot behind", format!("{good}.")),
            ("four parts", format!("{good}.{signature}")),
            ("five parts, as a JWE has", format!("{good}.x.y")),
            ("no header", format!(".{claims}.{signature}")),
            ("no claims", format!("{header}..{signature}")),
            ("no signature", format!("{header}.{claims}.")),
            ("padding", format!("{good}=")),
            ("padding within", format!("{header}=.{claims}.{signature}")),
            ("percent signs", format!("{header}.{claims}.{signature}%3D")),
            ("blank in front", format!(" {good}")),
            ("blank behind", format!("{good} ")),
            ("blank within", format!("{header}. {claims}.{signature}")),
            ("line feed", format!("{good}\n")),
            (
                "carriage return",
                format!("{header}.{claims}\r.{signature}"),
            ),
            ("tab", format!("{header}\t.{claims}.{signature}")),
            ("NUL", format!("{good}\0")),
            (
                "other signature",
                format!("{header}.{claims}.{other}{}", &signature[1..]),
            ),
            ("cut signature", format!("{header}.{claims}.{body}")),
            ("longer signature", format!("{good}AA")),
            ("signature twice", format!("{good}{signature}")),
            ("stray bits", format!("{header}.{claims}.{stray}")),
            (
                "standard alphabet",
                format!("{header}.{claims}.+/{}", &signature[2..]),
            ),
            ("parts exchanged", format!("{claims}.{header}.{signature}")),
            ("scheme within", format!("Bearer {good}")),
            (
                "JSON, general",
                format!(r#"{{"payload":"{claims}","signatures":[]}}"#),
            ),
            ("JSON, flattened", flattened),
            ("detached", format!("{header}..{signature}")),
            ("ideographic dots", good.replace('.', "。")),
        ];
        for (name, token) in rows {
            let answer = kit.verifier().verify(&token, now());
            assert!(answer.is_err(), "{name}, {}", kit.algorithm);
        }
        assert!(kit.verifier().verify(&good, now()).is_ok());
    }
}

/// TOK-19: a bad signature is a bad signature, whatever the claims say.
#[test]
fn the_signature_is_judged_before_the_claims() {
    for kit in &*KITS {
        for (name, value) in [
            ("exp", json!(1)),
            ("exp", json!("x")),
            ("iss", json!("evil")),
        ] {
            let claims = with(good_claims(), name, value);
            let token = kit.sign_text(&kit.header().to_string(), &claims.to_string());
            let (message, signature) = token.rsplit_once('.').unwrap();
            let first = if signature.starts_with('A') { 'B' } else { 'A' };
            let broken = format!("{message}.{first}{}", &signature[1..]);
            let answer = kit.verifier().verify(&broken, now());
            assert_eq!(answer, Err(TokenError::Signature), "{name}");
        }
    }
}
