//! Access tokens that were signed with the right key and say something wrong, at the whole service.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musicgen_security::cookies::CookieKind;
use musicgen_testkit::TestApp;
use serde_json::{Value, json};
use time::Duration;

pub(crate) fn part(token: &str, n: usize) -> Value {
    let part = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap());
    serde_json::from_slice(&part.unwrap()).unwrap()
}

/// Signs these texts with the service's own key.
fn sign(header: &str, claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, TestApp::JWT_SECRET.as_bytes());
    let tag = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// `base` with the members of `change`; null takes one away.
fn changed(mut base: Value, change: &Value) -> String {
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            base.as_object_mut().unwrap().remove(name);
        } else {
            base[name] = value.clone();
        }
    }
    base.to_string()
}

async fn status(app: &TestApp, token: &str) -> u16 {
    let bearer = app
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    let answer = bearer.get("/api/auth/me").await;
    let cookie = app.browser();
    cookie.set_cookie(CookieKind::Access, token);
    let by_cookie = cookie.get("/api/auth/me").await;
    assert_eq!(by_cookie.status, answer.status, "by cookie: {token}");
    if answer.status != 200 {
        answer.is_problem(401, "invalid_token");
        let challenge = answer.header("www-authenticate");
        assert_eq!(challenge, "Bearer error=\"invalid_token\"");
        assert!(by_cookie.header("www-authenticate").starts_with("Bearer"));
    }
    answer.status.as_u16()
}

/// TOK-1 to TOK-6, TOK-13, B81, B82, B84: algorithms, keys, types and extensions that a header claims.
#[tokio::test]
async fn headers_of_tokens() {
    let app = TestApp::in_production().await;
    let good = app.user("clara").await.access_token;
    let (header, claims) = (part(&good, 0), part(&good, 1).to_string());
    let rows = [
        ("as it is", json!({}), 200),
        ("a member that nobody knows", json!({"x-note": 1}), 401),
        ("a token in a token", json!({"cty": "JWT"}), 401),
        ("typ in full", json!({"typ": "application/at+jwt"}), 200),
        ("typ in capitals", json!({"typ": "AT+JWT"}), 200),
        ("alg none", json!({"alg": "none"}), 401),
        ("alg None", json!({"alg": "nOnE"}), 401),
        ("alg empty", json!({"alg": ""}), 401),
        ("alg absent", json!({"alg": null}), 401),
        ("alg in small letters", json!({"alg": "hs256"}), 401),
        ("alg HS512", json!({"alg": "HS512"}), 401),
        ("alg RS256", json!({"alg": "RS256"}), 401),
        ("alg EdDSA", json!({"alg": "EdDSA"}), 401),
        ("alg a list", json!({"alg": ["HS256"]}), 401),
        ("typ JWT", json!({"typ": "JWT"}), 401),
        ("typ of another kind", json!({"typ": "rt+jwt"}), 401),
        ("typ logout", json!({"typ": "logout+jwt"}), 401),
        ("typ absent", json!({"typ": null}), 401),
        ("kid of nobody", json!({"kid": "AAAAAAAAAAAA"}), 401),
        ("kid a path", json!({"kid": "../../dev/null"}), 401),
        ("kid SQL", json!({"kid": "x' OR 1=1--"}), 401),
        (
            "kid a URL",
            json!({"kid": "https://evil.example/jwks"}),
            401,
        ),
        ("kid with NUL", json!({"kid": "a\u{0}"}), 401),
        ("kid long", json!({"kid": "A".repeat(65)}), 401),
        ("kid a number", json!({"kid": 1}), 401),
        ("jku", json!({"jku": "http://127.0.0.1:9/jwks"}), 401),
        ("x5u", json!({"x5u": "http://127.0.0.1:9/x"}), 401),
        ("jwk", json!({"jwk": {"kty": "oct", "k": "AA"}}), 401),
        ("x5c", json!({"x5c": ["AA"]}), 401),
        (
            "crit unknown",
            json!({"crit": ["x-policy"], "x-policy": "deny"}),
            401,
        ),
        ("crit empty", json!({"crit": []}), 401),
        ("crit b64", json!({"crit": ["b64"], "b64": false}), 401),
        ("b64", json!({"b64": false}), 401),
        ("zip", json!({"zip": "DEF"}), 401),
        ("enc", json!({"enc": "A128GCM"}), 401),
    ];
    for (name, change, expected) in rows {
        let token = sign(&changed(header.clone(), &change), &claims);
        assert_eq!(status(&app, &token).await, expected, "{name}");
    }
}

/// TOK-6, TOK-7, TOK-8, B81, B85: claims that are absent, of another type, of another service, too early, too
/// late or too long; within the leeway of 30 seconds, and fractions, they hold.
#[tokio::test]
async fn claims_of_tokens() {
    let app = TestApp::in_production().await;
    // No token is older than the key that signed it.
    app.advance(Duration::minutes(5));
    let good = app.user("clara").await.access_token;
    let (header, claims) = (part(&good, 0).to_string(), part(&good, 1));
    let now = app.now().unix_timestamp();
    let ours = "https://music.example.com";
    let mut rows = vec![
        ("as it is".to_owned(), json!({}), 200),
        (
            "aud in a list".to_owned(),
            json!({"aud": ["musicgen"]}),
            200,
        ),
        (
            "aud among others".to_owned(),
            json!({"aud": ["other", "musicgen"]}),
            200,
        ),
        (
            "iat in two seconds".to_owned(),
            json!({"iat": now + 2, "nbf": now + 2}),
            200,
        ),
        (
            "iat with a fraction".to_owned(),
            json!({"iat": now as f64 + 1.9}),
            200,
        ),
        (
            "iat at the leeway".to_owned(),
            json!({"iat": now + 30, "exp": now + 900}),
            200,
        ),
        (
            "iat beyond".to_owned(),
            json!({"iat": now + 31, "exp": now + 900}),
            401,
        ),
        (
            "iat in ten minutes".to_owned(),
            json!({"iat": now + 600, "exp": now + 900}),
            401,
        ),
        (
            "nbf at the leeway".to_owned(),
            json!({"nbf": now + 30}),
            200,
        ),
        ("nbf beyond".to_owned(), json!({"nbf": now + 31}), 401),
        (
            "exp within the leeway".to_owned(),
            json!({"iat": now - 60, "auth_time": now - 60, "exp": now - 29}),
            200,
        ),
        (
            "exp at its end".to_owned(),
            json!({"iat": now - 60, "auth_time": now - 60, "exp": now - 30}),
            401,
        ),
        ("a long life".to_owned(), json!({"exp": now + 901}), 401),
        (
            "a very long life".to_owned(),
            json!({"exp": 253_402_300_799_i64}),
            401,
        ),
        ("aud empty".to_owned(), json!({"aud": []}), 401),
        ("aud of others".to_owned(), json!({"aud": ["other"]}), 401),
        (
            "aud an object".to_owned(),
            json!({"aud": {"0": "musicgen"}}),
            401,
        ),
        ("aud a piece".to_owned(), json!({"aud": "music"}), 401),
        ("aud longer".to_owned(), json!({"aud": "musicgen2"}), 401),
        ("iss a piece".to_owned(), json!({"iss": "https"}), 401),
        (
            "iss longer".to_owned(),
            json!({"iss": format!("{ours}.evil.example")}),
            401,
        ),
        (
            "iss with a slash".to_owned(),
            json!({"iss": format!("{ours}/")}),
            401,
        ),
        (
            "iss in capitals".to_owned(),
            json!({"iss": ours.to_uppercase()}),
            401,
        ),
        (
            "iss without TLS".to_owned(),
            json!({"iss": "http://music.example.com"}),
            401,
        ),
        ("sub no id".to_owned(), json!({"sub": "admin"}), 401),
        ("sid no id".to_owned(), json!({"sid": ""}), 401),
        ("jti empty".to_owned(), json!({"jti": ""}), 401),
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
    ] {
        rows.push((format!("{name} absent"), json!({name: null}), 401));
        for wrong in [json!(true), json!({}), json!([1]), json!(-1), json!([])] {
            rows.push((format!("{name}: {wrong}"), json!({name: wrong}), 401));
        }
    }
    for name in ["iat", "exp"] {
        rows.push((
            format!("{name} a text"),
            json!({name: now.to_string()}),
            401,
        ));
    }
    for (name, change, expected) in rows {
        let token = sign(&header, &changed(claims.clone(), &change));
        assert_eq!(status(&app, &token).await, expected, "{name}");
    }
    let text = claims.to_string();
    let infinite = text.replacen(&format!("\"exp\":{}", claims["exp"]), "\"exp\":1e400", 1);
    assert_ne!(infinite, text);
    assert_eq!(status(&app, &sign(&header, &infinite)).await, 401, "1e400");
}

/// TOK-10, TOK-11, TOK-12, B83: other forms, members that stand twice, and what is too long or too deep,
/// quickly refused.
#[tokio::test]
async fn forms_of_tokens() {
    let app = TestApp::in_production().await;
    let clara = app.user("clara").await;
    let good = clara.access_token.clone();
    let (header, claims) = (part(&good, 0).to_string(), part(&good, 1).to_string());
    let twice = |text: &str, name: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        text.replacen('{', &format!("{{\"{name}\":{},", value[name]), 1)
    };
    let deep = format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000));
    let deep = claims.replacen('{', &format!("{{\"deep\":{deep},"), 1);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let json_form = json!({"payload": signed, "signature": signature}).to_string();
    let mut rows = vec![
        ("two alg", sign(&twice(&header, "alg"), &claims)),
        ("two kid", sign(&twice(&header, "kid"), &claims)),
        ("two sub", sign(&header, &twice(&claims, "sub"))),
        ("two exp", sign(&header, &twice(&claims, "exp"))),
        ("deep", sign(&header, &deep)),
        ("padded", format!("{good}=")),
        ("two parts", signed.to_owned()),
        ("four parts", format!("{good}.")),
        ("five parts", format!("{good}.a.b")),
        ("only dots", "..".to_owned()),
        ("60,000 dots", ".".repeat(60_000)),
        ("a megabyte", "A".repeat(1_000_000)),
        (
            "the standard alphabet",
            format!("{signed}.{}+", &signature[1..]),
        ),
        ("JSON", json_form),
        ("claims no object", sign(&header, "[]")),
        ("claims nothing", sign(&header, "")),
        (
            "claims with more after them",
            sign(&header, &format!("{claims}{{}}")),
        ),
    ];
    let last = good.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();
    let neighbour = alphabet.chars().nth(at ^ 1).unwrap();
    rows.push((
        "the same bits in another letter",
        format!("{}{neighbour}", &good[..good.len() - 1]),
    ));
    for (name, token) in rows {
        let bearer = app
            .anonymous()
            .with("authorization", &format!("Bearer {token}"));
        let answer = bearer.get("/api/auth/me").await;
        if token.len() > 8 * 1024 {
            answer.is_problem(431, "head_too_large");
            continue;
        }
        assert_eq!(answer.status, 401, "{name}");
        answer.is_problem(401, "invalid_token");
        if token.len() < 256 {
            let body = json!({"refresh_token": token});
            let answer = app.anonymous().post("/api/auth/refresh", body).await;
            answer.is_problem(401, "invalid_refresh_token");
        }
    }
    let body = json!({"refresh_token": "A".repeat(1_000_000)});
    let answer = app.anonymous().post("/api/auth/refresh", body).await;
    answer.is_problem(413, "body_too_large");
    clara.get("/api/auth/me").await.is(200);
}
