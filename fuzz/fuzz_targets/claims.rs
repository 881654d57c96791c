//! Claims that carry a right signature: whatever they hold, they are refused or within the rules.
#![no_main]

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use musicgen_security::authentication::jwt::{
    FIRST_PARTY, KeyRing, LEEWAY, TokenIssuer, TokenSubject, TokenVerifier,
};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::secrets::Secret;
use musicgen_security::testing::TestRandom;
use std::sync::{Arc, LazyLock};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const SECRET: [u8; 32] = [7; 32];
const LIFETIME: Duration = Duration::minutes(15);

struct Signer {
    verifier: TokenVerifier,
    header: String,
    key: hmac::Key,
}

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let keys = Arc::new(KeyRing::hs256(&Secret::new(SECRET)).expect("long enough"));
    let random = Arc::new(TestRandom::default());
    let issuer = TokenIssuer::new(keys.clone(), "iss", "aud", LIFETIME, random);
    let now = OffsetDateTime::UNIX_EPOCH;
    let subject = TokenSubject {
        account: Uuid::nil(),
        session: Uuid::nil(),
        roles: vec![RoleName::USER],
        tier: Tier::Free,
        epoch: 0,
        authenticated_at: now,
        client: FIRST_PARTY.to_owned(),
        scope: None,
        by_network: false,
    };
    let token = issuer
        .issue(&subject, now, now + LIFETIME)
        .expect("a key")
        .token;
    Signer {
        verifier: TokenVerifier::new(keys, "iss", "aud", LIFETIME),
        header: token.split('.').next().unwrap_or_default().to_owned(),
        key: hmac::Key::new(hmac::HMAC_SHA256, &SECRET),
    }
});

fuzz_target!(|input: (u32, &[u8])| {
    let (seconds, claims) = input;
    let now = OffsetDateTime::UNIX_EPOCH + Duration::seconds(i64::from(seconds));
    let message = format!("{}.{}", SIGNER.header, URL_SAFE_NO_PAD.encode(claims));
    let signature = hmac::sign(&SIGNER.key, message.as_bytes());
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
    if let Ok(claims) = SIGNER.verifier.verify(&token, now) {
        assert!(now - LEEWAY < claims.expires_at);
        assert!(claims.issued_at <= now + LEEWAY);
        assert!(claims.expires_at - claims.issued_at <= LIFETIME);
        assert!(!claims.token_id.is_empty());
    }
});
