mod cache;
mod claims;
mod confusion;
mod forms;
mod headers;
mod keys;
mod oracle;
mod rfc;
mod ring;
mod wycheproof;

use super::key::Key;
use super::*;
use crate::api_keys::KeyLimits;
use crate::authorization::{Grant, RoleName, Tier};
use crate::random::SystemRandom;
use crate::rate_limiting::{OwnLimits, RateLimits};
use crate::secrets::{Secret, SecretRing};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: i64 = 1_800_000_000;
const LIFETIME: Duration = Duration::minutes(15);
const ISSUER: &str = "https://music.example";
const AUDIENCE: &str = "musicgen";

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

fn now() -> OffsetDateTime {
    at(NOW)
}

fn secret(n: u8) -> Secret {
    Secret::new([n; 32])
}

/// A ring of one key and what it makes.
struct Kit {
    algorithm: Algorithm,
    ring: Arc<KeyRing>,
}

static KITS: LazyLock<Vec<Kit>> = LazyLock::new(|| {
    let kit = |algorithm: &Algorithm| Kit::new(*algorithm, &secret(42));
    Algorithm::ALL.iter().map(kit).collect()
});

impl Kit {
    fn new(algorithm: Algorithm, secret: &Secret) -> Self {
        Self {
            algorithm,
            ring: Arc::new(KeyRing::single(algorithm, secret).unwrap()),
        }
    }

    fn issuer(&self) -> TokenIssuer {
        let random = Arc::new(SystemRandom);
        TokenIssuer::new(self.ring.clone(), ISSUER, AUDIENCE, LIFETIME, random)
    }

    fn verifier(&self) -> TokenVerifier {
        TokenVerifier::new(self.ring.clone(), ISSUER, AUDIENCE, LIFETIME)
    }

    fn issued(&self) -> String {
        let end = now() + Duration::days(1);
        self.issuer().issue(&subject(), now(), end).unwrap().token
    }

    fn kid(&self) -> &str {
        self.ring.signing_key_id()
    }

    fn header(&self) -> Value {
        json!({"alg": self.algorithm.id(), "typ": "at+jwt", "kid": self.kid()})
    }

    fn sign_text(&self, header: &str, claims: &str) -> String {
        sign_with(self.ring.signing().unwrap(), header, claims)
    }

    fn verify(&self, header: &Value, claims: &Value) -> Result<Claims, TokenError> {
        let token = self.sign_text(&header.to_string(), &claims.to_string());
        self.verifier().verify(&token, now())
    }
}

fn sign_with(key: &Key, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let mut signature = [0; 64];
    let length = key.sign(message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", BASE64.encode(&signature[..length]))
}

fn subject() -> TokenSubject {
    TokenSubject {
        account: Uuid::from_u128(1),
        session: Uuid::from_u128(2),
        roles: vec![RoleName::USER, RoleName::parse("premium_user").unwrap()],
        tier: Tier::Premium,
        limits: OwnLimits::default(),
        epoch: 7,
        authenticated_at: now() - Duration::hours(1),
        client: FIRST_PARTY.to_owned(),
        scope: None,
        by_network: false,
    }
}

fn good_claims() -> Value {
    claims_of(NOW)
}

fn claims_of(issued_at: i64) -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "jti": "AAAAAAAAAAAAAAAAAAAAAA",
        "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2),
        "iat": issued_at, "exp": issued_at + 900, "auth_time": issued_at - 3600,
        "client_id": "musicgen", "roles": ["user"], "tier": "free", "epoch": 0,
    })
}

/// The value with one member changed.
fn with(mut base: Value, name: &str, value: Value) -> Value {
    base[name] = value;
    base
}

fn without(mut base: Value, name: &str) -> Value {
    base.as_object_mut().unwrap().remove(name);
    base
}

#[test]
fn what_is_issued_is_accepted() {
    for kit in &*KITS {
        let claims = kit.verifier().verify(&kit.issued(), now()).unwrap();
        assert_eq!(claims.subject, Uuid::from_u128(1));
        assert_eq!(claims.session, Uuid::from_u128(2));
        assert_eq!(claims.expires_at - claims.issued_at, Duration::minutes(15));
        assert_eq!(claims.roles, subject().roles);
        assert_eq!((claims.tier, claims.epoch), (Tier::Premium, 7));
        assert_eq!(claims.authenticated_at, now() - Duration::hours(1));
        assert_eq!(claims.client, "musicgen");
        assert_eq!(claims.scope, None);
    }
}

#[test]
fn what_is_told_beside_a_token_is_what_it_says() {
    for kit in &*KITS {
        let odd = now() + Duration::milliseconds(700);
        for end in [odd + Duration::days(1), odd + Duration::minutes(3)] {
            let issued = kit.issuer().issue(&subject(), odd, end).unwrap();
            let claims = kit.verifier().verify(&issued.token, odd).unwrap();
            assert_eq!(claims.token_id, issued.token_id);
            assert_eq!(claims.issued_at, issued.issued_at);
            assert_eq!(claims.expires_at, issued.expires_at);
            assert_eq!(issued.expires_in, issued.expires_at - issued.issued_at);
        }
    }
}

#[test]
fn limits_of_its_own_are_in_a_token() {
    let account = RateLimits::new(1, 2, Some(3), None).unwrap();
    let key = KeyLimits {
        per_minute: None,
        per_hour: NonZeroU32::new(5),
    };
    for kit in &*KITS {
        for limits in [
            OwnLimits::default(),
            OwnLimits::of_account(Some(account)),
            OwnLimits {
                account: Some(account),
                key,
            },
        ] {
            let subject = TokenSubject {
                limits,
                ..subject()
            };
            let end = now() + Duration::days(1);
            let issued = kit.issuer().issue(&subject, now(), end).unwrap();
            let claims = kit.verifier().verify(&issued.token, now()).unwrap();
            assert_eq!(claims.limits, limits);
        }
    }
}

#[test]
fn a_narrowed_token_says_to_what() {
    for kit in &*KITS {
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
            let issued = kit.issuer().issue(&subject, now(), end).unwrap();
            let claims = kit.verifier().verify(&issued.token, now()).unwrap();
            assert_eq!(claims.scope, scope);
        }
    }
}

/// TOK-18: nothing about a person in the payload.
#[test]
fn the_payload_has_these_claims_and_no_others() {
    for kit in &*KITS {
        let token = kit.issued();
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
}

#[test]
fn a_token_never_outlives_its_session() {
    for kit in &*KITS {
        let end = now() + Duration::minutes(3);
        let token = kit.issuer().issue(&subject(), now(), end).unwrap();
        assert_eq!(token.expires_in, Duration::minutes(3));
    }
}

/// TOK-9: 128 random bits; no counter and no time in them.
#[test]
fn token_ids_are_random() {
    const COUNT: usize = 20_000;
    let issuer = KITS[0].issuer();
    let end = now() + Duration::days(1);
    let ids: Vec<Vec<u8>> = (0..COUNT)
        .map(|_| issuer.issue(&subject(), now(), end).unwrap().token_id)
        .map(|id| BASE64.decode(id).unwrap())
        .collect();
    let different: std::collections::HashSet<&Vec<u8>> = ids.iter().collect();
    assert_eq!(different.len(), COUNT);
    assert!(ids.iter().all(|id| id.len() == 16));
    // Six standard deviations of a fair coin: by chance once in some million runs.
    let far = 3.0 * (COUNT as f64).sqrt();
    for bit in 0..128 {
        let ones = ids.iter().filter(|id| id[bit / 8] >> (bit % 8) & 1 == 1);
        let ones = ones.count() as f64;
        assert!((ones - COUNT as f64 / 2.0).abs() < far, "bit {bit}: {ones}");
    }
    let rising = ids.windows(2).filter(|pair| pair[0] < pair[1]).count() as f64;
    assert!((rising - COUNT as f64 / 2.0).abs() < far, "{rising}");
}

proptest! {
    #[test]
    fn no_text_panics(kit in 0_usize..3, text in "\\PC{0,300}") {
        let _ = KITS[kit].verifier().verify(&text, now());
    }

    #[test]
    fn no_change_of_one_byte_is_accepted(kit in 0_usize..3, at in 0_usize..200, byte in 0_u8..128) {
        let good = KITS[kit].issued();
        let mut bytes = good.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(KITS[kit].verifier().verify(&changed, now()).is_err());
    }

    #[test]
    fn no_claims_panic(kit in 0_usize..3, exp in any::<f64>(), iat in any::<f64>(), nbf in any::<f64>()) {
        let claims = with(with(with(good_claims(), "exp", json!(exp)), "iat", json!(iat)), "nbf", json!(nbf));
        let _ = KITS[kit].verify(&KITS[kit].header(), &claims);
    }
}
