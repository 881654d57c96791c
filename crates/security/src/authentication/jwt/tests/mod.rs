mod claims;
mod headers;

use super::*;
use crate::authorization::{Grant, RoleName, Tier};
use crate::random::SystemRandom;
use crate::secrets::Secret;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const SECRET: [u8; 32] = [42; 32];
const NOW: i64 = 1_800_000_000;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn ring() -> Arc<KeyRing> {
    Arc::new(KeyRing::hs256(&Secret::new(SECRET)).unwrap())
}

fn issuer() -> TokenIssuer {
    let random = Arc::new(SystemRandom);
    TokenIssuer::new(
        ring(),
        "https://music.example",
        "musicgen",
        Duration::minutes(15),
        random,
    )
}

fn verifier() -> TokenVerifier {
    TokenVerifier::new(
        ring(),
        "https://music.example",
        "musicgen",
        Duration::minutes(15),
    )
}

fn subject() -> TokenSubject {
    TokenSubject {
        account: Uuid::from_u128(1),
        session: Uuid::from_u128(2),
        roles: vec![RoleName::USER, RoleName::parse("premium_user").unwrap()],
        tier: Tier::Premium,
        epoch: 7,
        authenticated_at: now() - Duration::hours(1),
        client: FIRST_PARTY.to_owned(),
        scope: None,
    }
}

fn issued() -> String {
    issuer()
        .issue(&subject(), now(), now() + Duration::days(1))
        .unwrap()
        .token
}

fn kid() -> String {
    ring().signing().unwrap().id.clone()
}

fn sign_text(header: &str, claims: &str) -> String {
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, &SECRET);
    let signature = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", BASE64.encode(signature.as_ref()))
}

fn good_header() -> Value {
    json!({"alg": "HS256", "typ": "at+jwt", "kid": kid()})
}

fn good_claims() -> Value {
    json!({
        "iss": "https://music.example", "aud": "musicgen", "jti": "AAAAAAAAAAAAAAAAAAAAAA",
        "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2), "iat": NOW, "exp": NOW + 900,
        "auth_time": NOW - 3600, "client_id": "musicgen", "roles": ["user"], "tier": "free", "epoch": 0,
    })
}

/// The value with one member changed; `Null` as a marker takes it away.
fn with(mut base: Value, name: &str, value: Value) -> Value {
    base[name] = value;
    base
}

fn without(mut base: Value, name: &str) -> Value {
    base.as_object_mut().unwrap().remove(name);
    base
}

fn verify(header: &Value, claims: &Value) -> Result<Claims, TokenError> {
    verifier().verify(&sign_text(&header.to_string(), &claims.to_string()), now())
}

#[test]
fn what_is_issued_is_accepted() {
    let claims = verifier().verify(&issued(), now()).unwrap();
    assert_eq!(claims.subject, Uuid::from_u128(1));
    assert_eq!(claims.session, Uuid::from_u128(2));
    assert_eq!(claims.expires_at - claims.issued_at, Duration::minutes(15));
    assert_eq!(claims.roles, subject().roles);
    assert_eq!((claims.tier, claims.epoch), (Tier::Premium, 7));
    assert_eq!(claims.authenticated_at, now() - Duration::hours(1));
    assert_eq!(claims.client, "musicgen");
    assert_eq!(claims.scope, None);
}

#[test]
fn what_is_told_beside_a_token_is_what_it_says() {
    let odd = now() + Duration::milliseconds(700);
    for end in [odd + Duration::days(1), odd + Duration::minutes(3)] {
        let issued = issuer().issue(&subject(), odd, end).unwrap();
        let claims = verifier().verify(&issued.token, odd).unwrap();
        assert_eq!(claims.token_id, issued.token_id);
        assert_eq!(claims.issued_at, issued.issued_at);
        assert_eq!(claims.expires_at, issued.expires_at);
        assert_eq!(issued.expires_in, issued.expires_at - issued.issued_at);
    }
}

#[test]
fn a_narrowed_token_says_to_what() {
    let grant = |text: &str| Grant::parse(text).unwrap();
    for scope in [
        Some(vec![]),
        Some(vec![grant("music:generate")]),
        Some(vec![grant("music:*"), grant("models:view")]),
    ] {
        let subject = TokenSubject {
            scope: scope.clone(),
            ..subject()
        };
        let end = now() + Duration::days(1);
        let issued = issuer().issue(&subject, now(), end).unwrap();
        let claims = verifier().verify(&issued.token, now()).unwrap();
        assert_eq!(claims.scope, scope);
    }
}

/// TOK-18: nothing about a person in the payload.
#[test]
fn the_payload_has_these_claims_and_no_others() {
    let token = issued();
    let payload = BASE64.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    let expected = [
        "aud",
        "auth_time",
        "client_id",
        "epoch",
        "exp",
        "iat",
        "iss",
        "jti",
        "roles",
        "sid",
        "sub",
        "tier",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_token_never_outlives_its_session() {
    let end = now() + Duration::minutes(3);
    let token = issuer().issue(&subject(), now(), end).unwrap();
    assert_eq!(token.expires_in, Duration::minutes(3));
}

/// An independent implementation reads what we make, and we read what it makes.
#[test]
fn jsonwebtoken_agrees() {
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["musicgen"]);
    validation.set_issuer(&["https://music.example"]);
    validation.validate_exp = false;
    let theirs = DecodingKey::from_secret(&SECRET);
    let read = jsonwebtoken::decode::<Value>(&issued(), &theirs, &validation).unwrap();
    assert_eq!(read.claims["sub"], json!(Uuid::from_u128(1)));

    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(kid());
    let key = EncodingKey::from_secret(&SECRET);
    let made = jsonwebtoken::encode(&header, &good_claims(), &key).unwrap();
    assert!(verifier().verify(&made, now()).is_ok());
}

#[test]
fn repeated_members_are_refused() {
    let header = good_header().to_string();
    let claims = good_claims().to_string();
    let twice = |text: &str, more: &str| text.replacen('{', &format!("{{{more},"), 1);
    for (name, header, claims) in [
        ("alg", twice(&header, r#""alg":"none""#), claims.clone()),
        ("sub", header.clone(), twice(&claims, r#""sub":"x""#)),
        ("exp", header.clone(), twice(&claims, r#""exp":1"#)),
        (
            "one that nobody reads",
            header.clone(),
            twice(&claims, r#""a":1,"a":1"#),
        ),
    ] {
        let answer = verifier().verify(&sign_text(&header, &claims), now());
        assert_eq!(answer, Err(TokenError::Malformed), "{name}");
    }
    let huge = claims.replace(&(NOW + 900).to_string(), "1e400");
    let answer = verifier().verify(&sign_text(&header, &huge), now());
    assert_eq!(answer, Err(TokenError::Malformed), "exp is 1e400");
}

#[test]
fn forms() {
    let good = issued();
    let parts: Vec<&str> = good.split('.').collect();
    let (header, claims, signature) = (parts[0], parts[1], parts[2]);
    let other = if signature.starts_with('A') { "B" } else { "A" };
    // The last of 43 characters has two bits that must be zero.
    let stray = {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let last = alphabet.find(&signature[42..]).unwrap();
        format!("{}{}", &signature[..42], &alphabet[last + 1..last + 2])
    };
    let rows = [
        ("empty", String::new()),
        ("dots", "..".to_owned()),
        ("many dots", ".".repeat(8_000)),
        ("two parts", format!("{header}.{claims}")),
        ("four parts", format!("{good}.{signature}")),
        ("five parts, as a JWE has", format!("{good}.x.y")),
        ("no signature", format!("{header}.{claims}.")),
        ("padding", format!("{good}=")),
        ("blank in front", format!(" {good}")),
        ("blank behind", format!("{good} ")),
        ("line feed", format!("{good}\n")),
        (
            "other signature",
            format!("{header}.{claims}.{other}{}", &signature[1..]),
        ),
        (
            "cut signature",
            format!("{header}.{claims}.{}", &signature[..42]),
        ),
        ("stray bits", format!("{header}.{claims}.{stray}")),
        (
            "standard alphabet",
            format!("{header}.{claims}.+/{}", &signature[2..]),
        ),
        (
            "JSON serialisation",
            format!(r#"{{"payload":"{claims}","signatures":[]}}"#),
        ),
        ("not ASCII", good.replace('.', "。")),
        ("too long", "a".repeat(MAX_TOKEN_BYTES + 1)),
    ];
    for (name, token) in rows {
        assert!(verifier().verify(&token, now()).is_err(), "{name}");
    }
    assert!(verifier().verify(&good, now()).is_ok());
}

/// TOK-19: a bad signature is a bad signature, whatever the claims say.
#[test]
fn the_signature_is_judged_before_the_claims() {
    let expired = with(good_claims(), "exp", json!(1));
    let token = sign_text(&good_header().to_string(), &expired.to_string());
    let broken = format!("{}A", &token[..token.len() - 1]);
    let broken = if broken == token {
        format!("{}E", &token[..token.len() - 1])
    } else {
        broken
    };
    assert_eq!(
        verifier().verify(&broken, now()),
        Err(TokenError::Signature)
    );
}

#[test]
fn short_secrets_make_no_key() {
    assert!(KeyRing::hs256(&Secret::new([1; 31])).is_err());
    assert!(KeyRing::hs256(&Secret::new([1; 32])).is_ok());
}

#[test]
fn token_ids_never_repeat() {
    let ids: std::collections::HashSet<String> = (0..1_000)
        .map(|_| verifier().verify(&issued(), now()).unwrap().token_id)
        .collect();
    assert_eq!(ids.len(), 1_000);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,300}") {
        let _ = verifier().verify(&text, now());
    }

    #[test]
    fn no_change_of_one_byte_is_accepted(at in 0_usize..200, byte in 0_u8..128) {
        let good = issued();
        let mut bytes = good.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(verifier().verify(&changed, now()).is_err());
    }

    #[test]
    fn no_claims_panic(exp in any::<f64>(), iat in any::<f64>(), nbf in any::<f64>()) {
        let claims = with(with(with(good_claims(), "exp", json!(exp)), "iat", json!(iat)), "nbf", json!(nbf));
        let _ = verify(&good_header(), &claims);
    }
}
