use super::*;

#[test]
fn claims() {
    for kit in &*KITS {
        use TokenError::{Audience, Claims, Expired, Issuer, Lifetime, NotYet};
        let good = good_claims();
        let set = |name: &str, value: Value| with(good.clone(), name, value);
        let times = |iat: i64, exp: i64| with(set("iat", json!(iat)), "exp", json!(exp));
        let mut rows: Vec<(String, Value, Result<(), TokenError>)> = vec![
            ("good".into(), good.clone(), Ok(())),
            (
                "audience in a list".into(),
                set("aud", json!(["other", "musicgen"])),
                Ok(()),
            ),
            (
                "empty audience list".into(),
                set("aud", json!([])),
                Err(Audience),
            ),
            (
                "other audience list".into(),
                set("aud", json!(["other"])),
                Err(Audience),
            ),
            (
                "audience prefix".into(),
                set("aud", json!("music")),
                Err(Audience),
            ),
            (
                "audience as an object".into(),
                set("aud", json!({"0": "musicgen"})),
                Err(Claims),
            ),
            (
                "issuer prefix".into(),
                set("iss", json!("https://music.exampl")),
                Err(Issuer),
            ),
            (
                "issuer and more".into(),
                set("iss", json!("https://music.example.evil")),
                Err(Issuer),
            ),
            (
                "issuer with slash".into(),
                set("iss", json!("https://music.example/")),
                Err(Issuer),
            ),
            (
                "issuer as a list".into(),
                set("iss", json!(["https://music.example"])),
                Err(Claims),
            ),
            (
                "subject is no id".into(),
                set("sub", json!("admin")),
                Err(Claims),
            ),
            (
                "session is no id".into(),
                set("sid", json!("x")),
                Err(Claims),
            ),
            ("empty jti".into(), set("jti", json!("")), Err(Claims)),
            (
                "limits of its own".into(),
                with(
                    set("limits", json!([1, 2, 3, 4])),
                    "key_limits",
                    json!([0, 5]),
                ),
                Ok(()),
            ),
            (
                "limits as a number".into(),
                set("limits", json!(10)),
                Err(Claims),
            ),
            (
                "three limits".into(),
                set("limits", json!([1, 2, 3])),
                Err(Claims),
            ),
            (
                "a burst of 0".into(),
                set("limits", json!([0, 2, 3, 4])),
                Err(Claims),
            ),
            (
                "a limit below 0".into(),
                set("limits", json!([1, 2, 3, -4])),
                Err(Claims),
            ),
            (
                "a limit beyond 32 bits".into(),
                set("limits", json!([1, 2, 3, 4_294_967_296_u64])),
                Err(Claims),
            ),
            (
                "key limits as texts".into(),
                set("key_limits", json!(["1", "2"])),
                Err(Claims),
            ),
            (
                "limits that are null".into(),
                set("limits", Value::Null),
                Err(Claims),
            ),
            (
                "one second of leeway left".into(),
                times(NOW - 900, NOW - 29),
                Ok(()),
            ),
            (
                "leeway used up".into(),
                times(NOW - 900, NOW - 30),
                Err(Expired),
            ),
            (
                "issued 30 s ahead".into(),
                times(NOW + 30, NOW + 900),
                Ok(()),
            ),
            (
                "issued 31 s ahead".into(),
                times(NOW + 31, NOW + 900),
                Err(NotYet),
            ),
            (
                "issued 600 s ahead".into(),
                times(NOW + 600, NOW + 900),
                Err(NotYet),
            ),
            ("longest life".into(), times(NOW, NOW + 900), Ok(())),
            (
                "one second too long".into(),
                times(NOW, NOW + 901),
                Err(Lifetime),
            ),
            (
                "fractions".into(),
                with(
                    set("iat", json!(NOW as f64 + 0.9)),
                    "exp",
                    json!(NOW as f64 + 800.5),
                ),
                Ok(()),
            ),
            (
                "nbf within the leeway".into(),
                set("nbf", json!(NOW + 10)),
                Ok(()),
            ),
            (
                "nbf in an hour".into(),
                set("nbf", json!(NOW + 3600)),
                Err(NotYet),
            ),
            (
                "nbf as a string".into(),
                set("nbf", json!("4102444800")),
                Err(Claims),
            ),
            (
                "exp beyond all dates".into(),
                set("exp", json!(1e300)),
                Err(Claims),
            ),
        ];
        for name in [
            "iss",
            "aud",
            "sub",
            "sid",
            "jti",
            "iat",
            "exp",
            "auth_time",
            "client_id",
            "roles",
            "tier",
            "epoch",
        ] {
            rows.push((
                format!("no {name}"),
                without(good.clone(), name),
                Err(Claims),
            ));
            rows.push((
                format!("{name} is null"),
                set(name, Value::Null),
                Err(Claims),
            ));
        }
        for name in ["iat", "exp", "auth_time", "nbf"] {
            for (kind, value) in [
                ("a string", json!("1800000900")),
                ("a word", json!("tomorrow")),
                ("negative", json!(-1)),
                ("a list", json!([1])),
                ("a boolean", json!(true)),
            ] {
                rows.push((format!("{name} is {kind}"), set(name, value), Err(Claims)));
            }
        }
        for (name, claims, expected) in rows {
            assert_eq!(
                kit.verify(&kit.header(), &claims).map(drop),
                expected,
                "{name}"
            );
        }
    }
}

#[test]
fn rights() {
    for kit in &*KITS {
        let rows = [
            ("no roles", "roles", json!([]), true),
            ("an unknown role", "roles", json!(["beekeeper"]), true),
            ("roles as a string", "roles", json!("user"), false),
            ("a role that is no name", "roles", json!(["Admin"]), false),
            ("a role that is a number", "roles", json!([1]), false),
            ("another tier", "tier", json!("enterprise"), true),
            ("an unknown tier", "tier", json!("platinum"), false),
            ("tier in capitals", "tier", json!("FREE"), false),
            ("the largest epoch", "epoch", json!(u64::MAX), true),
            ("epoch negative", "epoch", json!(-1), false),
            ("epoch with a fraction", "epoch", json!(1.5), false),
            ("epoch as a string", "epoch", json!("1"), false),
            ("another client", "client_id", json!("my app"), true),
            ("client empty", "client_id", json!(""), false),
            ("client with a line feed", "client_id", json!("a\nb"), false),
            (
                "client too long",
                "client_id",
                json!("a".repeat(256)),
                false,
            ),
            ("client as a list", "client_id", json!(["musicgen"]), false),
            ("one grant", "scope", json!("music:generate"), true),
            ("two grants", "scope", json!("music:* models:view"), true),
            ("scope empty", "scope", json!(""), true),
            ("two blanks", "scope", json!("music:*  models:view"), false),
            ("a blank behind", "scope", json!("music:* "), false),
            ("no grant", "scope", json!("openid"), false),
            ("scope as a list", "scope", json!(["music:*"]), false),
            ("scope is null", "scope", Value::Null, false),
        ];
        for (name, claim, value, good) in rows {
            let answer = kit.verify(&kit.header(), &with(good_claims(), claim, value));
            let expected = if good {
                Ok(())
            } else {
                Err(TokenError::Claims)
            };
            assert_eq!(answer.map(drop), expected, "{name}");
        }
    }
}
